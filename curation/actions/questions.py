"""Asking what a worker has to answer: "what is near this text?"."""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from corpora.errors import KotoguraError
from curation.celery import app
from curation.models import Question, Snapshot, User
from curation.permissions import require

log = logging.getLogger(__name__)

#: Code points of a question; a longer text is compared by its beginning.
LONGEST = 100_000
#: Older questions of the same person are forgotten: they may hold personal data.
REMEMBERED = 20


class QuestionRefused(KotoguraError):
    """There is nothing to ask, or nothing to ask it of."""


@transaction.atomic
def ask(*, snapshot: Snapshot, text: str, by: User) -> Question:
    """Ask which documents of the snapshot are near the text; a worker answers."""
    require(by, "corpus.view")
    text = text[:LONGEST].replace("\x00", "").strip()
    if not text:
        raise QuestionRefused(_("There is no text."), remedy=_("Paste the text to look for."))
    question = Question.objects.create(snapshot=snapshot, text=text, asked_by=by)
    _forget(by)
    transaction.on_commit(lambda: _send(question.pk))
    return question


def _forget(by: User) -> None:
    kept = Question.objects.filter(asked_by=by).order_by("-id").values_list("pk", flat=True)
    Question.objects.filter(asked_by=by).exclude(pk__in=list(kept[:REMEMBERED])).delete()


def _send(question_id: int) -> None:
    """The question's page says so when no answer comes, and asks again by being reloaded."""
    try:
        app.send_task(
            "curation.answer_question", args=[question_id], queue="interactive", retry=False
        )
    except OperationalError as error:
        log.warning("the broker did not take question %s (%s)", question_id, error)
