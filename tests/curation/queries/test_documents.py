"""Filters, pages, counts and samples of a snapshot's documents."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from corpora.storage import Store
from curation.models import Corpus, Snapshot
from curation.queries import documents
from curation.queries.documents import count, page, sample
from curation.queries.scan import Filter, Place
from curation.queries.snapshots import manifest, parts_of
from curation.queries.summaries import snippet, summaries
from tests.curation import snapshots

FILTERS = [
    pytest.param(Filter(), id="everything"),
    pytest.param(Filter(verdict="keep"), id="kept"),
    pytest.param(Filter(verdict="drop"), id="dropped"),
    pytest.param(Filter(rule="too_short"), id="first rule"),
    pytest.param(Filter(rule="little_hiragana", any_rule=True), id="any rule"),
    pytest.param(Filter(rule="exact_duplicate", verdict="drop"), id="rule and verdict"),
    pytest.param(Filter(verdict="keep", rule="too_short"), id="what cannot be"),
    pytest.param(Filter(source="mirror"), id="folder"),
    pytest.param(Filter(source="mirror/a"), id="a piece of a folder"),
    pytest.param(Filter(source="board/", verdict="drop"), id="folder and verdict"),
    pytest.param(Filter(domain="転載"), id="domain"),
    pytest.param(Filter(domain="転載", verdict="keep"), id="domain and verdict"),
    pytest.param(Filter(contains="本屋"), id="words in the text"),
    pytest.param(Filter(contains="写し"), id="words in the title"),
    pytest.param(Filter(contains="ＳＣＲＩＰＴ"), id="words in another width and case"),
    pytest.param(Filter(contains="本屋", domain="転載"), id="words and domain"),
    pytest.param(Filter(source="nowhere"), id="nothing"),
]


def rows_of(store: Store, snapshot: Snapshot) -> list[tuple[Place, dict[str, Any]]]:
    """Every row of every role, read whole."""
    found = []
    for number, part in enumerate(manifest(snapshot)["parts"]):
        tables = [
            store.read_table(part[role]).to_pylist() for role in ("documents", "decisions", "text")
        ]
        for row, (document, decision, text) in enumerate(zip(*tables, strict=True)):
            merged = {**document, **decision, "normal": text["text"]}
            found.append((Place(number, row), merged))
    return found


def matches(row: dict[str, Any], wanted: Filter) -> bool:
    import unicodedata

    words = unicodedata.normalize("NFKC", wanted.contains).casefold()
    return (
        wanted.verdict in ("", row["verdict"])
        and (not wanted.rule or wanted.rule in (row["rules"] if wanted.any_rule else [row["rule"]]))
        and row["source"].startswith(wanted.source)
        and wanted.domain in ("", row["domain"])
        and (words in row["normal"].casefold() or words in (row["title"] or "").casefold())
    )


def all_places(snapshot: Snapshot, wanted: Filter, rows: int) -> list[Place]:
    places: list[Place] = []
    start: Place | None = Place(0, 0)
    while start is not None:
        found = page(snapshot, wanted, start, rows=rows)
        assert len(found.places) <= rows
        places += found.places
        start = found.after
    return places


@pytest.mark.parametrize("wanted", FILTERS)
@pytest.mark.parametrize("rows", [1, 4, 50])
def test_pages_together_are_what_the_filter_says(
    curated: Store, snapshot: Snapshot, wanted: Filter, rows: int
) -> None:
    expected = [place for place, row in rows_of(curated, snapshot) if matches(row, wanted)]
    assert all_places(snapshot, wanted, rows) == expected


@pytest.mark.parametrize("wanted", FILTERS)
def test_the_count_is_exact_on_a_small_snapshot(
    curated: Store, snapshot: Snapshot, wanted: Filter
) -> None:
    expected = sum(matches(row, wanted) for _, row in rows_of(curated, snapshot))
    assert count(snapshot, wanted) == documents.Count(number=expected, exact=True)


def test_a_search_that_runs_out_of_time_says_where_to_go_on(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "PAGE_SECONDS", -1.0)
    monkeypatch.setattr(documents, "COUNT_SECONDS", -1.0)
    documents._counted.cache_clear()
    wanted = Filter(contains="無い言葉")
    found = page(snapshot, wanted, Place(0, 0))
    assert (found.places, found.after, found.scanned) == ([], Place(0, 12), 12)
    assert count(snapshot, wanted) == documents.Count(number=0, exact=False)
    documents._counted.cache_clear()


def test_a_filter_survives_its_query() -> None:
    for parameter in FILTERS:
        (wanted,) = parameter.values
        assert isinstance(wanted, Filter)
        assert Filter.from_query(wanted.to_query()) == wanted


@pytest.mark.parametrize("text", ["", "1", "a.b", "-1.2", "1.2.3", "1." + "9" * 40])
def test_a_place_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        Place.parse(text)


def test_a_summary_says_what_decided(snapshot: Snapshot) -> None:
    (short,) = summaries(snapshot, page(snapshot, Filter(rule="too_short"), Place(0, 0), 1).places)
    assert (short.rule, short.value, short.comparison, short.limit) == ("too_short", 5, "<", 30)
    (copy,) = summaries(
        snapshot, page(snapshot, Filter(rule="exact_duplicate"), Place(0, 0), 1).places
    )
    assert copy.keeper not in ("", copy.id)


def test_the_snippet_shows_the_hit() -> None:
    found = snippet("あ" * 300 + "広告" + "い" * 300, 300, 302)
    assert found.marked == "広告"
    assert found.before.startswith("…")
    assert found.after.endswith("…")
    assert len(found.before + found.marked + found.after) <= 152


# -- samples ----------------------------------------------------------------------------------


def test_a_sample_is_the_same_for_the_same_seed(snapshot: Snapshot) -> None:
    drawn = [sample(snapshot, Filter(), size=8, seed=seed, parts=None).drawn for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert sample(snapshot, Filter(), size=3, seed=1, parts=None).drawn == drawn[0][:3]


def test_a_sample_states_its_population(snapshot: Snapshot) -> None:
    found = sample(snapshot, Filter(rule="too_short"), size=100, seed=0, parts=None)
    assert found.population == len(found.drawn) == 5


def test_every_document_is_drawn_as_often(snapshot: Snapshot) -> None:
    times: Counter[str] = Counter()
    for seed in range(200):
        times.update(
            id_ for id_, _ in sample(snapshot, Filter(), size=9, seed=seed, parts=None).drawn
        )
    # 200 draws of 9 out of 27: 66.7 expected, standard deviation 6.7.
    assert len(times) == 27
    assert all(35 < number < 100 for number in times.values())


def test_a_sample_that_takes_too_long_is_refused(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from corpora.errors import KotoguraError

    monkeypatch.setattr(documents, "SAMPLE_SECONDS", -1.0)
    with pytest.raises(KotoguraError, match="Narrow it"):
        sample(snapshot, Filter(), size=1, seed=0, parts=None)


def test_a_sample_of_one_corpus_leaves_the_other_out(
    curated: Store, corpus: Corpus, snapshot: Snapshot
) -> None:
    other = snapshots.make_corpus(
        curated, [snapshots.document("別の集まりの文書です。" * 9, number=1)], name="other"
    )
    both = snapshots.make_snapshot(curated, corpus, other, recipe=snapshot.recipe)
    drawn = sample(both, Filter(), size=50, seed=0, parts=parts_of(both, other))
    assert [place for _, place in drawn.drawn] == [Place(3, 0)]
    assert parts_of(snapshot, corpus) is None


# -- by a source's name -------------------------------------------------------------------


@pytest.mark.parametrize("verdict", ["", "keep", "drop"])
def test_the_name_of_a_source_finds_what_the_snapshot_counts_under_it(
    curated: Store, corpus: Corpus, snapshot: Snapshot, verdict: str
) -> None:
    """A folder read from the server: its documents' own sources begin with the path to it."""
    texts = ["別の集まりの文書です。" * 9, "短い"]
    rows = [
        snapshots.document(text, number=number, source=f"/srv/inbox/other.jsonl/{number}.txt")
        for number, text in enumerate(texts)
    ]
    other = snapshots.make_corpus(curated, rows, name="other")
    both = snapshots.make_snapshot(curated, corpus, other, recipe=snapshot.recipe)
    wanted = Filter(source="other.jsonl", verdict=verdict)
    expected = {"": 2, "keep": 1, "drop": 1}[verdict]
    assert count(both, wanted) == documents.Count(number=expected, exact=True)
    assert len(all_places(both, wanted, 50)) == expected
    below = Filter(source="/srv/inbox/", verdict=verdict)
    assert len(all_places(both, below, 50)) == count(both, below).number == expected
