"""What a studio asks first of the newest snapshot is answered before anybody asks."""

from __future__ import annotations

import threading
from typing import Any

import orjson
import pytest
from pydantic import TypeAdapter

from curation.models import Snapshot
from curation.queries import studio
from curation.what_if import answers, opening

pytestmark = pytest.mark.django_db(transaction=True)


def test_each_snapshot_that_is_published_is_opened(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Snapshot] = []
    there = threading.Event()

    def note(newest: Snapshot) -> None:
        opened.append(newest)
        there.set()

    monkeypatch.setattr(opening, "open_ahead", note)
    monkeypatch.setattr(opening, "EVERY", 0.01)
    thread = opening.Opening()
    thread.start()
    try:
        assert there.wait(60)
        there.clear()
        run = snapshot.run
        run.pk = snapshot.pk = None
        run.save()
        snapshot.run = run
        snapshot.save()
        assert there.wait(60)
    finally:
        thread.stop()
        thread.join()
    assert [one.pk for one in opened] == [snapshot.pk - 1, snapshot.pk]


def test_a_studio_then_finds_its_answer(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(question: Any, answer: Any, line: str = "") -> Any:
        said = orjson.loads(answers.answered(orjson.dumps(question)))
        return TypeAdapter(answer).validate_python(said["answer"])

    def count_again(*_: object) -> None:
        raise AssertionError("it was not opened ahead")

    opening.open_ahead(snapshot)
    monkeypatch.setattr(studio, "ask", ask)
    monkeypatch.setattr(answers, "_answer", count_again)
    assert studio.board(snapshot, snapshot.recipe.value).kept == snapshot.counts["kept"]
