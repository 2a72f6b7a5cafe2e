"""Creating a corpus, and a corpus with everything that hangs on it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from corpora.errors import KotoguraError
from curation.actions.corpora import create_corpus
from curation.forms.corpora import CorpusForm
from curation.models import Corpus
from curation.permissions import require
from curation.queries import corpora as queries
from curation.queries.steps import steps
from curation.sentences import said
from curation.views.asked import Asked


@require_http_methods(["GET", "POST"])
@login_required
def corpus_new(request: Asked) -> HttpResponse:
    require(request.user, "corpus.create")
    form = CorpusForm(request.POST or None)
    form.fields["name"].widget.attrs["autofocus"] = True
    if request.method == "POST" and form.is_valid():
        try:
            corpus = create_corpus(**form.cleaned_data, by=request.user)
        except KotoguraError as error:
            form.add_error(None, said(error))
        else:
            messages.success(request, _("Corpus %(name)s created.") % {"name": corpus.name})
            return redirect("source-add", corpus.name)
    context = {
        "form": form,
        "domains": queries.known_values("domain"),
        "licences": queries.known_values("licence"),
    }
    return render(request, "corpora/new.html", context)


@require_GET
@login_required
def corpus(request: Asked, name: str) -> HttpResponse:
    found = get_object_or_404(Corpus, name=name)
    runs = queries.recent_runs(found)
    (card,) = queries.cards(Corpus.objects.filter(pk=found.pk))
    context = {
        "card": card,
        "corpus": card.corpus,
        "sources": queries.source_rows(found.sources.order_by("-id")),
        "snapshots": queries.recent_snapshots(found),
        "runs": runs,
        "moving": any(run.moves for run in runs),
        "steps": steps(request.user, [card], everything=False),
    }
    return render(request, "corpora/page.html", context)


urlpatterns = [
    path("new-corpus/", corpus_new, name="corpus-new"),
    path("corpora/<str:name>/", corpus, name="corpus"),
]
