"""Creating a corpus, and its page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from corpora.storage import Store
from curation.models import AuditEvent, Corpus, Source, User
from tests.curation.exports import make_snapshot

pytestmark = pytest.mark.django_db


def test_a_new_corpus_asks_for_its_first_source(client_for: Callable[[str], Client]) -> None:
    answer = client_for("curator").post(
        reverse("corpus-new"), {"name": "news", "title": "新聞", "licence": "CC0-1.0"}
    )
    assert answer["Location"] == reverse("source-add", args=["news"])
    corpus = Corpus.objects.get()
    assert (corpus.title, corpus.licence) == ("新聞", "CC0-1.0")
    assert AuditEvent.objects.get().action == "corpus.create"


@pytest.mark.parametrize(
    "name",
    ["", "News", "../etc", "a b", "-a", "x" * 65, "新聞"],
    ids=["empty", "capitals", "path", "blank", "dash", "long", "kanji"],
)
def test_a_name_that_is_none_is_refused_beside_its_field(
    client_for: Callable[[str], Client], name: str
) -> None:
    answer = client_for("curator").post(reverse("corpus-new"), {"name": name})
    assert answer.status_code == 200
    assert "id_name-error" in answer.content.decode()
    assert not Corpus.objects.exists()


def test_a_name_is_taken_once(client_for: Callable[[str], Client]) -> None:
    Corpus.objects.create(name="news")
    answer = client_for("curator").post(
        reverse("corpus-new"), {"name": "news"}, headers={"Accept-Language": "en"}
    )
    assert "There is a corpus news already." in answer.content.decode()
    assert Corpus.objects.count() == 1


def test_a_viewer_may_not_create_one(client_for: Callable[[str], Client]) -> None:
    client = client_for("viewer")
    assert client.get(reverse("corpus-new")).status_code == 403
    answer = client.post(reverse("corpus-new"), {"name": "news"}, headers={"Accept-Language": "en"})
    assert answer.status_code == 403
    assert "Your role" in answer.content.decode()
    assert not Corpus.objects.exists()


def test_the_page_shows_sources_snapshots_and_what_each_role_may_do(
    client_for: Callable[[str], Client], store: Store, curator: User
) -> None:
    snapshot = make_snapshot(store, name="news")
    corpus = Corpus.objects.get(name="news")
    Corpus.objects.filter(pk=corpus.pk).update(head=snapshot)
    source = Source.objects.create(
        corpus=corpus,
        kind="upload",
        location="<i>朝刊</i>.jsonl",
        documents=10,
        ready=True,
        quarantined={"invalid-json": 3},
    )
    address = reverse("corpus", args=["news"])
    seen = client_for("viewer").get(address).content.decode()
    assert "&lt;i&gt;朝刊" in seen
    assert reverse("quarantine", args=[source.pk]) in seen
    assert reverse("snapshot", args=[snapshot.pk]) in seen
    assert reverse("run-new", args=["news"]) not in seen
    client = Client()
    client.force_login(curator)
    assert reverse("run-new", args=["news"]) in client.get(address).content.decode()


def test_a_corpus_that_is_not_there_is_a_404(client_for: Callable[[str], Client]) -> None:
    assert client_for("viewer").get(reverse("corpus", args=["nope"])).status_code == 404
