"""Every refusal of the API as JSON: {"detail": a sentence}, with the status that fits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as ModelValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from corpora.errors import KotoguraError, StoreError
from curation.actions.corpora import CorpusRefused
from curation.actions.review import StaleItem
from curation.actions.runs import RunRefused
from curation.actions.uploads import WrongPlace

#: What is wrong with these is the state of things, not the request.
_CONFLICTS = (CorpusRefused, RunRefused, StaleItem)


def refuse(status: int, detail: str, **more: Any) -> JsonResponse:
    # People read these in a terminal: Japanese as Japanese, not as escapes.
    plain = {"ensure_ascii": False}
    return JsonResponse({"detail": detail, **more}, status=status, json_dumps_params=plain)


def _unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = refuse(401, _("Send a valid token: Authorization: Bearer kg_…"))
    response["WWW-Authenticate"] = 'Bearer realm="kotogura"'
    return response


def _forbidden(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return refuse(403, str(error) or _("This is not allowed."))


def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return refuse(404, _("There is no such thing here."))


def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return refuse(error.status_code, error.message)


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The first fault as a sentence, all of them as a list."""
    faults = [
        {"place": ".".join(str(step) for step in fault["loc"]), "message": fault["msg"]}
        for fault in error.errors
    ]
    return refuse(422, f"{faults[0]['place']}: {faults[0]['message']}", errors=faults)


def _model_invalid(request: HttpRequest, error: ModelValidationError) -> HttpResponse:
    return refuse(422, " ".join(error.messages))


def _conflict(request: HttpRequest, error: IntegrityError) -> HttpResponse:
    """A race that only the database's constraint saw."""
    return refuse(409, _("Something of that name is there already."))


def _ours(request: HttpRequest, error: KotoguraError) -> HttpResponse:
    """422: understood, but impossible as asked. 409: not now. 503: the store fails, not they."""
    if isinstance(error, StoreError):
        return refuse(503, str(error))
    return refuse(409 if isinstance(error, _CONFLICTS) else 422, str(error))


def _misplaced(request: HttpRequest, error: WrongPlace) -> HttpResponse:
    response = refuse(409, str(error), offset=error.offset)
    response["Upload-Offset"] = str(error.offset)
    return response


_ANSWERS: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    AuthenticationError: _unauthenticated,
    PermissionDenied: _forbidden,
    Http404: _missing,
    HttpError: _http,
    ValidationError: _invalid,
    ModelValidationError: _model_invalid,
    IntegrityError: _conflict,
    KotoguraError: _ours,
    WrongPlace: _misplaced,
}


def install(api: NinjaAPI) -> None:
    for kind, answer in _ANSWERS.items():
        api.add_exception_handler(kind, answer)
