"""A snapshot -> a tokenizer, or the shards of an export."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from corpora.errors import ExportError
from corpora.export.buckets import buckets_for
from corpora.export.formats import format_named
from corpora.export.settings import ExportSettings
from corpora.plans.plan import Results, every, label, only
from corpora.stages import UnitSpec

#: What the texts that leave are made of.
_ROLES = ("documents", "text", "decisions", "edits")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainPlan:
    """A snapshot -> a tokenizer trained on what it keeps."""

    manifest: Mapping[str, Any]
    vocab_size: int
    sample_bytes: int
    stages: tuple[str, ...] = ("tokenization.train",)

    def units(self, stage: str, results: Results) -> list[UnitSpec]:
        parts = self.manifest["parts"]
        return [
            UnitSpec(
                stage=stage,
                inputs={role: [part[role] for part in parts] for role in _ROLES},
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
        first = ("tokenization",) if self._encodes else ()
        return (*first, "export.rows", "export.cut", "export.shards", "export")

    @property
    def _encodes(self) -> bool:
        return bool(self.tokenizer) and self.tokenizer != self.manifest["tokenizer"]

    def units(self, stage: str, results: Results) -> list[UnitSpec]:
        """Raises ExportError when tokens are wanted and there are none, of one part or of all."""
        return _EXPORT_UNITS[stage](self, results)

    def _encode(self, results: Results) -> list[UnitSpec]:
        return [
            UnitSpec(
                stage="tokenization",
                part=part["part"],
                inputs={**{role: part[role] for role in _ROLES}, "model": self.tokenizer},
            )
            for part in self.manifest["parts"]
        ]

    def _rows(self, results: Results) -> list[UnitSpec]:
        parts = self.manifest["parts"]
        format = format_named(self.format)
        settings = ExportSettings.of(self.settings, shard_bytes=format.shard_bytes)
        if format.needs == "tokens" and not self.tokenizer:
            raise ExportError(
                f"the {format.name} format needs token ids, and the snapshot has none.",
                remedy="Choose a tokenizer for the export.",
            )
        params = {
            "needs": format.needs,
            "columns": list(settings.columns) if format.needs == "text" else [],
            "seed": settings.seed,
            "buckets": buckets_for(len(parts)),
        }
        roles = _ROLES if format.needs == "text" else ("documents",)
        return [
            UnitSpec(
                stage="export.rows",
                part=part["part"],
                inputs={**{role: part[role] for role in roles}, "tokens": tokens},
                params=params,
            )
            for part, tokens in zip(parts, self._tokens(results), strict=True)
        ]

    def _tokens(self, results: Results) -> list[str]:
        """A blob for each part; "" for each when nothing is encoded."""
        parts = self.manifest["parts"]
        if not self.tokenizer:
            return [""] * len(parts)
        if not self._encodes:
            return [part["tokens"] for part in parts]
        tokens = every(results, "tokenization", "tokens")
        if len(tokens) != len(parts):
            raise ExportError(
                f"{len(tokens)} of {len(parts)} parts were encoded.",
                remedy="Encode the snapshot again: a part's tokens are missing.",
            )
        return tokens

    def _cut(self, results: Results) -> list[UnitSpec]:
        rows = every(results, "export.rows", "rows")
        return [
            UnitSpec(
                stage="export.cut",
                inputs={
                    "rows": rows,
                    "sizes": every(results, "export.rows", "sizes"),
                    "tokenizer": self.tokenizer,
                },
                params={**self._asked, "buckets": buckets_for(len(rows))},
            )
        ]

    def _shards(self, results: Results) -> list[UnitSpec]:
        cut = only(results, "export.cut")
        return [
            UnitSpec(
                stage="export.shards",
                part=label(number),
                inputs={"cut": cut.outputs["cut"], "tokenizer": self.tokenizer},
                params={**self._asked, "shard": number},
            )
            for number in range(cut.counts["shards"])
        ]

    def _whole(self, results: Results) -> list[UnitSpec]:
        inputs = {
            "snapshot": self.snapshot,
            "tokenizer": self.tokenizer,
            "cut": only(results, "export.cut").outputs["cut"],
            "shards": every(results, "export.shards", "shard"),
            "sidecars": every(results, "export.shards", "sidecar"),
        }
        return [UnitSpec(stage="export", inputs=inputs, params=self._asked)]

    @property
    def _asked(self) -> dict[str, Any]:
        return {"format": self.format, "settings": dict(self.settings)}


_EXPORT_UNITS = {
    "tokenization": ExportPlan._encode,
    "export.rows": ExportPlan._rows,
    "export.cut": ExportPlan._cut,
    "export.shards": ExportPlan._shards,
    "export": ExportPlan._whole,
}
