"""One limit in hand: what each of its settings keeps, and the documents beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpora.decisions.bins import pieces, rounded_up
from corpora.decisions.packed import ones, unpack
from corpora.decisions.what_if import folded
from corpora.kernels.masks import Bits, are_set, reached, with_rows
from corpora.rules import Column, Limits
from curation.queries.what_if import AtTheCut, Hold, Settings, Side
from curation.what_if.field import Field

#: Documents shown on either side of a cut.
AT_THE_CUT = 6
SIGNS = {"min": 1, "max": -1}


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

    def reached(self, limits: Column) -> tuple[npt.NDArray[np.int64], int]:
        """How many values reach how many limits; how many are NaN, not measured."""
        counts, missing = reached(self.column, self.alone, limits)
        of_clusters, more = reached(self.best, None, limits)
        return counts + of_clusters, missing + more


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
    limits = wanted if side == "min" else np.nextafter(wanted, np.float32(np.inf))
    counts, missing = found.reached(limits)
    at_least = counts[::-1].cumsum()[::-1][1:]
    kept = at_least if side == "min" else counts.sum() - at_least
    # What was not measured passes any limit.
    kept = kept + found.kept_anyway + missing
    bars: list[int] = []
    if len(edges) > 1:
        bars = folded(found.reached(rounded_up(np.array(edges, np.float64)))[0]).tolist()
    return Hold(kept=kept.tolist(), bars=bars)


def decided(field: Field, settings: Settings, rule: Limits, side: Side) -> Decided:
    """What passes all other rules, the rule's other limit, people and, but for copies, its like."""
    documents, people = field.documents, field.people
    column = field.columns[rule.signal]
    keep = people.kept_anyway
    failed = failed_elsewhere(field, settings, rule, side) | people.judged_drop
    alone = ~failed & ~keep & documents.everyone
    best = np.zeros(0, np.float32)
    if (members := documents.members) is not None:
        here = members.rows
        # A limit that is a minimum keeps a cluster by its highest value, a maximum by its lowest.
        best = documents.clusters.highest(
            np.asarray(column[here]), are_set(alone, here), are_set(keep, here), SIGNS[side]
        )
        alone &= ~with_rows(field.rows, here)
    return Decided(column=column, alone=alone, best=best, kept_anyway=ones(keep))


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
