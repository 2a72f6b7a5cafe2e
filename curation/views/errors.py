"""Pages for what cannot be shown: each says why in a sentence."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", {"sentence": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A sentence that we wrote, never Django's list of routes or a model's name."""
    said = exception.args[0] if isinstance(exception, Http404) and exception.args else ""
    ours = isinstance(said, str) and not said.startswith("No ")
    sentence = said if ours and said else _("There is nothing at this address.")
    return render(request, "404.html", {"sentence": sentence}, status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    sentence = _("This form was open for too long, or came from another place.")
    return render(request, "403.html", {"sentence": sentence, "again": True}, status=403)
