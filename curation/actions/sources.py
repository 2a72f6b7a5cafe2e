"""Bringing text in: uploads, paths on the server, and the sample."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from corpora.errors import KotoguraError, SourceError
from corpora.ingest.columns import Stated, checked
from corpora.ingest.formats import reader_named
from corpora.ingest.lacking import require_columns
from corpora.ingest.patterns import pattern_of
from corpora.ingest.scan import files_of
from corpora.sample import SAMPLE_DIR
from curation.actions import audit, corpora
from curation.actions.advance import create
from curation.models import Corpus, Recipe, Run, Source, User
from curation.permissions import require
from curation.queries.sources import readers_improved
from curation.store import store


def add_upload(
    *,
    corpus: Corpus,
    file: UploadedFile[Any],
    by: User,
    format: str = "auto",
    licence: str = "",
    domain: str = "",
    columns: Stated | None = None,
) -> tuple[Source, bool]:
    """Keep the uploaded bytes and start reading them.

    The same bytes under the same name are the same source: then nothing is
    started and the second value is False. Raises SourceError when too large.
    """
    require(by, "source.add")
    name = upload_name(file.name or "")
    if (file.size or 0) > settings.UPLOAD_MAX_BYTES:
        raise SourceError(
            name,
            None,
            _("the file is larger than this workbench accepts (%(size)s MB).")
            % {"size": settings.UPLOAD_MAX_BYTES >> 20},
            remedy=_("Put it into a folder of the server and add it by its path."),
        )
    with store().writer() as writer:
        for chunk in file.chunks():
            writer.file.write(chunk)
    if columns:
        require_columns([(store().path(writer.sha256), name)], format, columns)
    return keep_upload(
        corpus=corpus,
        blob=writer.sha256,
        name=name,
        bytes=file.size or 0,
        by=by,
        format=format,
        licence=licence,
        domain=domain,
        columns=columns or {},
    )


@transaction.atomic
def keep_upload(
    *,
    corpus: Corpus,
    blob: str,
    name: str,
    bytes: int,
    by: User,
    format: str,
    licence: str,
    domain: str,
    columns: Stated,
) -> tuple[Source, bool]:
    """The source of an upload whose bytes are in the store, and whether it is new and read now."""
    source, new = Source.objects.get_or_create(
        corpus=corpus,
        blob=blob,
        location=name,
        defaults={
            "kind": Source.Kind.UPLOAD,
            "bytes": bytes,
            "format": format,
            "licence": licence or corpus.licence,
            "domain": domain or corpus.domain,
            "created_by": by,
        },
    )
    if new:
        start_reading(source, by=by, uploads=[{"blob": blob, "name": name}], columns=columns)
    return source, new


def add_paths(
    *,
    corpus: Corpus,
    paths: Sequence[str],
    by: User,
    format: str = "auto",
    licence: str = "",
    domain: str = "",
    columns: Stated | None = None,
    any_path: bool = False,
    **after: Any,
) -> tuple[Source, bool]:
    """Start reading files or folders of the server, or what fits a pattern, in place.

    The same paths with the same said of them again are the same source: it is looked at anew,
    unless it is being read, and the second value is False. From the browser and the API only
    below ALLOWED_ROOTS; the command line says ``any_path``. Raises SourceError when a path is
    missing or not allowed, ColumnsRefused for a column that none of the first files has.
    """
    require(by, "source.add" if any_path else "source.add_path")
    allowed = [allowed_path(path, any_path=any_path) for path in paths]
    if columns:
        require_columns(files_of(allowed), format, columns)
    said = {
        "kind": Source.Kind.PATH,
        "location": " ".join(allowed),
        "format": format,
        "licence": licence or corpus.licence,
        "domain": domain or corpus.domain,
    }
    with transaction.atomic():
        same = Source.objects.filter(corpus=corpus, **said).first()
        if same is not None:
            if not same.runs.exclude(state__in=Run.ENDED).exists():
                read_again(source=same, by=by, columns=columns)
            return same, False
        source = Source.objects.create(corpus=corpus, created_by=by, **said)
        start_reading(source, by=by, paths=allowed, columns=columns or {}, **after)
    return source, True


class ReadingRefused(KotoguraError):
    """A source cannot be read again as asked."""


@transaction.atomic
def read_again(*, source: Source, by: User, columns: Stated | None = None) -> Run:
    """Look at the source's files anew. What has not changed since is not read again.

    ``columns`` are as the last reading had them unless they are given. What the source held stays
    in use until the run is done. Raises ReadingRefused while it is being read, and for an upload
    that was read with these columns by today's readers: that would give the same.
    """
    require(by, source.permission)
    source = Source.objects.select_for_update().get(pk=source.pk)
    if source.runs.exclude(state__in=Run.ENDED).exists():
        raise ReadingRefused(
            _("This source is being read already."),
            remedy=_("Wait until its run is done, or cancel that run."),
            retryable=True,
        )
    last = source.runs.order_by("-id")[0]
    arguments = {
        name: value for name, value in last.arguments.items() if not name.startswith("then_")
    }
    if columns is not None:
        arguments.pop("columns", None)
        arguments |= _stated(columns)
    if source.kind == Source.Kind.UPLOAD and source.ready:
        _require_a_difference(source, last, arguments)
    audit.record(by=by, action="source.read_again", target=f"source:{source.pk}")
    return create(
        kind=Run.Kind.INGEST, arguments=arguments, by=by, corpora=[source.corpus], source=source
    )


def _require_a_difference(source: Source, last: Run, arguments: dict[str, Any]) -> None:
    same = arguments.get("columns") == last.arguments.get("columns")
    if same and not readers_improved(source):
        raise ReadingRefused(
            _("An uploaded file stays as it is."), remedy=_("Mend it, and upload it again.")
        )


def load_sample(*, by: User) -> Run:
    """The sample corpus, read, curated with the default recipe and exported; its first run."""
    corpus = Corpus.objects.filter(name="sample").first()
    if corpus is not None:
        first = Run.objects.filter(corpora=corpus).order_by("id").first()
        if first is not None:
            return first
    with transaction.atomic():
        corpus = corpus or corpora.create_corpus(
            name="sample", title=_("Sample corpus"), licence="CC0-1.0", by=by
        )
        recipe = Recipe.objects.filter(name="default").order_by("-version")[0]
        source, _new = add_paths(
            corpus=corpus,
            paths=[str(SAMPLE_DIR)],
            by=by,
            any_path=True,
            then_curate=recipe.pk,
            then_export=["jsonl", "parquet", "megatron"],
        )
    return source.runs.get()


def upload_name(name: str) -> str:
    """The last component of what the browser calls the file, without control characters."""
    name = name.replace("\\", "/").rpartition("/")[2]
    name = "".join(character for character in name if character.isprintable()).strip(". ")
    return name[:200] or "upload"


def allowed_path(path: str, *, any_path: bool = False) -> str:
    """The path, its links followed, if it is there and may be read; wildcards are kept."""
    if "\0" in path or len(path) > 4_000:
        raise SourceError(path[:100], None, _("this is not a path."))
    pattern = pattern_of(str(Path(path).expanduser()))
    resolved = pattern.root.resolve()
    roots = settings.ALLOWED_ROOTS
    if not any_path and not any(resolved.is_relative_to(root) for root in roots):
        raise SourceError(
            path,
            None,
            _("this folder is not open to the workbench."),
            remedy=_("Folders that are: %(roots)s. ALLOWED_ROOTS sets them.")
            % {"roots": ", ".join(str(root) for root in roots)},
        )
    if not resolved.exists():
        raise SourceError(
            path, None, _("there is no such file or folder."), remedy=_("Check the spelling.")
        )
    return str(resolved.joinpath(*pattern.names))


def start_reading(
    source: Source,
    *,
    by: User,
    paths: Sequence[str] = (),
    uploads: Sequence[dict[str, str]] = (),
    columns: Stated,
    urls: Sequence[dict[str, str]] = (),
    namespace: str = "",
    **after: Any,
) -> Run:
    """The run that reads a new source; ``namespace`` where its name does not keep ids apart."""
    if source.format != "auto":
        reader_named(source.format)
    arguments = {
        "paths": list(paths),
        "uploads": list(uploads),
        "urls": list(urls),
        "namespace": namespace or _namespace(source),
        "format": source.format,
        "licence": source.licence,
        "domain": source.domain,
        **_stated(columns),
        **after,
    }
    audit.record(by=by, action="source.add", target=f"source:{source.pk}", at=source.location)
    return create(
        kind=Run.Kind.INGEST,
        arguments=arguments,
        by=by,
        corpora=[source.corpus],
        source=source,
        followed=not after,
    )


def _stated(columns: Stated) -> dict[str, Any]:
    """As an argument of the run, where anything is said."""
    return {"columns": checked(columns)} if columns else {}


def _namespace(source: Source) -> str:
    """Keeps ids apart: between corpora, and between sources of one corpus with one name."""
    name = Path(source.location).name
    earlier = [
        other
        for other in Source.objects.filter(corpus=source.corpus, pk__lt=source.pk)
        if Path(other.location).name == name
    ]
    corpus = source.corpus.name
    return f"{corpus}#{len(earlier) + 1}" if earlier else corpus
