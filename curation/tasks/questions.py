"""Answering questions on the interactive queue."""

from __future__ import annotations

from celery import shared_task

from corpora.errors import KotoguraError
from curation.models import Question


@shared_task(name="curation.answer_question", ignore_result=True)
def answer_question(question_id: int) -> None:
    """Answer once; a repeated message finds the answer there."""
    waiting = Question.objects.filter(answer__isnull=True).select_related("snapshot")
    question = waiting.filter(pk=question_id).first()
    if question is None:
        return
    # The process that only hands messages out loads no kernels.
    from curation.near import near

    try:
        question.answer = near(question.snapshot, question.text)
    except KotoguraError as error:
        question.answer = {"error": "failed", "detail": str(error)}
    question.save(update_fields=["answer"])
