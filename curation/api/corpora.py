"""Corpora, and bringing text into them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop
from ninja import Field, File, Form, Router, Schema, Status, UploadedFile

from corpora.ingest.columns import parsed
from curation.actions import corpora as corpus_actions
from curation.actions import fetching
from curation.actions import sources as source_actions
from curation.api.auth import READING, WRITING, actor
from curation.api.schemas import (
    Id,
    Limit,
    Line,
    Maps,
    Name,
    Page,
    PathText,
    Prose,
    Short,
    UploadIn,
    UrlText,
    page,
)
from curation.models import Corpus, Source
from curation.permissions import require

router = Router(tags=["corpora"])


class CorpusIn(Schema):
    name: Name
    title: Line = ""
    description: Prose = ""
    licence: Short = ""
    domain: Short = ""


class CorpusOut(Schema):
    id: int
    name: str
    title: str
    description: str
    licence: str
    domain: str
    #: The published snapshot.
    head: int | None = Field(None, alias="head_id")
    tokenizer: str | None
    created_at: datetime

    @staticmethod
    def resolve_tokenizer(corpus: Corpus) -> str | None:
        return corpus.tokenizer.name if corpus.tokenizer else None


class PathsIn(UploadIn):
    """Files, folders or patterns (``**/*.html``) below one of the server's allowed roots."""

    paths: Annotated[list[PathText], Field(min_length=1, max_length=1_000)]


class UrlsIn(UploadIn):
    """Files by URL (http, https, s3); "#sha256=…" behind one states what its bytes hash to."""

    urls: Annotated[list[UrlText], Field(min_length=1, max_length=1_000)]


class AgainIn(Schema):
    #: Null: the columns that it was read with.
    map: Maps | None = None


class SourceOut(Schema):
    id: int
    corpus: str = Field(alias="corpus.name")
    kind: str
    location: str
    sha256: str = Field(alias="blob")
    bytes: int
    format: str
    licence: str
    domain: str
    ready: bool
    documents: int
    characters: int
    #: {reason: records that never became documents}
    quarantined: dict[str, int]
    files: int = Field(alias="file_count")
    file_errors: int
    #: The run that reads it: follow it to know when the source is ready.
    run: int | None
    created_at: datetime

    @staticmethod
    def resolve_run(source: Source) -> int | None:
        return max((run.pk for run in source.runs.all()), default=None)


@router.get(
    "", auth=READING, response=Page[CorpusOut], summary=gettext_noop("Corpora, newest first")
)
def list_corpora(
    request: HttpRequest, limit: Limit = 100, before: Id | None = None
) -> dict[str, object]:
    return page(Corpus.objects.select_related("tokenizer"), limit=limit, before=before)


@router.post("", auth=WRITING, response={201: CorpusOut}, summary=gettext_noop("Create a corpus"))
def create_corpus(request: HttpRequest, body: CorpusIn) -> Status[Corpus]:
    return Status(201, corpus_actions.create_corpus(**body.dict(), by=actor(request)))


@router.get("/{name}", auth=READING, response=CorpusOut, summary=gettext_noop("One corpus"))
def get_corpus(request: HttpRequest, name: Name) -> Corpus:
    return get_object_or_404(Corpus, name=name)


@router.get(
    "/{name}/sources",
    auth=READING,
    response=Page[SourceOut],
    summary=gettext_noop("What was brought into a corpus, newest first"),
)
def list_sources(
    request: HttpRequest, name: Name, limit: Limit = 100, before: Id | None = None
) -> dict[str, object]:
    corpus = get_object_or_404(Corpus, name=name)
    sources = corpus.sources.select_related("corpus").prefetch_related("runs")
    return page(sources, limit=limit, before=before)


@router.get(
    "/{name}/sources/{int:source_id}",
    auth=READING,
    response=SourceOut,
    summary=gettext_noop("One source of a corpus"),
)
def get_source(request: HttpRequest, name: Name, source_id: Id) -> Source:
    return get_object_or_404(Source, pk=source_id, corpus__name=name)


@router.post(
    "/{name}/sources",
    auth=WRITING,
    response={200: SourceOut, 201: SourceOut},
    summary=gettext_noop("Upload a file and start reading it"),
)
def upload_source(
    request: HttpRequest,
    name: Name,
    file: File[UploadedFile],
    about: Form[UploadIn],
) -> Status[Source]:
    """201 when it is new. The same bytes under the same name again: 200, the same source."""
    source, created = source_actions.add_upload(
        corpus=get_object_or_404(Corpus, name=name),
        file=file,
        **about.about,
        by=actor(request),
    )
    return Status(201 if created else 200, source)


@router.post(
    "/{name}/sources/paths",
    auth=WRITING,
    response={200: SourceOut, 201: SourceOut},
    summary=gettext_noop("Read files or folders of the server"),
)
def add_source_paths(request: HttpRequest, name: Name, body: PathsIn) -> Status[Source]:
    """201 when it is new. The same paths with the same said of them again: 200, the same source,
    and what has changed there is read again. Only below the server's ALLOWED_ROOTS, and only for
    roles that may."""
    corpus = get_object_or_404(Corpus, name=name)
    source, created = source_actions.add_paths(
        corpus=corpus, paths=body.paths, **body.about, by=actor(request)
    )
    return Status(201 if created else 200, source)


@router.post(
    "/{name}/sources/{int:source_id}/again",
    auth=WRITING,
    response=SourceOut,
    summary=gettext_noop("Read a source again"),
)
def read_source_again(request: HttpRequest, name: Name, source_id: Id, body: AgainIn) -> Source:
    """Files that changed or failed; with other columns, or by better readers, all of them."""
    require(actor(request), "source.add")
    source = get_object_or_404(Source, pk=source_id, corpus__name=name)
    columns = parsed(body.map) if body.map is not None else None
    source_actions.read_again(source=source, by=actor(request), columns=columns)
    return source


@router.post(
    "/{name}/sources/urls",
    auth=WRITING,
    response={200: SourceOut, 201: SourceOut},
    summary=gettext_noop("Fetch files by URL and read them"),
)
def add_source_urls(request: HttpRequest, name: Name, body: UrlsIn) -> Status[Source]:
    """201 when it is new. The same URLs again: 200, the same source, and what has changed there
    is read again. Of S3 only what ALLOWED_S3 names, and only for roles that may."""
    corpus = get_object_or_404(Corpus, name=name)
    source, created = fetching.add_urls(
        corpus=corpus, urls=body.urls, **body.about, by=actor(request)
    )
    return Status(201 if created else 200, source)
