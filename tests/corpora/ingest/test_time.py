"""Hostile texts are read in time that grows with their length, not with its square.

Each of these took from ten seconds to hours, or all memory, before.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpora.ingest import dump_xml, tar
from corpora.ingest.html.blocks import Block
from corpora.ingest.html.choosing import chosen
from corpora.ingest.html.page import page
from corpora.ingest.html.regions import Part
from corpora.ingest.http_messages import BadHttp, Fields, Response, decoded
from corpora.ingest.law_xml import law
from corpora.ingest.members import Piece
from corpora.ingest.readers.web_archives import _ARC
from corpora.ingest.records import Tape, records
from corpora.ingest.roff import manual
from corpora.ingest.streams import expand
from corpora.ingest.wikitext import inline, tidy, to_text
from corpora.stages import no_progress
from tests.corpora.ingest.conftest import Ingested
from tests.corpora.ingest.test_epub import PACKAGE, epub
from tests.corpora.ingest.web_archives import arc
from tests.fuzz.limits import limited

Ingest = Callable[..., Ingested]
SECONDS = 4
LONG = "港" * 50


def _runs_of_links() -> object:
    def block(text: str, part: int, links: int) -> Block:
        return Block(text, part, 1, links and 1, links, apart=False, row=0, cell=0, region=0)

    heading, links = block("題", Part.HEADING, 0), block("港", 0, 4)
    return chosen([heading, links] * 80_000)


def _many_marks() -> object:
    stored = b"".join([arc("http://a.jp/", b"")] * 1_500)

    def pieces(_: int, __: int) -> Iterator[Piece]:
        return (Piece(at, 0, bytes([byte])) for at, byte in enumerate(stored))

    return list(records(Tape(pieces, begins=_ARC.begins, compressed=True), _ARC))


def _pax() -> object:
    return tar._long_names(b"x", b"6 a=b\n" * 100_000 + bytes(8 << 20))


def _other_namespace() -> object:
    names = [b'<namespace key="%d">n%d</namespace>' % (at, at) for at in range(25_000)]
    inside = b"<siteinfo><namespaces>%s</namespaces></siteinfo>" % b"".join(names)
    site = dump_xml.site(b"<mediawiki>" + inside)
    found = dump_xml.Page(title="z:a")
    return [found.skipped_as(site) for _ in range(40_000)]


def _charsets() -> object:
    return [page(b"<meta charset=" + b"\n" * 4_000 + b"!>") for _ in range(50)]


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(
            lambda: page(b'<div class="' + b"type-a-" * 40_000 + b'">'), id="html class of a post"
        ),
        pytest.param(_charsets, id="html charset"),
        pytest.param(
            lambda: page(
                b"<title>" + b"a" * 500_000 + b"</title>" + (b"<h2>%sb</h2>" % (b"a" * 60)) * 10_000
            ),
            id="html title and headings",
        ),
        pytest.param(_runs_of_links, id="html lists of links"),
        pytest.param(
            lambda: inline.strip("<span " + "display:none " * 20_000), id="wikitext hidden span"
        ),
        pytest.param(
            lambda: tidy.tidy("あ" * 2_000_000 + "（" * 50_000 + "\x04）" * 50_000),
            id="wikitext brackets",
        ),
        pytest.param(_other_namespace, id="dump namespaces"),
        pytest.param(
            lambda: law("<Law LawType='Act'>" + f"<Sentence>{LONG}</Sentence>" * 60_000),
            id="law line",
        ),
        pytest.param(lambda: manual(f"{LONG}\n" * 50_000), id="manual paragraph"),
        pytest.param(lambda: manual(".Op " + f"Ns {LONG} " * 60_000), id="manual words"),
        pytest.param(lambda: Fields(b"a: b" + b"\n 0123456789" * 300_000), id="http folded field"),
        pytest.param(_many_marks, id="web archive of tiny members"),
        pytest.param(_pax, id="tar header"),
    ],
)
def test_time_grows_with_the_length_of_a_text(read: Callable[[], object]) -> None:
    with limited(SECONDS):
        read()


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_members_of_next_to_nothing_are_read_together(compress: Callable[[bytes], bytes]) -> None:
    stored = io.BytesIO(compress(b"a") * 500 + compress(b"") * 500)
    _, chunks = expand(stored, "a", no_progress, lambda _: None)
    assert list(chunks) == [b"a" * 500]


def test_the_name_of_a_page_makes_its_text_no_longer_than_it_could_be() -> None:
    found = to_text("{{PAGENAME}}" * 1_000 + "あ", title="題" * 100_000)
    assert found.text == "あ"


def test_a_page_with_an_endless_name_of_an_element_is_no_xml() -> None:
    name = "x" * 10_000
    with pytest.raises(dump_xml.DumpError, match="too long"):
        dump_xml.page(f"<page><{name}><a/></{name}></page>")


def test_strings_of_a_manual_page_make_it_no_hundred_times_as_long() -> None:
    found = manual(f".ds x {'港' * 200}\n" + "\\*x" * 100_000)
    assert 1_000_000 < len(found.text) <= 1 << 20


def test_a_body_in_more_codings_than_any_server_sends_is_refused() -> None:
    sent = Response(status=200, fields=Fields(b"Content-Encoding: " + b"br," * 99), body=b"a")
    with pytest.raises(BadHttp, match="99 content codings"):
        decoded(sent.body, sent, cut=False)


def _book(folder: Path, references: int, **changed: str) -> Path:
    """A book whose first chapter comes so often."""
    reference = '<itemref idref="a"/>'
    package = PACKAGE.replace(reference, reference * references)
    path = folder / "a.epub"
    path.write_bytes(epub(**{"OEBPS/本.opf": package, **changed}))
    return path


def test_what_of_a_book_is_encrypted_is_read_once(ingest: Ingest, tmp_path: Path) -> None:
    names = "".join(
        f'<item id="{at}" href="{at}.xhtml" media-type="text/html"/><itemref idref="{at}"/>'
        for at in range(5_000)
    )
    locked = {"META-INF/encryption.xml": '"%41"' * 50_000}
    path = _book(tmp_path, 1, **locked, **{"OEBPS/本.opf": names})
    with limited(SECONDS):
        assert ingest(path).reasons == ["unreadable-member"]


def test_a_chapter_that_comes_again_and_again_is_read_once(ingest: Ingest, tmp_path: Path) -> None:
    (text,) = ingest(_book(tmp_path, 5_000)).texts
    assert text.count("一章") == text.count("二章") == 1
