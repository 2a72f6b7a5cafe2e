"""Which units a job consists of, stage by stage: pure functions of what is finished.

A plan knows nothing of who runs its units. The local runner and the control
plane both ask it for the next stage's units, run them in any order, and hand
the results back. ``Results`` keeps them in part order, so the order in which
they finished cannot matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from corpora.recipe import Recipe
from corpora.signals import GROUPS, groups_of
from corpora.stages import UnitResult, UnitSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One finished or given-up unit."""

    part: str
    result: UnitResult | None
    #: Why it was given up; None when it was not.
    reason: str | None = None


#: Stage -> outcomes in part order.
Results = Mapping[str, Sequence[Outcome]]


class Plan(Protocol):
    @property
    def stages(self) -> tuple[str, ...]:
        """In the order in which they run."""

    def units(self, stage: str, results: Results) -> list[UnitSpec]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRef:
    """A part as ingest left it: what every other stage starts from."""

    documents: str
    rows: int
    #: What people know its source by; counts "by source" go by it.
    source: str = ""

    def to_json(self) -> dict[str, Any]:
        return {"documents": self.documents, "rows": self.rows, "source": self.source}


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
    #: For uploads: {"blob": sha256, "name": "…"} instead of paths.
    uploads: tuple[Mapping[str, str], ...] = ()

    def units(self, stage: str, results: Results) -> list[UnitSpec]:
        options = {"format": self.format, "licence": self.licence, "domain": self.domain}
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
    """The parts that an ingest gave, in order; empty ones are left out."""
    groups = only(results, "scan").counts["groups"]
    return [
        PartRef(
            documents=part["documents"],
            rows=part["rows"],
            source=groups[int(outcome.part)][0]["origin"],
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


@dataclass(frozen=True, slots=True, kw_only=True)
class CuratePlan:
    """Parts -> one snapshot."""

    recipe: Recipe
    parts: tuple[PartRef, ...]
    #: Blobs of the ingest's accounts: carried into the snapshot, read by nobody on the way.
    quarantine: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    #: Blob of corpora.documents.JUDGEMENTS rows, "" when there are none.
    judgements: str = ""
    #: Opt-outs: {"ids": […], "hosts": […], "urls": […]} (URL prefixes), each sorted.
    opt_outs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: Blob of a SentencePiece model; "" lets the recipe decide.
    tokenizer: str = ""

    @property
    def stages(self) -> tuple[str, ...]:
        dedup = self.recipe.dedup.mode
        chosen = {
            "dedup.signatures": dedup != "none",
            "dedup": dedup != "none",
            "edits.footers": self.recipe.footers.enabled,
            "tokenization.train": self._trains,
            "tokenization": bool(self.tokenizer) or self._trains,
        }
        return tuple(stage for stage in _CURATE if chosen.get(stage, True))

    @property
    def _trains(self) -> bool:
        return not self.tokenizer and self.recipe.tokenization.tokenizer == "train"

    def units(self, stage: str, results: Results) -> list[UnitSpec]:
        view = _View(self, results)
        if stage == "tokenization" and not view.model:
            return []  # too little text to train on: the snapshot has no tokens
        if stage in _SNAPSHOT_UNITS:
            return [_SNAPSHOT_UNITS[stage](view)]
        return [
            _PART_UNITS[stage](view, number)
            for number in range(len(self.parts))
            if number not in view.failed
        ]


_CURATE = (
    "normalize",
    "signals",
    "dedup.signatures",
    "dedup",
    "columns",
    "decisions.keepers",
    "decisions",
    "edits.footers",
    "edits",
    "tokenization.train",
    "tokenization",
    "snapshot",
)


class _View:
    """The results of a curation by part number, with failed parts left out everywhere."""

    def __init__(self, plan: CuratePlan, results: Results) -> None:
        self.plan = plan
        self.results = results
        self.failed: dict[int, dict[str, str]] = {}
        for stage in _CURATE:
            for outcome in results.get(stage, ()):
                if outcome.result is None and outcome.part:
                    self.failed.setdefault(
                        int(outcome.part), {"stage": stage, "reason": outcome.reason or ""}
                    )
        self.alive = [n for n in range(len(plan.parts)) if n not in self.failed]
        self._by_part = {
            stage: {outcome.part: outcome.result for outcome in outcomes}
            for stage, outcomes in results.items()
        }

    def out(self, stage: str, number: int | None, role: str) -> Any:
        """An output blob of a part's unit (or of a snapshot's when ``number`` is None)."""
        found = self._by_part[stage][label(number) if number is not None else ""]
        assert found is not None, f"{stage} of part {number} was given up"
        return found.outputs[role]

    def counts(self, stage: str, number: int | None) -> dict[str, Any]:
        found = self._by_part[stage][label(number) if number is not None else ""]
        assert found is not None
        return found.counts

    def each(self, stage: str, role: str) -> list[Any]:
        return [self.out(stage, number, role) for number in self.alive]

    def documents(self) -> list[str]:
        return [self.plan.parts[number].documents for number in self.alive]

    @property
    def model(self) -> str:
        """The tokenizer's blob: given, or trained in this run; "" when there is none."""
        if self.plan.tokenizer:
            return self.plan.tokenizer
        trained = self._by_part.get("tokenization.train", {}).get("")
        return str(trained.outputs["model"]) if trained else ""

    @property
    def has_dedup(self) -> bool:
        return self.plan.recipe.dedup.mode != "none"


def label(number: int) -> str:
    """A part's label: sorts as text in part order.

    >>> label(12)
    '00012'
    """
    return f"{number:05d}"


def only(results: Results, stage: str) -> UnitResult:
    """The result of a stage that has one unit."""
    (outcome,) = results[stage]
    assert outcome.result is not None
    return outcome.result


def _rules(recipe: Recipe) -> list[dict[str, Any]]:
    """The rules that decide, without the prose."""
    return [
        {"name": rule.name, "signal": rule.signal, "min": rule.min, "max": rule.max}
        for rule in recipe.active_rules
    ]


def _part(view: _View, number: int, stage: str, **values: Any) -> UnitSpec:
    return UnitSpec(stage=stage, part=label(number), **values)


def _normalize(view: _View, number: int) -> UnitSpec:
    settings = view.plan.recipe.to_json()["normalization"]
    documents = view.plan.parts[number].documents
    return _part(view, number, "normalize", inputs={"documents": documents}, params=settings)


def _signals(view: _View, number: int) -> UnitSpec:
    """Outputs one role a group: {"signals": {group: blob}}."""
    recipe = view.plan.recipe
    return _part(
        view,
        number,
        "signals",
        inputs={
            "text": view.out("normalize", number, "text"),
            "documents": view.plan.parts[number].documents,
        },
        params={
            "signals": list(recipe.signals),
            "lists": recipe.lists,
            # A group that is measured otherwise makes another unit, without raising the stage.
            "versions": {
                name: GROUPS[name].version for name in groups_of(recipe.signals) if name in GROUPS
            },
        },
    )


def _signatures(view: _View, number: int) -> UnitSpec:
    dedup = view.plan.recipe.dedup
    return _part(
        view,
        number,
        "dedup.signatures",
        inputs={"text": view.out("normalize", number, "text")},
        params={
            "ngram": dedup.ngram,
            "permutations": dedup.permutations,
            "fold_old_kanji": dedup.fold_old_kanji,
            "mode": dedup.mode,
        },
    )


def _dedup(view: _View) -> UnitSpec:
    """Outputs: clusters, duplicates."""
    return UnitSpec(
        stage="dedup",
        inputs={
            "documents": view.documents(),
            "text": view.each("normalize", "text"),
            "signatures": view.each("dedup.signatures", "signatures"),
        },
        params={
            **view.plan.recipe.to_json()["dedup"],
            "permutations": view.plan.recipe.dedup.permutations,
            "keeper": "",
        },
    )


def _columns(view: _View) -> UnitSpec:
    """Outputs: {"columns": {signal: blob of .npy float32}, "index": blob}."""
    return UnitSpec(
        stage="columns",
        inputs={
            "documents": view.documents(),
            "signals": view.each("signals", "signals"),
        },
    )


def _keepers(view: _View) -> UnitSpec:
    """Outputs: {"keepers": blob}: CLUSTERS rows plus the keeper of each."""
    return UnitSpec(
        stage="decisions.keepers",
        inputs={
            "index": view.out("columns", None, "index"),
            "columns": view.out("columns", None, "columns"),
            "clusters": view.out("dedup", None, "clusters") if view.has_dedup else "",
            "documents": view.documents(),
            "judgements": view.plan.judgements,
        },
        params={
            "rules": _rules(view.plan.recipe),
            "keeper": view.plan.recipe.dedup.keeper,
            "opt_outs": {name: list(rows) for name, rows in view.plan.opt_outs.items()},
        },
    )


def _decisions(view: _View, number: int) -> UnitSpec:
    """Outputs: {"decisions": blob}; counts: kept, dropped, by …"""
    return _part(
        view,
        number,
        "decisions",
        inputs={
            "documents": view.plan.parts[number].documents,
            "text": view.out("normalize", number, "text"),
            "signals": view.out("signals", number, "signals"),
            "keepers": view.out("decisions.keepers", None, "keepers"),
            "judgements": view.plan.judgements,
        },
        params={
            "rules": _rules(view.plan.recipe),
            "lists": view.plan.recipe.lists,
            "opt_outs": {name: list(rows) for name, rows in view.plan.opt_outs.items()},
            "dedup_threshold": view.plan.recipe.dedup.threshold,
        },
    )


def _footers(view: _View) -> UnitSpec:
    """Outputs: {"footers": blob}: the lines to cut, by host or source."""
    return UnitSpec(
        stage="edits.footers",
        inputs={
            "documents": view.documents(),
            "text": view.each("normalize", "text"),
            "decisions": view.each("decisions", "decisions"),
        },
        params=view.plan.recipe.to_json()["footers"],
    )


def _edits(view: _View, number: int) -> UnitSpec:
    """Outputs: {"edits": blob}; counts: kept documents, characters after edits, …"""
    footers = view.plan.recipe.footers
    return _part(
        view,
        number,
        "edits",
        inputs={
            "documents": view.plan.parts[number].documents,
            "text": view.out("normalize", number, "text"),
            "decisions": view.out("decisions", number, "decisions"),
            "footers": view.out("edits.footers", None, "footers") if footers.enabled else "",
        },
        params=view.plan.recipe.to_json()["footers"],
    )


def _train(view: _View) -> UnitSpec:
    """Outputs: {"model": blob}."""
    settings = view.plan.recipe.tokenization
    return UnitSpec(
        stage="tokenization.train",
        inputs={
            "documents": view.documents(),
            "text": view.each("normalize", "text"),
            "decisions": view.each("decisions", "decisions"),
            "edits": view.each("edits", "edits"),
        },
        params={"vocab_size": settings.vocab_size, "sample_bytes": settings.sample_bytes},
    )


def _tokenization(view: _View, number: int) -> UnitSpec:
    """Outputs: {"tokens": blob}; counts: tokens, characters, by source and domain."""
    return _part(
        view,
        number,
        "tokenization",
        inputs={
            "documents": view.plan.parts[number].documents,
            "text": view.out("normalize", number, "text"),
            "decisions": view.out("decisions", number, "decisions"),
            "edits": view.out("edits", number, "edits"),
            "model": view.model,
        },
    )


def _snapshot(view: _View) -> UnitSpec:
    """Outputs: {"manifest": blob}. The manifest's content is put together from the results."""
    plan, recipe = view.plan, view.plan.recipe
    tokenized = bool(view.model)
    parts = [_manifest_part(view, number, tokenized) for number in view.alive]
    return UnitSpec(
        stage="snapshot",
        inputs={
            "parts": parts,
            "columns": view.out("columns", None, "columns"),
            "index": view.out("columns", None, "index"),
            "clusters": view.out("dedup", None, "clusters") if view.has_dedup else "",
            "duplicates": view.out("dedup", None, "duplicates") if view.has_dedup else "",
            "keepers": view.out("decisions.keepers", None, "keepers"),
            "tokenizer": view.model,
            "quarantine": list(plan.quarantine),
            "files": list(plan.files),
            "judgements": plan.judgements,
        },
        params={
            "recipe": recipe.to_json(),
            "recipe_sha256": recipe.sha256,
            "opt_outs": {name: list(rows) for name, rows in plan.opt_outs.items()},
            "failed": [
                {"part": label(n), "rows": plan.parts[n].rows, **why}
                for n, why in sorted(view.failed.items())
            ],
        },
    )


def _manifest_part(view: _View, number: int, tokenized: bool) -> dict[str, Any]:
    return {
        "part": label(number),
        "source": view.plan.parts[number].source,
        "rows": view.plan.parts[number].rows,
        "documents": view.plan.parts[number].documents,
        "text": view.out("normalize", number, "text"),
        "signals": view.out("signals", number, "signals"),
        "signatures": view.out("dedup.signatures", number, "signatures") if view.has_dedup else "",
        "decisions": view.out("decisions", number, "decisions"),
        "edits": view.out("edits", number, "edits"),
        "tokens": view.out("tokenization", number, "tokens") if tokenized else "",
        "counts": {
            "decisions": view.counts("decisions", number),
            "edits": view.counts("edits", number),
            "tokenization": view.counts("tokenization", number) if tokenized else {},
        },
    }


_SNAPSHOT_UNITS = {
    "dedup": _dedup,
    "columns": _columns,
    "decisions.keepers": _keepers,
    "edits.footers": _footers,
    "tokenization.train": _train,
    "snapshot": _snapshot,
}
_PART_UNITS = {
    "normalize": _normalize,
    "signals": _signals,
    "dedup.signatures": _signatures,
    "decisions": _decisions,
    "edits": _edits,
    "tokenization": _tokenization,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainPlan:
    """A snapshot -> a tokenizer trained on what it keeps."""

    manifest: Mapping[str, Any]
    vocab_size: int
    sample_bytes: int
    stages: tuple[str, ...] = ("tokenization.train",)

    def units(self, stage: str, results: Results) -> list[UnitSpec]:
        parts = self.manifest["parts"]
        roles = ("documents", "text", "decisions", "edits")
        return [
            UnitSpec(
                stage=stage,
                inputs={role: [part[role] for part in parts] for role in roles},
                params={"vocab_size": self.vocab_size, "sample_bytes": self.sample_bytes},
            )
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPlan:
    """A snapshot -> shards in one format, encoded with a tokenizer where the format needs one."""

    snapshot: str
    #: The snapshot's manifest, read.
    manifest: Mapping[str, Any]
    format: str
    #: Blob of the tokenizer's model; "" for text formats.
    tokenizer: str = ""
    #: Format settings: seed, shard_bytes, append_eod, …
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def stages(self) -> tuple[str, ...]:
        return ("tokenization", "export") if self._encodes else ("export",)

    @property
    def _encodes(self) -> bool:
        return bool(self.tokenizer) and self.tokenizer != self.manifest["tokenizer"]

    def units(self, stage: str, results: Results) -> list[UnitSpec]:
        parts = self.manifest["parts"]
        if stage == "tokenization":
            return [self._encode(part) for part in parts]
        tokens = [part["tokens"] for part in parts] if self.tokenizer else []
        if self._encodes:
            tokens = [
                outcome.result.outputs["tokens"]
                for outcome in results.get("tokenization", ())
                if outcome.result
            ]
        return [
            UnitSpec(
                stage="export",
                inputs={
                    "snapshot": self.snapshot,
                    "tokenizer": self.tokenizer,
                    "tokens": tokens,
                },
                params={"format": self.format, "settings": dict(self.settings)},
            )
        ]

    def _encode(self, part: Mapping[str, Any]) -> UnitSpec:
        roles = ("documents", "text", "decisions", "edits")
        inputs = {**{role: part[role] for role in roles}, "model": self.tokenizer}
        return UnitSpec(stage="tokenization", part=part["part"], inputs=inputs)
