"""The web server's entry."""

from __future__ import annotations

import os
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "curation.settings")
application = get_wsgi_application()


def _ready_to_search() -> None:
    """What letters fold to takes half a second once a process: before somebody waits for it."""
    from corpora.search.words import words

    words("言")


threading.Thread(target=_ready_to_search, name="ready-to-search", daemon=True).start()
