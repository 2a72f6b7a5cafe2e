"""Views that ask the what-if process: what they show when it does not answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render

from curation.queries.asking import NotAnswered, Superseded
from curation.sentences import said
from curation.views.asked import Asked

P = ParamSpec("P")
View = Callable[Concatenate[Asked, P], HttpResponse]

#: Seconds after which asking again may help.
AGAIN_SECONDS = 2
#: What a page calls itself in the header X-Page.
_PAGE = re.compile(r"[0-9a-z]{1,24}")


def asks(view: View[P]) -> View[P]:
    """503 with a sentence, and a page that asks again, when there is no answer.

    204 for an answer that the page itself waits for no longer.
    """

    @wraps(view)
    def asking(request: Asked, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Superseded:
            return HttpResponse(status=204)
        except NotAnswered as error:
            return _unanswered(request, said(error))

    return asking


def line_of(request: Asked, what: str) -> str:
    """Within a line only the newest question counts: a line for each page and what it asks.

    A page that does not say its name has none.
    """
    page = request.headers.get("X-Page", "")
    return f"{request.user.pk}:{page}:{what}" if _PAGE.fullmatch(page) else ""


def _unanswered(request: Asked, sentence: str) -> HttpResponse:
    response: HttpResponse
    if "application/json" in request.headers.get("Accept", ""):
        response = JsonResponse({"detail": sentence}, status=503)
    else:
        page = "studio/_unanswered.html" if request.htmx else "studio/unanswered.html"
        context = {"sentence": sentence, "seconds": AGAIN_SECONDS}
        response = render(request, page, context, status=503)
    response["Retry-After"] = str(AGAIN_SECONDS)
    return response
