"""The explore page: its parts, views kept by name, many documents judged at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from curation.actions import bulk as actions
from curation.models import AuditEvent, BulkJudgement, Judgement, SavedView, Snapshot, User
from curation.queries import documents as queries
from curation.queries import search
from curation.queries.documents import Count, Page, every
from curation.queries.judgements import standing, standing_of
from curation.queries.places import Place, pick, places_of
from curation.queries.scan import Filter

Clients = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    search.forget()


def get(client: Client, name: str, snapshot: Snapshot, query: str = "", *more: object) -> str:
    address = reverse(name, args=[snapshot.pk, *more])
    answer = client.get(f"{address}?{query}", headers={"accept-language": "en"})
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer.content.decode()


def post(
    client: Client, route: str, snapshot: Snapshot, query: str = "", /, **data: object
) -> list[str]:
    """What the next page says."""
    address = f"{reverse(route, args=[snapshot.pk])}?{query}"
    answer = client.post(address, data, follow=True, headers={"accept-language": "en"})
    assert answer.status_code == 200, answer.status_code
    return [str(message) for message in answer.context["messages"]]


# -- the page and its parts -----------------------------------------------------------------------


def test_every_hit_is_marked(client_for: Clients, snapshot: Snapshot) -> None:
    html = get(client_for("viewer"), "documents", snapshot, "contains=ＳＣＲＩＰＴ")
    assert len(re.findall(r"<mark>script</mark>", html)) == 2
    assert 'lang="ja"' in html


def test_pages_ask_the_database_a_few_times(
    client_for: Clients,
    snapshot: Snapshot,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    """However many documents there are: each question costs a millisecond of the processor."""
    client = client_for("curator")
    id_ = pick(snapshot.manifest, [Place(0, 0)], {"documents": ("id",)})[0]["id"]
    for most, name, *more in ((8, "documents"), (4, "explore-facets"), (9, "document", id_)):
        with django_assert_max_num_queries(int(most)):
            get(client, str(name), snapshot, "", *more)
    with django_assert_max_num_queries(10):  # two of them begin and end what is written at once
        address = reverse("document-judge", args=[snapshot.pk, id_])
        assert client.post(address, {"verdict": "keep", "note": ""}).status_code == 302


def test_a_title_is_marked_as_well(client_for: Clients, snapshot: Snapshot) -> None:
    assert "<mark>写し</mark>" in get(client_for("viewer"), "documents", snapshot, "contains=写し")


@pytest.mark.parametrize(
    ("query", "marked"),
    [("contains=本.&mode=pattern", "本屋"), ("contains=%E6%9C%AC%E5%B1%8B", "本屋")],
)
def test_a_pattern_is_a_pattern(
    client_for: Clients, snapshot: Snapshot, query: str, marked: str
) -> None:
    assert f"<mark>{marked}</mark>" in get(client_for("viewer"), "documents", snapshot, query)


def test_a_pattern_that_is_none_says_why(client_for: Clients, snapshot: Snapshot) -> None:
    html = get(client_for("viewer"), "documents", snapshot, "contains=(((&mode=pattern")
    assert "notice is-bad" in html
    address = reverse("explore-count", args=[snapshot.pk])
    assert client_for("viewer").get(f"{address}?contains=(((&mode=pattern").status_code == 400


@pytest.mark.parametrize(
    "query",
    ["min.characters=x", "max.characters=nan", "verdict=maybe", "after=x", "mode=magic"],
)
@pytest.mark.parametrize(
    "name", ["documents", "explore-rows", "explore-count", "explore-facets", "explore-bulk"]
)
def test_what_cannot_be_asked_for_is_refused(
    client_for: Clients, snapshot: Snapshot, name: str, query: str
) -> None:
    address = reverse(name, args=[snapshot.pk])
    assert client_for("viewer").get(f"{address}?{query}").status_code == 400


def test_facets_offer_each_value_in_and_out(client_for: Clients, snapshot: Snapshot) -> None:
    html = get(client_for("viewer"), "explore-facets", snapshot, "domain=転載&not.rule=too_short")
    assert "domain=%E6%96%87%E5%8C%96" in html
    assert "not.domain=%E6%96%87%E5%8C%96" in html
    assert 'aria-current="true"' in html
    assert "is-out" in html
    # Beside them, above the list, what the documents amount to.
    assert 'id="amounts"' in html
    assert "tokens not counted: this snapshot has no tokenizer" in html
    assert "Not looked for: no rule of the recipe asks about it." in html


def test_a_value_is_asked_for_alone_or_beside_others(
    client_for: Clients, snapshot: Snapshot
) -> None:
    query = "verdict=drop&format=jsonl&format=none"
    html = unescape(get(client_for("viewer"), "explore-facets", snapshot, query))

    def asked(title: str) -> list[str]:
        """What a click on the value asks for, and one with Ctrl."""
        links = r'href="[^"]*\?([^"]*)" data-also="[^"]*\?([^"]*)"[^>]* title="' + title
        return list(re.findall(links, html)[0])

    formats = "format=jsonl&format=none"
    assert asked("Kept") == [f"verdict=keep&{formats}", f"verdict=drop&verdict=keep&{formats}"]
    assert asked("none") == ["verdict=drop&format=none", "verdict=drop&format=jsonl"]
    html = get(client_for("viewer"), "documents", snapshot, "rule=too_short&rule=little_hiragana")
    assert len(re.findall(r'class="chip"', html)) == 2


def test_a_histogram_shows_its_range(client_for: Clients, snapshot: Snapshot) -> None:
    query = "domain=文化&min.characters=40"
    html = get(client_for("viewer"), "explore-brush", snapshot, query, "characters")
    assert 'name="min.characters" value="40"' in html
    assert 'type="hidden" name="domain" value="文化"' in html
    bars = [int(n) for n in re.findall(r": (\d+)</title>", html)]
    assert sum(bars) == 12
    address = reverse("explore-brush", args=[snapshot.pk, "nobody_measured"])
    assert client_for("viewer").get(address).status_code == 404


def test_a_search_without_time_goes_on_by_itself(
    client_for: Clients, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    unfinished = Page(places=[Place(0, 0)], after=Place(1, 0), cut_short=True)
    monkeypatch.setattr("curation.views.documents.page", lambda *_: unfinished)
    monkeypatch.setattr(
        "curation.views.documents.count",
        lambda *_: Count(number=1, exact=False, parts_done=1, parts=3, through=False),
    )
    client = client_for("viewer")
    html = get(client, "documents", snapshot, "contains=の")
    assert "counted 1 of 3 parts" in html
    rest = re.search(r'hx-get="([^"]*explore/rows[^"]*)"', html)
    assert rest
    monkeypatch.undo()
    more = client.get(rest[1].replace("&amp;", "&"))
    assert more.status_code == 200
    assert more.content.decode().count("data-item") > 3


def test_the_count_tells_the_facets_when_it_is_through(
    client_for: Clients, snapshot: Snapshot
) -> None:
    address = reverse("explore-count", args=[snapshot.pk])
    answer = client_for("viewer").get(f"{address}?contains=本屋")
    assert answer["HX-Trigger"] == "counted"
    assert "hx-get" not in answer.content.decode()


def test_what_would_be_found_without_each_condition(
    client_for: Clients, snapshot: Snapshot
) -> None:
    query = "contains=本屋&domain=会社&min.characters=9999"
    html = get(client_for("viewer"), "documents", snapshot, query)
    assert "0 documents" in html
    assert len(re.findall(r"without “", html)) == 3


# -- views ----------------------------------------------------------------------------------


def test_a_view_is_kept_with_its_address(client_for: Clients, snapshot: Snapshot) -> None:
    client = client_for("viewer")
    query = "domain=%E8%BB%A2%E8%BC%89&not.rule=too_short&min.characters=40"
    assert post(client, "view-save", snapshot, query, name="長い転載") == ["Saved."]
    post(client, "view-save", snapshot, query, name="長い転載")
    view = SavedView.objects.get()
    assert Filter.from_query(client.get(f"/?{view.query}").wsgi_request.GET) == Filter(
        domain=("転載",),
        exclude=(("rule", "too_short"),),
        ranges=(Filter.from_query({"min.characters": "40"}).ranges),
    )
    html = get(client_for("curator"), "documents", snapshot)
    assert "長い転載" in html
    assert AuditEvent.objects.filter(action="view.save").count() == 2


def test_a_view_is_its_owners_to_delete(
    client_for: Clients, snapshot: Snapshot, viewer: User
) -> None:
    view = SavedView.objects.create(name="mine", snapshot=snapshot, owner=viewer)
    address = reverse("view-delete", args=[snapshot.pk, view.pk])
    client_for("administrator").post(address)
    assert SavedView.objects.exists()
    client_for("viewer").post(address)
    assert not SavedView.objects.exists()


def test_a_view_needs_a_name(client_for: Clients, snapshot: Snapshot) -> None:
    assert post(client_for("viewer"), "view-save", snapshot, name=" ") == ["A view needs a name."]


# -- many at once ------------------------------------------------------------------------------


def test_the_preview_says_how_many(client_for: Clients, snapshot: Snapshot) -> None:
    html = get(client_for("curator"), "explore-bulk", snapshot, "rule=too_short")
    assert "This filter finds 5 documents." in html
    assert 'name="expected" value="5"' in html
    assert not Judgement.objects.exists()


def test_many_are_judged_and_that_is_undone(client_for: Clients, snapshot: Snapshot) -> None:
    client = client_for("curator")
    corpora = snapshot.corpora.all()
    said = post(client, "explore-judge", snapshot, "rule=too_short", verdict="keep", expected="5")
    assert said == ["5 documents judged. They count from the next run on."]
    assert list(standing(corpora).values()) == ["keep"] * 5
    bulk = BulkJudgement.objects.get()
    assert "Undo" in get(client, "documents", snapshot)
    said = post(client, "explore-undo", snapshot, bulk=bulk.pk)
    assert said == ["Undone: 5 documents are as they were."]
    assert standing(corpora) == {}
    assert post(client, "explore-undo", snapshot, bulk=bulk.pk) == [
        "This was undone already, or is not yours to undo."
    ]
    actions_ = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"judge.all", "judge.all.undo"} <= actions_


def test_undoing_gives_back_what_stood_before_and_leaves_what_came_after(
    snapshot: Snapshot, curator: User, engineer: User
) -> None:
    corpus = snapshot.corpora.get()
    wanted = Filter(rule=("too_short",))
    mask = every(snapshot, wanted, None, float("inf"))
    places = places_of(snapshot.manifest, mask.nonzero()[0])
    picked = pick(snapshot.manifest, places, {"documents": ("id",)})
    first, second, third, *rest = [row["id"] for row in picked]
    Judgement.objects.create(corpus=corpus, document_id=first, verdict="keep", by=engineer)
    bulk = actions.judge_all(
        snapshot=snapshot, wanted=wanted, verdict="drop", expected=5, by=curator
    )
    Judgement.objects.create(corpus=corpus, document_id=second, verdict="keep", by=engineer)
    assert actions.undo_all(bulk=bulk, by=curator).undone == 4
    assert standing_of([first, second, third, *rest]) == {first: "keep", second: "keep"}


def test_what_is_not_what_was_shown_is_refused(client_for: Clients, snapshot: Snapshot) -> None:
    client = client_for("curator")
    (said,) = post(client, "explore-judge", snapshot, "rule=too_short", verdict="drop", expected=4)
    assert "nothing was recorded" in said
    (said,) = post(client, "explore-judge", snapshot, verdict="drop", expected=10**30)
    assert "finds 27 documents" in said
    (said,) = post(client, "explore-judge", snapshot, "rule=too_short", verdict="skip", expected=5)
    assert "nothing else" in said
    assert not Judgement.objects.exists()


def test_a_preview_without_time_goes_on_counting(
    client_for: Clients, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    unfinished = Count(number=1, exact=False, parts_done=1, parts=3, through=False)
    monkeypatch.setattr("curation.views.explore.count", lambda *_: unfinished)
    html = get(client_for("curator"), "explore-bulk", snapshot, "contains=の")
    assert "counted 1 of 3 parts" in html
    assert "explore/bulk" in html.partition("hx-get=")[2]
    assert 'name="expected"' not in html


def test_many_more_are_left_to_a_worker_and_seen_by_everybody(
    client_for: Clients, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST_AT_ONCE", 4)
    client = client_for("curator")
    assert "by a worker" in get(client, "explore-bulk", snapshot, "rule=too_short")
    post(client, "explore-judge", snapshot, "rule=too_short", verdict="drop", expected=5)
    assert not Judgement.objects.exists()
    said = post(client, "explore-judge", snapshot, "rule=too_short", verdict="drop", expected=5)
    assert said == ["The same is being judged already."]
    html = get(client_for("viewer"), "explore-judging", snapshot)
    assert "0 / 5" in html
    assert "none is running" in html
    assert "explore/stop" not in html
    assert "every 2s" in get(client_for("viewer"), "documents", snapshot)
    bulk = BulkJudgement.objects.get()
    post(client, "explore-stop", snapshot, bulk=bulk.pk)
    html = get(client, "explore-judging", snapshot)
    assert "Stopped: 0 of 5 documents are judged" in html
    assert "every 2s" not in html
    assert post(client, "explore-stop", snapshot, bulk=bulk.pk) == ["It had ended already."]


@pytest.mark.parametrize("bulk", ["", "x", "999", "9" * 40])
def test_what_is_no_bulk_judgement_is_not_found(
    client_for: Clients, snapshot: Snapshot, bulk: str
) -> None:
    address = reverse("explore-stop", args=[snapshot.pk])
    assert client_for("curator").post(address, {"bulk": bulk}).status_code == 404


def test_who_only_reads_does_not_judge(client_for: Clients, snapshot: Snapshot) -> None:
    client = client_for("viewer")
    assert "explore-bulk" not in get(client, "documents", snapshot)
    address = reverse("explore-judge", args=[snapshot.pk])
    assert client.post(address, {"verdict": "drop", "expected": "27"}).status_code == 403
    assert not Judgement.objects.exists()


def test_a_page_of_facets_is_cached_by_manifest(snapshot: Snapshot) -> None:
    queries._facets.cache_clear()
    for _ in range(3):
        queries.facets(snapshot, Filter(verdict=("keep",)))
    assert queries._facets.cache_info().misses == 1
