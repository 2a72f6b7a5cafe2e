"""Filters, pages, counts and samples of a snapshot's documents."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from corpora.arrays import put_array
from corpora.search.folding import fold
from corpora.storage import Store
from curation.models import Corpus, Snapshot
from curation.queries import documents, fields, search
from curation.queries.documents import count, page, sample
from curation.queries.fields import Facet
from curation.queries.measured import PERSONAL_KINDS
from curation.queries.places import Place
from curation.queries.scan import Filter, Range
from curation.queries.snapshots import manifest, parts_of
from curation.queries.summaries import around, summaries
from tests.curation import snapshots

FILTERS = [
    pytest.param(Filter(), id="everything"),
    pytest.param(Filter(verdict=("keep",)), id="kept"),
    pytest.param(Filter(verdict=("drop",)), id="dropped"),
    pytest.param(Filter(rule=("too_short",)), id="first rule"),
    pytest.param(Filter(rule=("little_hiragana",), any_rule=True), id="any rule"),
    pytest.param(Filter(rule=("exact_duplicate",), verdict=("drop",)), id="rule and verdict"),
    pytest.param(Filter(verdict=("keep",), rule=("too_short",)), id="what cannot be"),
    pytest.param(Filter(source=("mirror",)), id="folder"),
    pytest.param(Filter(source=("mirror/a",)), id="a piece of a folder"),
    pytest.param(Filter(source=("board/",), verdict=("drop",)), id="folder and verdict"),
    pytest.param(Filter(domain=("転載",)), id="domain"),
    pytest.param(Filter(domain=("転載",), verdict=("keep",)), id="domain and verdict"),
    pytest.param(Filter(contains="本屋"), id="words in the text"),
    pytest.param(Filter(contains="写し"), id="words in the title"),
    pytest.param(Filter(contains="ＳＣＲＩＰＴ"), id="words in another width and case"),
    pytest.param(Filter(contains="本屋", domain=("転載",)), id="words and domain"),
    pytest.param(Filter(contains="の"), id="one letter"),
    pytest.param(Filter(contains="本.", mode="pattern"), id="a pattern"),
    pytest.param(Filter(contains="EXAMPLE", mode="url"), id="a piece of a URL"),
    pytest.param(Filter(contains="example.jp", mode="host"), id="a host and what is below it"),
    pytest.param(Filter(exclude=(("domain", "転載"),)), id="not a domain"),
    pytest.param(Filter(exclude=(("domain", ""), ("domain", "転載"))), id="not two domains"),
    pytest.param(Filter(exclude=(("rule", "too_short"),), verdict=("drop",)), id="not a rule"),
    pytest.param(Filter(format=("jsonl",), contains="本屋"), id="format and words"),
    pytest.param(Filter(ranges=(Range("characters", 40.0, None),)), id="at least so long"),
    pytest.param(Filter(ranges=(Range("characters", None, 120.0),)), id="at most so long"),
    pytest.param(
        Filter(ranges=(Range("hiragana_share", 0.1, 0.8),), verdict=("keep",)), id="between"
    ),
    pytest.param(Filter(ranges=(Range("nobody_measured", 0.0, None),)), id="not measured"),
    pytest.param(Filter(source=("nowhere",)), id="nothing"),
    pytest.param(Filter(verdict=("drop", "keep")), id="either verdict"),
    pytest.param(Filter(rule=("exact_duplicate", "too_short")), id="one of two rules"),
    pytest.param(
        Filter(rule=("little_hiragana", "too_short"), any_rule=True), id="two rules, anywhere"
    ),
    pytest.param(Filter(domain=("文化", "転載"), verdict=("keep",)), id="two domains, one verdict"),
    pytest.param(Filter(source=("board/", "mirror/a")), id="two sources"),
    pytest.param(Filter(personal=("phone_hits",)), id="personal data nobody looked for"),
]


#: What a manifest's parts hold never changes.
_READ: dict[str, list[tuple[Place, dict[str, Any]]]] = {}


def rows_of(store: Store, snapshot: Snapshot) -> list[tuple[Place, dict[str, Any]]]:
    """Every row of every role, read whole."""
    if snapshot.manifest not in _READ:
        _READ[snapshot.manifest] = _rows_of(store, snapshot)
    return _READ[snapshot.manifest]


def _rows_of(store: Store, snapshot: Snapshot) -> list[tuple[Place, dict[str, Any]]]:
    found = []
    for number, part in enumerate(manifest(snapshot)["parts"]):
        tables = [
            store.read_table(part[role]).to_pylist() for role in ("documents", "decisions", "text")
        ]
        measured = [store.read_table(blob) for blob in part["signals"].values()]
        for row, (document, decision, text) in enumerate(zip(*tables, strict=True)):
            signals = {n: table[n][row].as_py() for table in measured for n in table.column_names}
            merged = {**document, **decision, "normal": text["text"], "signals": signals}
            found.append((Place(number, row), merged))
    return found


def matches(row: dict[str, Any], wanted: Filter) -> bool:
    stated = (
        (not wanted.source or row["source"].startswith(wanted.source))
        and (not wanted.rule or _fails(row, wanted))
        and all(
            not wanted.values(name) or row[name] in wanted.values(name)
            for name in ("verdict", "domain", "format", "host")
        )
        and not wanted.personal
    )
    left_out = any((row[name] or "") == value for name, value in wanted.exclude)
    within = all(
        asked.signal in row["signals"]
        and (asked.low is None or row["signals"][asked.signal] >= asked.low)
        and (asked.high is None or row["signals"][asked.signal] <= asked.high)
        for asked in wanted.ranges
    )
    return stated and not left_out and within and _holds(row, wanted)


def _fails(row: dict[str, Any], wanted: Filter) -> bool:
    return (
        not {*row["rules"]}.isdisjoint(wanted.rule)
        if wanted.any_rule
        else row["rule"] in wanted.rule
    )


def _holds(row: dict[str, Any], wanted: Filter) -> bool:
    if wanted.mode == "pattern":
        return any(re.search(wanted.contains, text or "") for text in (row["normal"], row["title"]))
    if wanted.mode == "url":
        return wanted.contains.lower() in (row["url"] or "").lower()
    if wanted.mode == "host":
        return f".{row['host'] or ''}".endswith("." + wanted.contains)
    return fold(wanted.contains) in fold(row["normal"]) or fold(wanted.contains) in fold(
        row["title"] or ""
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
def test_pages_together_are_what_the_filter_says(
    curated: Store, snapshot: Snapshot, wanted: Filter, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = [place for place, row in rows_of(curated, snapshot) if matches(row, wanted)]
    for rows, first_rows in ((1, 3), (4, 1), (50, documents.FIRST_ROWS)):
        search.forget()
        monkeypatch.setattr(documents, "FIRST_ROWS", first_rows)
        assert all_places(snapshot, wanted, rows) == expected, f"{rows} rows a page"


def test_a_page_looks_no_further_than_it_is_long(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[slice] = []

    def masks(sha256: str, wanted: Filter, some: slice) -> dict[str, Any]:
        looked.append(some)
        return fields.masks(sha256, wanted, some)

    monkeypatch.setattr(documents, "fields", SimpleNamespace(masks=masks))
    monkeypatch.setattr(documents, "FIRST_ROWS", 2)
    found = page(snapshot, Filter(verdict=("keep", "drop")), Place(0, 1), rows=1)
    assert found.places == [Place(0, 1)]
    assert looked == [slice(1, 3)]


def test_hits_are_the_same_in_pieces(snapshot: Snapshot) -> None:
    found = search.hits(snapshot.manifest, Filter(contains="の"))
    assert found is not None
    list(found.look(range(len(found.groups)), time.monotonic() + 60))
    every = found.rows()
    assert 0 < every.sum() < len(every) == snapshot.counts["documents_in"]
    for first in range(len(every) + 1):
        for last in range(first, len(every) + 1):
            assert found.rows(first, last).tolist() == every[first:last].tolist()


@pytest.mark.parametrize("wanted", FILTERS)
def test_the_count_is_exact_on_a_small_snapshot(
    curated: Store, snapshot: Snapshot, wanted: Filter
) -> None:
    expected = sum(matches(row, wanted) for _, row in rows_of(curated, snapshot))
    assert count(snapshot, wanted) == documents.Count(number=expected, exact=True)


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    search.forget()
    # However busy the machine: what runs out of time says so itself.
    monkeypatch.setattr(documents, "PAGE_SECONDS", 20.0)
    monkeypatch.setattr(documents, "COUNT_SECONDS", 20.0)


def test_a_search_that_runs_out_of_time_says_where_to_go_on(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search.Hits, "look", _one_at_a_time)
    wanted = Filter(contains="無い言葉")
    found = page(snapshot, wanted, Place(0, 0), seconds=-1)
    assert (found.places, found.after, found.cut_short) == ([], Place(1, 0), True)
    so_far = count(snapshot, wanted, seconds=-1)
    assert (so_far.exact, so_far.parts_done, so_far.parts) == (False, 2, 3)


def _one_at_a_time(self: search.Hits, groups: Iterable[int], deadline: float) -> Iterator[int]:
    for group in groups:
        self._look(group)
        yield group
        if time.monotonic() > deadline:
            return


def test_an_old_snapshot_is_searched_without_an_index(
    curated: Store, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = dict(manifest(snapshot))
    now.pop("facets")
    now["parts"] = [{k: v for k, v in part.items() if k != "search"} for part in now["parts"]]
    old = Snapshot(manifest=curated.put_json(now), counts=snapshot.counts, recipe=snapshot.recipe)
    for parameter in FILTERS:
        (wanted,) = parameter.values
        assert isinstance(wanted, Filter)
        assert page(old, wanted, Place(0, 0)).places == page(snapshot, wanted, Place(0, 0)).places


@pytest.mark.parametrize("wanted", FILTERS)
def test_a_fields_values_are_counted_under_the_rest_of_the_filter(
    curated: Store, snapshot: Snapshot, wanted: Filter
) -> None:
    count(snapshot, replace(Filter(), contains=wanted.contains, mode=wanted.mode))
    found = documents.facets(snapshot, wanted)
    assert found.exact
    rows = [row for _, row in rows_of(curated, snapshot)]
    whole = [row for row in rows if matches(row, wanted)]
    assert found.amounts.documents == len(whole)
    assert found.amounts.characters == sum(len(row["normal"]) for row in whole)
    for facet in found.facets:
        if facet.name in ("source", "personal"):
            continue
        rest = replace(
            wanted,
            exclude=tuple(pair for pair in wanted.exclude if pair[0] != facet.name),
            **{facet.name: ()},
        )
        counted = Counter(row[facet.name] or "" for row in rows if matches(row, rest))
        if facet.name == "rule":
            del counted[""]
        shown = {value.value: value.documents for value in facet.values if value.documents}
        assert shown == dict(counted), facet.name


def test_tokens_are_summed_of_the_documents_that_have_them(
    curated: Store, snapshot: Snapshot
) -> None:
    assert documents.facets(snapshot, Filter()).amounts.tokens is None
    tokenized = dict(manifest(snapshot))
    kept = [[row["verdict"] == "keep" for row in part] for part in _parts(curated, snapshot)]
    # What is kept and blank after its edits has none: -1 as well.
    counts = [np.where(part, np.arange(len(part)) * 10 - 1, -1).astype(np.int32) for part in kept]
    blobs = [put_array(curated, part) for part in counts]
    tokenized["parts"] = [
        {**part, "token_counts": blob} for part, blob in zip(tokenized["parts"], blobs, strict=True)
    ]
    other = Snapshot(manifest=curated.put_json(tokenized), counts=snapshot.counts)
    expected = [sum(n for n in part.tolist() if n > 0) for part in counts]
    found = documents.facets(other, Filter()).amounts
    assert (found.tokens, found.encoded) == (sum(expected), sum(map(sum, kept)))
    some = documents.facets(other, Filter(source=("mirror/",))).amounts
    rows = [
        (number, row["verdict"])
        for part, numbers in zip(_parts(curated, snapshot), counts, strict=True)
        for row, number in zip(part, numbers.tolist(), strict=True)
        if row["source"].startswith("mirror/")
    ]
    assert some.tokens == sum(max(0, number) for number, _ in rows)
    assert some.encoded == sum(verdict == "keep" for _, verdict in rows) < some.documents
    assert documents.facets(other, Filter(verdict=("drop",))).amounts.encoded == 0


def _parts(store: Store, snapshot: Snapshot) -> list[list[dict[str, Any]]]:
    """Documents and decisions of each part, row by row."""
    return [
        [row for place, row in rows_of(store, snapshot) if place.part == number]
        for number in range(len(manifest(snapshot)["parts"]))
    ]


def test_documents_are_found_by_the_personal_data_in_them(
    curated: Store, snapshot: Snapshot
) -> None:
    def facet(of: Snapshot, wanted: Filter) -> Facet | None:
        each = documents.facets(of, wanted).facets
        return next((one for one in each if one.name == "personal"), None)

    def personal(of: Snapshot, wanted: Filter) -> dict[str, int]:
        found = facet(of, wanted)
        assert found is not None
        assert found.known
        return {value.value: value.documents for value in found.values}

    nobody_looked = facet(snapshot, Filter(source=("nowhere",)))
    assert nobody_looked is not None
    assert not nobody_looked.known
    rows = len(rows_of(curated, snapshot))
    hits = {kind: np.zeros(rows, np.float32) for kind in PERSONAL_KINDS}
    hits["phone_hits"][[1, 2, 3]] = 2
    hits["card_hits"][[3, 4]] = 1
    looked = dict(manifest(snapshot))
    looked["columns"] = looked["columns"] | {k: put_array(curated, v) for k, v in hits.items()}
    other = Snapshot(manifest=curated.put_json(looked), counts=snapshot.counts)
    assert personal(other, Filter()) == {"": rows - 4, "phone_hits": 3, "card_hits": 2}
    # Its own condition aside; a document may have several kinds.
    asked = Filter(personal=("card_hits",))
    assert personal(other, asked)["phone_hits"] == 3
    assert count(other, asked).number == 2
    assert count(other, Filter(personal=("card_hits", "phone_hits"))).number == 4
    assert count(other, Filter(exclude=(("personal", ""),))).number == 4
    assert count(other, replace(asked, exclude=(("personal", "phone_hits"),))).number == 1
    assert count(snapshot, asked).number == 0
    # Where nothing is found there is nothing to say of it.
    assert facet(other, Filter(source=("nowhere",))) is None


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
    (short,) = summaries(
        snapshot, page(snapshot, Filter(rule=("too_short",)), Place(0, 0), 1).places
    )
    assert (short.rule, short.value, short.comparison, short.limit) == ("too_short", 5, "<", 30)
    (copy,) = summaries(
        snapshot, page(snapshot, Filter(rule=("exact_duplicate",)), Place(0, 0), 1).places
    )
    assert copy.keeper not in ("", copy.id)


def test_the_snippet_shows_the_hit() -> None:
    found = around("あ" * 300 + "広告" + "い" * 300, [(300, 302)])
    assert [piece.text for piece in found if piece.marked] == ["広告"]
    assert (found[0].text, found[-1].text) == ("…", "…")
    assert sum(len(piece.text) for piece in found) <= 152


# -- samples ----------------------------------------------------------------------------------


def test_a_sample_is_the_same_for_the_same_seed(snapshot: Snapshot) -> None:
    drawn = [sample(snapshot, Filter(), size=8, seed=seed, parts=None).drawn for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert sample(snapshot, Filter(), size=3, seed=1, parts=None).drawn == drawn[0][:3]


def test_a_sample_states_its_population(snapshot: Snapshot) -> None:
    found = sample(snapshot, Filter(rule=("too_short",)), size=100, seed=0, parts=None)
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
    verdicts = (verdict,) if verdict else ()
    wanted = Filter(source=("other.jsonl",), verdict=verdicts)
    expected = {"": 2, "keep": 1, "drop": 1}[verdict]
    assert count(both, wanted) == documents.Count(number=expected, exact=True)
    assert len(all_places(both, wanted, 50)) == expected
    below = Filter(source=("/srv/inbox/",), verdict=verdicts)
    assert len(all_places(both, below, 50)) == count(both, below).number == expected
