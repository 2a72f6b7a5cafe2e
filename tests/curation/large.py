"""A snapshot of millions of documents for measuring: short texts, real shapes of everything.

Signals are those of the sample's documents, drawn with replacement and shaken a little; a tenth
of the rows is in clusters. Nothing of it was curated: verdicts follow from the signals and the
recipe's limits, texts are forty sentences in turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import zstandard

from corpora import stages
from corpora.arrays import put_array
from corpora.decisions.choice import Members
from corpora.decisions.columns import ID
from corpora.decisions.keepers import KEEPERS
from corpora.decisions.what_if import reasons
from corpora.documents import (
    CLUSTERS,
    DECISIONS,
    DOCUMENTS,
    DUPLICATES,
    EDITS,
    INDEX,
    JUDGEMENTS,
    TEXT,
)
from corpora.recipe import Recipe as RecipeValue
from corpora.rules import Limits
from corpora.sample import SAMPLE_DIR
from corpora.search.fields import FIELDS, RULES, VERDICTS
from corpora.signals import SIGNALS
from corpora.stages import UnitSpec, no_progress
from corpora.storage import Store
from curation.actions.recipes import ensure_shipped
from curation.models import Corpus, Judgement, Recipe, Run, Snapshot, Source, User

PARTS = 20
DOMAINS = ["ニュース", "百科", "ブログ", "掲示板", "法令", "医療", "文学", "技術"]
HOSTS = 40
JUDGED = 2_000
_SUBJECTS = ["大学の研究室", "港の市場", "古い倉庫", "山の集落", "図書館の司書"]
_PREDICATES = [
    "は朝早くから人を集める", "では冬に味噌を仕込む", "の記録は百年分ある", "を市が買い取った",
    "に新しい橋がかかった", "から海が見える", "で祭りの支度が始まる", "を描いた絵が残る",
]  # fmt: skip

Columns = dict[str, np.ndarray[Any, Any]]


def large_snapshot(store: Store, rows: int, by: User) -> Snapshot:
    """Make it and its rows in the database. ``rows`` is a multiple of 20."""
    ensure_shipped()
    recipe = Recipe.objects.filter(name="swallow").latest("version")
    columns = _columns(rows, sorted({*recipe.value.signals, "japanese_letters", "characters"}))
    members = _members(rows)
    counts, first = _decided(recipe.value, columns, members, rows)
    parts = list(_parts(store, columns, first, rows // PARTS))
    spec = UnitSpec(
        stage="search.fields",
        inputs={"tables": [part["documents"] for part in parts]},
        params={"fields": FIELDS},
    )
    facets = stages.execute(spec, store, no_progress).outputs["facets"]
    spec = UnitSpec(
        stage="search.verdicts",
        inputs={"tables": [part["decisions"] for part in parts]},
        params={"fields": [*VERDICTS, RULES]},
    )
    facets |= stages.execute(spec, store, no_progress).outputs["facets"]
    keepers = _keepers(store, members, rows // PARTS)
    spec = UnitSpec(
        stage="decisions.groups",
        inputs={"keepers": [keepers]},
        params={"rows": [part["rows"] for part in parts]},
    )
    groups = stages.execute(spec, store, no_progress).outputs["groups"]
    manifest = {
        "kind": "snapshot",
        "parts": parts,
        "columns": {name: put_array(store, column) for name, column in columns.items()},
        "index": _index(store, rows // PARTS),
        "by_id": _by_id(store, rows),
        "clusters": _clusters(store, members, rows // PARTS),
        "facets": facets,
        "duplicates": store.put_table(DUPLICATES.empty_table()),
        "keepers": [keepers],
        "groups": groups,
        "judgements": store.put_table(JUDGEMENTS.empty_table()),
        "opt_outs": {"ids": [], "hosts": [], "urls": []},
        "quarantine": [],
        "files": [],
        "failed": [],
        "tokenizer": "",
        "recipe": recipe.value.to_json(),
        "recipe_sha256": recipe.sha256,
        "counts": counts,
    }
    return _rows(recipe, store.put_json(manifest), counts, parts, by)


def _rows(
    recipe: Recipe, manifest: str, counts: dict[str, Any], parts: list[Any], by: User
) -> Snapshot:
    corpus = Corpus.objects.create(name=f"large-{counts['documents_in']}")
    Source.objects.create(
        corpus=corpus, kind=Source.Kind.UPLOAD, location="large.jsonl", parts=parts, ready=True
    )
    run = Run.objects.create(
        kind=Run.Kind.CURATE, state=Run.State.DONE, recipe=recipe, arguments={}, stages=[],
        created_by=by,
    )  # fmt: skip
    run.corpora.set([corpus])
    snapshot = Snapshot.objects.create(run=run, recipe=recipe, manifest=manifest, counts=counts)
    snapshot.corpora.set([corpus])
    judged = range(7, counts["documents_in"], counts["documents_in"] // JUDGED)
    Judgement.objects.bulk_create(
        Judgement(
            corpus=corpus, document_id=_id(row), verdict="keep" if number % 2 else "drop", by=by
        )
        for number, row in enumerate(judged)
    )
    return snapshot


def _id(row: int) -> str:
    return f"{row:032x}"


# -- what was measured --------------------------------------------------------------------


def _sampled(signals: list[str]) -> Columns:
    """Signals of the sample's web documents."""
    packed = (SAMPLE_DIR / "web.jsonl.zst").read_bytes()
    lines = zstandard.ZstdDecompressor().stream_reader(packed).read().splitlines()
    texts = []
    for line in lines:
        # A few of the sample's lines are broken on purpose.
        with suppress(orjson.JSONDecodeError, KeyError, TypeError):
            texts.append(str(orjson.loads(line)["text"]))
    return {
        name: np.array([SIGNALS[name].of(text) for text in texts], np.float32) for name in signals
    }


def _columns(rows: int, signals: list[str]) -> Columns:
    draw = np.random.default_rng(7)
    found = _sampled(signals)
    lengths = np.exp(draw.normal(0, 0.6, rows)).astype(np.float32)
    drawn = draw.integers(0, len(found["characters"]), rows, dtype=np.int32)
    columns: Columns = {}
    for name, values in found.items():
        column = values[drawn]
        if SIGNALS[name].kind in ("count", "characters"):
            column = np.round(column * lengths)
        else:
            column *= 1 + draw.normal(0, 0.05, rows).astype(np.float32)
            column = np.maximum(column, 0)
        columns[name] = column.astype(np.float32)
    return columns


def _members(rows: int) -> Members:
    draw = np.random.default_rng(11)
    where = np.sort(draw.choice(rows, rows // 10, replace=False))
    clusters = draw.integers(0, len(where) // 3, len(where))
    alone = len(where) + np.arange(len(where))
    exacts = np.where(draw.random(len(where)) < 0.4, clusters, alone)
    return Members(rows=where, clusters=clusters, exacts=exacts, ranks=np.zeros_like(where))


def _decided(
    recipe: RecipeValue, columns: Columns, members: Members, rows: int
) -> tuple[dict[str, Any], np.ndarray[Any, Any]]:
    """The snapshot's counts, and of each document the name of what drops it ("" for none)."""
    rules = [
        Limits(name=rule.name, signal=rule.signal, min=rule.min, max=rule.max)
        for rule in recipe.active_rules
    ]
    names, masks, _ = reasons(columns, rules, rows=rows, members=members)
    numbers = np.zeros(rows, np.int32)
    for number, mask in enumerate(masks, 1):
        numbers[(numbers == 0) & mask] = number
    lost = np.bincount(numbers, minlength=len(names) + 1)
    characters = np.bincount(numbers, columns["characters"], minlength=len(names) + 1)
    kept = numbers == 0
    domains = np.arange(rows) % len(DOMAINS)
    sources = np.arange(rows) // (rows // PARTS)
    counts = {
        "documents_in": rows,
        "kept": int(lost[0]),
        "dropped": {name: int(n) for name, n in zip(names, lost[1:], strict=True) if n},
        "dropped_characters": {
            name: int(n) for name, n in zip(names, characters[1:], strict=True) if n
        },
        "failed": 0,
        "quarantined": {},
        "characters": int(columns["characters"].sum(dtype=np.float64)),
        "kept_characters": int(characters[0]),
        "empty_after_edits": 0,
        "tokens": None,
        "by_source": _groups([_source(n) for n in range(PARTS)], sources, columns, kept),
        "by_domain": _groups(DOMAINS, domains, columns, kept),
        "files": 1,
        "bytes_in": rows * 100,
    }
    return counts, np.array(["", *names], object)[numbers]


def _groups(
    names: list[str], codes: np.ndarray[Any, Any], columns: Columns, kept: np.ndarray[Any, Any]
) -> dict[str, dict[str, int]]:
    def counted(weights: Any = None) -> list[int]:
        return np.bincount(codes, weights, minlength=len(names)).astype(np.int64).tolist()

    characters = columns["characters"]
    table = {
        "documents": counted(),
        "kept": counted(kept),
        "characters": counted(characters),
        "kept_characters": counted(np.where(kept, characters, 0)),
    }
    return {
        name: {what: values[n] for what, values in table.items()} for n, name in enumerate(names)
    }


# -- parts --------------------------------------------------------------------------------


def _source(part: int) -> str:
    return f"web-{part:02d}.jsonl"


def _parts(
    store: Store, columns: Columns, first: np.ndarray[Any, Any], rows: int
) -> Iterator[dict[str, Any]]:
    sentences = [f"{one}{other}。" for one in _SUBJECTS for other in _PREDICATES]
    texts = pa.array([sentences[n % len(sentences)] for n in range(rows)], pa.large_string())
    text = store.put_table(pa.table({"text": texts}, schema=TEXT))
    edits = store.put_table(EDITS.empty_table())
    hosts = pa.array([f"www{n % HOSTS}.example.jp" for n in range(rows)])
    domains = pa.array([DOMAINS[n % len(DOMAINS)] for n in range(rows)])
    for part in range(PARTS):
        here = slice(part * rows, (part + 1) * rows)
        ids = pa.array([_id(row) for row in range(here.start, here.stop)])
        documents = _documents(ids, texts, hosts, domains, _source(part))
        decisions = _decisions(ids, first[here])
        blob = store.put_table(documents)
        spec = UnitSpec(stage="search", inputs={"documents": blob, "text": text})
        signals = {name: column[here] for name, column in columns.items()}
        yield {
            "part": f"{part:05d}",
            "rows": rows,
            "source": _source(part),
            "documents": blob,
            "text": text,
            "signals": {"made": store.put_table(pa.table(signals))},
            "decisions": store.put_table(decisions),
            "edits": edits,
            "signatures": "",
            "tokens": "",
            "search": stages.execute(spec, store, no_progress).outputs["search"],
            "counts": {},
        }


def _documents(ids: Any, texts: Any, hosts: Any, domains: Any, source: str) -> pa.Table:
    rows = len(ids)
    given = {
        "id": ids,
        "text": texts,
        "text_hash": ids,
        "source": pa.repeat(source, rows),
        "locator": pa.array([f"row:{row}" for row in range(rows)]),
        "host": hosts,
        "domain": domains,
        "encoding": pa.repeat("utf-8", rows),
        "format": pa.repeat("jsonl", rows),
        "metadata": pa.repeat("{}", rows),
    }
    nulls = pa.nulls(rows, pa.string())
    return pa.table([given.get(name, nulls) for name in DOCUMENTS.names], schema=DOCUMENTS)


def _decisions(ids: Any, first: np.ndarray[Any, Any]) -> pa.Table:
    rows = len(ids)
    rules = [name or None for name in first.tolist()]
    failing = [[name] if name else [] for name in rules]
    given = {
        "id": ids,
        "verdict": pa.array(["drop" if name else "keep" for name in rules]),
        "rule": pa.array(rules, pa.string()),
        "rules": pa.array(failing, pa.list_(pa.string())),
    }
    columns = [given.get(field.name, pa.nulls(rows, field.type)) for field in DECISIONS]
    return pa.table(columns, schema=DECISIONS)


def _index(store: Store, rows: int) -> str:
    """Ids are numbers in the order of the rows."""
    tables = [
        pa.table(
            {
                "id": [_id(row) for row in range(part * rows, (part + 1) * rows)],
                "part": pa.array(np.full(rows, part, np.int32)),
                "row": pa.array(np.arange(rows, dtype=np.int32)),
            },
            schema=INDEX,
        )
        for part in range(PARTS)
    ]
    return store.put_table(pa.concat_tables(tables))


def _by_id(store: Store, rows: int) -> dict[str, str]:
    ids = np.zeros((rows, 2), ">u8")
    ids[:, 1] = np.arange(rows)
    arrays = {"ids": ids.view(ID).ravel(), "rows": np.arange(rows, dtype=np.uint32)}
    return {name: put_array(store, array) for name, array in arrays.items()}


def _clusters(store: Store, members: Members, rows: int) -> str:
    return store.put_table(pa.table(_named(members, rows), schema=CLUSTERS))


def _keepers(store: Store, members: Members, rows: int) -> str:
    """Every cluster keeps its first member."""
    _, firsts, codes = np.unique(members.clusters, return_index=True, return_inverse=True)
    table = _named(members, rows)
    table["keeper"] = [_id(row) for row in members.rows[firsts[codes]].tolist()]
    table["keeper_exact"] = [table["exact"][first] for first in firsts[codes].tolist()]
    return store.put_table(pa.table(table, schema=KEEPERS))


def _named(members: Members, rows: int) -> dict[str, Any]:
    """Columns; what clusters are told apart by are the first half of their ids."""
    return {
        "id": [_id(row) for row in members.rows.tolist()],
        "part": (members.rows // rows).astype(np.int32),
        "row": (members.rows % rows).astype(np.int32),
        "cluster": [_id(number << 64) for number in members.clusters.tolist()],
        "exact": [_id(number << 64) for number in members.exacts.tolist()],
        "jaccard": np.full(len(members.rows), 0.9),
    }
