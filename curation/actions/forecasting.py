"""What a run would do, and how long it would take, before it is started."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from corpora.plans.forecast import StageForecast, forecast
from curation.actions.runs import RunRefused, arguments_for
from curation.models import Corpus, Recipe, Run, Tokenizer, User
from curation.permissions import require
from curation.plans import curation_of
from curation.queries.rates import Rate, rates, size_of
from curation.store import store

#: Parts (64 MB of text each) that a page looks through while somebody waits.
PAGE_PARTS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StageAhead:
    """A stage of a run that is not started yet.

    None is what was not measured here over nearly as much.
    """

    name: str
    units: int
    known: int
    to_do: int
    at_most: int
    #: Of the parts that would be computed.
    documents: int
    seconds: float | None
    #: That would be written to the store.
    bytes: int | None
    #: That one worker would hold at most.
    memory: int | None

    @property
    def computed(self) -> int:
        return self.to_do + self.at_most


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    parts: int
    documents: int
    stages: list[StageAhead]

    @property
    def known(self) -> int:
        return sum(stage.known for stage in self.stages)

    @property
    def to_do(self) -> int:
        return sum(stage.to_do for stage in self.stages)

    @property
    def at_most(self) -> int:
        return sum(stage.at_most for stage in self.stages)

    @property
    def measured(self) -> bool:
        """Whether every stage that would compute something was measured here over as much."""
        return all(stage.seconds is not None for stage in self.stages if stage.computed)

    @property
    def seconds(self) -> float:
        return sum(stage.seconds or 0 for stage in self.stages)

    @property
    def bytes(self) -> int:
        return sum(stage.bytes or 0 for stage in self.stages)

    @property
    def memory(self) -> int:
        """Of the stage that needs most, in one worker."""
        return max((stage.memory or 0 for stage in self.stages), default=0)


def ahead(
    *,
    corpora: Sequence[Corpus],
    recipe: Recipe,
    by: User,
    tokenizer: Tokenizer | None = None,
    most_parts: int | None = None,
) -> Ahead:
    """What ``start_curation`` with the same arguments would compute, and what is known.

    Raises RunRefused like it, and when there are more than ``most_parts`` to look through.
    """
    require(by, "run.create")
    arguments = arguments_for(corpora, recipe, tokenizer)
    parts: list[dict[str, Any]] = arguments["parts"]
    if most_parts is not None and len(parts) > most_parts:
        raise RunRefused(
            _("To look through %(number)s parts takes too long for a page.")
            % {"number": len(parts)},
            remedy=_("Ask the command line: manage.py curate CORPUS --dry-run"),
        )
    plan = curation_of(Run(kind=Run.Kind.CURATE, arguments=arguments))
    stages = list(forecast(plan, store()))
    measured = rates(stage.stage for stage in stages if stage.parts)
    return Ahead(
        parts=len(parts),
        documents=sum(part["rows"] for part in parts),
        stages=[_stage(stage, parts, measured) for stage in stages],
    )


def _stage(
    found: StageForecast, parts: list[dict[str, Any]], measured: dict[str, Rate]
) -> StageAhead:
    rate = measured.get(found.stage)
    size = size_of(parts, found.parts) if rate else 0
    if rate and not rate.reaches(size):
        rate = None
    nothing = not found.parts
    return StageAhead(
        name=found.stage,
        units=found.units,
        known=found.known,
        to_do=found.to_do,
        at_most=found.at_most,
        documents=sum(parts[number]["rows"] for number in found.parts),
        seconds=0 if nothing else rate.seconds_for(size) if rate else None,
        bytes=0 if nothing else rate.bytes_for(size) if rate else None,
        memory=0 if nothing else rate.memory_for(size) if rate else None,
    )
