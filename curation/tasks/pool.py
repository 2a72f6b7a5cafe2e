"""Pool processes: they end with their worker, whatever it dies of, and make themselves ready."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import threading
from typing import Any

from celery.signals import celeryd_init, worker_process_init

from corpora.errors import KotoguraError
from corpora.warming import warm

log = logging.getLogger(__name__)

_PR_SET_PDEATHSIG = 1
#: Spawned children inherit it: the worker may be gone before they can ask for their parent.
_WORKER_PID = "KOTOGURA_WORKER_PID"


@celeryd_init.connect
def _say_who_is_the_worker(**_: Any) -> None:
    os.environ[_WORKER_PID] = str(os.getpid())


@worker_process_init.connect
def _end_with_the_worker(**_: Any) -> None:
    """Ask the kernel for a signal when the worker dies; end at once if it has died already."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if str(os.getppid()) != os.environ[_WORKER_PID]:
        os._exit(1)


@worker_process_init.connect
def _make_ready(**_: Any) -> None:
    """Beside the first units: a machine whose kernels are compiled for the first time works on."""
    threading.Thread(target=_warm, daemon=True, name="warming").start()


def _warm() -> None:
    try:
        warm()
    except (KotoguraError, OSError) as error:
        log.warning("not made ready ahead (%s); the first units are slower", error)
