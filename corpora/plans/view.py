"""What a curation has so far, as its next units ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corpora.plans.plan import Results, label, rests_on

if TYPE_CHECKING:
    from corpora.plans.curate import CuratePlan

#: Every stage that a curation may have, in the order in which they run.
STAGES_IN_ORDER = (
    "normalize",
    "signals",
    "signals.dear",
    "dedup.signatures",
    "dedup.samples",
    "dedup.bands",
    "dedup",
    "dedup.overlaps",
    "dedup.contained",
    "columns",
    "columns.shapes",
    "decisions.keepers",
    "decisions.groups",
    "decisions",
    "edits.endings",
    "edits.footers",
    "edits.passages",
    "edits.copies",
    "edits",
    "edits.account",
    "tokenization.train",
    "tokenization",
    "search",
    "search.fields",
    "search.verdicts",
    "snapshot",
)

#: Stage -> a later one that begins beside it, because it asks for nothing that comes between.
#: Workers do it while there is work for only one of them (a tokenizer that is trained), and what
#: is left when its own turn comes.
BESIDE = {"signals": "search"}


class View:
    """The results of a curation by part number, with failed parts left out everywhere."""

    def __init__(self, plan: CuratePlan, results: Results) -> None:
        self.plan = plan
        self.failed: dict[int, dict[str, str]] = {}
        for stage in STAGES_IN_ORDER:
            for outcome in results.get(stage, ()):
                if outcome.result is None and not rests_on(stage, outcome.part):
                    self.failed.setdefault(
                        int(outcome.part), {"stage": stage, "reason": outcome.reason or ""}
                    )
        self.alive = [n for n in range(len(plan.parts)) if n not in self.failed]
        self._places = {number: place for place, number in enumerate(self.alive)}
        self._by_part = {
            stage: {outcome.part: outcome.result for outcome in outcomes}
            for stage, outcomes in results.items()
        }

    def out(self, stage: str, number: int | None, role: str) -> Any:
        """An output blob of a part's unit (or of a snapshot's when ``number`` is None)."""
        found = self._by_part[stage][label(number) if number is not None else ""]
        assert found is not None, f"{stage} of part {number} was given up"
        return found.outputs[role]

    def out_of_part(self, stage: str, number: int, role: str) -> str:
        """What the snapshot's unit made for a part; earlier versions made one blob for all."""
        every = self.out(stage, None, role)
        return every if isinstance(every, str) else str(every[self._places[number]])

    def counts(self, stage: str, number: int | None) -> dict[str, Any]:
        found = self._by_part[stage][label(number) if number is not None else ""]
        assert found is not None
        return found.counts

    def each(self, stage: str, role: str) -> list[Any]:
        return [self.out(stage, number, role) for number in self.alive]

    def signals(self, number: int) -> dict[str, str]:
        """Group -> blob of a part: cheap and dear ones."""
        found = dict(self.out("signals", number, "signals"))
        if "signals.dear" in self._by_part:
            found |= self.out("signals.dear", number, "signals")
        return found

    def every(self, stage: str, role: str) -> list[Any]:
        """An output of each unit that shares out the whole snapshot."""
        return [found.outputs[role] for found in self._by_part[stage].values() if found]

    def by_label(self, stage: str, role: str) -> dict[str, Any]:
        """An output of each part, for units that give positions in them back."""
        return {label(number): self.out(stage, number, role) for number in self.alive}

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
    def has_near(self) -> bool:
        return self.plan.recipe.dedup.mode == "near"

    @property
    def footers(self) -> str:
        """The table of footers; "" when they are not looked for."""
        if not self.plan.recipe.footers.enabled:
            return ""
        return str(self.out("edits.footers", None, "footers"))

    @property
    def has_containment(self) -> bool:
        return self.plan.recipe.dedup.containment > 0

    @property
    def has_dedup(self) -> bool:
        return self.plan.recipe.dedup.mode != "none"
