"""What a curation would compute, said before it begins: by stage, without computing anything.

A stage's units rest on outputs of the stages before. Where those are in the store the keys
are certain; where they are still to be computed it is only certain how many units there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from corpora.plans.curate import CuratePlan
from corpora.plans.plan import Outcome, rests_on
from corpora.stages import UnitResult, UnitSpec, known
from corpora.storage import Store

#: Stands in inputs for a blob that nobody knows yet.
_UNKNOWN = "not computed yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class StageForecast:
    stage: str
    units: int
    #: In the store already.
    known: int
    #: Not in the store: they will be computed.
    to_do: int
    #: They rest on what is still to be computed: at most so many will be, too.
    at_most: int
    #: Numbers of the parts that units to do (and at most) are about; of snapshot-wide units all.
    parts: frozenset[int]


def forecast(plan: CuratePlan, store: Store) -> Iterator[StageForecast]:
    """Stage by stage. How many units share out a snapshot may be too low for those that depend
    on counts (passages, n-grams) which are not known yet."""
    results: dict[str, list[Outcome]] = {}
    for stage in plan.stages:
        units = plan.units(stage, results)
        found = [None if _rests_on_unknown(unit) else known(unit, store) for unit in units]
        open_ = [_rests_on_unknown(unit) for unit in units]
        results[stage] = [
            Outcome(part=unit.part, result=result or _not_yet())
            for unit, result in zip(units, found, strict=True)
        ]
        computed = [unit for unit, result in zip(units, found, strict=True) if result is None]
        yield StageForecast(
            stage=stage,
            units=len(units),
            known=len(units) - len(computed),
            to_do=len(computed) - sum(open_),
            at_most=sum(open_),
            parts=_parts(plan, computed),
        )


def _parts(plan: CuratePlan, units: list[UnitSpec]) -> frozenset[int]:
    if any(rests_on(unit.stage, unit.part) for unit in units):
        return frozenset(range(len(plan.parts)))
    return frozenset(int(unit.part) for unit in units)


class _Outputs(dict[str, Any]):
    """Whatever role is asked for: one blob, or blobs by name, that nobody knows."""

    def __missing__(self, role: str) -> _Outputs:
        return _Outputs({_UNKNOWN: _UNKNOWN})


class _Counts(dict[str, Any]):
    def __missing__(self, name: str) -> int:
        return 0


def _not_yet() -> UnitResult:
    return UnitResult(outputs=_Outputs(), counts=_Counts())


def _rests_on_unknown(unit: UnitSpec) -> bool:
    return _UNKNOWN.encode() in orjson.dumps(unit.inputs)
