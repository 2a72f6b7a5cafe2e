"""Wikitext becomes what a reader of the page would read."""

from __future__ import annotations

import random
import time

import pytest

from corpora.ingest.wikitext import Names, to_text


@pytest.mark.parametrize(
    ("wikitext", "text"),
    [
        pytest.param("'''梟'''は''夜''の'''''鳥'''''。", "梟は夜の鳥。", id="bold and italics"),
        pytest.param("l''''arc''''", "l'arc'", id="an apostrophe before bold"),
        pytest.param("[[鳥]]と[[獣|けもの]]と[[魚]]類", "鳥とけものと魚類", id="links"),
        pytest.param("[[巣 (鳥)|]]", "巣", id="the pipe trick"),
        pytest.param(
            "[[#夜|夜の節]]、[[:Category:鳥]]、[[:en:Owl]]", "夜の節、鳥、Owl", id="sections"
        ),
        pytest.param("[[梟|木菟 [小]]]", "木菟 [小]", id="brackets in a label"),
        pytest.param(
            "前[[File:a.jpg|thumb|[[梟]]の[[巣]]]]後", "前後", id="a file and its caption"
        ),
        pytest.param("梟（[[File:a.svg|x9px]]、夜）", "梟（夜）", id="a file in brackets"),
        pytest.param("[[ファイル:a.jpg]][[画像:b.png|左]]鳥", "鳥", id="Japanese names of files"),
        pytest.param("鳥\n[[en:Owl]]\n[[zh-yue:梟]]", "鳥", id="other languages"),
        pytest.param("[[s:梟の歌|歌]]", "歌", id="a sister project"),
        pytest.param("[http://a.example/x 案内]と[http://a.example/]", "案内と", id="addresses"),
        pytest.param("[http://a.example/x 案内\n鳥", "案内\n鳥", id="an address never closed"),
        pytest.param("[//a.example/x 甲[乙", "[//a.example/x 甲[乙", id="a bracket in its label"),
        pytest.param("[[梟の森\n\n夜の[[鳥]]", "梟の森\n\n夜の鳥", id="a link never closed"),
        pytest.param("[[File:a.jpg|thumb|梟\n夜の[[鳥]]", "夜の鳥", id="a file never closed"),
        pytest.param("鳥<ref>山田{{1999</ref>と<ref name=a />獣", "鳥と獣", id="notes"),
        pytest.param("鳥<!-- 獣 -->\n<!-- 行 -->\n魚", "鳥\n魚", id="comments"),
        pytest.param("鳥<!-- 獣", "鳥", id="a comment never closed"),
        pytest.param("<nowiki>[[鳥]] {{獣}}</nowiki>", "[[鳥]] {{獣}}", id="nowiki"),
        pytest.param("<math>\\frac{a}{b_{c}}</math>", "$\\frac{a} {b_{c} }$", id="a formula"),
        pytest.param("<gallery>\nFile:a.jpg|鳥\n</gallery>獣", "獣", id="a gallery"),
        pytest.param("<timeline>a</timeline>鳥__NOTOC____目次__", "鳥", id="chart, magic words"),
        pytest.param(
            "<syntaxhighlight lang=c>\n* a = [[1]];\n</syntaxhighlight>", "* a = [[1]];", id="code"
        ),
        pytest.param("10<sup>8</sup>とH<sub>2</sub>O", "10⁸とH₂O", id="raised and lowered"),
        pytest.param("<ruby>梟<rp>(</rp><rt>ふくろう</rt></ruby>", "梟", id="ruby"),
        pytest.param('<span style="display:none">鍵</span><b>鳥</b>', "鳥", id="hidden"),
        pytest.param("夜<br />昼、<stdio.h>", "夜\n昼、<stdio.h>", id="a tag of no HTML is text"),
        pytest.param("a&nbsp;b&lt;c&gt;&#x9ce5;&amp;amp;", "a b<c>鳥&amp;", id="entities"),
        pytest.param("a&#1;b&#xFDD0;c", "abc", id="entities of nothing"),
        pytest.param("-{zh-hans:鸟; zh-hant:鳥}-と-{獣}-", "鸟と獣", id="language variants"),
        pytest.param("鳥\x01\x04\x050\x02\x07", "鳥0", id="control characters are no marks"),
    ],
)
def test_inline_markup(wikitext: str, text: str) -> None:
    assert to_text(wikitext).text == text


@pytest.mark.parametrize(
    ("wikitext", "text"),
    [
        pytest.param(
            "{{基礎情報 鳥\n|名={{lang|la|Strix}}\n}}\n梟は鳥。", "梟は鳥。", id="infobox"
        ),
        pytest.param("{{ルビ|梟|ふくろう}}", "梟", id="ruby"),
        pytest.param("{{読み仮名|木菟|みみずく}}", "木菟（みみずく）", id="a reading"),
        pytest.param(
            "（{{lang-en|owl}}、{{lang-fr-short|hibou}}）",
            "（英語: owl、フランス: hibou）",
            id="lang",
        ),
        pytest.param("{{En|owl}}{{en}}{{ Lang |de| Eule}}", "owlEule", id="names of languages"),
        pytest.param("{{仮リンク|巣箱|en|Nest box|label=箱}}", "箱", id="a link that is not there"),
        pytest.param("{{仮リンク|巣箱|en|Nest box}}", "巣箱", id="the same without a label"),
        pytest.param("{{要出典範囲|夜に鳴く|date=2020年}}", "夜に鳴く", id="a questioned passage"),
        pytest.param("{{Audio|owl.ogg|声}}{{色|red}}", "声", id="audio, and one unknown"),
        pytest.param("{{convert|5|km|mi}}、{{val|6.02|e=23}}", "5 km、6.02×10²³", id="measures"),
        pytest.param("{{JPN}}の{{flag|FRA}}", "日本のフランス", id="countries"),
        pytest.param("{{nowrap|[[梟|鳥]]、{{small|夜}}}}", "鳥、夜", id="inside each other"),
        pytest.param("{{PAGENAME}}は鳥", "梟は鳥", id="the page's own name"),
        pytest.param("{{引用文|夜は静か}}", "夜は静か", id="a quotation"),
        pytest.param("{{{1|既定}}}", "既定", id="a parameter's default"),
        pytest.param("鳥{{未完 と [[巣|す]]", "鳥未完 と す", id="never closed"),
        pytest.param("鳥}}獣", "鳥獣", id="closed only"),
        pytest.param("梟（ふくろう、{{a}}）", "梟（ふくろう）", id="a comma before nothing"),
        pytest.param("梟（{{a}}、{{b}}）は鳥", "梟は鳥", id="brackets around nothing"),
        pytest.param("梟（{{a}}、夜）、{{b}}、鳥", "梟（夜）、鳥", id="a comma after nothing"),
        pytest.param("梟・{{a}}・鳥、{{b}}。", "梟・鳥。", id="a lone dot"),
        pytest.param(
            "main()と（）は{{a}}残る", "main()と（）は残る", id="the author's own brackets"
        ),
        pytest.param("* {{Cite book|title=鳥}}\n* 獣", "・獣", id="an item of nothing"),
    ],
)
def test_templates(wikitext: str, text: str) -> None:
    assert to_text(wikitext, title="梟").text == text


@pytest.mark.parametrize(
    ("wikitext", "text"),
    [
        pytest.param(
            "序\n== 種類 ==\n本文\n=== 小 ===\n末", "序\n\n種類\n\n本文\n\n小\n\n末", id="headings"
        ),
        pytest.param(
            "本文\n== 脚注 ==\n{{Reflist}}\n[[Category:鳥]]", "本文", id="an empty section"
        ),
        pytest.param("== 親 ==\n=== 子 ===\n文", "親\n\n子\n\n文", id="a heading under a heading"),
        pytest.param("一\n二\n\n\n\n三", "一\n二\n\n三", id="paragraphs"),
        pytest.param("* 鳥\n** 梟\n*** 木菟\n* 獣", "・鳥\n  ・梟\n    ・木菟\n・獣", id="nested"),
        pytest.param(
            "# 一\n# 二<br>続き\n## 甲\n# 三\n文\n# 四",
            "1. 一\n2. 二\n続き\n  1. 甲\n3. 三\n文\n1. 四",
            id="numbers",
        ),
        pytest.param("; 梟\n: 夜の鳥\n:: 補足", "梟\n夜の鳥\n補足", id="definitions"),
        pytest.param(
            '{| class="wikitable"\n|+ 鳥\n! 名 !! scope="col" | 長さ\n|-\n| style="a" | 梟 || 50\n'
            "|- bgcolor=red\n| [[木菟|みみずく]]\n| 20<br>以上 || <div>森</div>\n|}\n文",
            "鳥\n名 | 長さ\n梟 | 50\nみみずく | 20 以上 | 森\n\n文",
            id="a table",
        ),
        pytest.param("{|\n| 外\n{|\n| 内\n|}\n|}\n文", "外\n\n内\n\n文", id="a table in a table"),
        pytest.param("{|\n| 梟\n== 次 ==\n文\n文", "梟\n\n次\n\n文\n文", id="a table never closed"),
        pytest.param(
            "{{表}}\n! 名 !! 長さ\n|-\n| 梟 || 50 |}\n文",
            "名 | 長さ\n梟 | 50\n\n文",
            id="a table begun elsewhere",
        ),
        pytest.param("一\n----\n二  三\n a  b", "一\n\n二 三\na  b", id="a rule, leading blanks"),
        pytest.param("一<br>二<p>三</p>四\n五", "一\n二\n\n三\n\n四\n五", id="tags that end lines"),
        pytest.param("<table><tr><td>梟</td><td>50</td></tr></table>", "梟 | 50", id="HTML tables"),
        pytest.param("<ul><li>梟</li><li>鳥</li></ul>", "・梟\n・鳥", id="HTML lists"),
    ],
)
def test_blocks(wikitext: str, text: str) -> None:
    assert to_text(wikitext).text == text


def test_categories_are_listed_once_and_leave_the_text() -> None:
    plain = to_text("鳥。[[Category:夜の鳥|とり]]\n[[カテゴリ:森_林]][[Category:夜の鳥]]")
    assert (plain.text, plain.categories) == ("鳥。", ["夜の鳥", "森 林"])


def test_a_wiki_calls_its_namespaces_as_it_likes() -> None:
    names = Names.of({6: "Datei", 14: "Kategorie"})
    plain = to_text("Eule[[Datei:a.jpg|mini]][[Kategorie:Vogel]]", names=names)
    assert (plain.text, plain.categories) == ("Eule", ["Vogel"])


_MANY = 100_000


@pytest.mark.parametrize(
    "wikitext",
    [
        pytest.param("{{" * _MANY + "}}" * _MANY, id="braces"),
        pytest.param("{{lang|en|" * _MANY + "梟" + "}}" * _MANY, id="templates with text"),
        pytest.param("{{lang|en|" * _MANY, id="templates never closed"),
        pytest.param("[[a|" * _MANY + "]]" * _MANY, id="links"),
        pytest.param("[[File:a|" * _MANY, id="files never closed"),
        pytest.param("[http://a " * _MANY, id="addresses never closed"),
        pytest.param("<ref>" * _MANY + "<ref " * _MANY, id="notes never closed"),
        pytest.param("<!--" * _MANY + "<span style='display:none'" * _MANY, id="tags never closed"),
        pytest.param("{|\n|" * _MANY + "||" * _MANY, id="tables"),
        pytest.param("（{{a}}、" * _MANY + "、" * _MANY, id="commas"),
        pytest.param(
            "'" * _MANY + "=" * _MANY + "\n" + "*" * _MANY + "a" + " \n" * _MANY, id="lines"
        ),
    ],
)
def test_hostile_wikitext_takes_linear_time(wikitext: str) -> None:
    began = time.process_time()
    text = to_text(wikitext).text
    # Measured at no more than 1 s a million characters; whatever is quadratic takes minutes.
    assert time.process_time() - began < 20
    assert len(text) < 4 * len(wikitext)


_SAMPLE = """{{基礎情報 鳥|名=梟|画像=[[File:a.jpg|thumb|{{lang|la|Strix}}]]}}
'''梟'''（ふくろう、{{lang-en|owl}}{{efn|[[鳥]]}}）は[[鳥|とり]]<ref name="a">山田</ref>。<!-- a -->
== 種類 ==
{| class="wikitable"
! 名 !! 長さ
|-
| {{ルビ|木菟|みみずく}} || <math>\\frac{a}{b}</math><br />20&nbsp;cm
|}
* [http://a.example/ 案内]
** <nowiki>{{鳥}}</nowiki> -{獣}- __NOTOC__
# {{{1|{{仮リンク|巣|en|Nest}}}}}
[[Category:鳥]]"""


def test_no_mutation_of_a_page_breaks_the_reader() -> None:
    chance = random.Random(20_260_801)
    pieces = [*"|<\n=\x01", "{{", "}}", "[[", "]]", "{|", "|}", "<ref>", "</ref>", "''"]
    for _ in range(1_500):
        page = list(_SAMPLE)
        for _ in range(chance.randrange(1, 12)):
            at = chance.randrange(len(page))
            if chance.random() < 0.5:
                page[at : at + chance.randrange(8)] = []
                page = page or ["梟"]
            else:
                page.insert(at, chance.choice(pieces))
        text = to_text("".join(page)).text
        assert not set(text) & set("\x01\x02\x03\x04\x05\x06\x07")
