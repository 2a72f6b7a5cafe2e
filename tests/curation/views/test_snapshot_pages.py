"""The pages of a snapshot: what is seen, what is refused, what is never run."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from corpora.storage import Store
from curation.models import Judgement, OptOut, Question, Recipe, Snapshot, User
from curation.queries.documents import page
from curation.queries.judgements import standing
from curation.queries.places import Place
from curation.queries.scan import Filter
from curation.queries.summaries import summaries

Clients = Callable[[str], Client]


def some_id(snapshot: Snapshot, **wanted: Any) -> str:
    places = page(snapshot, Filter(**wanted), Place(0, 0), 1).places
    return summaries(snapshot, places)[0].id


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


PAGES = ["snapshot", "documents", "studio", "near", "queues"]
ROLES = ["viewer", "curator", "engineer", "steward", "administrator"]


@pytest.mark.parametrize("name", PAGES)
def test_every_role_may_read(client_for: Clients, snapshot: Snapshot, name: str) -> None:
    for role, language in zip(ROLES, itertools.cycle(["ja", "en"]), strict=False):
        response = client_for(role).get(
            reverse(name, args=[snapshot.pk]), headers={"accept-language": language}
        )
        assert response.status_code == 200, role
        assert f'<html lang="{language}"' in response.content.decode(), role


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("number", [0, 999, 2**63, 10**30])
def test_a_snapshot_that_is_not_there_is_404(
    client_for: Clients, db: None, name: str, number: int
) -> None:
    assert client_for("viewer").get(reverse(name, args=[number])).status_code == 404


def test_strangers_are_sent_to_the_login(client: Client, snapshot: Snapshot) -> None:
    for name in PAGES:
        response = client.get(reverse(name, args=[snapshot.pk]))
        assert (response.status_code, response["Location"][:7]) == (302, "/login/")


def test_the_waterfall_adds_up(client_for: Clients, snapshot: Snapshot) -> None:
    html = client_for("viewer").get(reverse("snapshot", args=[snapshot.pk])).content.decode()
    left = [int(n) for n in re.findall(r'<progress value="(\d+)" max="27"', html)]
    assert left[0] == 27
    assert left[-1] == snapshot.counts["kept"]
    assert left == sorted(left, reverse=True)


# -- the list ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("verdict=drop&rule=too_short", 200),
        ("verdict=maybe", 400),
        ("after=1.2", 200),
        ("after=99.0", 200),
        ("after=x", 400),
        ("after=1." + "9" * 40, 400),
        ("rule=no_such_rule", 200),
        ("contains=" + "あ" * 400, 400),
        ("contains=%00", 400),
        ("contains=(((", 200),
        ("source=%25&domain=%27", 200),
    ],
)
def test_any_address_has_an_answer(
    client_for: Clients, snapshot: Snapshot, query: str, status: int
) -> None:
    address = f"{reverse('documents', args=[snapshot.pk])}?{query}"
    assert client_for("viewer").get(address).status_code == status


def test_nothing_found_offers_a_way_out(client_for: Clients, snapshot: Snapshot) -> None:
    address = f"{reverse('documents', args=[snapshot.pk])}?verdict=keep&rule=too_short"
    html = client_for("viewer").get(address, headers={"accept-language": "en"}).content.decode()
    assert "0 documents" in html
    assert 'href="?rule=too_short"' in html
    assert "→ 5" in html


def test_an_id_in_the_search_goes_to_its_document(client_for: Clients, snapshot: Snapshot) -> None:
    id_ = some_id(snapshot, verdict=("keep",))
    response = client_for("viewer").get(reverse("documents", args=[snapshot.pk]), {"contains": id_})
    assert response["Location"] == reverse("document", args=[snapshot.pk, id_])


# -- one document -----------------------------------------------------------------------------


def test_hostile_text_is_only_ever_text(client_for: Clients, snapshot: Snapshot) -> None:
    id_ = some_id(snapshot, contains="alert")
    client = client_for("administrator")
    for address in (
        reverse("document", args=[snapshot.pk, id_]),
        reverse("document", args=[snapshot.pk, id_]) + "?text=original",
        reverse("documents", args=[snapshot.pk]) + "?contains=alert",
        reverse("near", args=[snapshot.pk]) + f"?document={id_}",
    ):
        html = client.get(address).content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "<i>題" not in html
        assert "<b>.csv" not in html
        assert "&lt;script&gt;" in html
        assert "{{ 7|add:7 }}" in html.replace("&#x27;", "'")
        # A character that turns the line around is named, not sent.
        if "text=" not in address and "documents/" in address and "?" not in address:
            assert "\u202e" not in html


def test_the_original_keeps_its_hidden_characters_marked(
    client_for: Clients, snapshot: Snapshot
) -> None:
    id_ = some_id(snapshot, contains="alert")
    address = reverse("document", args=[snapshot.pk, id_]) + "?text=original"
    html = client_for("viewer").get(address).content.decode()
    assert "U+202E RIGHT-TO-LEFT OVERRIDE" in html
    reading = html[html.index("data-reading") : html.index("</article>")]
    assert "\u202e" not in reading


@pytest.mark.parametrize(
    ("query", "status"),
    [("text=final", 200), ("text=raw", 400), ("at=-1", 400), ("at=999999", 200), ("at=x", 400)],
)
def test_which_text_is_shown_is_checked(
    client_for: Clients, snapshot: Snapshot, query: str, status: int
) -> None:
    address = reverse("document", args=[snapshot.pk, some_id(snapshot)])
    assert client_for("viewer").get(f"{address}?{query}").status_code == status


def test_a_very_long_text_is_shown_a_window_at_a_time(
    client_for: Clients, curated: Store, recipe: Recipe
) -> None:
    from tests.curation import snapshots

    long = "".join(f"これは第{n}章の始まりです。\n" for n in range(20_000))
    corpus = snapshots.make_corpus(curated, [snapshots.document(long, number=1)], name="long")
    snapshot = snapshots.make_snapshot(curated, corpus, recipe=recipe)
    address = reverse("document", args=[snapshot.pk, some_id(snapshot)])
    client = client_for("viewer")
    assert len(client.get(address).content) < 300_000
    last = client.get(f"{address}?at=999999").content.decode()
    assert "第19999章" in last
    assert "第0章" not in last


@pytest.mark.parametrize("view", ["normalised", "original", "difference", "final", "tokens"])
@pytest.mark.parametrize("show", ["", "&show=scripts", "&show=invisible&show=ruby&rule=x"])
def test_hostile_text_is_text_however_it_is_shown(
    client_for: Clients, snapshot: Snapshot, view: str, show: str
) -> None:
    address = reverse("document", args=[snapshot.pk, some_id(snapshot, contains="alert")])
    client = client_for("viewer")
    for headers in ({}, {"HX-Request": "true"}):
        response = client.get(f"{address}?text={view}{show}", headers=headers)
        html = response.content.decode()
        assert response.status_code == 200
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert ("<html" in html) is (not headers)
        reading = html[html.index("data-reading") : html.index("</article>")]
        assert "\u202e" not in reading


def test_the_bytes_of_a_source_are_for_those_who_answer_for_it(
    client_for: Clients, snapshot: Snapshot
) -> None:
    id_ = some_id(snapshot)
    address = reverse("document-source", args=[snapshot.pk, id_])
    page = reverse("document", args=[snapshot.pk, id_])
    for role, status in (("viewer", 403), ("curator", 403), ("engineer", 200), ("steward", 200)):
        client = client_for(role)
        assert client.get(address).status_code == status
        assert (address in client.get(page).content.decode()) is (status == 200)


@pytest.mark.parametrize("id_", ["0" * 32, "nothing", "文書"])
def test_a_document_that_is_not_there_is_404(
    client_for: Clients, snapshot: Snapshot, id_: str
) -> None:
    client = client_for("administrator")
    assert client.get(reverse("document", args=[snapshot.pk, id_])).status_code == 404
    for name in ("document-judge", "document-opt-out"):
        response = client.post(reverse(name, args=[snapshot.pk, id_]), {"verdict": "keep"})
        assert response.status_code == 404
    assert not Judgement.objects.exists()
    assert not OptOut.objects.exists()


def test_judging_a_document_shows_in_its_history(client_for: Clients, snapshot: Snapshot) -> None:
    id_ = some_id(snapshot, rule=("too_short",))
    address = reverse("document-judge", args=[snapshot.pk, id_])
    client = client_for("curator")
    response = client.post(address, {"verdict": "keep", "note": "短いが良い<b>"}, follow=True)
    assert "短いが良い&lt;b&gt;" in response.content.decode()
    assert client.post(address, {"verdict": "skip"}).status_code == 400
    assert Judgement.objects.get().corpus.name == "books"
    # What was being read is read on.
    page = reverse("document", args=[snapshot.pk, id_])
    for came, back in (("", "?text=difference&list=a"), ("other/", "")):
        referer = f"http://testserver{page}{came}?text=difference&list=a"
        answer = client.post(address, {"verdict": "keep"}, headers={"referer": referer})
        assert answer["Location"] == page + back


def test_a_comment_is_in_the_history_and_decides_nothing(
    client_for: Clients, snapshot: Snapshot
) -> None:
    id_ = some_id(snapshot)
    client = client_for("curator")
    address = reverse("document-comment", args=[snapshot.pk, id_])
    answer = client.post(address, {"text": "出典を<b>確認</b>", "list": "after=0.0"})
    assert answer["Location"] == reverse("document", args=[snapshot.pk, id_]) + "?list=after%3D0.0"
    seen = client_for("viewer").get(reverse("document", args=[snapshot.pk, id_]))
    assert "出典を&lt;b&gt;確認&lt;/b&gt;" in seen.content.decode()
    assert seen.context["standing"] == ""
    assert standing(snapshot.corpora.all()) == {}
    assert client.post(address, {"text": "  "}).status_code == 400
    assert client.post(address, {"text": "長" * 2001}).status_code == 400


def test_a_list_is_gone_through_and_led_back_to(client_for: Clients, snapshot: Snapshot) -> None:
    client = client_for("viewer")
    listed = client.get(reverse("documents", args=[snapshot.pk]), {"contains": "本屋"})
    ids = [row.id for row in listed.context["rows"]]
    query = "?list=contains%3D%25E6%259C%25AC%25E5%25B1%258B%26after%3D0.0"
    address = reverse("document", args=[snapshot.pk, ids[0]]) + query
    assert f'href="{address}"' in listed.content.decode()
    html = client.get(address).content.decode()
    assert "contains=%E6%9C%AC%E5%B1%8B&amp;after=0.0#d-" in html
    assert 'class="is-found"' in html
    forward = client.get(reverse("document-next", args=[snapshot.pk, ids[0]]) + query)
    assert forward["Location"] == reverse("document", args=[snapshot.pk, ids[1]]) + query
    back = client.get(reverse("document-previous", args=[snapshot.pk, ids[0]]) + query)
    assert back["Location"] == address
    bad = "?list=contains%3D%2528%26mode%3Dpattern"
    assert client.get(reverse("document", args=[snapshot.pk, ids[0]]) + bad).status_code == 400


def test_a_stewards_opt_out_is_entered(client_for: Clients, snapshot: Snapshot) -> None:
    id_ = some_id(snapshot)
    client_for("steward").post(
        reverse("document-opt-out", args=[snapshot.pk, id_]), {"reason": "本人の申し出"}
    )
    assert OptOut.objects.get().value == id_


# -- who may what -----------------------------------------------------------------------------


def test_buttons_that_would_be_refused_are_not_shown(
    client_for: Clients, snapshot: Snapshot
) -> None:
    id_ = some_id(snapshot)
    for role, judges, opts_out in (
        ("viewer", False, False), ("curator", True, False), ("steward", True, True),
    ):  # fmt: skip
        address = reverse("document", args=[snapshot.pk, id_])
        html = client_for(role).get(address).content.decode()
        assert ("document-judge" in html or f"{id_}/judge/" in html) is judges
        assert (f"{id_}/opt-out/" in html) is opts_out


POSTS = [
    pytest.param("document-judge", {"verdict": "keep"}, {"viewer"}, id="judge"),
    pytest.param("document-opt-out", {}, {"viewer", "curator", "engineer"}, id="opt out"),
    pytest.param("queues", {"name": "q", "size": 3, "seed": 0, "corpus": "books"}, {"viewer"},
                 id="queue"),
    pytest.param("studio-save", {"name": "ours", "then": "save"}, {"viewer"}, id="save"),
    pytest.param("opt-outs", {"kind": "host", "value": "a.jp"}, {"viewer", "curator", "engineer"},
                 id="opt-outs"),
]  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("name", "data", "barred"), POSTS)
def test_the_server_refuses_whoever_may_not(
    client_for: Clients,
    snapshot: Snapshot,
    role: str,
    name: str,
    data: dict[str, Any],
    barred: set[str],
) -> None:
    arguments: list[Any] = [] if name == "opt-outs" else [snapshot.pk]
    if name.startswith("document-"):
        arguments.append(some_id(snapshot))
    query = "?min.too_short=31" if name == "studio-save" else ""
    response = client_for(role).post(reverse(name, args=arguments) + query, data)
    assert response.status_code == (403 if role in barred else 302)


# -- near -------------------------------------------------------------------------------------


def test_a_question_waits_and_then_is_answered(client_for: Clients, snapshot: Snapshot) -> None:
    client = client_for("viewer")
    address = reverse("near", args=[snapshot.pk])
    location = client.post(address, {"text": "川沿いの古い倉庫を直した本屋には"})["Location"]
    assert "hx-get" in client.get(location).content.decode()

    question = Question.objects.get()
    fragment = reverse("near-answer", args=[snapshot.pk, question.pk])
    Question.objects.update(asked_at=timezone.now() - timedelta(seconds=60))
    late = client.get(fragment, headers={"accept-language": "en"}).content.decode()
    assert "No worker" in late
    assert "hx-trigger" in late

    near = [{"id": some_id(snapshot), "part": 0, "row": 0, "jaccard": 0.875}]
    Question.objects.update(answer={"near": near, "checked": 1})
    answered = client.get(fragment).content.decode()
    assert "0.875" in answered
    assert "hx-trigger" not in answered


def test_what_nothing_is_near_to_may_be_found_by_its_words(
    client_for: Clients, snapshot: Snapshot, viewer: User
) -> None:
    question = Question.objects.create(
        snapshot=snapshot,
        text="短い一節。\n次の行",
        asked_by=viewer,
        answer={"near": [], "checked": 0},
    )
    address = reverse("near-answer", args=[snapshot.pk, question.pk])
    html = client_for("viewer").get(address).content.decode()
    assert "を含む文書" in html
    assert 'contains=%E7%9F%AD%E3%81%84%E4%B8%80%E7%AF%80%E3%80%82"' in html


def test_what_has_no_domain_leads_nowhere(client_for: Clients, snapshot: Snapshot) -> None:
    html = client_for("viewer").get(reverse("snapshot", args=[snapshot.pk])).content.decode()
    assert '?domain="' not in html


def test_an_exact_duplicate_compares_no_numbers(client_for: Clients, snapshot: Snapshot) -> None:
    id_ = some_id(snapshot, rule=("exact_duplicate",))
    address = reverse("document", args=[snapshot.pk, id_])
    html = text_of(client_for("viewer").get(address).content.decode())
    assert "完全重複 " in html
    assert "完全重複: 1" not in html


def test_a_question_is_nobody_elses(client_for: Clients, snapshot: Snapshot, curator: User) -> None:
    question = Question.objects.create(snapshot=snapshot, text="秘密", asked_by=curator)
    client = client_for("administrator")
    address = reverse("near", args=[snapshot.pk])
    assert client.get(reverse("near-answer", args=[snapshot.pk, question.pk])).status_code == 404
    for number in (str(question.pk), "x", "9" * 40):
        assert client.get(address, {"question": number}).status_code == 404


# -- recipes ----------------------------------------------------------------------------------


def test_a_recipes_versions_are_compared(client_for: Clients, snapshot: Snapshot) -> None:
    client = client_for("curator")
    edit = reverse("recipe-edit", args=["small"])
    toml = snapshot.recipe.toml.replace("min = 30", "min = 44")
    assert client.post(edit, {"name": "small", "toml": toml, "comment": "長く"}).status_code == 302
    html = client.get(reverse("recipe", args=["small"])).content.decode()
    assert re.search(r'line-del">-\s+min = 30', html)
    assert re.search(r'line-add">\+\s+min = 44', html)
    assert client.get(reverse("recipe", args=["small"]), {"version": "9"}).status_code == 404
    assert client.get(reverse("recipe", args=["nothing"])).status_code == 404


def test_a_mistyped_recipe_comes_back_with_its_text(
    client_for: Clients, snapshot: Snapshot
) -> None:
    toml = snapshot.recipe.toml.replace("characters", "charakters")
    response = client_for("curator").post(
        reverse("recipe-edit", args=["small"]), {"name": "small", "toml": toml}
    )
    assert response.status_code == 422
    assert "charakters" in text_of(response.content.decode())
    assert Recipe.objects.count() == 1


def test_characters_by_source_are_those_that_tokens_were_counted_in(
    client_for: Clients, snapshot: Snapshot
) -> None:
    group = {"documents": 2, "kept": 2, "characters": 999, "kept_characters": 988}
    encoded = {**group, "tokens": 200, "encoded_characters": 500}
    for groups, tokens, shown in (
        ({"a": encoded}, 200, "Characters kept Tokens .* 500 200 2.50"),
        ({"a": group}, None, "Characters kept, before edits Tokens .* 988 – –"),
    ):
        snapshot.counts |= {"by_source": groups, "by_domain": groups, "tokens": tokens}
        snapshot.save()
        to = reverse("snapshot", args=[snapshot.pk])
        html = client_for("viewer").get(to, headers={"Accept-Language": "en"}).content.decode()
        assert re.search(shown, text_of(html))
