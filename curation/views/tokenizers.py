"""Tokenizers: the list, making one, and one with how it fits."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from corpora.errors import KotoguraError
from curation.actions import tokenizers as actions
from curation.forms.tokenizers import ImportForm, TrainForm, UseForm
from curation.models import Tokenizer, User
from curation.permissions import require
from curation.queries import tokenizers as queries
from curation.sentences import said
from curation.views.asked import Asked, bad_request


@login_required
@require_GET
def tokenizers(request: Asked) -> HttpResponse:
    context = {"rows": queries.rows(), "training": queries.in_training()}
    return render(request, "tokenizers/list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def tokenizer_new(request: Asked) -> HttpResponse:
    """Two ways to one: the button that was pressed says which form is meant."""
    require(request.user, "tokenizer.create")
    how = request.POST.get("how", "")
    importing = ImportForm(*(request.POST, request.FILES) if how == "import" else ())
    training = TrainForm(request.POST if how == "train" else None)
    try:
        if how == "import" and importing.is_valid():
            made = _import(by=request.user, **importing.cleaned_data)
            return redirect("tokenizer", made.name)
        if how == "train" and training.is_valid():
            run = actions.train_tokenizer(by=request.user, **training.cleaned_data)
            return redirect("run", run.pk)
    except KotoguraError as error:
        (importing if how == "import" else training).add_error(None, said(error))
    wrong = importing.errors or training.errors
    context = {"importing": importing, "training": training}
    return render(request, "tokenizers/new.html", context, status=422 if wrong else 200)


def _import(*, name: str, file: UploadedFile[bytes], by: User) -> Tokenizer:
    """Through a file of our own: its name is no part of what the browser said."""
    with tempfile.NamedTemporaryFile(suffix=".model") as copy:
        for chunk in file.chunks():
            copy.write(chunk)
        copy.flush()
        return actions.import_tokenizer(name=name, path=Path(copy.name), by=by)


@login_required
@require_GET
def tokenizer(request: Asked, name: str) -> HttpResponse:
    found = get_object_or_404(Tokenizer.objects.select_related("snapshot"), name=name)
    measured = list(queries.measured(found)[:20])
    number = request.GET.get("snapshot", "")
    chosen = next((one for one in measured if str(one.pk) == number), None)
    if number and chosen is None:
        return bad_request(request, _("This tokenizer was not used on that snapshot."))
    snapshot = chosen or (measured[0] if measured else None)
    fit = queries.fit(snapshot) if snapshot else None
    context = {
        "tokenizer": found,
        "corpora": queries.users(found),
        "measured": measured,
        "fit": fit,
        "domains": queries.groups(fit, "by_domain") if fit else [],
        "sources": queries.groups(fit, "by_source") if fit else [],
        "use": UseForm(),
    }
    return render(request, "tokenizers/page.html", context)


@login_required
@require_POST
def tokenizer_use(request: Asked, name: str) -> HttpResponse:
    require(request.user, "tokenizer.create")
    found = get_object_or_404(Tokenizer, name=name)
    form = UseForm(request.POST)
    if not form.is_valid():
        return bad_request(request, _("There is no such corpus."))
    corpus = form.cleaned_data["corpus"]
    actions.set_corpus_tokenizer(corpus=corpus, tokenizer=found, by=request.user)
    messages.success(
        request, _("The next runs over %(corpus)s use this tokenizer.") % {"corpus": corpus.name}
    )
    return redirect("tokenizer", found.name)


urlpatterns = [
    path("tokenizers/", tokenizers, name="tokenizers"),
    path("new-tokenizer/", tokenizer_new, name="tokenizer-new"),
    path("tokenizers/<str:name>/", tokenizer, name="tokenizer"),
    path("tokenizers/<str:name>/use/", tokenizer_use, name="tokenizer-use"),
]
