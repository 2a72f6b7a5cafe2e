"""Where the time of a worker's units goes: a line of JSON for each that it worked on."""

from __future__ import annotations

import functools
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from pkgutil import resolve_name
from typing import Any
from unittest.mock import patch

import orjson

#: The variable that names the folder of the lines.
FOLDER = "KOTOGURA_CHAOS_TIMES"


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """One unit from claim to record; seconds on the clock."""

    unit: int
    #: Since 1970.
    began: float
    ended: float
    #: Of the worker's process meanwhile, kernel included.
    processor: float
    #: By name (WATCHED); "digest", "settle" and "key" lie inside "execute", "wake" inside "finish".
    seconds: Mapping[str, float]

    def of(self, name: str) -> float:
        return self.seconds.get(name, 0.0)


#: What is timed, by the name of its figure.
_WATCHED = {
    "claim": "curation.tasks.work.units.claim",
    "known": "curation.tasks.work.known",
    "execute": "curation.tasks.work.execute",
    "finish": "curation.tasks.work.units.finish",
    "renew": "curation.tasks.work.units.renew",
    "wake": "curation.actions.wake.send",
    "digest": "corpora.durable.FollowedFile.digest",
    "settle": "corpora.settling.Settling.settled",
    "key": "corpora.storage.Store.record",
}


@contextmanager
def watched(folder: Path) -> Iterator[None]:
    """This process notes what its units take in ``folder``, until the block ends."""
    from curation.tasks import units

    watches = _Watches()
    with ExitStack() as stack:
        for name, place in _WATCHED.items():
            stack.enter_context(patch(place, watches.around(name, resolve_name(place))))
        work_on = _noting(units.work_on, watches, folder)
        stack.enter_context(patch("curation.tasks.units.work_on", work_on))
        yield


def read(folder: Path) -> Sequence[Worked]:
    """Every unit that a worker noted, in the order in which they began."""
    lines = [line for file in folder.glob("*.jsonl") for line in file.read_bytes().splitlines()]
    return sorted((Worked(**orjson.loads(line)) for line in lines), key=lambda one: one.began)


class _Watches:
    """Seconds by name; the keeper of a lease and the unit add to them at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seconds: dict[str, float] = {}

    def around(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def timed(*arguments: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                with self._lock:
                    spent = time.perf_counter() - began
                    self._seconds[name] = self._seconds.get(name, 0.0) + spent

        return timed

    def taken(self) -> dict[str, float]:
        """What was added since the last time."""
        with self._lock:
            found, self._seconds = self._seconds, {}
        return found


def _noting(work_on: Callable[..., bool], watches: _Watches, folder: Path) -> Callable[..., bool]:
    @functools.wraps(work_on)
    def noted(unit_id: int, **named: Any) -> bool:
        watches.taken()
        began, processor = time.time(), time.process_time()
        done = work_on(unit_id, **named)
        worked = {
            "unit": unit_id,
            "began": began,
            "ended": time.time(),
            "processor": time.process_time() - processor,
            "seconds": watches.taken(),
        }
        with (folder / f"{os.getpid()}.jsonl").open("ab") as file:
            file.write(orjson.dumps(worked) + b"\n")
        return done

    return noted
