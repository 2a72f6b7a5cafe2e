"""Snapshots for tests: a few documents, the real stages, the rows that publication would write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from corpora import recipe as recipes
from corpora.documents import DOCUMENTS, JUDGEMENTS, document_id, text_hash
from corpora.plans import CuratePlan, PartRef, only
from corpora.runner import Runner
from corpora.storage import Store
from curation.models import Corpus, Recipe, Run, Snapshot, Source, User

RECIPE = """
name = "small"

[normalization]
form = "NFKC"

[dedup]
mode = "near"
keeper = "longest"

[[rules]]
name = "too_short"
signal = "characters"
min = 30
source = "ours"

[[rules]]
name = "little_hiragana"
signal = "hiragana_share"
min = 0.2

[[rules]]
name = "advertisement"
signal = "advertisement_hits"
max = 2
enabled = false
"""

_STORY = (
    "川沿いの古い倉庫を直した本屋には、朝から近所の人が集まってくる。",
    "店主は棚の並びを毎週変え、季節の本をいちばん手前に置くことにしている。",
    "雨の日には奥の机で手紙を書く人が増えるので、便箋も少しだけ売っている。",
    "港の市場では、夜明け前に競りが終わり、魚を積んだ軽トラックが坂を上っていく。",
)


def story(number: int) -> str:
    """A text that passes the recipe and is near no other."""
    first = _STORY[number % len(_STORY)]
    return f"{first}第{number}話は、{'いろはにほへとちりぬるをわかよたれそつね'[number % 7 :]}で始まる。" * 2


def document(text: str, *, number: int, **fields: Any) -> dict[str, Any]:
    """A row of the documents role."""
    name, hash_ = fields.get("source", "book.jsonl"), text_hash(text)
    row: dict[str, Any] = dict.fromkeys(DOCUMENTS.names)
    row |= {
        "id": document_id(name=name, locator=f"row:{number}", text_hash=hash_),
        "text": text,
        "text_hash": hash_,
        "source": name,
        "locator": f"row:{number}",
        "encoding": "utf-8",
        "format": "jsonl",
        "metadata": "{}",
    }
    return row | fields


def make_recipe(toml: str = RECIPE, *, name: str = "small", version: int = 1) -> Recipe:
    value = recipes.parse(toml, name)
    return Recipe.objects.create(
        name=name, version=version, toml=toml, content=value.to_json(), sha256=value.sha256
    )


def make_corpus(store: Store, *parts: Sequence[dict[str, Any]], name: str = "books") -> Corpus:
    """A corpus with one source that was read into these parts."""
    corpus = Corpus.objects.create(name=name)
    rows = [
        {"documents": store.put_table(pa.Table.from_pylist(part, schema=DOCUMENTS)), "rows": len(part)}
        for part in parts
    ]
    Source.objects.create(
        corpus=corpus, kind=Source.Kind.UPLOAD, location=f"{name}.jsonl", parts=rows, ready=True
    )
    return corpus


def make_snapshot(
    store: Store,
    *corpora: Corpus,
    recipe: Recipe,
    by: User | None = None,
    judged: dict[str, str] | None = None,
) -> Snapshot:
    """Curate the corpora with the real stages, in this process."""
    judged = dict(sorted((judged or {}).items()))
    columns = {"id": list(judged), "verdict": list(judged.values())}
    plan = CuratePlan(
        recipe=recipe.value,
        parts=tuple(
            PartRef(documents=part["documents"], rows=part["rows"])
            for corpus in corpora
            for source in corpus.sources.all()
            for part in source.parts
        ),
        judgements=store.put_table(pa.table(columns, schema=JUDGEMENTS)) if judged else "",
        opt_outs={"ids": [], "hosts": [], "urls": []},
    )
    result = only(Runner(store).run(plan), "snapshot")
    run = Run.objects.create(
        kind=Run.Kind.CURATE,
        state=Run.State.DONE,
        recipe=recipe,
        arguments={},
        stages=list(plan.stages),
        created_by=by,
    )
    run.corpora.set(corpora)
    snapshot = Snapshot.objects.create(
        run=run, recipe=recipe, manifest=result.outputs["manifest"], counts=result.counts
    )
    snapshot.corpora.set(corpora)
    return snapshot
