"""Build the sample corpus: ``python -m corpora.sample.build [DIR]``.

Reads ``texts/`` and writes, byte for byte the same every time::

    DIR/web.jsonl.zst            web pages, advertising, planted cases, four bad records
    DIR/shiryo.parquet           law, medical, finance, administration
    DIR/keijiban/*.cp932.txt     forum threads, CP932 with CRLF
    DIR/aozora.zip               stories with ruby, Shift_JIS

Without DIR the committed files are written anew, and ``contents.tsv`` beside
them: every document with its file, its planted case and what it was made from.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from corpora.sample import SAMPLE_DIR, composition
from corpora.sample.aozora import story_file
from corpora.sample.damage import half_width
from corpora.sample.documents import (
    Container,
    SampleDocument,
    WrittenText,
    derived,
    document_from,
)
from corpora.sample.orthography import with_old_kana, with_old_kanji
from corpora.sample.planted import planted_documents
from corpora.sample.texts import TEXTS_DIR, all_texts, read_pools
from corpora.sample.writers import write_cp932, write_jsonl_zst, write_parquet, write_zip

#: At the end of every page of one site, so that an edit rule has footers to cut.
FOOTER = (
    "この記事をシェアする",
    "前の記事　次の記事",
    "ページトップへ戻る",
    "Copyright © 日向野ノート All Rights Reserved.",
)

_SHIRYO_KINDS = frozenset({"law", "medical", "finance", "notice"})


def sample_documents() -> list[SampleDocument]:
    """Every document of the sample: written, composed, planted, stories."""
    texts = all_texts()
    stories = [text for text in texts if text.kind == "story"]
    held_back = [text for text in texts if text.kind == "held"]
    written = [_document(text) for text in texts if text.kind not in {"story", "held"}]
    return [
        *written,
        *_composed(),
        *planted_documents(written, held_back),
        *(document for story in stories for document in _editions(story)),
    ]


def _document(text: WrittenText) -> SampleDocument:
    container: Container = "shiryo" if text.kind in _SHIRYO_KINDS else "web"
    body = half_width(text.body) if text.planted == "halfwidth" else text.body
    if text.has_footer:
        body = "\n".join([body, *FOOTER])
    return document_from(text, container=container, body=body)


def _composed() -> list[SampleDocument]:
    pools = TEXTS_DIR / "pools"
    (reports,) = read_pools(pools / "admin-reports.txt")
    (reviews,) = read_pools(pools / "reviews.txt")
    topics = read_pools(pools / "forum.txt")
    return [
        *composition.numbered_pages(
            reports, hands=3, slug="report", heading="町の仕事報告　第{}号"
        ),
        *composition.numbered_pages(
            reviews, hands=3, slug="reviews", heading="架空の本の短評　その{}"
        ),
        *(
            thread
            for number, topic in enumerate(topics, start=1)
            for thread in composition.threads(topic, slug=f"topic-{number:02}")
        ),
    ]


def _editions(story: WrittenText) -> list[SampleDocument]:
    file = story_file(story, title=story.title, body=story.body, edition="新字新仮名")
    first = document_from(story, container="aozora", body=file)
    if not story.twin:
        return [first]
    convert = with_old_kana if story.twin == "kana" else with_old_kanji
    edition = "旧字旧仮名" if story.twin == "kana" else "旧字新仮名"
    title = with_old_kanji(story.title)
    old_file = story_file(story, title=title, body=convert(story.body), edition=edition)
    return [first, derived(first, case="old_orthography", text=old_file)]


def build(directory: Path) -> dict[str, str]:
    """Write all files into ``directory``, replacing what it held.

    Returns the place of each document: file, and member where there is one, by id.
    """
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    documents = sample_documents()
    web = _in_container(documents, "web")
    shiryo = _in_container(documents, "shiryo")
    write_jsonl_zst(directory / "web.jsonl.zst", web)
    write_parquet(directory / "shiryo.parquet", shiryo)
    threads = write_cp932(directory / "keijiban", _in_container(documents, "keijiban"))
    stories = [document for document in documents if document.container == "aozora"]
    members = write_zip(directory / "aozora.zip", stories)
    return (
        {document.id: "web.jsonl.zst" for document in web}
        | {document.id: "shiryo.parquet" for document in shiryo}
        | {id_: f"keijiban/{name}" for id_, name in threads.items()}
        | {id_: f"aozora.zip#{name}" for id_, name in members.items()}
    )


def _in_container(documents: Iterable[SampleDocument], name: Container) -> list[SampleDocument]:
    """The documents of one file, mixed by the hash of their ids rather than by kind."""
    chosen = (document for document in documents if document.container == name)
    return sorted(chosen, key=lambda document: hashlib.sha256(document.id.encode()).digest())


def contents_table(places: dict[str, str]) -> str:
    """Every document in a line: id, kind, domain, place, case, origin, by tabs."""
    lines = ["id\tkind\tdomain\tplace\tcase\torigin"]
    lines += [
        "\t".join((d.id, d.kind, d.domain, places[d.id], d.case, d.origin))
        for d in sorted(sample_documents(), key=lambda document: document.id)
    ]
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> None:
    """Build into the first argument, or the committed files anew."""
    if arguments:
        build(Path(arguments[0]))
    else:
        places = build(SAMPLE_DIR)
        (SAMPLE_DIR.parent / "contents.tsv").write_text(contents_table(places), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
