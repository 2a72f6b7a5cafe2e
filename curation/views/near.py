"""What is near this text? Asked here, answered by a worker, looked up by the page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from corpora.errors import KotoguraError
from curation.actions import questions
from curation.forms.near import NearForm
from curation.models import Question
from curation.queries.document import detail
from curation.queries.places import Place
from curation.queries.summaries import summaries
from curation.views.asked import Asked, place_or_404, refused, snapshot_or_404

#: Without an answer for this long, the page says that no worker may be there.
PATIENCE = timedelta(seconds=8)
#: Characters of the question that the page offers to look for when nothing is near it.
PHRASE = 24


@require_http_methods(["GET", "POST"])
@login_required
def near(request: Asked, snapshot_id: int) -> HttpResponse:
    """``?document=ID`` asks with that document's text; ``?question=N`` shows an earlier answer."""
    snapshot = snapshot_or_404(snapshot_id)
    form = NearForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        try:
            question = questions.ask(snapshot=snapshot, text=text, by=request.user)
        except KotoguraError as error:
            return refused(request, error, reverse("near", args=[snapshot_id]))
        return redirect(f"{reverse('near', args=[snapshot_id])}?question={question.pk}")
    context: dict[str, Any] = {"snapshot": snapshot, "form": form}
    if "question" in request.GET:
        found = _own(request, snapshot_id, request.GET["question"])
        context |= {"form": NearForm(initial={"text": found.text}), **_answer(found)}
    elif "document" in request.GET:
        place = place_or_404(snapshot, request.GET["document"])
        text = detail(snapshot, place).text[: questions.LONGEST]
        context |= {"form": NearForm(initial={"text": text}), "asked_of": request.GET["document"]}
    return render(request, "near/page.html", context)


@require_GET
@login_required
def answer(request: Asked, snapshot_id: int, question_id: int) -> HttpResponse:
    """The part of the page that waits."""
    found = _own(request, snapshot_id, str(question_id))
    return render(request, "near/_answer.html", {"snapshot": found.snapshot, **_answer(found)})


def _own(request: Asked, snapshot_id: int, question_id: str) -> Question:
    """A question belongs to whoever asked it: it may hold personal data."""
    number = int(question_id) if question_id.isdecimal() and len(question_id) < 19 else 0
    own = Question.objects.select_related("snapshot").filter(
        asked_by=request.user, snapshot=snapshot_id
    )
    return get_object_or_404(own, pk=number)


def _answer(question: Question) -> dict[str, Any]:
    found = question.answer or {}
    rows = found.get("near", [])
    listed = summaries(question.snapshot, [Place(row["part"], row["row"]) for row in rows])
    return {
        "question": question,
        "phrase": question.text.splitlines()[0][:PHRASE],
        "answer": question.answer,
        "rows": [(row["jaccard"], summary) for row, summary in zip(rows, listed, strict=True)],
        "late": question.answer is None and timezone.now() - question.asked_at > PATIENCE,
    }


urlpatterns = [
    path("snapshots/<int:snapshot_id>/near/", near, name="near"),
    path("snapshots/<int:snapshot_id>/near/<int:question_id>/", answer, name="near-answer"),
]
