"""What would be kept if: questions over a snapshot's columns, no Python object a document.

The same comparison and the same choice of keepers as the units use, so that an
answer is what a run then does. This is the plain way, which says what is meant;
packed.py answers the same for who asks again and again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from corpora.decisions.bins import Steps, pieces, rounded_up
from corpora.decisions.choice import Choice, Members
from corpora.decisions.containment import Inside, nothing_inside, settle
from corpora.rules import Column, Limits, Mask, failing_rules

#: Values that a histogram's range is taken from.
_SAMPLE = 200_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Overrides:
    """What people decided, as masks over all rows; None for nothing."""

    opted_out: Mask | None = None
    judged_drop: Mask | None = None
    judged_keep: Mask | None = None
    preferred: Mask | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waterfall:
    """How many documents each reason drops first, in the order in which reasons apply."""

    documents: int
    dropped: dict[str, int]
    kept: int
    #: How many documents each rule fails, whichever reason came first.
    failing: dict[str, int] = field(default_factory=dict)


def reasons(
    columns: Mapping[str, Column],
    rules: Sequence[Limits],
    *,
    rows: int,
    members: Members | None = None,
    inside: Inside | None = None,
    policy: str = "quality",
    overrides: Overrides | None = None,
) -> tuple[list[str], list[Mask], Mask]:
    """Names of the reasons in their order, their masks, and who stays whatever they say.

    Each mask is bool[rows]. ``columns`` hold float32[rows] for every rule's signal, and with
    ``members`` (corpora.decisions.keepers.members_of) characters and japanese_letters. With
    ``inside`` (inside_of there) "contained" is a reason, too.
    """
    people = overrides or Overrides()
    nobody = np.zeros(rows, np.bool_)
    opted_out = nobody if people.opted_out is None else people.opted_out
    judged_drop = nobody if people.judged_drop is None else people.judged_drop
    judged_keep = nobody if people.judged_keep is None else people.judged_keep & ~opted_out
    ruled = failing_rules(columns, rules)
    contained, exact, near = nobody, nobody, nobody
    if members is not None:
        preferred = nobody if people.preferred is None else people.preferred
        choice = _choice(
            columns, ruled, members, policy, opted_out | judged_drop, judged_keep, preferred
        )
        contained, exact, near = _copies(members, inside or nothing_inside(), choice, rows)
    within = {} if inside is None else {"contained": contained}
    copies = {**within, "exact_duplicate": exact, "near_duplicate": near}
    names = ["opt_out", "judgement", *(r.name for r in rules), *copies]
    masks = [opted_out, judged_drop, *ruled, *copies.values()]
    return names, masks, judged_keep


def _choice(
    columns: Mapping[str, Column],
    ruled: Sequence[Mask],
    members: Members,
    policy: str,
    excluded: Mask,
    judged_keep: Mask,
    preferred: Mask,
) -> Choice:
    here = members.rows
    failed = np.zeros(len(here), np.int64)
    for mask in ruled:
        failed += mask[here]
    return Choice(
        policy=policy,
        failed=failed,
        excluded=excluded[here],
        judged_keep=judged_keep[here],
        preferred=preferred[here],
        characters=columns["characters"][here],
        japanese=columns["japanese_letters"][here],
    )


def _copies(members: Members, inside: Inside, choice: Choice, rows: int) -> tuple[Mask, Mask, Mask]:
    """Which rows lie in what is kept, which are exact copies of a keeper, and which near ones."""
    settled = settle(members, inside, choice)
    here, keepers = members.rows, settled.keepers
    contained = np.zeros(rows, np.bool_)
    contained[here[settled.containers >= 0]] = True
    copy = keepers != np.arange(len(here))
    same = members.exacts[keepers] == members.exacts
    exact, near = np.zeros(rows, np.bool_), np.zeros(rows, np.bool_)
    exact[here[copy & same]] = True
    near[here[copy & ~same]] = True
    return contained, exact, near


def waterfall(
    columns: Mapping[str, Column],
    rules: Sequence[Limits],
    *,
    rows: int,
    members: Members | None = None,
    inside: Inside | None = None,
    policy: str = "quality",
    overrides: Overrides | None = None,
) -> Waterfall:
    """Count what ``reasons`` says; reasons that drop nobody are in it with 0.

    >>> lengths = np.array([10, 500, 900], np.float32)
    >>> rules = [Limits(name="短い", signal="characters", min=400)]
    >>> waterfall({"characters": lengths}, rules, rows=3).dropped["短い"]
    1
    """
    names, masks, kept_anyway = reasons(
        columns,
        rules,
        rows=rows,
        members=members,
        inside=inside,
        policy=policy,
        overrides=overrides,
    )
    left = ~kept_anyway
    dropped: dict[str, int] = {}
    for name, mask in zip(names, masks, strict=True):
        dropped[name] = int(np.count_nonzero(left & mask))
        left &= ~mask
    return Waterfall(
        documents=rows,
        dropped=dropped,
        kept=rows - sum(dropped.values()),
        failing={
            name: int(np.count_nonzero(mask)) for name, mask in zip(names, masks, strict=True)
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Histogram:
    """Counts between edges; what lies outside the edges is in the first and last bin."""

    counts: npt.NDArray[np.int64]
    #: float64, one more than counts.
    edges: npt.NDArray[np.float64]
    #: Documents without a value.
    missing: int


def histogram(column: Column, bins: int = 60) -> Histogram:
    """A histogram whose range an outlier cannot stretch.

    The edges go from the 0.1 % to the 99.9 % quantile (of an even sample of
    200,000); whole numbers get bins of whole width.

    >>> found = histogram(np.array([0, 1, 1, 3], np.float32))
    >>> found.counts.tolist(), found.edges.tolist()
    ([1, 2, 0, 1], [-0.5, 0.5, 1.5, 2.5, 3.5])
    """
    finite = sum(int(np.isfinite(column[piece]).sum()) for piece in pieces(len(column)))
    missing = len(column) - finite
    if not finite:
        return Histogram(counts=np.zeros(1, np.int64), edges=np.array([0.0, 1.0]), missing=missing)
    edges = _edges(_sample(column, max(1, finite // _SAMPLE), whole=not missing), bins)
    return Histogram(counts=counts_between(column, edges), edges=edges, missing=missing)


def counts_between(column: Column, edges: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """How many values lie in each bin; those outside are in the first and the last."""
    steps = Steps(rounded_up(edges))
    found = np.zeros(steps.count + 1, np.int64)
    for piece in pieces(len(column)):
        values = column[piece]
        found += steps.counted(values[np.isfinite(values)])
    return folded(found)


def folded(reached: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Counts by number of edges reached, as counts between the edges."""
    counts = reached[1:-1].copy()
    counts[0] += reached[0]
    counts[-1] += reached[-1]
    return counts


def _sample(column: Column, every: int, *, whole: bool) -> Column:
    """Every so manieth of the finite values."""
    if whole:
        return np.asarray(column[::every])
    found, seen = [], 0
    for piece in pieces(len(column)):
        values = column[piece]
        values = values[np.isfinite(values)]
        found.append(values[-seen % every :: every])
        seen += len(values)
    return np.concatenate(found)


def _edges(sample: Column, bins: int) -> npt.NDArray[np.float64]:
    low, high = (float(edge) for edge in np.quantile(sample, [0.001, 0.999]))
    if bool((sample == np.round(sample)).all()):
        low, high = np.floor(low) - 0.5, np.ceil(high) + 0.5
        width = np.ceil((high - low) / bins)
        return np.arange(low, high + width, width)
    if low == high:
        # One value: a bin around it.
        low, high = low - 0.5, high + 0.5
    return np.linspace(low, high, bins + 1)
