"""E-books: chapters in their order, what the package says, and what is no whole book."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from tests.corpora.ingest.conftest import NEKO, Ingested

Ingest = Callable[..., Ingested]
CONTAINER = """<?xml version="1.0"?><container><rootfiles>
<rootfile full-path="OEBPS/本.opf" media-type="application/oebps-package+xml"/>
</rootfiles></container>"""
PACKAGE = """<?xml version="1.0" encoding="UTF-8"?><package xmlns:dc="x" version="3.0"><metadata>
<dc:title>港の本 &amp; 海</dc:title><dc:creator>海野 港</dc:creator><dc:language>ja</dc:language>
<dc:identifier>urn:uuid:1</dc:identifier><dc:date>2023-04-01</dc:date></metadata><manifest>
<item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="b" href="%E4%BA%8C.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="text/../一.xhtml" media-type="application/xhtml+xml"/>
<item id="i" href="a.png" media-type="image/png"/></manifest>
<spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/></spine></package>"""
CHAPTER = (
    "<html><head><title>{0}</title></head><body><h1>{0}</h1><p>{1}<ruby>鯵<rt>あじ</rt></ruby></p>"
)
MEMBERS = {
    "META-INF/container.xml": CONTAINER,
    "OEBPS/本.opf": PACKAGE,
    "OEBPS/nav.xhtml": "<nav>目次</nav>",
    "OEBPS/二.xhtml": CHAPTER.format("二章", NEKO),
    "OEBPS/一.xhtml": CHAPTER.format("一章", NEKO),
}


def epub(**changed: str | bytes | None) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        for name, text in {**MEMBERS, **changed}.items():
            if text is not None:
                archive.writestr(name, text)
    return target.getvalue()


def test_a_book_is_a_document(ingest: Ingest, tmp_path: Path) -> None:
    (tmp_path / "本.epub").write_bytes(epub())
    ingested = ingest(tmp_path / "本.epub")
    (document,) = ingested.documents
    text = f"{NEKO}鯵"
    assert document["text"] == f"一章\n\n{text}\n\n二章\n\n{text}"
    assert [document[name] for name in ("title", "date", "language", "format")] == [
        "港の本 & 海", "2023-04-01", "ja", "epub",
    ]  # fmt: skip
    assert orjson.loads(document["metadata"]) == {"id": "urn:uuid:1", "author": "海野 港"}
    assert ingested.files[0]["format"] == "epub"


def test_a_book_says_what_its_chapters_were_in(ingest: Ingest, tmp_path: Path) -> None:
    names = ("OEBPS/一.xhtml", "OEBPS/二.xhtml")
    for codec, encoding, sure in (("utf-16", "utf-16-le", None), ("cp932", "cp932", 1.0)):
        chapters = {name: CHAPTER.format(name, NEKO).encode(codec) for name in names}
        (tmp_path / "本.epub").write_bytes(epub(**chapters))
        (document,) = ingest(tmp_path / "本.epub").documents
        said = orjson.loads(document["metadata"])
        assert (document["encoding"], said.get("encoding_confidence")) == (encoding, sure)


def test_a_book_in_an_archive(ingest: Ingest, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "本棚.zip", "w") as archive:
        archive.writestr("港.epub", epub())
        archive.writestr("後.txt", NEKO)
    ingested = ingest(tmp_path / "本棚.zip")
    assert [document["format"] for document in ingested.documents] == ["epub", "text"]
    assert ingested.documents[0]["source"].endswith("本棚.zip#港.epub")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        pytest.param({"OEBPS/二.xhtml": None}, "unreadable-member", id="a chapter is missing"),
        pytest.param({"META-INF/container.xml": "<a/>"}, "unreadable-member", id="no package"),
        pytest.param(
            {"META-INF/encryption.xml": '<CipherReference URI="OEBPS/%E4%B8%80.xhtml"/>'},
            "encrypted",
            id="chapters are encrypted",
        ),
        pytest.param({"OEBPS/一.xhtml": "", "OEBPS/二.xhtml": ""}, "no-text", id="pictures only"),
        pytest.param(
            {"OEBPS/一.xhtml": bytes(range(256)) * 9}, "undecodable", id="a chapter is no text"
        ),
        pytest.param({"../外": "a"}, "unreadable-member", id="hostile"),
    ],
)
def test_what_is_no_whole_book(
    ingest: Ingest, tmp_path: Path, changed: dict[str, str | bytes | None], reason: str
) -> None:
    (tmp_path / "本.epub").write_bytes(epub(**changed))
    ingested = ingest(tmp_path / "本.epub")
    assert (ingested.documents, ingested.reasons) == ([], [reason])
