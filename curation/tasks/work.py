"""One unit, from claim to record. The one place where any failure becomes a row."""

from __future__ import annotations

import logging
import threading
import time

from django.conf import settings
from django.db import connection

from corpora.errors import Cancelled, KotoguraError
from corpora.isolated import execute_alone
from corpora.stages import execute, known
from curation.actions import units
from curation.actions.units import Lease
from curation.store import store

log = logging.getLogger(__name__)

#: Seconds between renewals; each also writes the progress that pages show.
RENEWAL_SECONDS = 2.0


class LeaseKeeper:
    """Renews a lease while the unit gets on: it reported something, or used the processor.

    A unit that hangs does neither, and loses its lease. Called by the unit as
    its ``Progress``; raises Cancelled once the lease is lost.
    """

    def __init__(self, lease: Lease) -> None:
        self._lease = lease
        self.documents = 0
        self.bytes = 0
        self._reports = 0
        self._lost = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._keep, daemon=True)

    def __call__(self, *, documents: int = 0, bytes: int = 0) -> None:
        self.documents += documents
        self.bytes += bytes
        self._reports += 1
        if self._lost.is_set():
            raise Cancelled("The work was stopped.")

    def __enter__(self) -> LeaseKeeper:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _keep(self) -> None:
        began = time.monotonic()
        try:
            seen = self._life()
            while not self._ended.wait(RENEWAL_SECONDS):
                if time.monotonic() - began > settings.UNIT_HARD_LIMIT_SECONDS:
                    self._lost.set()
                    return
                life = self._life()
                if life == seen:
                    continue
                seen = life
                if not units.renew(self._lease, documents=self.documents, bytes=self.bytes):
                    self._lost.set()
                    return
        finally:
            connection.close()

    def _life(self) -> tuple[int, int]:
        """Reports so far, and processor time in half seconds: waiting does not move it."""
        return self._reports, int(time.process_time() * 2)


def work_on(unit_id: int, *, worker: str) -> bool:
    """Claim the unit and see it to an end. False when there was nothing to claim."""
    lease = units.claim(unit_id, worker=worker)
    if lease is None:
        return False
    try:
        _run(lease)
    except Cancelled:
        units.release(lease)
    except KotoguraError as error:
        units.fail(lease, error)
    except Exception as error:
        log.exception("unit %s failed", lease.unit_id)
        units.fail(lease, error)
    return True


def _run(lease: Lease) -> None:
    result = known(lease.spec, store())
    if result is not None:
        units.finish(lease, result, known=True)
        return
    with LeaseKeeper(lease) as progress:
        if lease.isolated:
            result = execute_alone(
                lease.spec, store(), progress, memory_bytes=settings.ISOLATED_UNIT_BYTES
            )
        else:
            result = execute(lease.spec, store(), progress)
    units.finish(lease, result, documents=progress.documents, bytes=progress.bytes)
