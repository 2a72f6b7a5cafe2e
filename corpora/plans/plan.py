"""What every plan speaks of: outcomes in part order, and parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from corpora.stages import UnitResult, UnitSpec

#: Stages whose failure does not end a curation: the snapshot is made without tokens.
OPTIONAL = frozenset({"tokenization.train"})

#: Stages that have several units of which none may be given up: they share out a whole snapshot
#: otherwise than by its parts, or an export, which is whole or not at all; and a source of which
#: one URL cannot be had is not silently a smaller one.
PARTITIONED = frozenset(
    {"fetch", "dedup.bands", "dedup.overlaps", "edits.copies", "export.rows", "export.shards"}
)


#: Stages that look at all parts at once and say what they find by a part's place among them.
#: Results after the first of them that a plan has belong to just those parts.
_WITH_ALL_PARTS = ("dedup.bands", "dedup", "columns")


def rests_on(stage: str, part: str) -> bool:
    """Whether everything after rests on this unit; otherwise one part does, and may be given up.

    >>> rests_on("dedup", ""), rests_on("dedup.bands", "00001"), rests_on("signals", "00001")
    (True, True, False)
    """
    return not part or stage in PARTITIONED


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One finished or given-up unit."""

    part: str
    result: UnitResult | None
    #: Why it was given up; None when it was not.
    reason: str | None = None


#: Stage -> outcomes in part order.
Results = Mapping[str, Sequence[Outcome]]


#: The keys of the units that a stage had.
Planned = Callable[[str], Set[str]]


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
    #: The corpus that it belongs to, by name; "" in what was frozen before parts knew it.
    corpus: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def begins_anew(plan: Plan, stage: str, results: Results, planned: Planned) -> str | None:
    """The stage to go back to after ``stage``; None when the next one follows.

    A part that is given up late was counted with before: numbers of rows, duplicates and
    columns would be those of a snapshot that has it. So what looked at all parts does so again,
    without it. What is said of the other parts is mostly known by then.
    """
    first = next((name for name in plan.stages if name in _WITH_ALL_PARTS), None)
    if first is None or not lost_parts(results.get(stage, ())):
        return None
    if plan.stages.index(stage) <= plan.stages.index(first):
        return None
    now = {unit.key for unit in plan.units(first, results)}
    return None if now == planned(first) else first


def lost_parts(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """What stays of a stage that begins anew: nobody tries these parts again."""
    return [outcome for outcome in outcomes if outcome.result is None and outcome.part]


def label(number: int) -> str:
    """A part's label.

    >>> label(12), label(123_456)
    ('00012', '123456')
    """
    return f"{number:05d}"


def place(part: str) -> tuple[int, str]:
    """What labels are sorted by: as text, one of more digits comes after those of fewer.

    >>> sorted(["100000", "99999", ""], key=place)
    ['', '99999', '100000']
    """
    return len(part), part


def only(results: Results, stage: str) -> UnitResult:
    """The result of a stage that has one unit."""
    (outcome,) = results[stage]
    assert outcome.result is not None
    return outcome.result


def every(results: Results, stage: str, role: str) -> list[Any]:
    """An output of each unit of a stage of which none was given up, in order."""
    found = [outcome.result for outcome in results.get(stage, ())]
    return [result.outputs[role] for result in found if result]
