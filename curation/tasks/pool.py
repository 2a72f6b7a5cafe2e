"""Pool processes: they end with their worker, whatever it dies of, and make themselves ready."""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path
from typing import Any

from celery.signals import celeryd_init, worker_process_init
from django.conf import settings

from corpora.errors import KotoguraError
from corpora.parents import end_with

log = logging.getLogger(__name__)

#: Added to what the kernel makes of a process's memory, of 1,000. Raising it needs no right.
_OOM_SCORE = 500
#: Spawned children inherit it: the worker may be gone before they can ask for their parent.
_WORKER_PID = "KOTOGURA_WORKER_PID"


@celeryd_init.connect
def _say_who_is_the_worker(**_: Any) -> None:
    os.environ[_WORKER_PID] = str(os.getpid())


@worker_process_init.connect
def _end_with_the_worker(**_: Any) -> None:
    end_with(int(os.environ[_WORKER_PID]))


@worker_process_init.connect
def _be_the_first_to_go(**_: Any) -> None:
    """Short of memory, the kernel ends a worker, whose unit is done again; not the database."""
    Path("/proc/self/oom_score_adj").write_text(str(_OOM_SCORE))


@celeryd_init.connect
def _be_nice(options: dict[str, Any], **_: Any) -> None:
    """A batch leaves the processor to whom a person waits for; pool processes inherit it."""
    queues = options.get("queues") or []
    if "interactive" not in queues:
        os.nice(settings.BATCH_NICENESS)


@worker_process_init.connect
def _make_ready(**_: Any) -> None:
    """Beside the first units: a machine whose kernels are compiled for the first time works on."""
    threading.Thread(target=_warm, daemon=True, name="warming").start()


def _warm() -> None:
    # The process that only hands messages out loads no kernels.
    from corpora.warming import warm

    try:
        warm()
    except (KotoguraError, OSError) as error:
        log.warning("not made ready ahead (%s); the first units are slower", error)
