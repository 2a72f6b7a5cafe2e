"""The first page: corpora, and what it tells which person to do next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from corpora.storage import Store
from curation.actions.recipes import ensure_shipped
from curation.models import Corpus, Judgement, Run, Source, User
from curation.queries.corpora import cards
from curation.queries.steps import steps
from tests.curation.exports import make_snapshot

pytestmark = pytest.mark.django_db


def _kinds(user: User) -> list[str]:
    return [step.kind for step in steps(user, cards())]


def _read_source(corpus: Corpus, documents: int = 5) -> Source:
    return Source.objects.create(
        corpus=corpus, kind="upload", location="a.jsonl", documents=documents, ready=True
    )


def _run(corpus: Corpus, kind: str, state: str, *, source: Source | None = None) -> Run:
    run = Run.objects.create(
        kind=kind,
        state=state,
        arguments={},
        stages=["scan"],
        source=source,
        ended_at=timezone.now() if state in Run.ENDED else None,
    )
    run.corpora.set([corpus])
    return run


@pytest.mark.parametrize(("role", "offered"), [("curator", True), ("viewer", False)])
def test_the_first_visit_offers_the_sample_to_those_who_may(
    client_for: Callable[[str], Client], role: str, offered: bool
) -> None:
    content = client_for(role).get("/").content.decode()
    assert (reverse("load-sample") in content) is offered


def test_loading_the_sample_begins_to_read_it(
    client_for: Callable[[str], Client], store: Store
) -> None:
    client = client_for("curator")
    ensure_shipped()
    answer = client.post(reverse("load-sample"))
    run = Run.objects.get()
    assert answer["Location"] == reverse("run", args=[run.pk])
    assert [corpus.name for corpus in run.corpora.all()] == ["sample"]
    assert client.post(reverse("load-sample"))["Location"] == answer["Location"]


def test_a_viewer_may_not_load_the_sample(client_for: Callable[[str], Client]) -> None:
    assert client_for("viewer").post(reverse("load-sample")).status_code == 403


def test_a_source_of_which_nothing_was_read_is_not_passed_over(
    client_for: Callable[[str], Client], curator: User
) -> None:
    source = _read_source(Corpus.objects.create(name="news"), documents=0)
    Source.objects.filter(pk=source.pk).update(file_count=3, file_errors=2)
    assert _kinds(curator) == ["files-lost"]
    content = client_for("curator").get("/").content.decode()
    assert "news: a.jsonl の 3 ファイルのうち 2 ファイルを最後まで読めませんでした" in content
    Source.objects.filter(pk=source.pk).update(created_at=timezone.now() - timedelta(days=30))
    assert _kinds(curator) == []


def test_an_empty_corpus_wants_a_source(curator: User, viewer: User) -> None:
    Corpus.objects.create(name="news")
    assert _kinds(curator) == ["add-source"]
    assert _kinds(viewer) == []


def test_a_read_corpus_wants_a_run_unless_one_is_at_work(curator: User) -> None:
    corpus = Corpus.objects.create(name="news")
    _read_source(corpus)
    assert _kinds(curator) == ["run-first"]
    _run(corpus, "curate", "running")
    assert _kinds(curator) == []


def test_failures_come_first_and_go_when_made_up_for(curator: User) -> None:
    corpus = Corpus.objects.create(name="news")
    source = _read_source(corpus)
    _run(corpus, "ingest", "failed", source=source)
    assert _kinds(curator) == ["run-failed", "run-first"]
    _run(corpus, "ingest", "done", source=source)
    assert _kinds(curator) == ["run-first"]


def test_an_old_failure_is_history(curator: User) -> None:
    corpus = Corpus.objects.create(name="news")
    run = _run(corpus, "ingest", "failed")
    Run.objects.filter(pk=run.pk).update(ended_at=timezone.now() - timedelta(days=30))
    assert _kinds(curator) == ["add-source"]


def test_a_snapshot_wants_to_be_looked_at_judged_and_exported(
    curator: User, engineer: User, store: Store
) -> None:
    snapshot = make_snapshot(store)
    corpus = snapshot.corpora.get()
    Corpus.objects.filter(pk=corpus.pk).update(head=snapshot)
    _read_source(corpus)
    assert {"judge-sample"} <= set(_kinds(curator))
    assert "export" not in _kinds(curator)
    assert "export" in _kinds(engineer)


def test_new_judgements_and_new_sources_want_another_run(curator: User, store: Store) -> None:
    snapshot = make_snapshot(store)
    corpus = snapshot.corpora.get()
    Corpus.objects.filter(pk=corpus.pk).update(head=snapshot)
    source = _read_source(corpus)
    Judgement.objects.create(corpus=corpus, document_id="0" * 32, verdict="keep", by=curator)
    assert "run-judged" in _kinds(curator)
    _run(corpus, "ingest", "done", source=source)
    assert "run-again" in _kinds(curator)
    assert "run-judged" not in _kinds(curator)


def test_the_page_names_each_corpus_with_its_counts(
    client_for: Callable[[str], Client], store: Store
) -> None:
    snapshot = make_snapshot(store, name="news")
    Corpus.objects.filter(name="news").update(head=snapshot, title="<b>新聞</b>")
    _read_source(Corpus.objects.get(name="news"), documents=123_456)
    client = client_for("viewer")
    content = client.get("/", headers={"Accept-Language": "en"}).content.decode()
    assert "123,456" in content
    assert "&lt;b&gt;新聞" in content
    content = client.get("/", headers={"Accept-Language": "ja"}).content.decode()
    assert '<span title="123,456">12.35万</span>' in content


def test_the_page_asks_as_many_questions_for_many_corpora_as_for_few(
    client_for: Callable[[str], Client], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        _read_source(Corpus.objects.create(name=f"c{number}"))
    client = client_for("viewer")
    with django_assert_max_num_queries(20):
        client.get("/")
