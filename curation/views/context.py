"""What every page has: its theme, the main navigation, and where in it one is."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "theme"
_YEAR = 365 * 24 * 3600


class Place(NamedTuple):
    """An entry of the main navigation."""

    #: The URL's name.
    name: str
    title: Promise
    #: The letter after ``g``.
    key: str
    #: Other URL names that lie below it.
    below: tuple[str, ...]


PLACES = (
    Place(
        "home",
        pgettext_lazy("navigation", "Home"),
        "h",
        (
            "corpus",
            "corpus-new",
            "as-read",
            "as-read-document",
            "source-add",
            "upload-columns",
            "path-columns",
            "source-columns",
            "source",
            "quarantine",
            "run-new",
            "snapshot",
            "documents",
            "document",
            "near",
            "duplicates",
            "cluster",
        ),
    ),
    Place("runs", pgettext_lazy("navigation", "Runs"), "r", ("run",)),
    Place(
        "recipes", pgettext_lazy("navigation", "Recipes"), "c", ("recipe", "recipe-edit", "studio")
    ),
    Place("queues", pgettext_lazy("navigation", "Review"), "v", ("queue", "opt-outs")),
    Place(
        "tokenizers", pgettext_lazy("navigation", "Tokenizers"), "t", ("tokenizer", "tokenizer-new")
    ),
    Place("exports", pgettext_lazy("navigation", "Exports"), "e", ("export", "export-new")),
)


def workbench(request: HttpRequest) -> dict[str, Any]:
    """The context of every template."""
    match = request.resolver_match
    here = match.url_name if match else ""
    return {
        "places": PLACES,
        "here": next((p.name for p in PLACES if here == p.name or here in p.below), ""),
        "theme": _theme(request),
        "themes": THEMES,
    }


def _theme(request: HttpRequest) -> str:
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else "auto"


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or the browser's own: the server then renders it without a flash."""
    response = HttpResponseRedirect(back(request))
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(
            THEME_COOKIE,
            chosen,
            max_age=_YEAR,
            samesite="Lax",
            httponly=True,
            secure=request.is_secure(),
        )
    return response


def back(request: HttpRequest, otherwise: str = "/") -> str:
    """The page that asked, never another site; ``otherwise`` when it does not say."""
    target = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if allowed else otherwise


urlpatterns = [path("theme/", theme, name="theme")]
