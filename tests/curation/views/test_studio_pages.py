"""The recipe studio's pages: what they say of settings, what they refuse, what is saved."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from curation.models import Recipe, Run, Snapshot

Clients = Callable[[str], Client]


def test_the_board_says_what_the_settings_keep(client_for: Clients, snapshot: Snapshot) -> None:
    response = client_for("viewer").get(
        reverse("studio-board", args=[snapshot.pk]), {"min.too_short": "100000"}
    )
    html = response.content.decode()
    assert 'data-kept="0"' in html
    assert 'id="lost-0" hx-swap-oob="true">27<' in html
    assert response["HX-Replace-Url"].endswith("?min.too_short=100000")


def test_the_address_holds_the_settings(client_for: Clients, snapshot: Snapshot) -> None:
    address = reverse("studio", args=[snapshot.pk])
    query = "?min.too_short=55&on.little_hiragana=0"
    html = client_for("curator").get(address + query).content.decode()
    assert 'name="min.too_short" value="55"' in html
    # What is saved is what the address says.
    assert f"{reverse('studio-save', args=[snapshot.pk])}?min.too_short=55&amp;on." in html


@pytest.mark.parametrize(
    "query",
    ["min.too_short=abc", "min.too_short=nan", "min.too_short=-5", "min.little_hiragana=7",
     "min.too_short=inf", "min.too_short="],
)  # fmt: skip
def test_a_setting_that_cannot_be_is_named(
    client_for: Clients, snapshot: Snapshot, query: str
) -> None:
    client = client_for("curator")
    assert client.get(f"{reverse('studio', args=[snapshot.pk])}?{query}").status_code == 400
    board = client.get(f"{reverse('studio-board', args=[snapshot.pk])}?{query}")
    assert board.status_code == 200
    assert 'role="alert"' in board.content.decode()


@pytest.mark.parametrize("number", ["0", "x", "9" * 30])
def test_a_recipe_that_is_not_there_is_404(
    client_for: Clients, snapshot: Snapshot, number: str
) -> None:
    address = reverse("studio", args=[snapshot.pk])
    assert client_for("viewer").get(address, {"recipe": number}).status_code == 404


def test_a_curve_has_one_number_for_each_setting(client_for: Clients, snapshot: Snapshot) -> None:
    address = reverse("studio-curve", args=[snapshot.pk])
    client = client_for("viewer")
    asked = {"rule": "too_short", "side": "min", "low": "0", "step": "10", "count": "20"}
    answer = json.loads(client.get(address, asked).content)
    assert len(answer["kept"]) == 21
    assert answer["kept"][3] == snapshot.counts["kept"]
    for wrong in ({"rule": "nothing"}, {"side": "max"}, {"side": "between"}):
        assert client.get(address, {**asked, **wrong}).status_code == 404
    for odd in ({"count": "-1"}, {"count": "9" * 9}, {"step": "0"}, {"step": "x"}, {"low": "nan"}):
        assert client.get(address, {**asked, **odd}).status_code == 200


def test_saving_makes_a_version_and_running_a_run(client_for: Clients, snapshot: Snapshot) -> None:
    address = reverse("studio-save", args=[snapshot.pk]) + "?min.too_short=77"
    client = client_for("curator")
    response = client.post(address, {"name": "ours", "comment": "短文を除く", "then": "run"})
    saved = Recipe.objects.get(name="ours")
    assert saved.value.rules[0].min == 77
    run = Run.objects.get(kind=Run.Kind.CURATE, state=Run.State.RUNNING)
    assert run.recipe == saved
    assert response["Location"] == reverse("run", args=[run.pk])
    # Saved alone, one goes on from the new version.
    response = client.post(address, {"name": "ours", "then": "save"})
    newest = Recipe.objects.filter(name="ours").latest("version")
    studio = reverse("studio", args=[snapshot.pk])
    assert response["Location"] == f"{studio}?recipe={newest.pk}"
    # Where nothing was moved there is nothing to save, unless under another name.
    address = f"{reverse('studio-save', args=[snapshot.pk])}?recipe={newest.pk}"
    for name, version in (("ours", newest.version), ("copy", 1)):
        client.post(address, {"name": name, "then": "save"})
        assert Recipe.objects.filter(name=name).latest("version").version == version


def test_documents_at_the_cut_are_shown(client_for: Clients, snapshot: Snapshot) -> None:
    address = reverse("studio-cut", args=[snapshot.pk])
    html = client_for("viewer").get(address, {"rule": "too_short", "side": "min"}).content.decode()
    assert "お知らせ" in html
