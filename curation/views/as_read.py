"""The documents of a corpus as they were read, as soon as their first part is there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from curation.forms.as_read import AsReadForm
from curation.models import Corpus, Run
from curation.queries import as_read as queries
from curation.queries.documents import MORE_SECONDS, PAGE_ROWS, PAGE_SECONDS
from curation.views.asked import Asked, bad_request


def _asked(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of (request, corpus, form); 400 when the address cannot be."""

    @wraps(view)
    def answer(request: Asked, name: str, **named: Any) -> HttpResponse:
        corpus = get_object_or_404(Corpus, name=name)
        form = AsReadForm(request.GET)
        if not form.is_valid():
            return _refuse(request)
        return view(request, corpus, form, **named)

    return answer


def _refuse(request: Asked) -> HttpResponse:
    return bad_request(request, _("The address asks for something that cannot be looked for."))


@require_GET
@login_required
@_asked
def documents(request: Asked, corpus: Corpus, form: AsReadForm) -> HttpResponse:
    given = form.cleaned_data
    more = bool(given["room"])
    parts = queries.parts(corpus, given["source"])
    if (place := queries.place_of(parts, given["contains"].strip())) is not None:
        return redirect("as-read-document", corpus.name, *place)
    try:
        page = queries.page(
            parts,
            given["contains"],
            given["after"],
            MORE_SECONDS if more else PAGE_SECONDS,
            given["room"] or PAGE_ROWS,
        )
    except ValueError:
        return _refuse(request)
    room = (given["room"] or PAGE_ROWS) - len(page.rows)
    context = {
        "corpus": corpus,
        "page": page,
        "room": room,
        "nothing": room == PAGE_ROWS and not page.cut_short,
        "contains": given["contains"],
        "query": urlencode(form.query),
        "first": not given["after"],
    }
    if more:
        return render(request, "as_read/_rows.html", context)
    sources = corpus.sources.filter(pk=given["source"]) if given["source"] else corpus.sources.all()
    reading = sources.filter(ready=False, runs__state=Run.State.RUNNING).exists()
    context |= {
        "total": sum(part.rows for part in parts),
        "source": sources.first() if given["source"] else None,
        "reading": reading,
        "waiting": reading and not parts,
    }
    return render(request, "as_read/page.html", context)


@require_GET
@login_required
@_asked
def document(request: Asked, corpus: Corpus, form: AsReadForm, blob: str, row: int) -> HttpResponse:
    there = (part for part in queries.parts(corpus) if part.documents == blob and row < part.rows)
    part = next(there, None)
    if part is None:
        raise Http404(_("This corpus has no such document."))
    given = form.cleaned_data
    context = {
        "corpus": corpus,
        "document": queries.document(part, row, given["contains"], given["at"] or 0),
        "row": row,
        "query": urlencode(form.query),
        "list_query": urlencode({**form.query, "after": f"{blob}.{row}"}),
    }
    return render(request, "as_read/document.html", context)


urlpatterns = [
    path("corpora/<str:name>/documents/", documents, name="as-read"),
    path("corpora/<str:name>/documents/<slug:blob>/<int:row>/", document, name="as-read-document"),
]
