"""The what-if process: it answers, it may die, and of one page's questions the newest counts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import orjson
import pytest
import redis
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from corpora.recipe import Recipe
from curation.models import Snapshot, User
from curation.queries import asking, studio
from curation.queries.asking import NotAnswered, Superseded
from curation.supervisor import what_if_program
from curation.what_if.process import Answering
from tests.services import celery
from tests.services.process import running

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def what_if_process(redis_url: str) -> Iterator[redis.Redis]:
    """The Redis by which questions go; nobody answers yet."""
    asking.client.cache_clear()
    with redis.Redis.from_url(redis_url) as client:
        client.flushdb()
        yield client
        client.flushdb()


@contextmanager
def process(folder: Path, client: redis.Redis) -> Iterator[subprocess.Popen[bytes]]:
    with running(
        what_if_program().command,
        log=folder / "what-if.log",
        ready=lambda: bool(client.exists(asking.ALIVE)),
        env=celery.environment(),
        cwd=settings.BASE_DIR,
    ) as started:
        yield started


@contextmanager
def answering() -> Iterator[None]:
    """The same in threads of this process."""
    threads = Answering(threads=1)
    threads.start()
    try:
        yield
    finally:
        threads.stop()
        threads.join()


def moved(snapshot: Snapshot, least: float) -> Recipe:
    value = snapshot.recipe.value
    first, *others = value.rules
    return replace(value, rules=(replace(first, min=least), *others))


def asked_in_a_thread(ask: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    found: list[object] = []

    def run() -> None:
        try:
            found.append(ask())
        except (NotAnswered, Superseded) as error:
            found.append(type(error))

    thread = threading.Thread(target=run)
    thread.start()
    return thread, found


def test_it_answers_and_what_asks_never_hangs_when_it_is_killed(
    what_if_process: redis.Redis, snapshot: Snapshot, curator: User, tmp_path: Path
) -> None:
    client = Client()
    client.force_login(curator)
    board = reverse("studio-board", args=[snapshot.pk])
    with process(tmp_path, what_if_process) as started:
        found = client.get(board)
        assert f'data-kept="{snapshot.counts["kept"]}"' in found.content.decode()
        started.kill()
        started.wait()
        began = time.monotonic()
        for name in ("studio", "studio-board", "studio-curve", "studio-cut", "studio-comparison"):
            query = {"rule": "too_short", "side": "min", "against": str(snapshot.recipe_id)}
            gone = client.get(reverse(name, args=[snapshot.pk]), query)
            assert (name, gone.status_code, gone["Retry-After"]) == (name, 503, "2")
            assert b'role="alert"' in gone.content
        # Not each of the five waited for it anew.
        assert time.monotonic() - began < 4 * asking.LIFE
    with process(tmp_path, what_if_process):
        assert client.get(board).content == found.content


def test_a_question_whose_process_died_over_it_is_asked_again(
    what_if_process: redis.Redis, snapshot: Snapshot
) -> None:
    what_if_process.set(asking.ALIVE, 1, ex=300)
    thread, found = asked_in_a_thread(lambda: studio.board(snapshot, snapshot.recipe.value))
    taken: Any = what_if_process.blpop([asking.WAITING], timeout=60)
    name = taken[1].decode()
    what_if_process.rpush(asking.answered(name), orjson.dumps({"taken": "it dies"}))
    with answering():
        thread.join(120)
    assert getattr(found[0], "kept", None) == snapshot.counts["kept"]


def test_of_one_pages_questions_only_the_newest_is_answered(
    what_if_process: redis.Redis, snapshot: Snapshot
) -> None:
    what_if_process.set(asking.ALIVE, 1, ex=300)
    asked = []
    for least, line in ((10, "one"), (20, "one"), (30, "one"), (40, "other"), (50, "")):
        recipe = moved(snapshot, least)
        asked.append(asked_in_a_thread(partial(studio.board, snapshot, recipe, line)))
        while what_if_process.llen(asking.WAITING) < len(asked):
            time.sleep(0.01)
    with answering():
        for thread, _ in asked:
            thread.join(120)
    kinds = [found[0] if isinstance(found[0], type) else "answered" for _, found in asked]
    assert kinds == [Superseded, Superseded, "answered", "answered", "answered"]


@pytest.mark.parametrize(
    ("question", "says"),
    [
        pytest.param(b"{", "no question", id="no JSON"),
        pytest.param(b'{"kind": "board", "snapshot": 1}', "no question", id="half"),
        pytest.param(b" " * (asking.MOST_BYTES + 1), "too large", id="too long"),
        pytest.param(
            b'{"kind": "board", "snapshot": 999999, "settings": '
            b'{"rules": [], "keeper": "quality", "prefer": [], "containment": 0}}',
            "no snapshot 999999",
            id="no such snapshot",
        ),
    ],
)
def test_what_is_no_question_is_refused(
    what_if_process: redis.Redis, question: bytes, says: str
) -> None:
    with answering(), translation.override("en"):
        while not what_if_process.exists(asking.ALIVE):
            time.sleep(0.01)
        try:
            said = asking.exchange(question, "")["refused"]
        except NotAnswered as error:
            said = str(error)
    assert says in said
