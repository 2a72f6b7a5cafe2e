"""Adding a source by its URLs: the third door of the page that adds sources."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from corpora.errors import KotoguraError
from curation.actions.fetching import add_urls
from curation.forms.fetching import UrlForm
from curation.models import Corpus
from curation.permissions import require
from curation.queries import corpora as corpus_queries
from curation.sentences import said
from curation.views.asked import Asked


@require_http_methods(["GET", "POST"])
@login_required
def source_fetch(request: Asked, name: str) -> HttpResponse:
    """The door by itself; the page that adds sources shows it beside the others."""
    require(request.user, "source.add")
    corpus = get_object_or_404(Corpus, name=name)
    about = {"licence": corpus.licence, "domain": corpus.domain, "format": "auto"}
    form = UrlForm(request.POST if request.method == "POST" else None, initial=about, prefix="url")
    answer = _add(request, corpus, form) if form.is_valid() else None
    context = {
        "corpus": corpus,
        "urls": form,
        "buckets": settings.ALLOWED_S3,
        "domains": corpus_queries.known_values("domain"),
        "licences": corpus_queries.known_values("licence"),
    }
    return answer or render(request, "sources/fetch.html", context)


def _add(request: Asked, corpus: Corpus, form: UrlForm) -> HttpResponse | None:
    try:
        source, new = add_urls(corpus=corpus, by=request.user, **form.about())
    except KotoguraError as error:
        form.add_error("urls", said(error))
        return None
    if not new:
        messages.info(
            request, _("This source is here already; what has changed there is read again.")
        )
    return redirect("source", source.pk)


urlpatterns = [path("corpora/<str:name>/add/urls/", source_fetch, name="source-fetch")]
