"""Snapshots for tests: a few documents, the real stages, the rows that publication would write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from corpora import recipe as recipes
from corpora.documents import DOCUMENTS, JUDGEMENTS, document_id, text_hash
from corpora.plans import CuratePlan, PartRef, only
from corpora.recipe import Recipe as RecipeValue
from corpora.runner import Runner
from corpora.stages import UnitResult
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
    second = "いろはにほへとちりぬるをわかよたれそつね"[number % 7 :]
    return f"{first}第{number}話は、{second}で始まる。" * 2


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


def put_parts(
    store: Store, *parts: Sequence[dict[str, Any]], name: str = "books"
) -> list[dict[str, Any]]:
    """What a source says of these parts once they are in the store."""
    return [
        {
            "documents": store.put_table(pa.Table.from_pylist(part, schema=DOCUMENTS)),
            "rows": len(part),
            "source": f"{name}.jsonl",
        }
        for part in parts
    ]


def make_corpus(store: Store, *parts: Sequence[dict[str, Any]], name: str = "books") -> Corpus:
    """A corpus with one source that was read into these parts."""
    return corpus_of(put_parts(store, *parts, name=name), name=name)


def corpus_of(rows: Sequence[dict[str, Any]], *, name: str = "books") -> Corpus:
    corpus = Corpus.objects.create(name=name)
    Source.objects.create(
        corpus=corpus, kind=Source.Kind.UPLOAD, location=f"{name}.jsonl", parts=rows, ready=True
    )
    return corpus


def curate(
    store: Store,
    value: RecipeValue,
    parts: Iterable[dict[str, Any]],
    *,
    judged: dict[str, str] | None = None,
    opt_outs: dict[str, list[str]] | None = None,
) -> UnitResult:
    """Run the real stages over the parts, in this process; what the last one gave."""
    judged = dict(sorted((judged or {}).items()))
    columns = {"id": list(judged), "verdict": list(judged.values())}
    plan = CuratePlan(
        recipe=value,
        parts=tuple(PartRef(**part) for part in parts),
        judgements=store.put_table(pa.table(columns, schema=JUDGEMENTS)) if judged else "",
        opt_outs=opt_outs or {"ids": [], "hosts": [], "urls": []},
    )
    return only(Runner(store).run(plan), "snapshot")


def make_snapshot(
    store: Store,
    *corpora: Corpus,
    recipe: Recipe,
    by: User | None = None,
    judged: dict[str, str] | None = None,
    opt_outs: dict[str, list[str]] | None = None,
) -> Snapshot:
    """Curate the corpora with the real stages, in this process."""
    parts = [
        {**part, "corpus": corpus.name}
        for corpus in corpora
        for source in corpus.sources.all()
        for part in source.parts
    ]
    result = curate(store, recipe.value, parts, judged=judged, opt_outs=opt_outs)
    return snapshot_of(result, *corpora, recipe=recipe, by=by)


def snapshot_of(
    result: UnitResult, *corpora: Corpus, recipe: Recipe, by: User | None = None
) -> Snapshot:
    """The rows that publication would write."""
    run = Run.objects.create(
        kind=Run.Kind.CURATE,
        state=Run.State.DONE,
        recipe=recipe,
        arguments={},
        stages=list(CuratePlan(recipe=recipe.value, parts=()).stages),
        created_by=by,
    )
    run.corpora.set(corpora)
    snapshot = Snapshot.objects.create(
        run=run, recipe=recipe, manifest=result.outputs["manifest"], counts=result.counts
    )
    snapshot.corpora.set(corpora)
    return snapshot


#: Text that must never be anything but text.
HOSTILE = (
    "<script>alert('言蔵')</script>\u202e"
    + "\u200b"
    + "これは、読む人に見えない文字を含む文章です。"
    '"><img src=x onerror=alert(1)>{{ 7|add:7 }}という行もありますが、ただの本文です。' * 2
)
NO_KANA = "東京都千代田区丸之内一丁目株式会社営業部部長連絡先電話番号記載" * 2


def _parts() -> tuple[list[dict[str, Any]], ...]:
    stories = [
        document(story(n), number=n, domain="文化", title=f"第{n}話", host="books.example.jp",
                 url=f"https://books.example.jp/{n}")
        for n in range(12)
    ]  # fmt: skip
    copies = [
        document(story(n), number=n, source="mirror/a.jsonl", domain="転載", title=f"写し{n}")
        for n in range(4)
    ]
    near = [
        document(story(n) + "。", number=n, source="mirror/b.jsonl", domain="転載")
        for n in range(4, 6)
    ]
    notes = [document(f"お知らせ{n}", number=n, source="board/notes.csv") for n in range(5)]
    rest = [
        document(NO_KANA + str(n), number=n, source="board/kanji.csv", domain="会社")
        for n in range(3)
    ]
    rest.append(document(HOSTILE, number=9, source="board/<b>.csv", title="<i>題</i>"))
    return stories, copies + near + notes, rest


PARTS = _parts()
