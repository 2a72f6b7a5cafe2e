"""A column of a Parquet blob, a row group at a time; of many rows only those that are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora.storage import Store


def row_groups(
    store: Store, blob: str, column: str, wanted: NDArray[np.bool_] | None = None
) -> Iterator[tuple[int, Any]]:
    """The first row of each row group, and its values, a pa.Array.

    Row groups in which no row is ``wanted`` (one value a row of the table) are not read.
    """
    start = 0
    with store.parquet(blob) as file:
        for number in range(file.num_row_groups):
            size = file.metadata.row_group(number).num_rows
            if wanted is None or wanted[start : start + size].any():
                # One batch a group.
                for batch in file.iter_batches(size, row_groups=[number], columns=[column]):
                    yield start, batch.column(0)
            start += size


def rows_of(store: Store, blob: str) -> int:
    """How many rows a Parquet blob has."""
    with store.parquet(blob) as file:
        return int(file.metadata.num_rows)
