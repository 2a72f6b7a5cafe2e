"""Around the studio's sliders: judging at the cut, comparing, TOML in and out, words on trial."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from corpora.recipe import parse
from corpora.storage import Store
from curation.actions.recipes import ensure_shipped
from curation.models import Judgement, Recipe, Snapshot
from tests.curation import snapshots

Clients = Callable[[str], Client]
LIMIT = {"rule": "too_short", "side": "min"}


def address(name: str, snapshot: Snapshot, *more: str) -> str:
    return reverse(name, args=[snapshot.pk, *more])


def first_at_the_cut(client: Client, snapshot: Snapshot) -> str:
    html = client.get(address("studio-cut", snapshot), LIMIT).content.decode()
    found = re.search(r'data-id="(\w+)"', html)
    assert found
    return found[1]


def stood(answer: Any) -> str:
    """What the row remembers of the judgements before."""
    found = re.search(r'"stood": "([\w ]*)"', answer.content.decode())
    assert found
    return found[1]


def test_a_document_at_the_cut_is_judged_and_taken_back(
    client_for: Clients, snapshot: Snapshot
) -> None:
    client = client_for("curator")
    id_ = first_at_the_cut(client, snapshot)
    to = address("studio-judge", snapshot, id_)
    answer = client.post(to, {**LIMIT, "verdict": "drop"})
    assert answer["HX-Trigger-After-Swap"] == "studio:judged"
    assert stood(answer) == "withdrawn"
    # Each judgement is undone in its turn: what comes back is what stood before it.
    second = client.post(to, {**LIMIT, "verdict": "keep", "stood": stood(answer)})
    assert stood(second) == "withdrawn drop"
    undo = {**LIMIT, "verdict": "withdrawn", "undo": "true"}
    first = client.post(to, {**undo, "stood": stood(second)})
    none = client.post(to, {**undo, "stood": stood(first)})
    assert "data-undo" in first.content.decode()
    assert "data-undo" not in none.content.decode()
    said = [one.verdict for one in Judgement.objects.order_by("pk")]
    assert said == ["drop", "keep", "drop", "withdrawn"]
    for nonsense in (stood(none), "drop maybe"):
        assert client.post(to, {**undo, "stood": nonsense}).status_code == 400
    client.post(to, {**LIMIT, "verdict": "keep"})
    # Whoever opens the cut again sees what was said.
    assert client.post(to, {**LIMIT, "verdict": "drop"}).status_code == 200
    again = client.get(address("studio-cut", snapshot), LIMIT).content.decode()
    assert re.search(rf'data-id="{id_}".*?data-verdict="drop" aria-pressed="true"', again, re.S)
    client.post(to, {**LIMIT, "verdict": "keep"})
    board = client.get(address("studio-board", snapshot)).content.decode()
    assert f'data-kept="{snapshot.counts["kept"]}"' in board
    assert client.post(to, {**LIMIT, "verdict": "maybe"}).status_code == 400
    assert client.post(to, {"verdict": "keep", "rule": "nothing"}).status_code == 404


def test_a_list_at_the_cut_remembers_what_it_can_take_back(
    client_for: Clients, snapshot: Snapshot
) -> None:
    client = client_for("curator")
    to = address("studio-cut", snapshot)
    near = first_at_the_cut(client, snapshot)
    far = client.get(to, {**LIMIT, "min.too_short": "100000"}).content.decode()
    assert f'data-id="{near}"' not in far, "it is not among the nearest any more"
    for limit in ("30", "100000"):
        asked = {**LIMIT, "min.too_short": limit, "remembered": f"{near}:withdrawn drop"}
        html = client.get(to, asked).content.decode()
        assert html.count(f'data-id="{near}" data-stood="withdrawn drop"') == 1
        assert html.count("data-undo") == 1
    for nonsense in (f"{near}:maybe", near):
        assert client.get(to, {**LIMIT, "remembered": nonsense}).status_code == 400
    gone = client.get(to, {**LIMIT, "remembered": f"{'0' * 32}:drop"}).content.decode()
    assert "data-undo" not in gone


def test_a_viewer_reads_at_the_cut_and_judges_nothing(
    client_for: Clients, snapshot: Snapshot
) -> None:
    client = client_for("viewer")
    html = client.get(address("studio-cut", snapshot), LIMIT).content.decode()
    assert "data-verdict" not in html
    to = address("studio-judge", snapshot, first_at_the_cut(client, snapshot))
    assert client.post(to, {**LIMIT, "verdict": "drop"}).status_code == 403


def test_text_at_the_cut_can_only_be_text(client_for: Clients, snapshot: Snapshot) -> None:
    query = {"rule": "too_short", "side": "min", "min.too_short": "150"}
    html = client_for("curator").get(address("studio-cut", snapshot), query).content.decode()
    assert "<script" not in html
    assert "onerror=alert(1)>" not in html


def test_any_recipe_can_be_started_from(client_for: Clients, snapshot: Snapshot) -> None:
    ensure_shipped()
    html = client_for("curator").get(address("studio", snapshot)).content.decode()
    (start,) = re.findall(r'<select id="base".*?</select>', html, re.S)
    for recipe in (snapshot.recipe, *Recipe.objects.filter(shipped=True)):
        assert f'<option value="{recipe.pk}"' in start


def test_another_recipe_is_compared_with(client_for: Clients, snapshot: Snapshot) -> None:
    ensure_shipped()
    client = client_for("viewer")
    to = address("studio-comparison", snapshot)
    other = Recipe.objects.get(name="swallow")
    html = client.get(to, {"against": other.pk, "min.too_short": "80"}).content.decode()
    assert "≥ 80" in html
    snippets = re.findall(r'<div class="snippet[^>]*>(.*?)</div>', html, re.S)
    assert snippets
    assert all(each.strip() for each in snippets), "examples are read, not only named"
    assert "正規化" in html
    own = client.get(to, {"against": snapshot.recipe_id, "min.too_short": "80"}).content.decode()
    assert "≥ 30" in own
    assert client.get(to, {"against": "x"}).status_code == 404
    refused = client.get(to, {"against": other.pk, "min.too_short": "x"})
    assert 'role="alert"' in refused.content.decode()


def test_the_settings_go_out_as_toml(client_for: Clients, snapshot: Snapshot) -> None:
    client = client_for("viewer")
    to = address("studio-toml", snapshot)
    assert client.get(to).content.decode() == snapshot.recipe.toml
    answer = client.get(to, {"min.too_short": "77"})
    assert "attachment" in answer["Content-Disposition"]
    assert parse(answer.content.decode(), "x").rules[0].min == 77


def test_a_text_becomes_the_settings_and_is_saved_as_it_is(
    client_for: Clients, curated: Store, snapshot: Snapshot
) -> None:
    client = client_for("curator")
    toml = "# ひと言\n" + snapshots.RECIPE.replace("min = 30", "min = 66")
    answer = client.post(address("studio-load", snapshot), {"toml": toml})
    to = answer["HX-Redirect"]
    html = client.get(to).content.decode()
    assert 'name="min.too_short" value="66"' in html
    query = to.partition("?")[2]
    board = client.get(f"{address('studio-board', snapshot)}?{query}&min.too_short=67")
    assert board["HX-Replace-Url"] == f"{to}&min.too_short=67"
    client.post(f"{address('studio-save', snapshot)}?{query}", {"name": "mine", "then": "save"})
    assert Recipe.objects.get(name="mine").toml == toml
    # A file, too.
    file = SimpleUploadedFile("mine.toml", toml.encode())
    assert client.post(address("studio-load", snapshot), {"file": file})["HX-Redirect"] == to
    for odd in ("x", "0" * 64, snapshot.manifest, curated.put(b"#" * 500_000)):
        assert client.get(address("studio", snapshot), {"toml": odd}).status_code == 404


@pytest.mark.parametrize(
    ("toml", "line"),
    [
        pytest.param("name = ", 1, id="no TOML"),
        pytest.param(snapshots.RECIPE.replace("characters", "chars"), 13, id="no such signal"),
        pytest.param(snapshots.RECIPE.replace("min = 30", 'min = "30"'), 14, id="no number"),
        pytest.param(
            snapshots.RECIPE.replace('form = "NFKC"', 'from = "NFKC"'), 5, id="no such key"
        ),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_fault_in_a_text_is_named_with_its_line(
    client_for: Clients, snapshot: Snapshot, toml: str, line: int | None
) -> None:
    answer = client_for("curator").post(
        address("studio-load", snapshot), {"toml": toml}, headers={"accept-language": "en"}
    )
    html = answer.content.decode()
    assert 'role="alert"' in html
    assert (f"Line {line}" in html) is (line is not None)
    assert "HX-Redirect" not in answer


def test_words_and_patterns_are_tried(client_for: Clients, snapshot: Snapshot) -> None:
    client = client_for("viewer")
    to = address("studio-trial", snapshot)
    html = client.post(to, {"kind": "words", "words": 'お知らせ\n"'}).content.decode()
    assert "<mark>お知らせ</mark>" in html
    found = re.search(r'<pre id="trial-toml">(.*?)</pre>', html, re.DOTALL)
    assert found
    written = found[1].replace("&quot;", '"').replace("&#x27;", "'")
    assert parse(written, "試し").words == {"mine": ("お知らせ", '"')}
    html = client.post(to, {"kind": "patterns", "regex": "第[0-9]+話"}).content.decode()
    assert "<mark>第" in html
    for wrong in (
        {"kind": "patterns", "regex": "(?<!a)b"},
        {"kind": "patterns", "regex": ""},
        {"kind": "words", "words": "# 何もない"},
        {"kind": "else"},
    ):
        assert 'role="alert"' in client.post(to, wrong).content.decode()


def test_what_was_tried_becomes_a_rule_of_the_settings(
    client_for: Clients, snapshot: Snapshot, curated: Store
) -> None:
    client, to = client_for("curator"), address("studio-words", snapshot)
    tried = {"kind": "words", "words": "お知らせ", "rule_name": "mine", "rule_max": "1"}
    answer = client.post(to, {**tried, "min.too_short": "31"})
    _, _, text = answer["HX-Redirect"].partition("?toml=")
    recipe = parse(curated.read(text).decode(), "試し")
    assert recipe.words == {"mine": ("お知らせ",)}
    assert recipe.rules[0].min == 31
    assert (recipe.rules[-1].signal, recipe.rules[-1].max) == ("words.mine", 1)
    assert "words.mine" in client.get(answer["HX-Redirect"]).content.decode()
    # Another one beside it, under another name.
    again = {**tried, "toml": text, "kind": "patterns", "regex": "第[0-9]+話"}
    assert 'role="alert"' in client.post(to, again).content.decode()
    assert "HX-Redirect" in client.post(to, {**again, "rule_name": "theirs"}).headers
    for wrong in ({"rule_max": "-1"}, {"rule_name": ""}, {"words": ""}, {"rule_name": "a b"}):
        assert 'role="alert"' in client.post(to, {**tried, **wrong}).content.decode(), wrong
    assert client_for("viewer").post(to, tried).status_code == 403


def test_few_documents_are_warned_of(client_for: Clients, snapshot: Snapshot) -> None:
    html = client_for("viewer").get(address("studio", snapshot)).content.decode()
    assert "data-few" in html
