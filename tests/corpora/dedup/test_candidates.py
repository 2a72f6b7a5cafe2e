"""Large buckets: compared with leaders only."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from corpora.dedup import candidates
from corpora.dedup.candidates import LEADERS, Limits, Signatures

ROWS, PERMUTATIONS, THRESHOLD = 5, 128, 0.8
LIMITS = Limits.of(PERMUTATIONS, THRESHOLD)


@pytest.fixture
def matrix() -> NDArray[np.uint32]:
    """uint32[400, 128]: one bucket; of every four one is new, and three are like it, less and
    less."""
    draw = np.random.default_rng(5)
    found = draw.integers(1, 1 << 32, (400, PERMUTATIONS), np.uint32)
    for row in range(400):
        same = PERMUTATIONS - row % 4 * 12
        found[row, :same] = found[row - row % 4, :same]
    found[:, :ROWS] = found[0, :ROWS]
    return found


def by_leaders(matrix: NDArray[np.uint32]) -> list[tuple[int, int]]:
    """The pairs as the docstring of ``candidates`` has them, one by one."""
    pairs, left = [], list(range(len(matrix)))
    for _ in range(LEADERS):
        leader, *left = left
        equal = {other: int((matrix[leader] == matrix[other]).sum()) for other in left}
        pairs += [(leader, other) for other in left if equal[other] >= LIMITS.needed]
        left = [other for other in left if equal[other] < LIMITS.sure]
    return sorted(pairs)


@pytest.mark.parametrize(
    "gathered",
    [pytest.param(1 << 16, id="all at once"), pytest.param(7, id="more than are put together")],
)
def test_a_large_bucket_is_put_together_once_for_all_leaders(
    gathered: int, matrix: NDArray[np.uint32], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "_GATHERED", gathered)
    signatures = Signatures([matrix[:150], matrix[150:]])
    asked = []
    rows = Signatures.rows

    def counted(self: Signatures, positions: NDArray[np.int64]) -> NDArray[np.uint32]:
        asked.append(len(positions))
        return rows(self, positions)

    monkeypatch.setattr(Signatures, "rows", counted)
    found = candidates.candidates(
        signatures, np.ones(400, np.bool_), bands=range(1), rows=ROWS, threshold=THRESHOLD
    )
    assert [tuple(pair) for pair in found[:, :2].tolist()] == by_leaders(matrix)
    assert len(found) >= LEADERS
    # The bucket, and then what came out of it.
    assert sum(asked) <= 400 + 2 * len(found)
