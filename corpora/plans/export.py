"""A snapshot -> a tokenizer, or the shards of an export."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from corpora.plans.plan import Results
from corpora.stages import UnitSpec


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
