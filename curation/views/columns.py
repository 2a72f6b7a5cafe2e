"""A look at a file's first records, and what they become, before it is read.

The same page for an upload that waits, for paths, and for a source that is to be read anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from corpora.errors import KotoguraError
from corpora.ingest.columns import Stated
from corpora.ingest.lacking import require_columns
from corpora.ingest.preview import Preview, preview
from corpora.ingest.scan import files_of
from curation.actions import sources, uploads
from curation.forms.columns import LABELS, ColumnsForm, FileForm
from curation.forms.sources import PathForm
from curation.models import Corpus, Source, Upload
from curation.permissions import require
from curation.sentences import said
from curation.store import store
from curation.views.asked import Asked

#: Files that there is a choice of; the readers take all.
MOST_FILES = 200


@dataclass(frozen=True, kw_only=True)
class Files:
    """The first files that would be read, and which of them is looked at."""

    #: (its bytes, the name that they are known by).
    some: list[tuple[Path, str]]
    #: Whether there are others behind them.
    more: bool = False
    #: Counted from 1.
    number: int = 1

    @property
    def path(self) -> Path:
        return self.some[self.number - 1][0]

    @property
    def name(self) -> str:
        return self.some[self.number - 1][1]

    def choices(self) -> list[tuple[int, str, int | None]]:
        """(number, name, bytes; None of one that went away)."""
        return [
            (number, name, path.stat().st_size if path.is_file() else None)
            for number, (path, name) in enumerate(self.some, 1)
        ]


def _some_of(paths: list[str]) -> list[tuple[Path, str]]:
    """The files that there is a choice of, and one more where there are more."""
    return list(islice(files_of(paths), MOST_FILES + 1))


def _files(request: Asked, paths: list[str]) -> Files:
    """Of these paths, the one that ``?file=`` asks for."""
    try:
        some = _some_of(paths)
    except KotoguraError as error:
        raise Http404(said(error)) from error
    number = FileForm(request.POST if request.method == "POST" else request.GET).number
    if not 1 <= number <= min(len(some), MOST_FILES):
        raise Http404(_("There is no file of this number to look at."))
    return Files(some=some[:MOST_FILES], more=len(some) > MOST_FILES, number=number)


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What is looked at, and what it takes to read it."""

    corpus: Corpus
    title: str
    files: Files
    format: str
    licence: str
    domain: str
    #: Starts the reading; what it is redirected to is the source's page.
    read: Callable[[Stated], Source]
    #: What a form has to say besides the columns.
    besides: list[tuple[str, str]] = field(default_factory=list)
    #: What is said of the columns already.
    stated: Stated = field(default_factory=dict)
    upload: Upload | None = None
    #: The uploads that wait for a look, each a source of its own; the files are theirs.
    waiting: list[Upload] = field(default_factory=list)
    #: What is to be read again.
    source: Source | None = None

    def read_together(self) -> list[tuple[Path, str]]:
        """The files that the columns are said of."""
        return [(self.files.path, self.files.name)] if self.waiting else self.files.some


def _answer(request: Asked, looked: Looked) -> HttpResponse:
    """GET shows, POST reads. What is said of the columns stands in the address."""
    asked = request.POST if request.method == "POST" else request.GET
    form = ColumnsForm(asked if "text" in asked else ColumnsForm.data_of(looked.stated))
    error, lacking = "", None
    found, stated = Preview(), {}
    try:
        stated = form.stated
        if request.method == "POST":
            return redirect("source", looked.read(stated).pk)
        found = preview(looked.files.path, looked.files.name, format=looked.format, columns=stated)
        lacking = require_columns(looked.read_together(), looked.format, stated) if stated else None
    except KotoguraError as refused:
        error = said(refused)
    form.offer(found, stated)
    # The first "text" says that columns are stated, if only that none is.
    hidden = [*looked.besides, ("text", ""), *ColumnsForm.data_of(stated).items()]
    context = {
        "looked": looked,
        "form": form,
        "found": found,
        "documents": [_labelled(record) for record in found.shown],
        "examples": [(name, found.examples.get(name, "")) for name in found.columns],
        "error": error,
        "lacking": lacking,
        "hidden": hidden,
        "others": [_beside(looked, step, hidden) for step in (-1, 1)],
    }
    return render(request, "sources/columns.html", context, status=422 if error else 200)


def _beside(looked: Looked, step: int, hidden: list[tuple[str, str]]) -> str:
    """The address of the file before or behind; "" where there is none."""
    number = looked.files.number + step
    if not 1 <= number <= len(looked.files.some):
        return ""
    if looked.waiting:
        return reverse("upload-columns", args=[looked.waiting[number - 1].public_id])
    return f"?{urlencode([*hidden, ('file', number)])}"


def _labelled(record: dict[str, Any]) -> dict[str, Any]:
    """What a record says of itself, as the page says it."""
    about = record.get("about", {}).items()
    return {**record, "about": [(LABELS.get(name, name), value) for name, value in about]}


@require_http_methods(["GET", "POST"])
@login_required
def upload_columns(request: Asked, upload_id: str) -> HttpResponse:
    require(request.user, "source.add")
    mine = Upload.objects.filter(by=request.user).select_related("corpus", "source")
    upload = get_object_or_404(mine, public_id=upload_id)
    if upload.source is not None:
        return redirect("source", upload.source.pk)
    waiting = list(
        mine.filter(corpus=upload.corpus, state=Upload.State.WHOLE, source=None).order_by("pk")
    )
    if upload not in waiting:
        raise Http404(_("This file is not whole yet."))
    return _answer(
        request,
        Looked(
            corpus=upload.corpus,
            title=upload.name,
            files=Files(
                some=[(uploads.file_of(one), one.name) for one in waiting],
                number=waiting.index(upload) + 1,
            ),
            waiting=waiting,
            format=upload.format,
            licence=upload.licence or upload.corpus.licence,
            domain=upload.domain or upload.corpus.domain,
            read=lambda stated: uploads.confirm(upload=upload, by=request.user, columns=stated),
            stated=upload.columns,
            upload=upload,
        ),
    )


@require_http_methods(["GET", "POST"])
@login_required
def path_columns(request: Asked, name: str) -> HttpResponse:
    """Of a file of ``?path-paths=…``: the form of paths, as an address."""
    require(request.user, "source.add_path")
    corpus = get_object_or_404(Corpus, name=name)
    given = request.POST if request.method == "POST" else request.GET
    form = PathForm(given, offered=[], prefix="path")
    if not form.is_valid():
        return redirect("source-add", corpus.name)
    about = {key: form.cleaned_data[key] for key in ("format", "licence", "domain")}
    paths = form.cleaned_data["all"]
    try:
        allowed = [sources.allowed_path(given) for given in paths]
    except KotoguraError as error:
        raise Http404(said(error)) from error
    return _answer(
        request,
        Looked(
            corpus=corpus,
            title=" ".join(paths),
            files=_files(request, allowed),
            read=lambda stated: sources.add_paths(
                corpus=corpus, paths=paths, by=request.user, columns=stated, **about
            )[0],
            besides=[
                ("path-paths", "\n".join(paths)),
                *((f"path-{key}", value) for key, value in about.items()),
            ],
            **about,
        ),
    )


@require_http_methods(["GET", "POST"])
@login_required
def source_columns(request: Asked, source_id: int) -> HttpResponse:
    """Of a file of the source, to read it again with other columns."""
    source = get_object_or_404(Source.objects.select_related("corpus"), pk=source_id)
    by_path = source.kind == Source.Kind.PATH
    require(request.user, "source.add_path" if by_path else "source.add")
    last = source.runs.order_by("-id").first()
    if last is None or not (source.blob or last.arguments["paths"]):
        raise Http404(_("This source has no file to look at."))
    if source.blob:
        files = Files(some=[(store().path(source.blob), source.location)])
    else:
        files = _files(request, last.arguments["paths"])

    def read(stated: Stated) -> Source:
        sources.read_again(source=source, by=request.user, columns=stated)
        return source

    return _answer(
        request,
        Looked(
            corpus=source.corpus,
            title=source.location,
            files=files,
            format=source.format,
            licence=source.licence,
            domain=source.domain,
            read=read,
            stated=last.arguments.get("columns", {}),
            source=source,
        ),
    )


#: What an address may be long, with a server in front that takes no more than 4 KB of it.
LONGEST = 3_000


def look_at_paths(corpus: Corpus, form: PathForm) -> HttpResponse | None:
    """The page that shows the first file of these paths; None, and the form says why not."""
    query = QueryDict(mutable=True)
    query["path-paths"] = "\n".join(form.cleaned_data["all"])
    for key in ("format", "licence", "domain"):
        query[f"path-{key}"] = form.cleaned_data[key]
    try:
        _some_of([sources.allowed_path(given) for given in form.cleaned_data["all"]])
    except KotoguraError as error:
        form.add_error(None, said(error))
        return None
    if len(words := query.urlencode()) > LONGEST:
        form.add_error(None, _("These are too many paths to look at; choose fewer."))
        return None
    return redirect(f"{reverse('path-columns', args=[corpus.name])}?{words}")


urlpatterns = [
    path("uploads/<str:upload_id>/columns/", upload_columns, name="upload-columns"),
    path("corpora/<str:name>/columns/", path_columns, name="path-columns"),
    path("sources/<int:source_id>/columns/", source_columns, name="source-columns"),
]
