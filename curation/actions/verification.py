"""Asking for a check of an export's files; a worker of the io queue makes it."""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from corpora.errors import ExportError
from curation.actions import audit
from curation.celery import app
from curation.models import Export, User
from curation.permissions import require
from curation.queries.verification import ASKED, verification

log = logging.getLogger(__name__)


@transaction.atomic
def ask(*, export: Export, by: User) -> None:
    """Have every file hashed again. Asking twice is asking once, unless no answer comes.

    Raises ExportError while the export is not written.
    """
    require(by, "export.verify")
    if not export.manifest:
        raise ExportError(
            _("Export %(number)s is not finished.") % {"number": export.pk},
            remedy=_("Wait until its run is done."),
        )
    known = verification(export)
    if known.waiting and not known.late:
        return
    event = audit.record(by=by, action=ASKED, target=f"export:{export.pk}")
    transaction.on_commit(lambda: _send(export.pk, event.pk))


def _send(export_id: int, event_id: int) -> None:
    """A message that is lost costs one more press of the button: the page offers it."""
    try:
        app.send_task("curation.verify_export", args=[export_id, event_id], queue="io", retry=False)
    except OperationalError as error:
        log.warning("the broker did not take the check of export %s (%s)", export_id, error)
