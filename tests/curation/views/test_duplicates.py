"""The duplicates' pages: what the list finds, what two members differ in, what is refused."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from corpora.storage import Store
from curation.models import Judgement, PairVerdict, Recipe, Snapshot
from curation.queries import cluster
from curation.queries.clusters import groups
from tests.curation import snapshots

Clients = Callable[[str], Client]


def get(client: Client, name: str, *args: object, query: str = "", language: str = "en") -> str:
    address = reverse(name, args=args) + query
    response = client.get(address, headers={"accept-language": language})
    assert response.status_code == 200, address
    return response.content.decode()


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize("role", ["viewer", "curator", "steward"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_everybody_may_look(
    client_for: Clients, snapshot: Snapshot, role: str, language: str
) -> None:
    client = client_for(role)
    html = get(client, "duplicates", snapshot.pk, language=language)
    assert html.count("data-item") == 7
    name = groups(snapshot).name(0)
    assert "<del>" not in get(client, "cluster", snapshot.pk, name, language=language)


def test_the_kinds_and_the_whole_are_counted(client_for: Clients, snapshot: Snapshot) -> None:
    html = text_of(get(client_for("viewer"), "duplicates", snapshot.pk))
    assert "7 groups of 7" in html
    assert "Exact (4)" in html
    assert "Near (3)" in html
    assert "15 of 27 (55.6 %) documents are in them" in html


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?kind=near", 3),
        ("?kind=mixed", 0),
        ("?least=3", 1),
        ("?domain=転載", 6),
        ("?domain=会社", 1),
        ("?source=mirror/b", 2),
        ("?source=books.jsonl", 7),
        ("?source=%25", 0),
        ("?source=mirror/a&kind=near", 0),
    ],
)
def test_a_filter_finds_groups_by_their_members(
    client_for: Clients, snapshot: Snapshot, query: str, found: int
) -> None:
    assert (
        get(client_for("viewer"), "duplicates", snapshot.pk, query=query).count("data-item")
        == found
    )


@pytest.mark.parametrize(
    "query", ["kind=odd", "least=1", "least=x", "after=1", "after=9.9999999999", "domain=%00"]
)
def test_what_cannot_be_asked_for_is_400(
    client_for: Clients, snapshot: Snapshot, query: str
) -> None:
    address = f"{reverse('duplicates', args=[snapshot.pk])}?{query}"
    assert client_for("viewer").get(address).status_code == 400


def test_a_document_id_goes_to_its_group(client_for: Clients, snapshot: Snapshot) -> None:
    client, name = client_for("viewer"), groups(snapshot).name(4)
    ids = re.findall(r'data-member="(\w+)"', get(client, "cluster", snapshot.pk, name))
    assert len(ids) == 2
    for id_ in ids:
        answer = client.get(reverse("duplicates", args=[snapshot.pk]), {"document": id_})
        assert answer["Location"] == reverse("cluster", args=[snapshot.pk, name])
    html = get(client, "duplicates", snapshot.pk, query="?document=" + "0" * 32)
    assert "it is alone, or it is not in this snapshot" in html


def test_two_members_side_by_side(client_for: Clients, snapshot: Snapshot) -> None:
    client, name = client_for("viewer"), groups(snapshot).name(4)
    html = get(client, "cluster", snapshot.pk, name)
    assert html.count("<ins>") + html.count("<del>") == 1
    assert "It is the longest" in html
    one, other = re.findall(r'data-member="(\w+)"', html)
    turned = get(client, "cluster-pair", snapshot.pk, name, query=f"?left={other}&right={one}")
    assert html.count("<ins>") == turned.count("<del>")
    assert "<html" not in turned
    same = get(client, "cluster-pair", snapshot.pk, name, query=f"?left={one}&right={one}")
    assert "one document on both sides" in same


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("left=x", 400),
        ("right=" + "0" * 32, 404),
        ("at=-1", 400),
        ("at=99999", 200),
        ("start=99999", 200),
    ],
)
def test_members_that_there_are_not(
    client_for: Clients, snapshot: Snapshot, query: str, status: int
) -> None:
    for name in ("cluster", "cluster-pair"):
        address = reverse(name, args=[snapshot.pk, groups(snapshot).name(0)])
        assert client_for("viewer").get(f"{address}?{query}").status_code == status


def test_hostile_text_is_only_ever_text(
    client_for: Clients, curated: Store, recipe: Recipe
) -> None:
    documents = [
        snapshots.document(snapshots.HOSTILE + tail, number=n, title="<i>題", source="<b>.csv")
        for n, tail in enumerate(("", "<script>0</script>"))
    ]
    corpus = snapshots.make_corpus(curated, documents, name="hostile")
    snapshot = snapshots.make_snapshot(curated, corpus, recipe=recipe)
    client, name = client_for("viewer"), groups(snapshot).name(0)
    for html in (get(client, "cluster", snapshot.pk, name), get(client, "duplicates", snapshot.pk)):
        assert "<script>alert" not in html
        assert "<script>0" not in html
        assert "<i>題" not in html
        assert "<b>.csv" not in html
        assert "&lt;script&gt;" in html


def test_works_inside_a_collection_are_a_group(
    client_for: Clients, curated: Store, db: None
) -> None:
    kana = [chr(point) for point in range(0x3041, 0x3094)]
    works = ["".join(random.Random(n).choices(kana, k=900)) for n in range(3)]
    whole = "".join(works)
    toml = snapshots.RECIPE.replace('mode = "near"', 'mode = "near"\ncontainment = 0.9')
    corpus = snapshots.make_corpus(
        curated,
        [snapshots.document(text, number=n) for n, text in enumerate([*works, whole])],
        name="works",
    )
    recipe = snapshots.make_recipe(toml, name="inside")
    snapshot = snapshots.make_snapshot(curated, corpus, recipe=recipe)
    every = groups(snapshot)
    inside = [every.name(n) for n in range(len(every.sizes)) if every.kinds[n] == 3]
    assert inside
    html = get(client_for("viewer"), "cluster", snapshot.pk, inside[0])
    assert "lie inside this document" in html
    assert "Inside a larger one (1)" in text_of(
        get(client_for("viewer"), "duplicates", snapshot.pk)
    )


def test_a_snapshot_without_duplicates_says_why(
    client_for: Clients, curated: Store, recipe: Recipe
) -> None:
    corpus = snapshots.make_corpus(
        curated, [snapshots.document(snapshots.story(1), number=1)], name="one"
    )
    alone = snapshots.make_snapshot(curated, corpus, recipe=recipe)
    assert "No two documents" in get(client_for("viewer"), "duplicates", alone.pk)
    off = snapshots.RECIPE.replace('mode = "near"', 'mode = "none"')
    unlooked = snapshots.make_snapshot(
        curated, corpus, recipe=snapshots.make_recipe(off, name="off")
    )
    assert "switches deduplication off" in get(client_for("viewer"), "duplicates", unlooked.pk)


@pytest.mark.parametrize("what", ["keep", "apart", "undo"])
def test_who_may_not_judge_decides_nothing(
    client_for: Clients, snapshot: Snapshot, what: str
) -> None:
    name = groups(snapshot).name(0)
    ids = re.findall(
        r'data-member="(\w+)"', get(client_for("viewer"), "cluster", snapshot.pk, name)
    )
    two = {"left": ids[0], "right": ids[1]}
    address = reverse(f"cluster-{what}", args=[snapshot.pk, name])
    assert client_for("viewer").post(address, two).status_code == 403
    assert not Judgement.objects.exists()
    assert not PairVerdict.objects.exists()
    assert client_for("curator").post(address, {"left": "x"}).status_code == 400


def test_decisions_are_said_on_the_page_of_the_same_two(
    client_for: Clients, snapshot: Snapshot
) -> None:
    client, name = client_for("curator"), groups(snapshot).name(0)
    one, other = re.findall(r'data-member="(\w+)"', get(client, "cluster", snapshot.pk, name))
    two = {"left": one, "right": other}
    said = {
        "keep": "The right one is chosen",
        "apart": "Called no duplicates",
        "undo": "The right one is chosen",
    }
    for what, words in said.items():
        answer = client.post(reverse(f"cluster-{what}", args=[snapshot.pk, name]), two)
        assert f"left={one}&right={other}" in answer["Location"]
        shown = client.get(answer["Location"], headers={"accept-language": "en"})
        assert words in text_of(shown.content.decode())
    strange = client.post(
        reverse("cluster-apart", args=[snapshot.pk, name]),
        {"left": one, "right": one},
        headers={"accept-language": "en"},
    )
    shown = client.get(strange["Location"], headers={"accept-language": "en"})
    assert "That is one document, not two." in shown.content.decode()


def test_a_large_group_is_sampled_from_all_its_sources(
    client_for: Clients, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "SAMPLE", 2)
    every = groups(snapshot)
    largest = every.name(int(every.sizes.argmax()))
    client = client_for("viewer")
    html = get(client, "cluster", snapshot.pk, largest)
    assert "2 of them, drawn evenly from every source" in text_of(html)
    assert html.count("data-member=") == 2
