"""Files in pieces, as the page's script sends them: begin, append, finish, discard."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from corpora.errors import KotoguraError, StoreError
from curation.actions import uploads
from curation.forms.uploads import BeginForm
from curation.models import Corpus, Upload
from curation.permissions import require
from curation.sentences import said
from curation.views.asked import Asked

_OFFSET = re.compile(r"[0-9]{1,18}\Z")


def _in_json(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A refusal as {"error": a sentence}, with the right offset where the place was wrong."""

    @wraps(view)
    def answer(request: Asked, *args: Any, **values: Any) -> HttpResponse:
        try:
            return view(request, *args, **values)
        except uploads.WrongPlace as error:
            return JsonResponse({"error": said(error), "offset": error.offset}, status=409)
        except KotoguraError as error:
            status = 503 if isinstance(error, StoreError) else 422
            return JsonResponse({"error": said(error)}, status=status)

    return answer


@require_POST
@login_required
@_in_json
def upload_begin(request: Asked, name: str) -> HttpResponse:
    require(request.user, "source.add")
    corpus = get_object_or_404(Corpus, name=name)
    form = BeginForm(request.POST)
    if not form.is_valid():
        reasons = [str(error) for errors in form.errors.values() for error in errors]
        return JsonResponse({"error": " ".join(reasons)}, status=422)
    upload, _new = uploads.begin(corpus=corpus, by=request.user, **form.cleaned_data)
    return JsonResponse(_told(upload))


@require_http_methods(["GET", "PATCH"])
@login_required
@_in_json
def upload(request: Asked, upload_id: str) -> HttpResponse:
    """GET: how far it is. PATCH: the bytes from ``Upload-Offset`` on."""
    require(request.user, "source.add")
    found = _own(request, upload_id)
    if request.method == "GET":
        return JsonResponse(_told(found))
    offset = request.headers.get("Upload-Offset", "")
    if not _OFFSET.match(offset):
        return JsonResponse({"error": _("Upload-Offset says where the piece begins.")}, status=400)
    end = uploads.append(
        upload=found,
        by=request.user,
        offset=int(offset),
        piece=request.read(uploads.PIECE_BYTES + 1),
        sha256=request.headers.get("Upload-Checksum", "").removeprefix("sha256 "),
    )
    return JsonResponse({"offset": end})


@require_POST
@login_required
@_in_json
def upload_finish(request: Asked, upload_id: str) -> HttpResponse:
    return JsonResponse(
        _told(uploads.finish(upload=_own(request, upload_id), by=request.user)),
    )


@require_POST
@login_required
def upload_discard(request: Asked, upload_id: str) -> HttpResponse:
    found = _own(request, upload_id)
    uploads.discard(upload=found, by=request.user)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({})
    messages.success(request, _("%(name)s is discarded.") % {"name": found.name})
    return redirect("source-add", found.corpus.name)


def _own(request: Asked, upload_id: str) -> Upload:
    mine = Upload.objects.filter(by=request.user)
    return get_object_or_404(mine.select_related("corpus", "source"), public_id=upload_id)


def _told(upload: Upload) -> dict[str, Any]:
    """The upload as the script knows it; what it became, once it is something."""
    told = {
        "offset": upload.offset,
        "state": upload.state,
        "address": reverse("upload", args=[upload.public_id]),
        "finish": reverse("upload-finish", args=[upload.public_id]),
        "discard": reverse("upload-discard", args=[upload.public_id]),
    }
    if upload.state == Upload.State.WHOLE:
        link = reverse("upload-columns", args=[upload.public_id])
        return {**told, "url": link, "said": _("look at its columns")}
    if upload.source is not None:
        link = reverse("source", args=[upload.source.pk])
        new = upload.source.created_at >= upload.created_at
        done = _("being read now") if new else _("these bytes are here already; nothing was added")
        return {**told, "url": link, "said": done, "new": new}
    return told


urlpatterns = [
    path("corpora/<str:name>/uploads/", upload_begin, name="upload-begin"),
    path("uploads/<str:upload_id>/", upload, name="upload"),
    path("uploads/<str:upload_id>/finish/", upload_finish, name="upload-finish"),
    path("uploads/<str:upload_id>/discard/", upload_discard, name="upload-discard"),
]
