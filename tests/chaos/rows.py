"""The rows of the table of promises, by name."""

from __future__ import annotations

from collections.abc import Callable

from tests.chaos.bit_rot import bit_rot
from tests.chaos.cost import cost
from tests.chaos.determinism import determinism
from tests.chaos.disk_full import disk_full
from tests.chaos.hosts import hosts
from tests.chaos.outcome import Outcome
from tests.chaos.poison import poison
from tests.chaos.postgresql import postgresql
from tests.chaos.redis import redis
from tests.chaos.worker_death import worker_death
from tests.chaos.zombies import zombies

ROWS: dict[str, Callable[..., Outcome]] = {
    "worker-death": worker_death,
    "zombies": zombies,
    "redis": redis,
    "postgresql": postgresql,
    "disk-full": disk_full,
    "poison": poison,
    "determinism": determinism,
    "bit-rot": bit_rot,
    "hosts": hosts,
    "cost": cost,
}
