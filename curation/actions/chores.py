"""Asking for upkeep, and writing down how far it came and what it found."""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from corpora.errors import KotoguraError
from curation.actions import audit
from curation.celery import app
from curation.models import Chore, Lease, User
from curation.permissions import require
from curation.queries.chores import is_late, under_way

log = logging.getLogger(__name__)


class ChoreRefused(KotoguraError):
    """Something is being done already."""

    retryable = True


@transaction.atomic
def ask(*, kind: Chore.Kind, by: User) -> Chore:
    """Have a worker of the io queue do it. Raises ChoreRefused while another chore is under way.

    One of which nothing was heard for long does not count: its worker is gone.
    """
    require(by, "upkeep")
    _one_at_a_time()
    now = under_way()
    if now is not None and not is_late(now):
        raise ChoreRefused(
            _("Already under way: %(kind)s.") % {"kind": now.get_kind_display()},
            remedy=_("Wait until it has ended."),
        )
    chore = Chore.objects.create(kind=kind, asked_by=by)
    audit.record(by=by, action=f"upkeep.{kind}", target="store")
    transaction.on_commit(lambda: _send(chore.pk))
    return chore


def _one_at_a_time() -> None:
    """Two who ask at once ask one after the other."""
    Lease.objects.get_or_create(name="chores", defaults={"until": Now()})
    Lease.objects.select_for_update().get(name="chores")


def _send(chore_id: int) -> None:
    """A message that is lost costs one more press of the button: the page offers it."""
    try:
        app.send_task("curation.do_chore", args=[chore_id], queue="io", retry=False)
    except OperationalError as error:
        log.warning("the broker did not take chore %s (%s)", chore_id, error)


def begin(chore_id: int) -> Chore | None:
    """None when somebody has begun it already: a message may come twice."""
    waiting = Chore.objects.filter(pk=chore_id, started_at=None)
    if not waiting.update(started_at=Now(), seen_at=Now()):
        return None
    return Chore.objects.select_related("asked_by").get(pk=chore_id)


def note(chore: Chore, *, what: str, done: int, total: int | None) -> None:
    """A sign of life."""
    progress = {"what": what, "done": done, "total": total}
    Chore.objects.filter(pk=chore.pk).update(seen_at=Now(), progress=progress)


def end(chore: Chore, *, result: dict[str, Any] | None = None, error: str = "") -> None:
    Chore.objects.filter(pk=chore.pk).update(ended_at=Now(), result=result, error=error)


def keep(*, kind: Chore.Kind, result: dict[str, Any], by: User) -> None:
    """Of what the command line did by itself."""
    chore = Chore.objects.create(kind=kind, asked_by=by)
    end(chore, result=result)
