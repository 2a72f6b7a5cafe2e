"""The rows of the table of promises, by name."""

from __future__ import annotations

from collections.abc import Callable

from tests.chaos.outcome import Outcome
from tests.chaos.worker_death import worker_death

ROWS: dict[str, Callable[..., Outcome]] = {
    "worker-death": worker_death,
}
