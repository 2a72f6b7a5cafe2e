"""What is mutated: small whole files of every format, and the words that its readers look for."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from tests.corpora.ingest.test_epub import MEMBERS
from tests.corpora.ingest.web_archives import arc, arc_begin, by_frame, by_member, http, record

SAID = "吾輩は猫である。名前はまだ無い。"
_LINES = "".join(f'{{"id":"d{number}","text":"{SAID}"}}\n' for number in range(2)).encode()
_PAGE = f'<html lang="ja"><title>題</title><nav><a href="/">頭</a></nav><p>{SAID}</p>'.encode()
_RULE = "-" * 55


@dataclass(frozen=True, kw_only=True)
class Form:
    name: str
    #: Whole files, small, so that a mutation hits something.
    seeds: tuple[bytes, ...]
    #: What to put in at random.
    tokens: tuple[bytes, ...] = ()
    #: What stands within itself: how it begins, and how it ends.
    pairs: tuple[tuple[bytes, bytes], ...] = ()
    suffix: str
    #: As ``--format`` has it; None for what is told by its content alone.
    reader: str | None = None
    #: Makes right again what only guards the bytes, so that mutations reach what is behind it.
    mend: Callable[[bytes], bytes] | None = None


def _words(text: str) -> tuple[bytes, ...]:
    return tuple(text.encode().split())


_MARKUP = _words(
    "< > </ /> & &amp; &#x110000; &#xD800; &#0; &#1; &#99999999999; <!-- --> <![CDATA[ ]]> <?xml?> "
    "<!DOCTYPE> &nbsp; <ruby>鯵<rt>あじ</rt></ruby> <![CDATA[]]> \" ' <a/>"
)
_HTML = _words(
    "<script> </script> <style> <table> <tr> <td> </table> <pre> <nav> <article> <main> <ul><li> "
    '<br> <hr> <h1> <div> </div> <meta/charset=shift_jis> <base/href="//["> <p> '
    "<title> </title> <body> </html> <template> <noscript> <iframe> <plaintext> <svg> <math>"
)


_JSON_PAIRS = ((b"[", b"]"), (b'{"a":', b"}"), (b'[{"text":', b"}]"))
_MARKUP_PAIRS = ((b"<b>", b"</b>"), (b"<div>", b"</div>"), (b"<table><tr><td>", b"</table>"))
_WIKI_PAIRS = (
    (b"{{a|", b"}}"), (b"[[a|", b"]]"), (b"{|\n|\n", b"\n|}"), (b"{{{a|", b"}}}"),
    (b"&lt;ref&gt;", b"&lt;/ref&gt;"), (b"''", b"''"), (b"<page>", b"</page>"),
)  # fmt: skip


def _zip(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in members:
            # Made by hand, or the time of day would be in it.
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return target.getvalue()


def _epub() -> bytes:
    files = [(name, text.encode()) for name, text in MEMBERS.items()]
    return _zip(("mimetype", b"application/epub+zip"), *files, method=zipfile.ZIP_STORED)


def _tar(*members: tuple[str, bytes], format: int) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=format) as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return target.getvalue().rstrip(b"\0").ljust(512, b"\0")


def _summed(data: bytes) -> bytes:
    """A tar archive whose headers have their right checksums."""
    blocks = bytearray(data)
    for at in range(0, len(data) - 511, 512):
        if blocks[at + 257 : at + 262] == b"ustar":
            blocks[at + 148 : at + 156] = b" " * 8
            total = sum(blocks[at : at + 512])
            blocks[at + 148 : at + 156] = b"%06o\0 " % total
    return bytes(blocks)


def _sized(data: bytes) -> bytes:
    """A web archive whose first record says the length that it has."""
    head, blank, rest = data.partition(b"\r\n\r\n")
    if not blank or b"Content-Length: " not in head:
        return data
    before, name, _ = head.rpartition(b"Content-Length: ")
    end = rest.find(b"\r\n\r\nWARC/")
    size = len(rest.rstrip(b"\r\n")) if end < 0 else end
    return before + name + str(size).encode() + blank + rest


def _parquet(**options: str) -> bytes:
    target = pa.BufferOutputStream()
    columns = {
        "text": [SAID, None, "港"],
        "t": pa.array([1, None, 2**62], pa.timestamp("ns")),
        "l": [[1], None, []],
        "b": [b"\xff", None, b"a"],
    }
    pq.write_table(pa.table(columns), target, store_schema=False, **options)
    return bytes(target.getvalue().to_pybytes())


def _records() -> tuple[bytes, ...]:
    response = record(http(_PAGE))
    chunked = http(
        b"5\r\n<p>ab\r\n0\r\n\r\n", "Transfer-Encoding: chunked", "Content-Encoding: identity"
    )
    packed = http(gzip.compress(_PAGE, mtime=0), "Content-Encoding: gzip")
    return response, record(chunked, url="http://example.jp/2"), record(packed)


def _warc() -> tuple[bytes, ...]:
    response, chunked, packed = _records()
    info = record(b"software: x\r\n", kind="warcinfo", type="application/warc-fields")
    return (
        info + response, chunked + response, packed, by_member([response, chunked]),
        by_frame([response, chunked]),
    )  # fmt: skip


_WIKI = """<mediawiki xml:lang="ja"><siteinfo><base>https://ja.wikipedia.org/wiki/x</base>
<namespaces><namespace key="14">分類</namespace></namespaces></siteinfo>
<page><title>梟</title><ns>0</ns><id>1</id><revision><id>2</id>
<timestamp>2024-05-06T07:08:09Z</timestamp><text>'''梟'''は[[鳥|鳥類]]である。{{雛|a=[[b]]}}<ref>x</ref>
{|\n|a||b\n|}\n== 節 ==\n* 項</text></revision></page></mediawiki>
"""
_AOZORA = f"""西行\n下村\n\n{_RULE}\n【テキスト中に現れる記号について】\n《》：ルビ\n{_RULE}\n
佐藤｜義清《のりきよ》は男［＃「男」に傍点］。※［＃「口＋它」、第3水準1-14-88］\n
底本：「名随筆」\n青空文庫作成ファイル：\n"""
_MAN = """.TH MINATO 1 "2024年5月1日"\n.SH 名前\nminato \\- 港を\\fB開く\\fP\n.TP
.BR \\-a ", " \\-b\n船を出す。
.nf\n そのまま\n.fi\n.TS\nl l.\n魚\t鯵\n.TE\n\\(co \\[u6E2F] \\s-1小\\s0\n"""
_FEED = f"""<?xml version="1.0"?><rss><channel><item><title>題</title><link>http://a.jp/</link>
<description>&lt;p&gt;{SAID}&lt;/p&gt;</description><pubDate>Mon, 6 May 2024 07:08:09 GMT</pubDate>
</item><item><title>二</title></item></channel></rss>"""
_LAW = """<?xml version="1.0"?><Law Lang="ja" LawType="Act"><LawNum>平成一年</LawNum><LawBody>
<LawTitle>港の法</LawTitle><Article><ArticleTitle>第一条</ArticleTitle><Paragraph><ParagraphNum/>
<Sentence>港は、</Sentence></Paragraph></Article></LawBody></Law>"""


@cache
def forms() -> dict[str, Form]:
    """By name, in the order in which ``make fuzz`` takes them."""
    made = (*texts(), *webs(), *packed())
    return {form.name: form for form in made}


@cache
def texts() -> tuple[Form, ...]:
    json = _words(
        '{ } [ ] , : " \\ \\u0000 \\ud800 \\udfff NaN 1e999 -0 null true '
        '"text": "id": 18446744073709551616 {"text":1} "\\'
    )
    return (
        Form(name="jsonl", reader="jsonl", suffix=".jsonl", seeds=(_LINES,), tokens=json,
            pairs=_JSON_PAIRS),
        Form(
            name="json", reader="json", suffix=".json", tokens=json, pairs=_JSON_PAIRS,
            seeds=(
                f'[{{"text":"{SAID}"}},\n {{"text":"二"}}]'.encode(),
                f'{{"sentences":[{{"sentence":"{SAID}"}}],"header":{{"document_id":1}}}}'.encode(),
            ),
        ),
        Form(
            name="csv", reader="csv", suffix=".csv",
            seeds=(f'id,text\r\n1,"{SAID}"\r\n2,"一\n""二"""\r\n3,三\r\n'.encode(),),
            tokens=(b'"', b",", b"\r", b"\n", b'""', b"\0", b"\t"),
        ),
        Form(
            name="tsv", reader="tsv", suffix=".tsv",
            seeds=(f"id\ttext\n1\t{SAID}\n2\t港\n3\t船\n".encode(),),
            tokens=(b"\t", b'"', b"\r", b"\n", b"\0"),
        ),
        Form(
            name="text", reader="text", suffix=".txt",
            seeds=(
                f"{SAID}\n髙島屋①、港。\n".encode(),
                f"http://a.jp/1/\n2012-05-01T10:00:00+0900\n見出し\n{SAID}\n".encode(),
                SAID.encode("cp932"), SAID.encode("euc_jp"), SAID.encode("iso2022_jp"),
                SAID.encode("utf-16"), "한국어 텍스트".encode("iso2022_kr"),
            ),
            tokens=(
                b"\x1b$B", b"\x1b(B", b"\x1b(I", b"\x1b$(D", b"\x1b$)C", b"\xef\xbb\xbf",
                b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\0", b"\r", b"\x8f\xa2\xaf",
                b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xf0\x80\x80\x80", b"\x81\x39\xee\x39",
                "ã\x81\x82ã\x81\x84".encode(), "\u202e\u200b\ufeff\ue000".encode(),
            ),
        ),
        Form(
            name="aozora", reader="aozora", suffix=".txt",
            pairs=(("［＃".encode(), "］".encode()), ("《".encode(), "》".encode())),
            seeds=(_AOZORA.encode(), _AOZORA.encode("cp932")),
            tokens=_words(
                "《 》 ｜ ［＃ ］ ※［＃ 、1-99-99］ 、U+D800］ 、U+110000］ 、第3水準1-14-88］ "
                f"底本： 《《 》》 ［＃改ページ］ {_RULE} 【テキスト中に現れる記号について】 〔 〕"
            ),
        ),
        Form(
            name="manual", reader="manual", suffix=".1", seeds=(_MAN.encode(),),
            tokens=_words(
                r".so\ x .de .. .if .ie .el \{ \} .TS .TE .nf .fi .ds .nr \*[ \n[ \( \[ ] \fB \f[ "
                r"\h' \w' \s \u \c \" .\" .TH .Dd .Sh .Nm .Bl .El .It .Op .ig .am .while .nx T{ T}"
            ),
        ),
    )  # fmt: skip


@cache
def webs() -> tuple[Form, ...]:
    warc = (
        b"WARC/1.0\r\n", b"\r\n\r\n", b"Content-Length: -1\r\n", b"Content-Length: 99999999\r\n",
        b"WARC-Type: revisit\r\n", b"WARC-Type: conversion\r\n", b"Transfer-Encoding: chunked\r\n",
        b"Content-Encoding: br\r\n", b"Content-Encoding: deflate\r\n", b"ffffffff\r\n", b"0\r\n",
        b"WARC-Block-Digest: sha1:A\r\n", b"HTTP/1.1 200\r\n", b"WARC-Truncated: length\r\n",
        b"Content-Type: text/html; charset=\xff\r\n", b" ", b"\x28\xb5\x2f\xfd", b"\x1f\x8b\x08",
    )  # fmt: skip
    wet = record(SAID.encode(), kind="conversion", type="text/plain")
    return (
        Form(
            name="html", reader="html", suffix=".html", pairs=_MARKUP_PAIRS,
            seeds=(_PAGE,), tokens=(*_MARKUP, *_HTML),
        ),
        Form(
            name="feed", reader="feed", suffix=".xml", pairs=_MARKUP_PAIRS, seeds=(_FEED.encode(),),
            tokens=(*_MARKUP, *_words("<item> </item> <entry> <content> <link/href=x> </rss>")),
        ),
        Form(
            name="xml", reader="xml", suffix=".xml", pairs=_MARKUP_PAIRS,
            seeds=(_LAW.encode(), f"<?xml version='1.0'?><a><b>{SAID}</b></a>".encode()),
            tokens=(*_MARKUP, *_words("<Law> </Law> <Rt> <Fig/> <Column> <!ENTITY/a/'b'> <TOC>")),
        ),
        Form(
            name="mediawiki", reader="mediawiki", suffix=".xml", pairs=_WIKI_PAIRS,
            seeds=(_WIKI.encode(), bz2.compress(_WIKI.encode())),
            tokens=(
                *_MARKUP,
                *_words(
                    "&amp;#1; &amp;nbsp; &amp;#x110000; &lt; &lt;!-- --&gt; &lt;ref> &lt;/ref> "
                    "&lt;nowiki> &lt;/nowiki> &lt;math> &lt;/math> &lt;sup> &lt;ruby> "
                    "{{ }} [[ ]] {{{ }}} {| |} |- || !! '' ''''' == <ref> </ref> <nowiki> "
                    "</nowiki> <math> __TOC__ #REDIRECT[[x]] [[ファイル: <page> </page> <text> "
                    "</text> <title> <ns>x</ns> </mediawiki> <gallery> -{ }- {{PAGENAME}} * : ;"
                ),
            ),
        ),
        Form(
            name="warc", reader="warc", suffix=".warc", seeds=_warc(), tokens=warc, mend=_sized,
        ),
        Form(
            name="wet", reader="wet", suffix=".wet", tokens=warc, mend=_sized,
            seeds=(wet + wet, by_member([wet, wet])),
        ),
        Form(
            name="arc", reader="arc", suffix=".arc", tokens=warc,
            seeds=(
                arc_begin() + arc("http://a.jp/", http(_PAGE)),
                arc_begin(2) + arc("http://a.jp/", http(_PAGE), version=2),
            ),
        ),
    )  # fmt: skip


@cache
def packed() -> tuple[Form, ...]:
    inner = _zip(("一.txt", SAID.encode("cp932")))
    pax = (b"18 size=99999999\n", b"9 size=-5\n", b"12 path=../a\n", b"99999 path=a\n", b"\x80")
    names = (b"../", b"/", b"\0", b"#2", "テ゛".encode(), b"\\", b"C:\\")
    return (
        Form(
            name="parquet", reader="parquet", suffix=".parquet", tokens=(b"PAR1", b"\xff" * 8),
            seeds=tuple(_parquet(compression=name) for name in ("NONE", "SNAPPY", "ZSTD")),
        ),
        Form(name="epub", suffix=".epub", seeds=(_epub(),), tokens=(*_MARKUP, *names)),
        Form(
            name="zip", suffix=".zip", tokens=(*names, b"PK\1\2", b"PK\3\4", b"PK\5\6", b"PK\6\6"),
            seeds=(
                _zip(("一.txt", SAID.encode("cp932")), ("空", b""), ("二.jsonl", _LINES)),
                _zip(("内.zip", inner), ("三.jsonl.gz", gzip.compress(_LINES, mtime=0))),
            ),
        ),
        Form(
            name="tar", suffix=".tar", tokens=(*names, *pax, b"ustar\0", b"x", b"L"), mend=_summed,
            seeds=(
                _tar(("一.txt", SAID.encode()), ("空", b""), format=tarfile.USTAR_FORMAT),
                _tar(("長" * 60, SAID.encode()), ("内.zip", inner), format=tarfile.GNU_FORMAT),
                _tar(("長" * 60, SAID.encode()), format=tarfile.PAX_FORMAT),
            ),
        ),
        Form(
            name="compressed", suffix=".jsonl.gz",
            tokens=(b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"BZh9", b"\xfd7zXZ\0", b"\0" * 9),
            seeds=(
                gzip.compress(_LINES, mtime=0) * 2, zstandard.compress(_LINES) * 2,
                bz2.compress(_LINES) * 2, lzma.compress(_LINES) * 2,
                gzip.compress(bytes(70_000), mtime=0),
            ),
        ),
    )  # fmt: skip
