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
from curation.models import Corpus, Judgement, Recipe, Run, Snapshot, Source, User
from curation.queries.budget import budget
from curation.queries.corpora import cards
from curation.queries.steps import steps
from curation.queries.survivors import spark
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
    content = client.post(reverse("load-sample"), follow=True).content.decode()
    run = Run.objects.get()
    assert reverse("run", args=[run.pk]) in content
    assert [corpus.name for corpus in run.corpora.all()] == ["sample"]
    client.post(reverse("load-sample"))
    assert Run.objects.count() == 1


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


def test_lost_files_are_history_once_a_run_made_do_with_the_rest(
    curator: User, store: Store
) -> None:
    snapshot = make_snapshot(store)
    corpus = snapshot.corpora.get()
    source = _read_source(corpus)
    Source.objects.filter(pk=source.pk).update(file_count=3, file_errors=2)
    assert "files-lost" in _kinds(curator)
    Corpus.objects.filter(pk=corpus.pk).update(head=snapshot)
    Source.objects.filter(pk=source.pk).update(created_at=timezone.now() - timedelta(hours=1))
    assert "files-lost" not in _kinds(curator)


def test_a_first_result_leads_to_the_studio_until_a_recipe_of_ones_own_made_it(
    curator: User, viewer: User, store: Store
) -> None:
    snapshot = make_snapshot(store)
    Corpus.objects.update(head=snapshot)
    _read_source(Corpus.objects.get())
    Recipe.objects.update(shipped=True)
    assert "tune" in _kinds(curator)
    assert "tune" not in _kinds(viewer)
    Recipe.objects.update(shipped=False)
    assert "tune" not in _kinds(curator)


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


def test_a_failed_curation_is_made_up_for_by_one_of_the_same_corpus(curator: User) -> None:
    news, books = (Corpus.objects.create(name=name) for name in ("news", "books"))
    _run(news, "curate", "failed")
    _run(books, "curate", "done")
    assert "run-failed" in _kinds(curator)
    _run(news, "curate", "done")
    assert "run-failed" not in _kinds(curator)


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
    client_for: Callable[[str], Client],
    store: Store,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(12):
        make_snapshot(store, name=f"c{number}")
        corpus = Corpus.objects.get(name=f"c{number}")
        Corpus.objects.filter(pk=corpus.pk).update(head=corpus.snapshots.get())
        _run(corpus, "ingest", "failed", source=_read_source(corpus))
        _run(corpus, "curate", "failed")
    client = client_for("curator")
    with django_assert_max_num_queries(20):
        client.get("/")


# -- the first page's pictures -------------------------------------------------------------


def test_the_spark_shows_what_is_left_after_each_reason_in_order(store: Store) -> None:
    snapshot = make_snapshot(store)
    snapshot.counts = {
        "documents_in": 110, "failed": 10, "kept": 40,
        "dropped": {"near_duplicate": 10, "too_short": 20, "judgement": 30, "idle": 0},
    }  # fmt: skip
    snapshot.recipe.content = {"rules": [{"name": "idle"}, {"name": "too_short"}]}
    bars = spark(snapshot)
    assert [(bar.rule, bar.documents) for bar in bars] == [
        ("", 100), ("judgement", 70), ("too_short", 50), ("near_duplicate", 40),
    ]  # fmt: skip
    assert [bar.height for bar in bars] == [22, 15.4, 11, 8.8]


def test_a_snapshot_of_two_corpora_counts_once_against_the_budget(store: Store) -> None:
    joint, alone = make_snapshot(store, name="a"), make_snapshot(store, name="c")
    Snapshot.objects.filter(pk=joint.pk).update(counts={"tokens": 600})
    Snapshot.objects.filter(pk=alone.pk).update(counts={"tokens": 150})
    Corpus.objects.create(name="b")
    Corpus.objects.filter(name__in=["a", "b"]).update(head=joint)
    Corpus.objects.filter(name="c").update(head=alone)
    found = budget(cards(), 1_000)
    assert found.tokens == 750
    assert [(one.name, one.x, one.width) for one in found.slices] == [
        ("a + b", 0, 600),
        ("c", 600, 150),
    ]


def test_the_budget_is_in_the_address_and_kept_for_the_next_visit(
    client_for: Callable[[str], Client], store: Store
) -> None:
    snapshot = make_snapshot(store, name="news")
    Corpus.objects.filter(name="news").update(head=snapshot)
    Snapshot.objects.update(counts={**snapshot.counts, "tokens": 12_345})
    client = client_for("viewer")
    client.get("/?budget=70000000000")
    assert "12,345 / 70,000,000,000" in client.get("/").content.decode()
    assert client.get("/?budget=7").status_code == 400
