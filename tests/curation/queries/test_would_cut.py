"""What edits would cut from dropped documents."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from corpora.arrays import put_array
from corpora.edits.footers import FOOTERS
from corpora.edits.one_text import passages_of
from corpora.plans.passages import cutting
from corpora.storage import Store
from curation.models import Snapshot, Unit
from curation.queries.document import Detail, detail
from curation.queries.documents import page
from curation.queries.places import Place
from curation.queries.reading import Wish, read
from curation.queries.scan import Filter
from curation.queries.snapshots import recipe_of
from curation.queries.would_cut import WouldCut, would_cut
from tests.curation import snapshots

PASSAGE = "この店の営業時間は毎日変わります。"
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
    (span,) = would_cut(snapshot, found).spans
    assert found.text[span.start : span.end].strip() == FOOTER
    reading = read(snapshot, found, Wish())
    assert [(mark.rule, mark.kind, mark.hits) for mark in reading.marked] == [("footer", "edit", 1)]
    assert reading.is_dropped


def test_of_a_kept_document_what_is_cut_is_known(curated: Store, db: None) -> None:
    snapshot = _snapshot(curated)
    assert would_cut(snapshot, _one(snapshot, "keep")) == WouldCut()
    Unit.objects.all().delete()
    dropped = _one(snapshot, "drop")
    assert would_cut(snapshot, dropped) == WouldCut(is_known=False)
    assert not read(snapshot, dropped, Wish()).is_cut_known


PASSAGES = "\n[passages]\nenabled = true\nmin_characters = 8\nmin_documents = 2\nkeep = "


@pytest.mark.parametrize(
    ("keep", "first", "cut"),
    [
        pytest.param("none", 0, 1, id="from all"),
        pytest.param("first", 0, 0, id="it would be the first"),
        pytest.param("first", 2, 1, id="others come before it"),
    ],
)
def test_a_passage_that_is_repeated_is_struck_out(
    curated: Store, db: None, keep: str, first: int, cut: int
) -> None:
    texts = [f"{snapshots.story(n)}\n\n{PASSAGE}" for n in (1, 2)]
    texts.insert(first, f"短い。\n{PASSAGE}")
    rows = [snapshots.document(text, number=n, host="a.jp") for n, text in enumerate(texts)]
    corpus = snapshots.make_corpus(curated, rows, name="passages")
    recipe = snapshots.make_recipe(snapshots.RECIPE + PASSAGES + f'"{keep}"\n')
    snapshot = snapshots.make_snapshot(curated, corpus, recipe=recipe)
    hashes = passages_of(PASSAGE, "", cutting(recipe_of(snapshot), 0)).hashes
    places = np.array([[2, 0, 0 if first else 1]], np.uint32)
    outputs = {"hashes": put_array(curated, hashes), "places": put_array(curated, places)}
    Unit.objects.create(
        run=snapshot.run, stage="edits.copies", key="k", queue="cpu", spec={},
        state=Unit.State.DONE, result={"outputs": outputs, "counts": {}},
    )  # fmt: skip
    found = _one(snapshot, "drop")
    struck = [found.text[s.start : s.end].strip() for s in would_cut(snapshot, found).spans]
    assert struck == [PASSAGE] * cut
