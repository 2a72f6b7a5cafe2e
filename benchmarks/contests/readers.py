"""Web archives, dumps of wikis and pages through ours and others' readers.

The files are those below ``--from``; small ones are repeated until there are ``--megabytes``.
"""

from __future__ import annotations

import bz2
import html
import json
import re
from collections.abc import Iterator, Mapping
from itertools import cycle
from pathlib import Path

from benchmarks.contest import Answer, Answers, Contender, Contest, Given, WorkFailed
from benchmarks.workshop import Workshop

_PAGE = re.compile(r"<page>.*?</page>", re.DOTALL)
_LEFT = re.compile(
    r"\[\[|\]\]|\{\{|\}\}|\{\||\|\}|'''|</?ref\b|<gallery|<nowiki|<math|\[https?://\S+ "
    r"|(?m:^=+[^=\n]+=+\s*$)|(?m:^\s*(?:\|-|!\s))|\bthumb\||__[A-Z]{3,}__"
    r"|(?m:^\[?(?:Category|カテゴリ|ファイル|File|画像):)|&(?:nbsp|lt|gt|amp|quot);"
)
_NO_PROSE = re.compile(
    r"[{}<>=&]|https?:|^[*#:;!|]|^\s|\[\[[^\]]*:|\.(?:jpe?g|png|svg|gif)\|", re.I
)
_INLINE = re.compile(r"'{2,}|\[\[(?:[^\]|]*\|)?([^\]|]*)\]\]")
#: Characters of a line of prose, and of a page's prose that is asked for.
_LINE, _LEAST = 30, 100
_KEPT = 0.9


def _files(shop: Workshop, *suffixes: str) -> list[Path]:
    found = [
        file
        for path in shop.paths
        for file in (sorted(path.rglob("*")) if path.is_dir() else [path])
        if file.name.endswith(suffixes)
    ]
    if not found:
        raise WorkFailed(f"there is no {' or '.join(suffixes)} below --from")
    return found


def _ten_times(work: str) -> Contender:
    """For its memory, which is to stay where it is."""
    return Contender(
        label="ours, ten times the size", module="ours.readers", work=work, options={"times": "10"}
    )


# -- web archives ------------------------------------------------------------------------


def _archive(shop: Workshop) -> Given:
    """Whole members of gzip one after another, as a crawler writes them."""
    files = [path.read_bytes() for path in _files(shop, ".warc.gz")]
    path = shop.folder / "all.warc.gz"
    with path.open("wb") as target:
        for data in cycle(files):
            target.write(data)
            if target.tell() >= shop.megabytes * 1e6:
                break
    return Given(input=path)


def _documents(shop: Workshop, given: Given, answers: Answers) -> Mapping[str, str]:
    return {
        label: f"{answer.documents:,} documents"
        + (f", {answer.counts['characters']:,.0f} characters" if answer.counts else "")
        for label, answer in answers.items()
    }


ARCHIVES = Contest(
    name="archives",
    title="Web archives read",
    contenders=(
        Contender(label="ours", module="ours.readers", work="archive"),
        _ten_times("archive"),
        Contender(label="fastwarc alone", module="peers.resiliparse", work="archive"),
        Contender(
            label="fastwarc, main text by resiliparse",
            module="peers.resiliparse",
            work="archive.texts",
        ),
        Contender(label="datatrove's reader", module="peers.datatrove_archives", work="archive"),
        Contender(
            label="datatrove, main text by trafilatura",
            module="peers.datatrove_archives",
            work="archive.texts",
        ),
    ),
    prepare=_archive,
    agreement=_documents,
    target="beside fastwarc; memory that stays where it is at ten times the size",
)


# -- wikis -------------------------------------------------------------------------------


def _dump(shop: Workshop) -> Given:
    path = shop.folder / "dump.xml"
    path.write_bytes(bz2.decompress(_files(shop, ".xml.bz2")[0].read_bytes()))
    return Given(input=path)


def _articles(shop: Workshop, given: Given, answers: Answers) -> Mapping[str, str]:
    wanted = dict(_prose(given.input.read_text("utf-8")))
    return {label: _told(answer, wanted) for label, answer in answers.items()}


def _told(answer: Answer, wanted: Mapping[str, str]) -> str:
    texts: dict[str, str] = json.loads(Path(answer.results["texts"]).read_text("utf-8"))
    free = {title for title in wanted if title in texts and not _LEFT.search(texts[title])}
    kept = {title for title in wanted if _share(wanted[title], texts.get(title, "")) >= _KEPT}
    return (
        f"{len(free & kept)} of {len(wanted)} pages free of markup with their prose "
        f"({len(free)} free, {len(kept)} with it)"
    )


def _prose(dump: str) -> Iterator[tuple[str, str]]:
    """Title and lines of plain prose of each article that has enough of it."""
    for page in _PAGE.findall(dump):
        title = re.search(r"<title>(.*?)</title>", page)
        text = re.search(r"<text[^>]*>(.*?)</text>", page, re.DOTALL)
        if "<ns>0</ns>" not in page or "<redirect" in page or not (title and text):
            continue
        wikitext = re.sub(r"<!--.*?-->", "", html.unescape(text[1]), flags=re.DOTALL)
        lines = [
            _INLINE.sub(lambda found: found[1] or "", line)
            for line in wikitext.split("\n")
            if len(line) >= _LINE and not _NO_PROSE.search(line)
        ]
        if sum(map(len, lines)) >= _LEAST:
            yield html.unescape(title[1]), "".join(lines)


def _share(wanted: str, text: str) -> float:
    """Of the 5-grams that are wanted, those that are there, blanks aside."""
    one, other = ("".join(said.split()) for said in (wanted, text))
    grams = {one[at : at + 5] for at in range(len(one) - 4)}
    there = {other[at : at + 5] for at in range(len(other) - 4)}
    return len(grams & there) / len(grams)


WIKIS = Contest(
    name="wikis",
    title="A dump of a wiki read",
    contenders=(
        Contender(label="ours", module="ours.readers", work="wiki"),
        _ten_times("wiki"),
        Contender(label="mwparserfromhell", module="peers.mwparserfromhell", work="wiki"),
        Contender(
            label="wikiextractor, no templates",
            module="peers.wikiextractor",
            work="wiki",
            cores=2,
        ),
    ),
    prepare=_dump,
    agreement=_articles,
    target="beside mwparserfromhell and wikiextractor, in time and in pages free of markup; memory "
    "that stays where it is at ten times the size",
)


# -- pages -------------------------------------------------------------------------------


def _pages(shop: Workshop) -> Given:
    path = shop.folder / "pages.jsonl"
    size = 0
    with path.open("w") as target:
        for file in cycle(_files(shop, ".html", ".htm")):
            data = file.read_bytes()
            size += len(data)
            target.write(json.dumps({"bytes": data.hex()}) + "\n")
            if size >= shop.megabytes * 1e6:
                break
    return Given(input=path)


PAGES = Contest(
    name="pages",
    title="Main texts of pages",
    contenders=(
        Contender(label="ours", module="ours.readers", work="pages"),
        Contender(label="resiliparse", module="peers.resiliparse", work="pages"),
        Contender(label="trafilatura", module="peers.trafilatura", work="pages", most_megabytes=5),
    ),
    prepare=_pages,
    agreement=_documents,
    target="beside resiliparse and trafilatura",
)
