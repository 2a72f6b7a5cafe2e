"""One limit in hand: what each of its settings keeps, and the documents beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpora.decisions.bins import Steps, pieces, rounded_up
from corpora.decisions.packed import Bits, ones, scattered, taken, unpack
from corpora.decisions.what_if import folded
from corpora.rules import Column, Limits
from curation.queries.what_if import AtTheCut, Hold, Settings, Side
from curation.what_if.field import Field

#: Documents shown on either side of a cut.
AT_THE_CUT = 6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Decided:
    """The documents of which the limit in hand decides: all other reasons let them pass.

    A cluster keeps one document as long as any member passes, so it counts like one document
    with its best member's value.
    """

    column: Column
    #: Documents that are alone.
    alone: Bits
    #: Of each cluster the best value.
    best: Column
    #: Documents that people keep whatever the limit says.
    kept_anyway: int
    rows: int

    def values(self) -> Iterable[Column]:
        """Piece by piece; NaN for what was not measured and passes any limit."""
        for piece in pieces(self.rows):
            yield np.asarray(self.column[piece])[unpack(self.alone, piece.start, piece.stop)]
        yield self.best


def held(
    field: Field,
    settings: Settings,
    rule: Limits,
    side: Side,
    values: Sequence[float],
    edges: Sequence[float] = (),
) -> Hold:
    """How many documents each setting of a limit keeps, and where they lie."""
    found = decided(field, settings, rule, side)
    wanted = np.array(values, np.float64).astype(np.float32)
    # A value passes a maximum as long as it does not reach the next number above.
    steps = Steps(wanted if side == "min" else np.nextafter(wanted, np.float32(np.inf)))
    bins = Steps(rounded_up(np.array(edges, np.float64))) if len(edges) > 1 else None
    reached = np.zeros(steps.count + 1, np.int64)
    bars = np.zeros(bins.count + 1 if bins else 2, np.int64)
    always = found.kept_anyway
    for some in found.values():
        missing = np.isnan(some)
        if missing.any():
            always += int(missing.sum())
            some = some[~missing]
        reached += steps.counted(some)
        if bins:
            bars += bins.counted(some)
    at_least = reached[::-1].cumsum()[::-1][1:]
    kept = at_least if side == "min" else reached.sum() - at_least
    return Hold(kept=(kept + always).tolist(), bars=folded(bars).tolist() if bins else [])


def decided(field: Field, settings: Settings, rule: Limits, side: Side) -> Decided:
    """What passes all other rules, the rule's other limit, people and, but for copies, its like."""
    documents, people = field.documents, field.people
    column = field.columns[rule.signal]
    keep = people.kept_anyway
    failed = failed_elsewhere(field, settings, rule, side) | people.judged_drop
    alone = ~failed & ~keep & documents.everyone
    best = np.zeros(0, np.float32)
    if (members := documents.members) is not None and len(members.rows):
        able = taken(alone, members.rows)
        best = _best(field, np.asarray(column[members.rows]), able, taken(keep, members.rows), side)
        alone &= ~scattered(field.rows, members.rows)
    return Decided(column=column, alone=alone, best=best, kept_anyway=ones(keep), rows=field.rows)


def failed_elsewhere(field: Field, settings: Settings, rule: Limits, side: Side) -> Bits:
    """What another rule, the rule's other limit or an opt-out drops."""
    failed = field.people.opted_out.copy()
    others = [one for one in field.limits(settings) if one.name != rule.name]
    for one in field.documents.failing.each(others):
        failed |= one.bits
    other = (None, rule.max) if side == "min" else (rule.min, None)
    if other != (None, None):
        failed |= field.documents.failing.of(rule.signal, *other).bits
    return failed


def _best(
    field: Field,
    values: Column,
    able: npt.NDArray[np.bool_],
    keep: npt.NDArray[np.bool_],
    side: Side,
) -> Column:
    """The best value of each cluster with an able member and none that people keep."""
    ranking = field.documents.ranking("earliest")
    order, starts = ranking.order, ranking.starts
    # As if every limit were a minimum: NaN is not measured and always passes.
    upward = np.where(np.isnan(values), np.float32(np.inf), values if side == "min" else -values)
    upward[~able] = -np.inf
    best = np.maximum.reduceat(upward[order], starts)
    some = np.logical_or.reduceat(able[order], starts)
    settled = np.logical_or.reduceat(keep[order], starts)
    best = best[some & ~settled]
    best[np.isposinf(best)] = np.nan
    found: Column = best if side == "min" else -best
    return found


# -- beside the cut ---------------------------------------------------------------------------


def at_the_cut(field: Field, settings: Settings, rule: Limits, side: Side) -> AtTheCut:
    """Documents just within and just beyond one limit of a rule, of those it decides about.

    What another rule or an opt-out drops anyway says nothing of this limit. What people judged
    stays: it is shown with what they said.
    """
    limit = rule.min if side == "min" else rule.max
    if limit is None:
        return AtTheCut(inside=[], outside=[])
    column = field.columns[rule.signal]
    beyond = field.documents.failing.of(rule.signal, *_only(rule, side)).bits
    among = ~failed_elsewhere(field, settings, rule, side) & field.documents.everyone
    among &= ~field.documents.failing.unmeasured(rule.signal).bits
    return AtTheCut(
        inside=_nearest(field, column, limit, among & ~beyond),
        outside=_nearest(field, column, limit, among & beyond),
    )


def _only(rule: Limits, side: Side) -> tuple[float | None, float | None]:
    return (rule.min, None) if side == "min" else (None, rule.max)


def _nearest(field: Field, column: Column, limit: float, among: Bits) -> list[int]:
    """The nearest documents; of those equally near the first."""
    rows, distances = np.zeros(0, np.int64), np.zeros(0, np.float32)
    for piece in pieces(field.rows):
        here = np.flatnonzero(unpack(among, piece.start, piece.stop))
        distance = np.abs(np.asarray(column[piece])[here] - np.float32(limit))
        if len(rows) == AT_THE_CUT:
            nearer = distance < distances[-1]
            here, distance = here[nearer], distance[nearer]
        if len(here):
            rows = np.concatenate([rows, here + piece.start])
            distances = np.concatenate([distances, distance])
            best = np.lexsort((rows, distances))[:AT_THE_CUT]
            rows, distances = rows[best], distances[best]
    return [int(row) for row in rows]
