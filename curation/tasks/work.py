"""One unit, from claim to record. The one place where any failure becomes a row."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from corpora import vitals
from corpora.errors import Cancelled, KotoguraError
from corpora.isolated import execute_alone
from corpora.stages import STAGES, execute, known
from corpora.vitals import Vitals
from curation.actions import units, wake
from curation.actions.units import Lease
from curation.store import store
from curation.tasks import stopping

log = logging.getLogger(__name__)

#: Restarting, unreachable, locked for too long: nothing that the unit could be blamed for.
DATABASE_AWAY = (OperationalError, InterfaceError)
#: Seconds between renewals; each also writes the progress that pages show.
RENEWAL_SECONDS = 2.0
#: Seconds between looks at the process: its memory, and whether its worker was told to stop.
LOOK_SECONDS = 0.25
#: Seconds that a unit has to notice that its lease is lost, before its process is ended.
GRACE_SECONDS = 10.0
#: As long when its worker is being stopped: who stops it waits for 8 s, and then kills.
STOPPING_SECONDS = 3.0


class UnitOverdue(KotoguraError):
    """The unit took longer than any unit may."""

    retryable = True


class UnitTooLarge(KotoguraError):
    """The unit made its process larger than a worker may be; it is tried alone."""

    retryable = True


class HandedBack(Cancelled):
    """The worker is being stopped: somebody else should take the unit."""


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
            if self._stop is not None and not self._ended.wait(_patience(self._stop)):
                self._give_up(self._stop)
        finally:
            connection.close()

    def _give_up(self, why: KotoguraError) -> None:
        """The unit does not listen: say what became of it in its place, and end its process."""
        log.error("unit %s does not stop; its process is ended", self._lease.unit_id)
        if isinstance(why, HandedBack | UnitTooLarge):
            with suppress(*DATABASE_AWAY):
                record(self._lease, why)
        self._stuck()

    def _watch(self) -> KotoguraError | None:
        """Renew until the unit ends (None) or must end (why)."""
        began = alive_at = renewed_at = time.monotonic()
        vitals, reports = Vitals(), 0
        while not self._ended.wait(min(LOOK_SECONDS, RENEWAL_SECONDS)):
            now = time.monotonic()
            if stopping.asked():
                return HandedBack("The worker is being stopped.")
            if vitals.memory() > settings.WORKER_MEMORY_BYTES:
                return _too_large()
            if now - began > settings.UNIT_HARD_LIMIT_SECONDS:
                return UnitOverdue(
                    f"the unit took more than {settings.UNIT_HARD_LIMIT_SECONDS:,} seconds.",
                    remedy="Raise UNIT_HARD_LIMIT_SECONDS if it needs more.",
                )
            if now - renewed_at < RENEWAL_SECONDS:
                continue
            renewed_at = now
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
    except DATABASE_AWAY as error:
        log.warning("unit %s is given back: the database was away (%s)", lease.unit_id, error)
        connection.close()
        units.release(lease)
    except KotoguraError as error:
        record(lease, error)
    except Exception as error:
        log.exception("unit %s failed", lease.unit_id)
        record(lease, error)
    return True


def record(lease: Lease, error: Exception) -> None:
    """Write down why the unit did not end well, and what is to become of it."""
    if isinstance(error, HandedBack):
        units.release(lease)
        wake.send([(lease.unit_id, STAGES[lease.spec.stage].queue)])
    elif isinstance(error, Cancelled):
        units.release(lease)
    else:
        units.fail(lease, error, alone=isinstance(error, UnitTooLarge | MemoryError))


def _too_large() -> UnitTooLarge:
    return UnitTooLarge(
        f"the unit needs more than {settings.WORKER_MEMORY_BYTES >> 20:,} MB of memory.",
        remedy="Raise WORKER_MEMORY_BYTES if the machine has more; it is tried alone now.",
    )


def _patience(why: KotoguraError) -> float:
    """Seconds that the unit has to notice. One that eats memory has none."""
    if isinstance(why, UnitTooLarge):
        return LOOK_SECONDS
    return STOPPING_SECONDS if isinstance(why, HandedBack) else GRACE_SECONDS


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
