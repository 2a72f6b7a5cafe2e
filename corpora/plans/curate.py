"""Parts -> a snapshot: which stages run, and which parts go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from corpora.plans.plan import PartRef, Results
from corpora.plans.units import PART_UNITS, PARTITION_UNITS, SNAPSHOT_UNITS
from corpora.plans.view import STAGES_IN_ORDER, View
from corpora.recipe import Recipe
from corpora.signals import is_dear
from corpora.stages import UnitSpec


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
    #: Blob of corpora.documents.APART rows, "" when there are none.
    apart: str = ""
    #: Opt-outs: {"ids": […], "hosts": […], "urls": […]} (URL prefixes), each sorted.
    opt_outs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: Blob of a SentencePiece model; "" lets the recipe decide.
    tokenizer: str = ""

    @property
    def stages(self) -> tuple[str, ...]:
        dedup = self.recipe.dedup.mode
        contained = self.recipe.dedup.containment > 0
        chosen = {
            "signals.dear": any(map(is_dear, self.recipe.signals)),
            "dedup.signatures": dedup != "none",
            "dedup.bands": dedup == "near",
            "dedup": dedup != "none",
            "dedup.samples": contained,
            "dedup.overlaps": contained,
            "dedup.contained": contained,
            "edits.endings": self.recipe.footers.enabled,
            "edits.footers": self.recipe.footers.enabled,
            "edits.passages": self.recipe.passages.enabled,
            "edits.copies": self.recipe.passages.enabled,
            "edits.account": self.recipe.passages.enabled,
            "tokenization.train": self._trains,
            "tokenization": bool(self.tokenizer) or self._trains,
        }
        return tuple(stage for stage in STAGES_IN_ORDER if chosen.get(stage, True))

    @property
    def _trains(self) -> bool:
        return not self.tokenizer and self.recipe.tokenization.tokenizer == "train"

    def units(self, stage: str, results: Results) -> list[UnitSpec]:
        view = View(self, results)
        if stage == "tokenization" and not view.model:
            return []  # too little text to train on: the snapshot has no tokens
        if stage in PARTITION_UNITS:
            return PARTITION_UNITS[stage](view)
        if stage in SNAPSHOT_UNITS:
            return [SNAPSHOT_UNITS[stage](view)]
        return [
            PART_UNITS[stage](view, number)
            for number in range(len(self.parts))
            if number not in view.failed
        ]
