"""The web server's entry."""

from __future__ import annotations

import gc
import os
import sys
import threading

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "curation.settings")
application = get_wsgi_application()

#: Seconds after which a thread that works lets another one work. A request that asks the database
#: ten times stands behind others ten times: with Python's 5 ms a judgement waits longer than it
#: takes while somebody's list is written.
_TURN = 0.0005
sys.setswitchinterval(_TURN)


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
