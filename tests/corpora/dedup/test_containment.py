"""Works in collections: what is proposed, and what the whole sets then say."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest

from corpora.dedup import containment, overlaps, samples, signatures
from corpora.dedup.overlaps import MOST_DOCUMENTS
from corpora.stages import UnitSpec, no_progress
from corpora.storage import Store
from tests.corpora.dedup.test_clusters import edited, prose
from tests.corpora.parts import Written, part

FOLDING = {"ngram": 5, "fold_old_kanji": True}


def inside(
    store: Store, parts: Sequence[Sequence[tuple[str, str]]], *, share: float = 0.9, units: int = 1
) -> list[dict[str, Any]]:
    """The pairs of (id, text) documents given by part, the grams shared out among some units."""
    written = [part(store, [Written(id=i, text=t) for i, t in rows]) for rows in parts]
    texts = [one["text"] for one in written]
    hashes, drawn = [], []
    for text in texts:
        unit = UnitSpec(
            stage="dedup.signatures", inputs={"text": text}, params={**FOLDING, "mode": "exact"}
        )
        hashes.append(signatures.run(unit, store, no_progress).outputs["hashes"])
        unit = UnitSpec(stage="dedup.samples", inputs={"text": text}, params=FOLDING)
        drawn.append(samples.run(unit, store, no_progress).outputs["samples"])
    inputs: dict[str, Any] = {"samples": drawn, "hashes": hashes}
    found = [
        overlaps.run(
            UnitSpec(stage="dedup.overlaps", inputs=inputs, params={"share": [n, units]}),
            store,
            no_progress,
        ).outputs
        for n in range(units)
    ]
    unit = UnitSpec(
        stage="dedup.contained",
        inputs={
            "documents": [one["documents"] for one in written],
            "text": texts,
            "overlaps": [one["overlaps"] for one in found],
            "usable": [one["usable"] for one in found],
        },
        params={**FOLDING, "containment": share},
    )
    blob = containment.run(unit, store, no_progress).outputs["contained"]
    rows: list[dict[str, Any]] = store.read_table(blob).to_pylist()
    return rows


def collection(seed: int, works: int = 6) -> list[tuple[str, str]]:
    """Works by id, and "all": a text of them all, one after another."""
    draw = random.Random(seed)
    found = [(f"{number}", prose(draw, 1_500)) for number in range(works)]
    return [*found, ("all", "".join(text for _, text in found))]


def test_works_lie_inside_their_collection_wherever_the_parts_begin(store: Store) -> None:
    documents = collection(1)
    found = inside(store, [documents])
    assert [(row["a"], row["b"]) for row in found] == [(f"{n}", "all") for n in range(6)]
    assert {row["shared"] for row in found} == {row["a_grams"] for row in found} == {1_496}
    other = inside(store, [documents[:2], [], documents[2:]], units=3)
    names = ("a", "b", "a_grams", "b_grams", "shared")
    assert [[row[n] for n in names] for row in other] == [[row[n] for n in names] for row in found]
    assert [(row["a_part"], row["a_row"]) for row in other][1:4] == [(0, 1), (2, 0), (2, 1)]
    assert {(row["b_part"], row["b_row"]) for row in other} == {(2, 4)}


@pytest.mark.parametrize(
    ("changes", "found"), [(0, 1), (20, 1), (45, 0)], ids=["whole", "edited", "rewritten"]
)
def test_the_share_of_all_grams_decides(store: Store, changes: int, found: int) -> None:
    draw = random.Random(2)
    work = prose(draw, 1_500)
    whole = edited(draw, work, changes) + prose(draw, 4_000)
    rows = inside(store, [[("work", work), ("whole", whole)]])
    assert len(rows) == found
    assert all(row["shared"] >= 0.9 * row["a_grams"] for row in rows)


def test_documents_of_one_size_and_copies_do_not_contain_each_other(store: Store) -> None:
    works = collection(3, works=2)
    text = prose(random.Random(4), 1_500)
    copies = [("copy", works[0][1]), ("one", text), ("other", text[1:] + "外")]
    found = inside(store, [[*works, *copies]])
    assert [(row["a"], row["b"]) for row in found] == [("0", "all"), ("1", "all")]


def test_what_very_many_documents_share_proposes_nothing(store: Store) -> None:
    draw = random.Random(5)
    notice = prose(draw, 1_500)
    pages = [(f"{n}", notice + prose(draw, 200)) for n in range(MOST_DOCUMENTS + 1)]
    assert inside(store, [[("notice", notice), *pages]]) == []
    assert len(inside(store, [[("notice", notice), *pages[:3]]])) == 3


def test_planted_works_are_found(store: Store) -> None:
    draw = random.Random(6)
    works = [(f"{n}", prose(draw, draw.randint(600, 3_000))) for n in range(80)]
    books = [
        (f"book {n}", "".join(edited(draw, text, len(text) // 100) for _, text in works[n::10]))
        for n in range(10)
    ]
    found = inside(store, [works, books], units=2)
    assert {(row["a"], row["b"]) for row in found} == {
        (name, f"book {int(name) % 10}") for name, _ in works
    }


def test_no_documents_give_an_empty_table(store: Store) -> None:
    assert inside(store, [[]]) == []
    assert inside(store, [[("short", "短い")], [("shorter", "短")]]) == []
