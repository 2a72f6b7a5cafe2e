"""Short forms of the rows of ``make chaos`` that need no workers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.chaos import bit_rot, determinism, disk_full, poison, postgresql
from tests.chaos.ground import Ground
from tests.chaos.outcome import Outcome

pytestmark = pytest.mark.django_db(transaction=True)

SHORT: dict[str, Callable[[Ground], Outcome]] = {
    "postgresql": lambda ground: postgresql.postgresql(ground, times=1, people=4, decisions=40),
    "disk full": lambda ground: disk_full.disk_full(ground, times=1, parts=1),
    "poison": poison.alone,
    "determinism": lambda ground: determinism.determinism(ground, times=1, parts=2, workers=False),
    "bit rot": lambda ground: bit_rot.bit_rot(ground, times=5),
}


@pytest.mark.parametrize("row", SHORT)
def test_the_promise_holds(ground: Ground, row: str) -> None:
    outcome = SHORT[row](ground)
    assert outcome.held, "\n".join(outcome.lines())
