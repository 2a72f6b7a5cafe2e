"""Checks and collections that are asked for on the page, done by a worker, and remembered."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.models.functions import Now
from django.test import Client
from django.utils.translation import override

from curation import upkeep
from curation.actions.chores import ChoreRefused, ask
from curation.models import Chore, Snapshot, User
from curation.sentences import said
from curation.tasks.chores import do_chore
from curation.upkeep import results
from tests.integration.play import Workbench

ENGLISH = {"Accept-Language": "en"}


def _page(client: Client) -> str:
    return client.get("/upkeep/", headers=ENGLISH).text


def test_chores_are_asked_for_done_once_and_shown(bench: Workbench, client_for) -> None:
    client: Client = client_for("administrator")
    assert "Nothing was checked yet." in _page(client)
    assert client.post("/upkeep/", {"kind": "sweep the yard"}).status_code == 400
    assert client.post("/upkeep/", {"kind": "check"}).status_code == 302
    assert "waits for a worker" in _page(client)
    chore = Chore.objects.get()
    do_chore(chore.pk)
    assert "All is well." in _page(client)
    Snapshot.objects.update(counts={})
    do_chore(chore.pk)  # the message came twice
    chore.refresh_from_db()
    assert chore.result["wrong"] == 0
    client.post("/upkeep/", {"kind": "collect-dry"})
    do_chore(Chore.objects.latest("pk").pk)
    assert "Would be freed:" in _page(client)


def test_what_the_command_line_found_is_shown_as_well(bench: Workbench, client_for) -> None:
    Snapshot.objects.update(manifest="ab" * 32)
    with pytest.raises(Exception, match="findings"):
        call_command("fsck", "--json")
    page = _page(client_for("administrator"))
    assert "not as it should be" in page
    assert "is missing. Start the run or export again" in page


@pytest.mark.django_db
def test_one_chore_at_a_time_unless_its_worker_is_gone(administrator: User) -> None:
    ask(kind=Chore.Kind.CHECK, by=administrator)
    with override("en"), pytest.raises(ChoreRefused, match="Already under way: Check"):
        ask(kind=Chore.Kind.COLLECT, by=administrator)
    Chore.objects.update(asked_at=Now() - timedelta(hours=1))
    ask(kind=Chore.Kind.COLLECT, by=administrator)
    assert Chore.objects.count() == 2


@pytest.mark.django_db
def test_an_engineer_may_not(client_for) -> None:
    assert client_for("engineer").post("/upkeep/", {"kind": "check"}).status_code == 403


def _sentences() -> Iterator[str]:
    """What findings say, 7 for whatever is filled in."""
    for path in Path(upkeep.__file__).parent.glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if not isinstance(call, ast.Call):
                continue
            if ast.unparse(call.func) == "Finding":
                whole = {word.arg: _text(word.value) for word in call.keywords}
                yield f"somewhere: {whole['what']} {whole['remedy']}"
            elif ast.unparse(call.func) == "_differs":
                unit = _text(call.args[4]) if len(call.args) > 4 else "documents"
                yield f"somewhere: {_text(call.args[1])} {unit} are 7; stated are 7."


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(p.value if isinstance(p, ast.Constant) else "7" for p in node.values)  # type: ignore[misc]
    if isinstance(node, ast.Name):
        return str(getattr(results, node.id, ""))
    return str(node.value) if isinstance(node, ast.Constant) else ""


def test_every_finding_is_said_in_japanese() -> None:
    # Without what is put together: its pieces are there as well.
    found = [text for text in _sentences() if ":  " not in text and ": 7 7 are" not in text]
    assert len(found) > 15
    with override("ja"):
        assert [english for english in found if said(english) == english] == []
