"""Iteration marks written out and kana mapped, in one pass over code points.

Which mark stands for what, and what each kana becomes, is in corpora.kana.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.compiling import kernel
from corpora.kernels.text import Points


def rewritten(
    points: Points, table: NDArray[np.uint32], repeats: NDArray[np.uint32], first: int
) -> Points:
    """Every code point by its entry in the table, after marks have become what they repeat.

    ``table`` is uint32[0x110000]. ``repeats`` is uint32[kinds of marks + 1, kana]: row 0 says
    which kind of mark a point is (0: none), row *k* what a mark of kind *k* stands for after each
    kana (0: it stays). Its columns are the code points from ``first`` on.
    Raises ValueError when a table has another shape, or row 0 names a kind without a row.
    """
    if len(table) != 0x110000 or repeats.ndim != 2 or int(repeats[0].max()) >= len(repeats):
        raise ValueError("a table of kana has another shape")
    values = np.empty(len(points.values), np.uint32)
    _rewritten(points.values, points.starts, table, repeats, np.uint32(first), values)
    return Points(values=values, starts=points.starts)


@kernel
def _rewritten(
    values: NDArray[np.uint32],
    starts: NDArray[np.int64],
    table: NDArray[np.uint32],
    repeats: NDArray[np.uint32],
    first: np.uint32,
    found: NDArray[np.uint32],
) -> None:
    width = np.uint32(repeats.shape[1])
    for text in range(len(starts) - 1):
        # The column of the kana before; as wide as the table when there is none.
        before = width
        for place in range(starts[text], starts[text + 1]):
            point = values[place]
            # Unsigned: what lies below the first column comes out above the last.
            column = np.uint32(point - first)
            if column < width and before < width:
                kind = repeats[0, column]
                if kind and repeats[kind, before]:
                    point = repeats[kind, before]
                    column = np.uint32(point - first)
            before = column
            found[place] = table[point]
