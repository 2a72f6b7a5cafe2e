"""The gallery of components, for those who change them."""

from __future__ import annotations

from importlib import reload
from pathlib import Path
from typing import Any

from django.conf import settings as current

from curation.views import gallery

#: Parts of every page's frame, and attributes rather than a part.
_ELSEWHERE = {"_masthead.html", "_user_menu.html", "_confirm.html", "_live.html"}


def test_it_is_there_only_where_it_was_asked_for(settings: Any) -> None:
    assert gallery.urlpatterns
    settings.GALLERY = False
    try:
        assert not reload(gallery).urlpatterns
    finally:
        settings.GALLERY = True
        reload(gallery)


def test_every_component_is_in_it() -> None:
    templates = Path(current.BASE_DIR) / "templates"
    page = (templates / "gallery" / "page.html").read_text()
    components = {path.name for path in (templates / "_components").glob("*.html")}
    assert {name for name in components - _ELSEWHERE if f"_components/{name}" not in page} == set()
