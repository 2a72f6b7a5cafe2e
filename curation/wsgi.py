"""The web server's entry."""

from __future__ import annotations

import gc
import os
import threading

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "curation.settings")
application = get_wsgi_application()


def _get_ready() -> None:
    """What the first request would wait for, and every tenth of a second of garbage collection.

    What letters fold to takes half a second once a process. All that stays is set aside: to look
    through it for cycles again takes as long as a page.
    """
    from corpora.search.words import words

    words("言")
    assert get_resolver().url_patterns
    gc.collect()
    gc.freeze()


threading.Thread(target=_get_ready, name="get-ready", daemon=True).start()
