"""A worker that is told to stop hands its units back at once, for another one to take.

Celery lets a pool process finish its task, which here is up to hours of a unit. The worker's
main process passes the word on with a signal; a unit hears of it through its lease's keeper.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from typing import Any

from billiard import active_children
from celery.signals import worker_process_init, worker_shutting_down

_WORD = signal.SIGUSR2
_asked = threading.Event()


def asked() -> bool:
    """Whether this process should take nothing more and give back what it holds."""
    return _asked.is_set()


@worker_process_init.connect
def _listen(**_: Any) -> None:
    """Through the wake-up pipe: Python's own handlers wait until a kernel has returned."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.signal(_WORD, lambda *_: None)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    threading.Thread(target=_hear, args=(reading,), daemon=True, name="stopping").start()


def _hear(reading: int) -> None:
    while _WORD not in os.read(reading, 64):
        pass
    _asked.set()


@worker_shutting_down.connect
def _pass_on(**_: Any) -> None:
    for process in active_children():
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, _WORD)
