"""Documents as they were read: there with the first part, before anything is curated."""

from __future__ import annotations

import re
from collections.abc import Callable

import pyarrow as pa
import pytest
from django.test import Client
from django.urls import reverse

from corpora.documents import DOCUMENTS
from corpora.ingest.checkpoints import checkpoint
from corpora.storage import Store
from curation.models import Corpus, Run, Source, Unit
from curation.queries.as_read import page, parts
from curation.queries.snapshots import read_row
from tests.curation.snapshots import document, story

pytestmark = pytest.mark.django_db
Clients = Callable[[str], Client]


def _titles(corpus: Corpus, contains: str = "") -> list[str]:
    found = page(parts(corpus), contains, "", 5).rows
    return ["".join(piece.text for piece in row.title_pieces) for row in found]


def test_words_are_found_in_every_part_however_they_are_written(corpus: Corpus) -> None:
    assert len(_titles(corpus)) == 27
    assert _titles(corpus, "第３話は") == ["第3話", "写し3"]
    assert _titles(corpus, "決して無い") == []


def test_pages_follow_each_other_without_gap_and_end(corpus: Corpus) -> None:
    found, after = [], ""
    while True:
        here = page(parts(corpus), "第", after, 5, room=4)
        found += [(row.documents, row.row) for row in here.rows]
        after = here.after
        if not after:
            break
    whole = page(parts(corpus), "第", "", 5)
    assert found == [(row.documents, row.row) for row in whole.rows]
    assert len(found) > 8


def test_a_page_that_has_no_time_still_gets_on(corpus: Corpus) -> None:
    first = page(parts(corpus), "決して無い", "", 0)
    assert first.cut_short
    assert first.after.startswith(parts(corpus)[1].documents)


def test_what_a_unit_at_work_has_read_is_there(store: Store) -> None:
    corpus = Corpus.objects.create(name="news")
    source = Source.objects.create(corpus=corpus, kind="upload", location="a.jsonl")
    run = Run.objects.create(kind="ingest", arguments={}, stages=["scan", "ingest"], source=source)
    blobs = [
        store.put_table(pa.Table.from_pylist([document(story(n), number=n)], schema=DOCUMENTS))
        for n in range(3)
    ]
    read = [{"documents": blob, "rows": 1, "characters": 9} for blob in blobs]
    about = {"run": run, "stage": "ingest", "queue": "cpu", "spec": {}}
    result = {"outputs": {"parts": read[:1]}}
    Unit.objects.create(**about, part="00000", key="a" * 64, state="done", result=result)
    Unit.objects.create(**about, part="00001", key="b" * 64, state="leased")
    for number in (0, 1):
        cursor = {"outputs": {"parts": read[1 : 2 + number]}, "counts": {}}
        store.record(checkpoint("b" * 64, number), cursor)
    assert [part.documents for part in parts(corpus)] == blobs


def test_a_document_is_text_and_nothing_else(client_for: Clients, corpus: Corpus) -> None:
    part = parts(corpus)[2]
    address = reverse("as-read-document", args=[corpus.name, part.documents, part.rows - 1])
    content = client_for("viewer").get(address, {"contains": "読む人"}).content.decode()
    assert "<script>alert" not in content
    assert "&lt;script&gt;alert" in content
    assert re.search(r'<mark class="is-found"[^>]*>読む人</mark>', content)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        pytest.param("", 200, id="all"),
        pytest.param("contains=第3話&room=7", 200, id="the rest of a page"),
        pytest.param("source=999999", 200, id="a source that is not there"),
        pytest.param(f"after={'0' * 64}.0", 400, id="a place that is not there"),
        pytest.param("after=1.2", 400, id="no place"),
        pytest.param("room=1000", 400, id="too much at once"),
        pytest.param("source=x", 400, id="no source"),
    ],
)
def test_addresses(client_for: Clients, corpus: Corpus, query: str, status: int) -> None:
    address = f"{reverse('as-read', args=[corpus.name])}?{query}"
    assert client_for("viewer").get(address).status_code == status


def test_an_id_leads_to_its_document(client_for: Clients, corpus: Corpus) -> None:
    part = parts(corpus)[1]
    wanted = read_row(part.documents, 2, ["id"])["id"]
    address = reverse("as-read", args=[corpus.name])
    answer = client_for("viewer").get(address, {"contains": wanted})
    there = reverse("as-read-document", args=[corpus.name, part.documents, 2])
    assert answer.headers["Location"] == there
    assert client_for("viewer").get(address, {"contains": "f" * 32}).status_code == 200


def test_a_document_of_another_corpus_is_not_there(client_for: Clients, corpus: Corpus) -> None:
    Corpus.objects.create(name="other")
    part = parts(corpus)[0]
    client = client_for("viewer")
    for name, blob, row in (
        ("other", part.documents, 0),
        (corpus.name, part.documents, part.rows),
        (corpus.name, "f" * 64, 0),
    ):
        assert client.get(reverse("as-read-document", args=[name, blob, row])).status_code == 404
