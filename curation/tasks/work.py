"""One unit, from claim to record. The one place where any failure becomes a row."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from corpora import vitals
from corpora.errors import Cancelled, KotoguraError
from corpora.isolated import execute_alone
from corpora.stages import execute, known
from corpora.vitals import Vitals
from curation.actions import units
from curation.actions.units import Lease
from curation.store import store

log = logging.getLogger(__name__)

#: Restarting, unreachable, locked for too long: nothing that the unit could be blamed for.
DATABASE_AWAY = (OperationalError, InterfaceError)
#: Seconds between renewals; each also writes the progress that pages show.
RENEWAL_SECONDS = 2.0
#: Seconds that a unit has to notice that its lease is lost, before its process is ended.
GRACE_SECONDS = 10.0


class UnitOverdue(KotoguraError):
    """The unit took longer than any unit may."""

    retryable = True


class LeaseKeeper:
    """Renews a lease while the unit gets on: it reported something, used the processor, or
    waits for a disk.

    A unit that hangs does none of these, and loses its lease. Called by the unit as
    its ``Progress``; raises Cancelled once the lease is lost. A unit that does not even
    call is ``stuck``: what is given for that must free the process of it.
    """

    def __init__(self, lease: Lease, *, stuck: Callable[[], None] = lambda: None) -> None:
        self._lease = lease
        self._stuck = stuck
        self.documents = 0
        self.bytes = 0
        self._reports = 0
        self._stop: KotoguraError | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._keep, daemon=True)

    def __call__(self, *, documents: int = 0, bytes: int = 0) -> None:
        self.documents += documents
        self.bytes += bytes
        self._reports += 1
        if self._stop is not None:
            raise self._stop

    def __enter__(self) -> LeaseKeeper:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _keep(self) -> None:
        try:
            self._stop = self._watch()
        finally:
            connection.close()
        if self._stop is not None and not self._ended.wait(GRACE_SECONDS):
            log.error("unit %s does not stop; its process is ended", self._lease.unit_id)
            self._stuck()

    def _watch(self) -> KotoguraError | None:
        """Renew until the unit ends (None) or must end (why)."""
        began = alive_at = time.monotonic()
        vitals, reports = Vitals(), 0
        while not self._ended.wait(RENEWAL_SECONDS):
            now = time.monotonic()
            if now - began > settings.UNIT_HARD_LIMIT_SECONDS:
                return UnitOverdue(
                    f"the unit took more than {settings.UNIT_HARD_LIMIT_SECONDS:,} seconds.",
                    remedy="Raise UNIT_HARD_LIMIT_SECONDS if it needs more.",
                )
            if vitals.moved() or self._reports != reports:
                alive_at, reports = now, self._reports
                if not self._renewed():
                    return Cancelled("The work was stopped.")
            elif now - alive_at > settings.LEASE_SECONDS:
                return Cancelled("The work hung.")
        return None

    def _renewed(self) -> bool:
        try:
            return units.renew(self._lease, documents=self.documents, bytes=self.bytes)
        except DATABASE_AWAY as error:
            # It may be back before the lease has run out; if not, the next renewal finds that.
            log.warning("unit %s was not renewed (%s)", self._lease.unit_id, error)
            connection.close()
            return True


def work_on(unit_id: int, *, worker: str, stuck: Callable[[], None] = lambda: None) -> bool:
    """Claim the unit and see it to an end. False when there was nothing to claim."""
    lease = units.claim(unit_id, worker=worker)
    if lease is None:
        return False
    try:
        _run(lease, stuck)
    except Cancelled:
        units.release(lease)
    except DATABASE_AWAY as error:
        log.warning("unit %s is given back: the database was away (%s)", lease.unit_id, error)
        connection.close()
        units.release(lease)
    except KotoguraError as error:
        units.fail(lease, error)
    except Exception as error:
        log.exception("unit %s failed", lease.unit_id)
        units.fail(lease, error)
    return True


def _run(lease: Lease, stuck: Callable[[], None]) -> None:
    result = known(lease.spec, store())
    if result is not None:
        units.finish(lease, result, known=True)
        return
    memory = 0
    with LeaseKeeper(lease, stuck=stuck) as progress:
        if lease.isolated:
            result = execute_alone(
                lease.spec,
                store(),
                progress,
                memory_bytes=settings.ISOLATED_UNIT_BYTES,
                # Found to hang while the lease still stands, so that it counts as a failure.
                patience=settings.LEASE_SECONDS / 2,
            )
        else:
            vitals.forget_peak()
            result = execute(lease.spec, store(), progress)
            memory = vitals.peak()
    units.finish(lease, result, documents=progress.documents, bytes=progress.bytes, memory=memory)
