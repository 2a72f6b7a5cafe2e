"""The files of an export over HTTP: immutable, by range, to tokens, links and browsers alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotModified,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Router

from corpora.errors import StoreError
from curation import permissions
from curation.actions import pulls
from curation.api import ranges
from curation.api.auth import PULLING, actor, door
from curation.api.errors import refuse
from curation.api.schemas import Id
from curation.models import Export
from curation.queries.exports import MANIFEST, sha256_of
from curation.store import store

router = Router(tags=["files"])
_PIECE = 1 << 20


@router.api_operation(
    ["GET", "HEAD"],
    "/{int:export_id}/manifest",
    auth=PULLING,
    url_name="export-manifest",
    summary=gettext_noop("The manifest of an export"),
)
def export_manifest(request: HttpRequest, export_id: Id) -> HttpResponseBase:
    """manifest.json, exactly as the export wrote it. The ETag is its sha256."""
    return _file(request, export_id, MANIFEST)


@router.api_operation(
    ["GET", "HEAD"],
    "/{int:export_id}/shards/{path:name}",
    auth=PULLING,
    url_name="export-shard",
    summary=gettext_noop("A file of an export, whole or by range"),
)
def export_file(request: HttpRequest, export_id: Id, name: str) -> HttpResponseBase:
    """One byte range at a time; If-None-Match and If-Range are honoured."""
    return _file(request, export_id, name)


def _file(request: HttpRequest, export_id: int, name: str) -> HttpResponseBase:
    by = actor(request)
    permissions.require(by, "export.download")
    export = get_object_or_404(Export, pk=export_id)
    sha256 = sha256_of(export, name)
    if sha256 is None:
        raise Http404
    path = _intact(export, name, sha256)
    etag = f'"{sha256}"'
    if ranges.unchanged(request, etag):
        return _headed(HttpResponseNotModified(), etag)
    size = path.stat().st_size
    try:
        span = ranges.asked(request, size, etag)
    except ranges.Unsatisfiable:
        return _unsatisfiable(size)
    if request.method == "GET":
        pulls.note_pull(export=export, name=name, by=by, via=door(request))
    return _headed(_named(_body(request, path, size, span), name), etag)


def _intact(export: Export, name: str, sha256: str) -> Path:
    """The blob's file; refused when it is not even as long as it was written."""
    path = store().path(sha256)
    if name != MANIFEST and path.stat().st_size != export.files[name]["bytes"]:
        raise StoreError(
            f"{name} of export {export.pk} is damaged in the store.",
            remedy="Make the export again: only what is missing is written.",
        )
    return path


def _body(
    request: HttpRequest, path: Path, size: int, span: ranges.Span | None
) -> HttpResponseBase:
    if settings.ACCEL_REDIRECT_PREFIX and request.method == "GET":
        relative = path.relative_to(store().root).as_posix()
        return HttpResponse(headers={"X-Accel-Redirect": settings.ACCEL_REDIRECT_PREFIX + relative})
    whole = ranges.Span(start=0, length=size)
    part = span or whole
    response: HttpResponseBase
    if request.method == "HEAD":
        response = HttpResponse()
    else:
        response = StreamingHttpResponse(_pieces(path, part), status=206 if span else 200)
    response["Content-Length"] = str(part.length)
    if span:
        end = span.start + span.length - 1
        response["Content-Range"] = f"bytes {span.start}-{end}/{size}"
    return response


def _pieces(path: Path, span: ranges.Span) -> Iterator[bytes]:
    """At most a megabyte in memory, however large the shard."""
    with path.open("rb") as file:
        file.seek(span.start)
        left = span.length
        while left and (piece := file.read(min(_PIECE, left))):
            left -= len(piece)
            yield piece


def _headed(response: HttpResponseBase, etag: str) -> HttpResponseBase:
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    # Private: it was sent to one person; immutable: its name is its content's.
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


def _named(response: HttpResponseBase, name: str) -> HttpResponseBase:
    json = name == MANIFEST
    response["Content-Type"] = "application/json" if json else "application/octet-stream"
    filename = PurePosixPath(name).name
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def _unsatisfiable(size: int) -> HttpResponseBase:
    response = refuse(
        416, _("Ask for one range inside the file's %(size)s bytes.") % {"size": size}
    )
    response["Content-Range"] = f"bytes */{size}"
    return response
