"""What edits would cut from dropped documents."""

from __future__ import annotations

import pyarrow as pa

from corpora.edits.footers import FOOTERS
from corpora.storage import Store
from curation.models import Snapshot, Unit
from curation.queries.document import Detail, detail
from curation.queries.documents import page
from curation.queries.places import Place
from curation.queries.reading import Wish, read
from curation.queries.scan import Filter
from curation.queries.would_cut import would_cut
from tests.curation import snapshots

FOOTER = "この記事をシェアする"
RECIPE = snapshots.RECIPE + "\n[footers]\nenabled = true\nlines = 3\n"


def _snapshot(store: Store) -> Snapshot:
    texts = [f"短い。\n{FOOTER}", f"{snapshots.story(1)}\n{FOOTER}"]
    rows = [snapshots.document(text, number=n, host="a.jp") for n, text in enumerate(texts)]
    corpus = snapshots.make_corpus(store, rows, name="footers")
    snapshot = snapshots.make_snapshot(store, corpus, recipe=snapshots.make_recipe(RECIPE))
    row = {"group": "a.jp", "line": FOOTER, "documents": 9, "of": 9}
    blob = store.put_table(pa.Table.from_pylist([row], schema=FOOTERS))
    Unit.objects.create(
        run=snapshot.run, stage="edits.footers", key="k", queue="cpu", spec={},
        state=Unit.State.DONE, result={"outputs": {"footers": blob}, "counts": {}},
    )  # fmt: skip
    return snapshot


def _one(snapshot: Snapshot, verdict: str) -> Detail:
    return detail(snapshot, page(snapshot, Filter(verdict=(verdict,)), Place(0, 0), 1).places[0])


def test_the_footer_of_a_dropped_document_is_struck_out(curated: Store, db: None) -> None:
    snapshot = _snapshot(curated)
    found = _one(snapshot, "drop")
    (span,) = would_cut(snapshot, found)
    assert found.text[span.start : span.end].strip() == FOOTER
    reading = read(snapshot, found, Wish())
    assert [(mark.rule, mark.kind, mark.hits) for mark in reading.marked] == [("footer", "edit", 1)]
    assert reading.is_dropped


def test_of_a_kept_document_what_is_cut_is_known(curated: Store, db: None) -> None:
    snapshot = _snapshot(curated)
    assert would_cut(snapshot, _one(snapshot, "keep")) == []
    Unit.objects.all().delete()
    assert would_cut(snapshot, _one(snapshot, "drop")) == []
