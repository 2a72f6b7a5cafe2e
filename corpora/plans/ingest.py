"""Paths and uploads -> parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from corpora.plans.plan import PartRef, Results, label, only
from corpora.stages import UnitSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestPlan:
    """Paths -> groups of files -> parts of documents and quarantine."""

    paths: tuple[str, ...]
    #: Goes before every source name, so that two corpora never share an id.
    namespace: str = ""
    format: str = "auto"
    licence: str | None = None
    domain: str | None = None
    stages: tuple[str, ...] = ("scan", "ingest")
    #: Role -> columns, as a person said (corpora.ingest.columns); what is not there is guessed.
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: For uploads: {"blob": sha256, "name": "…"} instead of paths.
    uploads: tuple[Mapping[str, str], ...] = ()

    def units(self, stage: str, results: Results) -> list[UnitSpec]:
        options: dict[str, Any] = {
            "format": self.format,
            "licence": self.licence,
            "domain": self.domain,
        }
        if self.columns:  # nothing said is what it always was, so that keys stay what they are
            options["columns"] = {role: list(names) for role, names in self.columns.items()}
        if stage == "scan":
            return [
                UnitSpec(
                    stage="scan",
                    inputs={"uploads": [dict(upload) for upload in self.uploads]},
                    params={"paths": list(self.paths), "namespace": self.namespace},
                )
            ]
        scan = only(results, "scan")
        return [
            UnitSpec(
                stage="ingest",
                part=label(number),
                params={"files": [_stated(file) for file in group], **options},
                hints={"files": group},
            )
            for number, group in enumerate(scan.counts["groups"])
        ]


def _stated(file: Mapping[str, Any]) -> dict[str, Any]:
    """What of a scanned file the output depends on: not where it lies or when it changed."""
    return {name: file[name] for name in ("name", "source", "sha256", "bytes")}


def parts_of(results: Results) -> list[PartRef]:
    """The parts that an ingest gave, in order; empty ones are left out.

    Their corpus is the last component of the path given, until somebody who keeps corpora
    knows better.
    """
    origins = [group[0]["origin"] for group in only(results, "scan").counts["groups"]]
    return [
        PartRef(
            documents=part["documents"],
            rows=part["rows"],
            source=origins[int(outcome.part)],
            corpus=origins[int(outcome.part)],
        )
        for outcome in results["ingest"]
        if outcome.result is not None
        for part in outcome.result.outputs["parts"]
        if part["rows"]
    ]


def accounts_of(results: Results, role: str) -> tuple[str, ...]:
    """The blobs of an ingest's accounts, in order; ``role`` is "quarantine" or "files"."""
    return tuple(
        outcome.result.outputs[role] for outcome in results["ingest"] if outcome.result is not None
    )
