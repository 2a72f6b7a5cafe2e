"""Large files in pieces: begun, sent from any offset on, finished; resumable after anything."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop
from ninja import Field, Header, Router, Schema, Status
from pydantic import StringConstraints

from curation.actions import uploads as actions
from curation.api.auth import READING, WRITING, actor
from curation.api.schemas import NO_NUL, Line, Name, UploadIn
from curation.models import Corpus, Upload
from curation.permissions import require

beginning = Router(tags=["corpora"])
router = Router(tags=["corpora"])

UploadId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^([0-9a-fA-F]{64})?$")]


class BeginIn(UploadIn):
    """``fingerprint`` is how you know the file again: the same one goes on where it was."""

    name: Line
    bytes: Annotated[int, Field(ge=0, le=2**62)]
    fingerprint: Annotated[str, StringConstraints(max_length=500, pattern=NO_NUL)] = ""


class FinishIn(Schema):
    #: Of the whole file; it is compared.
    sha256: Sha256 = ""


class UploadOut(Schema):
    id: str = Field(alias="public_id")
    corpus: str = Field(alias="corpus.name")
    name: str
    bytes: int
    #: Bytes that are here: where the next piece begins.
    offset: int
    #: "sending", or "done" once ``source`` is there.
    state: str
    source: int | None = Field(None, alias="source_id")


@beginning.post(
    "/{name}/uploads",
    auth=WRITING,
    response={200: UploadOut, 201: UploadOut},
    summary=gettext_noop("Begin to upload a large file, or go on with it"),
)
def begin_upload(request: HttpRequest, name: Name, body: BeginIn) -> Status[Upload]:
    """201 when it is new. 200 with its offset when a part of it is here already."""
    upload, new = actions.begin(
        corpus=get_object_or_404(Corpus, name=name),
        by=actor(request),
        name=body.name,
        bytes=body.bytes,
        fingerprint=body.fingerprint or f"{body.name}|{body.bytes}",
        **body.about,
    )
    return Status(201 if new else 200, upload)


@router.get(
    "/{upload_id}", auth=READING, response=UploadOut, summary=gettext_noop("How far an upload is")
)
def get_upload(request: HttpRequest, upload_id: UploadId) -> Upload:
    return _own(request, upload_id)


@router.patch(
    "/{upload_id}",
    auth=WRITING,
    response=UploadOut,
    summary=gettext_noop("Send a piece of at most 8 MiB"),
)
def append_to_upload(
    request: HttpRequest,
    upload_id: UploadId,
    upload_offset: Annotated[int, Header(ge=0, le=2**62)],
    upload_checksum: Annotated[str, Header(pattern=r"^(sha256 [0-9a-fA-F]{64})?$")] = "",
) -> Upload:
    """The body is the bytes themselves. 409 with the right ``offset`` when it is not theirs."""
    upload = _own(request, upload_id)
    actions.append(
        upload=upload,
        by=actor(request),
        offset=upload_offset,
        piece=request.read(actions.PIECE_BYTES + 1),
        sha256=upload_checksum.removeprefix("sha256 "),
    )
    return upload


@router.post(
    "/{upload_id}/finish",
    auth=WRITING,
    response=UploadOut,
    summary=gettext_noop("Make a whole upload a source and start reading it"),
)
def finish_upload(request: HttpRequest, upload_id: UploadId, body: FinishIn) -> Upload:
    """The same again changes nothing. The same bytes under the same name are the same source."""
    return actions.finish(upload=_own(request, upload_id), by=actor(request), sha256=body.sha256)


@router.delete(
    "/{upload_id}",
    auth=WRITING,
    response={204: None},
    summary=gettext_noop("Take an unfinished upload away"),
)
def discard_upload(request: HttpRequest, upload_id: UploadId) -> Status[None]:
    actions.discard(upload=_own(request, upload_id), by=actor(request))
    return Status(204, None)


def _own(request: HttpRequest, upload_id: str) -> Upload:
    """Nobody sends to, or takes away, what is another's."""
    require(actor(request), "source.add")
    mine = Upload.objects.filter(by=actor(request))
    return get_object_or_404(mine.select_related("corpus", "source"), public_id=upload_id)
