"""HTML, feeds, statutes and other XML: what of them is text, and that no markup hangs a reader."""

from __future__ import annotations

import time
import timeit
from collections.abc import Callable
from pathlib import Path
from random import Random

import orjson
import pytest

from corpora.folding import fold
from corpora.ingest.html.markup import TOKEN, without_comments
from corpora.ingest.html.page import page, read
from tests.corpora.ingest.conftest import Ingested

Ingest = Callable[..., Ingested]

BODY = "港の朝は早い。漁師たちは夜明け前に網を揚げ、市場へ急ぐ。" * 4
MENU = "".join(f'<li><a href="/{n}/">献立の{n}番</a></li>' for n in range(8))
TITLES = [f"港と漁師の暮らしを記録した聞き書きの書物、第{n}巻" for n in range(4)]
BOOKS = "".join(f'<li><a href="/{n}/">{title}</a></li>' for n, title in enumerate(TITLES))
LISTED = "\n".join(TITLES)
PAGE = f"""<!DOCTYPE html>
<html lang="ja"><head><title>港の朝 | 海辺の便り</title>
<meta property="og:title" content="港の朝"><meta name="robots" content="noai, NoImageAI">
<meta property="article:published_time" content="2024-05-01T09:00:00+09:00">
<link rel="license" href="https://creativecommons.org/licenses/by/4.0/"></head>
<body class="with-sidebar"><div id="menu"><ul>{MENU}</ul></div>
<div class="main-text"><h1>港の朝</h1><p>{BODY}
そして<ruby>鯵<rp>(</rp><rt>あじ</rt><rp>)</rp></ruby>を売る。
<script>var a = "<p>書かない</p>";</script>
<table><tr><th>魚</th><td>鯵</td></tr><tr><th>値段</th><td>三百円</td></tr></table>
<p>一行目<br>二行目</div>
<p style="display: none">見えない<ul>{MENU}</ul>
<div class="footer">Copyright 海辺の便り</div></body></html>"""


def test_a_page_gives_its_text_and_what_it_says_of_itself(ingest: Ingest, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(PAGE.encode("cp932"))
    (document,) = ingest(tmp_path / "a.html").documents
    lines = [
        "港の朝",
        "",
        f"{BODY}そして鯵を売る。",
        "",
        "魚\t鯵",
        "値段\t三百円",
        "",
        "一行目",
        "二行目",
    ]
    assert document["text"].split("\n") == lines
    said = [
        document[name] for name in ("title", "date", "language", "licence", "encoding", "format")
    ]
    assert said == [
        "港の朝", "2024-05-01T09:00:00+09:00", "ja",
        "https://creativecommons.org/licenses/by/4.0/", "cp932", "html",
    ]  # fmt: skip
    assert orjson.loads(document["metadata"])["robots"] == ["noai", "noimageai"]


def test_a_page_is_as_old_as_it_tells_search_engines() -> None:
    said = '<script type="application/ld+json">{"datePublished": "2020-01-02"}</script><p>猫'
    assert page(said.encode()).head.date == "2020-01-02"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        pytest.param("<p>猫&amp;犬 &#x732B; &lt;b&gt;", "猫&犬 猫 <b>", id="references"),
        pytest.param(f"<p>猫&#{'1' * 5_000};", "猫\ufffd", id="a reference to no character"),
        pytest.param("<p>三 < 五 <3 > 一", "三 < 五 <3 > 一", id="signs that are no tags"),
        pytest.param("<p title='a>b' class=\"x\">猫", "猫", id="a sign in a value"),
        pytest.param('<p><a href="x"y>猫</a>', "猫", id="a quote too much"),
        pytest.param("<p>日本\n  語と\n English text", "日本語と English text", id="broken lines"),
        pytest.param("<p>前<script>if (a<b)</p>;<p>後", "前\n\n;\n\n後", id="a script left open"),
        pytest.param("<p>前<!-- 閉じない<p>後", "前 閉じない\n\n後", id="a comment left open"),
        pytest.param("<pre>  字下げ\n\n  した</pre>", "  字下げ\n\n  した", id="laid out by hand"),
        pytest.param("<dl><dt>猫<dd>鳴く<dt>犬<dd>吠", "猫\n鳴く\n犬\n吠", id="no ends"),
        pytest.param("<b><p>猫</b></i></div>犬", "猫\n犬", id="ends of what was not opened"),
        pytest.param("<p>猫</p\n <p>犬", "猫\n\n犬", id="an end without its own"),
        pytest.param("<li><a href=a>一</a><li><a href=b>二", "一\n二", id="only links"),
        pytest.param(
            f"<nav class=menu>{BODY}{BODY}</nav><p>短い。", f"{BODY}{BODY}\n\n短い。",
            id="a text that is called a menu",
        ),
        pytest.param(
            f"<header>屋号</header><article><header><h1>題</h1></header><p>{BODY}{BODY}{BODY}{BODY}"
            "</article><aside>広告</aside>", f"題\n\n{BODY}{BODY}{BODY}{BODY}", id="an article",
        ),
        pytest.param(
            f"<header><ul>{MENU}</ul><a href=/>屋号</a><h1>題</h1><p>前書き</p></header>"
            f"<main><h2>節</h2><p>{BODY}{BODY}", f"題\n\n前書き\n\n節\n\n{BODY}{BODY}",
            id="a heading in a header",
        ),
        pytest.param(
            f"<div class=header><h1>屋号</h1><p>一行の紹介</p></div><div class=entry-content>"
            f"<h1>題</h1><p>{BODY}{BODY}", f"題\n\n{BODY}{BODY}", id="a banner is no heading",
        ),
        pytest.param(
            f'<h1 class="post-header">題</h1><p>日付</p><div class="entry-content"><p>{BODY}{BODY}',
            f"題\n\n日付\n\n{BODY}{BODY}", id="a heading before the text",
        ),
        pytest.param(
            '<article class="post type-post status-publish category-menu tag-social">'
            f'<div class="entry-header"><h2><a href=/1>題</a></h2></div><p>{BODY}{BODY}',
            f"題\n\n{BODY}{BODY}", id="subjects are no places",
        ),
        pytest.param(
            f"<main><h1>題</h1><p>{BODY}<h2>文献</h2><ul>{BOOKS}</ul><h2>目次</h2><ul>{MENU}</ul>"
            f"<h2>関連記事</h2><ul>{BOOKS}</ul><h2>結び</h2><p>{BODY}",
            f"題\n\n{BODY}\n\n文献\n\n{LISTED}\n\n結び\n\n{BODY}", id="links that are text",
        ),
        pytest.param(
            '<div class="toc"><a href=1>一</a> <a href=2>二</a> <a href=3>三</a> <a href=4>四</a>'
            f"</div><p>{BODY}", f"一 二 三 四\n\n{BODY}", id="a table of contents",
        ),
        pytest.param(
            f"<div id=tmp_header>県</div><div id=tmp_contents><p>{BODY}{BODY}</div>"
            "<div id=links><div>最近の記事</div><a href=1>一</a></div>", f"{BODY}{BODY}",
            id="ids of systems that many sites have",
        ),
    ],
)  # fmt: skip
def test_markup_as_it_is_found(markup: str, text: str) -> None:
    assert read(markup)[0] == text


@pytest.mark.parametrize(
    "piece",
    [
        "<", "</", "</a ", '<a "', "<a b='", "<a ='\"", "<!--", "<![CDATA[", "<!doctype a [",
        "<script>", "<title>", "<p a=", "<b", "&", "&#x", '<a b="<', "<div>", "</div>",
        "<td><p>", "<a href=x>",
    ],
)  # fmt: skip
def test_time_grows_with_the_length_only(piece: str) -> None:
    """Ten times the text takes about ten times as long; a square would be a hundred."""

    def seconds(number: int) -> float:
        markup = piece * number
        return min(timeit.repeat(lambda: read(markup), timer=time.process_time, number=1, repeat=4))

    read(piece * 100)
    assert seconds(30_000) < 50 * seconds(3_000) + 0.05


def test_no_mutation_of_a_page_crashes_or_loses_count() -> None:
    random = Random(5)
    signs = "<>/\"'=!-&;# 猫a\n"
    for _ in range(2_000):
        page = list(PAGE)
        for _ in range(random.randrange(1, 12)):
            place = random.randrange(len(page))
            page[place : place + random.randrange(3)] = random.choices(signs, k=random.randrange(3))
        markup = "".join(page)
        read(markup)
        plain = without_comments(markup)
        assert sum(len(token[0]) for token in TOKEN.finditer(plain)), "a token is read at once"
        assert TOKEN.sub(lambda found: found[0], plain) == plain


FEED = """<?xml version="1.0" encoding="EUC-JP"?>
<!-- <html> --><rss version="2.0"><channel><title>便り</title><language>ja</language>
<item><title>一番</title><link>https://example.jp/1</link><guid>g1</guid>
<pubDate>Fri, 16 May 2003 19:29:16 +0900</pubDate>
<description>&lt;p&gt;港の&lt;b&gt;朝&lt;/b&gt;は早い。&lt;/p&gt;</description></item>
<item><title>二番</title><description><![CDATA[<p>市場へ<br>急ぐ。</p>]]></description></item>
<item><title>題だけ &amp; 一</title></item><item><title>題だけ 二</title></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ja"><entry><title>三番</title>
<link rel="edit" href="x"/><link href="https://example.jp/3"/><updated>2024-01-02T03:04:05Z</updated>
<content type="xhtml"><div><p>霧が<content>晴れる。</content></p></div></content></entry></feed>"""


def test_the_items_of_a_feed_are_documents(ingest: Ingest, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(FEED.encode("euc_jp"))
    (tmp_path / "b.atom").write_text(ATOM, encoding="utf-8")
    found = ingest(tmp_path / "a.xml", tmp_path / "b.atom").documents
    assert [document["text"] for document in found] == [
        "港の朝は早い。", "市場へ\n急ぐ。", "題だけ & 一\n題だけ 二", "霧が晴れる。",
    ]  # fmt: skip
    assert [document["locator"] for document in found] == ["item:0", "item:1", "titles", "item:0"]
    assert [document["title"] for document in found] == ["一番", "二番", None, "三番"]
    assert [document["url"] for document in found] == [
        "https://example.jp/1", None, None, "https://example.jp/3",
    ]  # fmt: skip
    assert [document["date"] for document in found] == [
        "2003-05-16T19:29:16+09:00", None, None, "2024-01-02T03:04:05Z",
    ]  # fmt: skip
    assert {document["encoding"] for document in found} == {"euc_jp", "utf-8"}


LAW = """<?xml version="1.0" encoding="UTF-8"?><Law Era="Reiwa" Lang="ja" LawType="Act" Num="1">
<LawNum>令和九年法律第一号</LawNum><LawBody><LawTitle>港を開く法律</LawTitle><MainProvision>
<Chapter Num="1"><ChapterTitle>第一章　総則</ChapterTitle><Article Num="1">
<ArticleCaption>（目的）</ArticleCaption><ArticleTitle>第一条</ArticleTitle>
<Paragraph Num="1"><ParagraphNum/><ParagraphSentence>
<Sentence>この法律は、<Ruby>港<Rt>みなと</Rt></Ruby>を開く。</Sentence>
<Sentence>ただし、次を除く。</Sentence></ParagraphSentence>
<Item Num="1"><ItemTitle>一</ItemTitle><ItemSentence><Column><Sentence>夜の港</Sentence></Column>
<Column><Sentence>灯のない港</Sentence></Column></ItemSentence></Item></Paragraph>
<Paragraph Num="2"><ParagraphNum>２</ParagraphNum><ParagraphSentence>
<Sentence>前項は、朝に限る。</Sentence>
</ParagraphSentence></Paragraph></Article></Chapter></MainProvision>
<SupplProvision AmendLawNum="令和十年法律第二号"><SupplProvisionLabel>附　則</SupplProvisionLabel>
<Paragraph Num="1"><ParagraphNum/><ParagraphSentence><Sentence>公布の日から施行する。</Sentence>
</ParagraphSentence></Paragraph></SupplProvision></LawBody></Law>"""


def test_a_statute_reads_as_it_is_printed(ingest: Ingest, tmp_path: Path) -> None:
    (tmp_path / "law.xml").write_text(LAW, encoding="utf-8")
    (document,) = ingest(tmp_path / "law.xml").documents
    assert document["text"].split("\n") == [
        "令和九年法律第一号",
        "港を開く法律",
        "第一章　総則",
        "（目的）",
        "第一条　この法律は、港を開く。ただし、次を除く。",
        "一　夜の港　灯のない港",
        "２　前項は、朝に限る。",
        "附　則　（令和十年法律第二号）",
        "公布の日から施行する。",
    ]
    assert (document["title"], document["domain"]) == ("港を開く法律", "law")
    assert orjson.loads(document["metadata"])["law_number"] == "令和九年法律第一号"


def test_other_xml_is_its_texts_and_entities_do_not_grow(ingest: Ingest, tmp_path: Path) -> None:
    laughs = '<!DOCTYPE a [<!ENTITY b "笑笑笑"><!ENTITY c "&b;&b;&b;">'
    laughs += '<!ENTITY d SYSTEM "file:///etc/passwd">]>'
    markup = f"<?xml version='1.0'?>{laughs}<a><b>猫が\n  鳴く</b><c>&c;&d;</c></a>"
    (tmp_path / "a.xml").write_text(markup, encoding="utf-8")
    (document,) = ingest(tmp_path / "a.xml").documents
    assert document["text"] == "猫が 鳴く\n&c;&d;"
    assert document["format"] == "xml"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"<html><body><nav>a</nav>", None, id="navigation rather than nothing"),
        pytest.param(b"\n<!DOCTYPE html>\n\ntext", None, id="a declaration and no element"),
        pytest.param(b"<html><body><img src=a>", "no-text", id="no text"),
        pytest.param(b"<html>" + bytes(range(1, 9)) * 500, "binary", id="binary"),
        pytest.param(b"<?xml version='1.0'?><a>" + bytes(range(1, 9)) * 500, "binary", id="XML"),
        pytest.param(b"<rss><item>" + bytes(range(1, 9)) * 500, "binary", id="feed"),
        pytest.param(b".TH A 1\n" + bytes(range(1, 9)) * 500, "binary", id="manual"),
    ],
)
def test_pages_that_are_no_documents(
    ingest: Ingest, tmp_path: Path, data: bytes, reason: str | None
) -> None:
    (tmp_path / "a.html").write_bytes(data)
    ingested = ingest(tmp_path / "a.html")
    assert ingested.reasons == ([reason] if reason else [])
    assert not any("<" in text for text in ingested.texts)
    assert len(ingested.documents) + len(ingested.quarantine) == 1


def test_a_law_on_two_pages_is_the_same_text(shared_corpora: Path) -> None:
    """The same statute a month apart, in another layout: exact copies once they are folded."""
    folder = shared_corpora / "law_same_text_pairs"
    texts = {path.name: fold(page(path.read_bytes()).text) for path in folder.glob("*.html")}
    pairs = [(texts[name], texts[name.replace("-11.", "-12.")]) for name in texts if "-11." in name]
    assert len(pairs) == len({one for one, _ in pairs}) == 30
    assert [one for one, other in pairs if one != other] == []
