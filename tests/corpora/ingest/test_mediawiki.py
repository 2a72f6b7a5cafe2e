"""Dumps of MediaWiki end to end: which pages become documents, and what a damaged dump gives."""

from __future__ import annotations

import bz2
import lzma
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import orjson
import pytest

from corpora.documents import MAX_RECORD_BYTES
from tests.corpora.ingest.conftest import Ingested

Ingest = Callable[..., Ingested]
HEAD = """<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="ja">
  <siteinfo>
    <sitename>Wikipedia</sitename><dbname>jawiki</dbname>
    <base>https://ja.wikipedia.org/wiki/%E8%A1%A8%E7%B4%99</base>
    <namespaces>
      <namespace key="0" case="first-letter" />
      <namespace key="6" case="first-letter">ファイル</namespace>
      <namespace key="14" case="first-letter">分類</namespace>
    </namespaces>
  </siteinfo>
"""
END = "</mediawiki>\n"


def page(
    title: str, text: str, *, number: int = 1, namespace: int | None = 0, head: str = ""
) -> str:
    kind = "" if namespace is None else f"<ns>{namespace}</ns>"
    return (
        f"  <page><title>{escape(title)}</title>{kind}<id>{number}</id>{head}\n"
        f"    <revision><id>{number + 1_000}</id><timestamp>2024-05-06T07:08:09Z</timestamp>\n"
        "      <contributor><username>山田</username><id>77</id></contributor>\n"
        f'      <text xml:space="preserve">{escape(text)}</text>\n    </revision></page>\n'
    )


BODIES = [f"'''{number}番の梟'''は[[鳥]]である。[[Category:夜の鳥]]" for number in range(300)]
TEXTS = [f"{number}番の梟は鳥である。" for number in range(300)]
PAGES = [page(f"梟 {number}", body, number=number) for number, body in enumerate(BODIES)]
DUMP = (HEAD + "".join(PAGES) + END).encode()


def test_an_article_becomes_a_document(ingest: Ingest, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(DUMP)
    ingested = ingest(tmp_path / "a.xml")
    document = ingested.documents[7]
    assert ingested.texts == TEXTS
    assert document["title"] == "梟 7"
    assert document["url"] == "https://ja.wikipedia.org/wiki/%E6%A2%9F_7"
    assert document["host"] == "ja.wikipedia.org"
    assert document["date"] == "2024-05-06T07:08:09Z"
    assert document["licence"] == "CC-BY-SA-4.0"
    assert (document["language"], document["format"]) == ("ja", "mediawiki")
    assert document["locator"] == f"byte:{DUMP.index(PAGES[7].strip().encode())}"
    assert orjson.loads(document["metadata"]) == {
        "id": "7", "revision": "1007", "categories": ["夜の鳥"], "wiki": "jawiki",
    }  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(
            bz2.compress(HEAD.encode())
            + b"".join(
                bz2.compress("".join(PAGES[at : at + 9]).encode()) for at in range(0, 300, 9)
            )
            + bz2.compress(END.encode()),
            id="multistream bzip2",
        ),
        pytest.param(lzma.compress(DUMP[:9_999]) + bytes(8) + lzma.compress(DUMP[9_999:]), id="xz"),
        pytest.param(DUMP.decode().encode("utf-16"), id="UTF-16"),
        pytest.param("".join(PAGES).encode(), id="a piece of a multistream dump"),
        pytest.param(
            b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a -->\n" + DUMP, id="with an XML head"
        ),
    ],
)
def test_the_same_pages_in_every_container_give_the_same_texts(
    ingest: Ingest, tmp_path: Path, data: bytes
) -> None:
    (tmp_path / "a").write_bytes(data)
    ingested = ingest(tmp_path / "a")
    assert (ingested.errors, ingested.texts) == ([], TEXTS)


def test_what_is_no_article_is_left_out_and_told(ingest: Ingest, tmp_path: Path) -> None:
    pages = [
        page("梟", "鳥。[[分類:鳥]]"),
        page("木菟", "#転送 [[梟]]"),
        page("耳木菟", "鳥。", head='<redirect title="梟" />'),
        page("分類:鳥", "鳥。", namespace=14),
        page("分類:獣", "獣。", namespace=None),
        page("図", "{}").replace("<text", "<model>json</model><text"),
    ]
    (tmp_path / "a.xml").write_text(HEAD + "".join(pages) + END)
    ingested = ingest(tmp_path / "a.xml")
    assert (ingested.texts, ingested.quarantine) == (["鳥。"], [])
    skipped = {"no wikitext": 1, "other namespace": 2, "redirect": 2}
    assert [file["skipped"] for file in ingested.files] == [skipped]


def test_the_newest_revision_of_a_page_is_read(ingest: Ingest, tmp_path: Path) -> None:
    both = (
        page("梟", "古い。")[: -len("</page>\n")]
        + page("梟", "新しい。", number=5).partition("<id>5</id>")[2]
    )
    (tmp_path / "a.xml").write_text(HEAD + both + END)
    ingested = ingest(tmp_path / "a.xml")
    assert ingested.texts == ["新しい。"]
    assert orjson.loads(ingested.documents[0]["metadata"])["revision"] == "1005"


def test_a_licence_is_stated_only_where_the_project_states_it(
    ingest: Ingest, tmp_path: Path
) -> None:
    other = HEAD.replace("ja.wikipedia.org", "ja.wikipedia.org.example")
    (tmp_path / "a.xml").write_text(other + PAGES[0] + END)
    assert ingest(tmp_path / "a.xml").documents[0]["licence"] is None
    assert ingest(tmp_path / "a.xml", licence="GFDL-1.3").documents[0]["licence"] == "GFDL-1.3"


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        pytest.param("  <page><title>a<b></title></page>\n", "invalid-xml", id="not well formed"),
        pytest.param("  <page>&nbsp;</page>\n", "invalid-xml", id="an entity of nobody"),
        pytest.param("  <page>" + "<a>" * 9_999 + "</page>\n", "invalid-xml", id="nested deeply"),
        pytest.param(page("a", "{{罫線}}"), "no-text", id="templates only"),
        pytest.param(page("a", "梟" * (MAX_RECORD_BYTES // 3)), "too-large", id="a huge page"),
        pytest.param(page("a", "\udcff\udcfe" * 99), "undecodable", id="bytes of no encoding"),
    ],
)
def test_a_broken_page_spoils_no_other(
    ingest: Ingest, tmp_path: Path, broken: str, reason: str
) -> None:
    dump = HEAD + PAGES[0] + broken + PAGES[1] + END
    (tmp_path / "a.xml").write_bytes(dump.encode("utf-8", "surrogateescape"))
    ingested = ingest(tmp_path / "a.xml")
    assert (ingested.texts, ingested.reasons, ingested.errors) == (TEXTS[:2], [reason], [])


def test_a_few_bad_bytes_are_told_with_the_page(ingest: Ingest, tmp_path: Path) -> None:
    dump = (HEAD + page("梟", BODIES[0] + "\udcff" + "鳥。" * 99) + END).encode(
        "utf-8", "surrogateescape"
    )
    (tmp_path / "a.xml").write_bytes(dump)
    (document,) = ingest(tmp_path / "a.xml").documents
    assert "\ufffd" in document["text"]
    assert orjson.loads(document["metadata"])["undecodable_bytes"] == 1


@pytest.mark.parametrize(
    ("data", "documents", "why"),
    [
        pytest.param(DUMP[:-2_000], 293, "ends before its closing tag", id="cut in a page"),
        pytest.param((HEAD + PAGES[0]).encode(), 1, "before its closing tag", id="after a page"),
        pytest.param(
            bz2.compress((HEAD + "".join(PAGES[:250])).encode())
            + bz2.compress("".join(PAGES[250:]).encode())[:-40],
            250, "bzip2 data is cut short", id="bzip2 cut in its second stream",
        ),
        pytest.param(lzma.compress(DUMP)[:-60], 290, "xz data is cut short", id="xz cut"),
        pytest.param(
            b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "a">]>' + DUMP,
            0, "a document type of its own", id="entities of its own",
        ),
        pytest.param(
            b'<!DOCTYPE l SYSTEM "http://a.example/a.dtd">' + DUMP,
            0, "a document type of its own", id="entities of another place",
        ),
        pytest.param(b"<mediawiki><siteinfo></mediawiki>", 0, "mismatched tag", id="a broken head"),
    ],
)  # fmt: skip
def test_a_damaged_dump_gives_the_pages_before_the_damage(
    ingest: Ingest, tmp_path: Path, data: bytes, documents: int, why: str
) -> None:
    (tmp_path / "a").write_bytes(data)
    ingested = ingest(tmp_path / "a")
    assert ingested.texts == TEXTS[:documents]
    assert why in ingested.errors[0]


def test_a_dump_without_pages_is_no_document_and_no_error(ingest: Ingest, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(HEAD + END)
    ingested = ingest(tmp_path / "a.xml")
    assert (ingested.documents, ingested.quarantine, ingested.errors) == ([], [], [])


def test_real_articles_have_no_wikitext_left(ingest: Ingest, shared_corpora: Path) -> None:
    (path,) = (shared_corpora / "jawiki_dump").glob("*multistream.xml.bz2")
    ingested = ingest(path)
    assert (len(ingested.documents), ingested.quarantine, ingested.errors) == (137, [], [])
    left = ("[[", "]]", "{{", "}}", "{|", "|}", "'''", "<ref", "</ref", "[http", "\n==", "__TOC__")
    for document in ingested.documents:
        assert [mark for mark in left if mark in document["text"]] == [], document["title"]
        assert "（）" not in document["text"]
