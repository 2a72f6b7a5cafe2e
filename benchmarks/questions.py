"""The same question for everybody: a limit that moves. Only the standard library is used here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

#: How often the limit moves.
MOVES = 5
#: Of the second rule the minimum, by this much each time.
_STEP = 0.004

#: Signal, minimum, maximum.
Rule = tuple[str, float | None, float | None]


def moved(rules: Sequence[Rule], number: int) -> list[Rule]:
    """The rules after the limit was moved ``number`` times.

    >>> moved([("a", 1, None), ("b", 0.5, 1)], 2)
    [('a', 1, None), ('b', 0.508, 1)]
    """
    first, (name, least, most), *others = rules
    assert least is not None, "the second rule has a minimum"
    return [first, (name, round(least + _STEP * number, 6), most), *others]


def in_order(
    sums: Mapping[tuple[int, int], tuple[int, int]], reasons: int, groups: int
) -> list[int]:
    """Documents and characters by (reason, group) as flat numbers: reason, what, group."""
    return [
        sums.get((reason, group), (0, 0))[what]
        for reason in range(reasons)
        for what in range(2)
        for group in range(groups)
    ]
