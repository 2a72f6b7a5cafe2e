"""Some rows of a snapshot, wherever they are: each row group that holds one is read once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from curation.queries.scan import Place
from curation.store import store


def pick(
    parts: Sequence[Mapping[str, Any]],
    places: Sequence[Place],
    columns: Mapping[str, Sequence[str]],
) -> list[dict[str, Any]]:
    """For each place, in the order given, the columns of the roles (role -> names).

    ``parts`` are the manifest's.
    """
    found: dict[Place, dict[str, Any]] = {place: {} for place in places}
    by_part: dict[int, list[int]] = defaultdict(list)
    for place in sorted(found):
        by_part[place.part].append(place.row)
    for number, rows in by_part.items():
        for role, names in columns.items():
            if blob := parts[number][role]:
                for row, values in zip(rows, _read(blob, rows, names), strict=True):
                    found[Place(number, row)] |= values
    return [found[place] for place in places]


def _read(blob: str, rows: Sequence[int], names: Sequence[str]) -> list[dict[str, Any]]:
    """Rows of one blob, ascending. Raises IndexError when it has no such row."""
    with store().parquet(blob) as file:
        metadata: Any = file.metadata
        sizes = [metadata.row_group(n).num_rows for n in range(metadata.num_row_groups)]
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        if rows[-1] >= starts[-1]:
            raise IndexError(rows[-1])
        wanted = np.array(rows, np.int64)
        holding = np.searchsorted(starts, wanted, side="right") - 1
        values: list[dict[str, Any]] = []
        for group in np.unique(holding).tolist():
            table = file.read_row_group(group, columns=list(names))
            values += table.take(wanted[holding == group] - starts[group]).to_pylist()
    return values
