"""An export for tests: real bytes in the store, the rows that publication would write."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from corpora import recipe as recipes
from corpora.storage import Store
from curation.models import Corpus, Export, Recipe, Run, Snapshot, Tokenizer, User

#: Big enough for several pieces of a megabyte, and no round number.
BLOB = bytes(range(251)) * 11_003


def parquet(rows: int = 3_000) -> bytes:
    """Small row groups, as the export writes them."""
    sink = io.BytesIO()
    texts = [f"第{row}号の文書。日本語の本文がここにある。" for row in range(rows)]
    table = pa.table({"id": list(range(rows)), "text": texts})
    pq.write_table(table, sink, row_group_size=1_000)
    return sink.getvalue()


def make_snapshot(store: Store, *, by: User | None = None, name: str = "news") -> Snapshot:
    """A published snapshot without parts: enough to be listed and exported from."""
    corpus = Corpus.objects.create(name=name, created_by=by)
    value = recipes.Recipe(name="small")
    recipe, _ = Recipe.objects.get_or_create(
        name="small",
        version=1,
        defaults={"toml": 'name = "small"', "content": value.to_json(), "sha256": value.sha256},
    )
    counts: dict[str, Any] = {
        "documents_in": 10,
        "kept": 8,
        "dropped": {"too_short": 2},
        "failed": 0,
        "characters": 900,
        "kept_characters": 800,
        "tokens": None,
        "by_source": {},
        "by_domain": {},
    }
    index = store.put_table(pa.table({"id": ["0" * 32], "part": [0], "row": [0]}))
    content = {
        "kind": "snapshot",
        "parts": [],
        "failed": [],
        "index": index,
        "keepers": [],
        "tokenizer": "",
        "counts": counts,
    }
    run = Run.objects.create(
        kind=Run.Kind.CURATE, state=Run.State.DONE, recipe=recipe, arguments={}, stages=["snapshot"]
    )
    run.corpora.add(corpus)
    snapshot = Snapshot.objects.create(
        run=run, recipe=recipe, manifest=store.put_json(content), counts=counts
    )
    snapshot.corpora.add(corpus)
    Corpus.objects.filter(pk=corpus.pk).update(head=snapshot)
    return snapshot


def make_export(
    store: Store,
    *,
    by: User | None = None,
    files: Mapping[str, bytes] | None = None,
    snapshot: Snapshot | None = None,
) -> Export:
    """A finished export of these files; each counts one document."""
    held = {"part-00000.jsonl.zst": BLOB} if files is None else files
    entries = [
        {
            "name": name,
            "sha256": store.put(data),
            "bytes": len(data),
            "documents": 1,
            "tokens": None,
        }
        for name, data in held.items()
    ]
    manifest = {
        "kind": "export",
        "format": "jsonl",
        "seed": 7,
        "dtype": None,
        "eod_id": None,
        "opt_outs": {"entries": 0, "sha256": "0" * 64},
        "licences": {"CC0-1.0": {"documents": 8, "characters": 800, "share": 1.0}},
        "totals": {"documents": 8, "tokens": None},
        "files": entries,
    }
    snapshot = snapshot or make_snapshot(store, by=by)
    export = Export.objects.create(
        snapshot=snapshot,
        format="jsonl",
        manifest=store.put(orjson.dumps(manifest, option=orjson.OPT_INDENT_2)),
        files={entry["name"]: entry for entry in entries},
        documents=8,
        bytes=sum(map(len, held.values())),
        created_by=by,
    )
    Run.objects.create(
        kind=Run.Kind.EXPORT, state=Run.State.DONE, export=export, arguments={}, stages=["export"]
    )
    return export


def make_tokenizer(store: Store, name: str = "ja-8k", **info: Any) -> Tokenizer:
    return Tokenizer.objects.create(
        name=name,
        origin=Tokenizer.Origin.IMPORTED,
        blob=store.put(name.encode()),
        vocab_size=8_000,
        info={"type": "unigram", "byte_fallback": True, **info},
    )
