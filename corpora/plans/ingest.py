"""Paths, uploads and URLs -> parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from corpora.fetch.policy import Policy
from corpora.plans.plan import PartRef, Results, label, only
from corpora.stages import UnitSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestPlan:
    """URLs -> files; files -> groups -> parts of documents and quarantine."""

    paths: tuple[str, ...]
    #: Goes before every source name, so that two corpora never share an id.
    namespace: str = ""
    format: str = "auto"
    licence: str | None = None
    domain: str | None = None
    #: Role -> columns, as a person said (corpora.ingest.columns); what is not there is guessed.
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: For uploads: {"blob": sha256, "name": "…"} instead of paths.
    uploads: tuple[Mapping[str, str], ...] = ()
    #: {"url": "…", "sha256": what was stated of its bytes, or ""}; fetched first.
    urls: tuple[Mapping[str, str], ...] = ()
    policy: Policy = field(default_factory=Policy)

    @property
    def stages(self) -> tuple[str, ...]:
        return ("fetch", "scan", "ingest") if self.urls else ("scan", "ingest")

    def units(self, stage: str, results: Results) -> list[UnitSpec]:
        if stage == "fetch":
            return [
                UnitSpec(
                    stage="fetch",
                    part=label(number),
                    params=dict(url),
                    hints={"policy": self.policy.to_json()},
                )
                for number, url in enumerate(self.urls)
            ]
        options: dict[str, Any] = {
            "format": self.format,
            "licence": self.licence,
            "domain": self.domain,
        }
        if self.columns:  # nothing said is what it always was, so that keys stay what they are
            options["columns"] = {role: list(names) for role, names in self.columns.items()}
        if stage == "scan":
            uploads = [dict(upload) for upload in self.uploads]
            return [
                UnitSpec(
                    stage="scan",
                    inputs={"uploads": uploads + _fetched(results)},
                    params={
                        "paths": list(self.paths),
                        "namespace": self.namespace,
                        "format": self.format,
                    },
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
    return {
        name: file[name]
        for name in ("name", "source", "sha256", "bytes", "robots", "share")
        if name in file
    }


def _fetched(results: Results) -> list[dict[str, Any]]:
    """What the scan is told of fetched files: uploads that know where they came from."""
    return [
        {"blob": blob, **file}
        for outcome in results.get("fetch", ())
        if outcome.result is not None
        for blob, file in zip(
            outcome.result.outputs["blobs"], outcome.result.counts["files"], strict=True
        )
    ]


def records_of(results: Results) -> tuple[str, ...]:
    """The blobs that say where and when each fetched file came from, in order."""
    return tuple(
        record
        for outcome in results.get("fetch", ())
        if outcome.result is not None
        for record in outcome.result.outputs["records"]
    )


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
