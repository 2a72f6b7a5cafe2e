"""Pages made of noise: repetition, stuffed keywords, lists of teasers, dumps."""

from __future__ import annotations

import base64
import hashlib
import random
from collections.abc import Sequence

from corpora.sample.documents import SampleDocument

_TOWNS = ("水鏡市", "久良木町", "月埜町", "雁沢村", "灯ヶ浦", "紺屋浜", "霧ヶ沢")
_STUFFING = {
    "hikkoshi": "引っ越し料金 格安見積もり 無料比較 単身パック 業者口コミ 即日対応",
    "kaitori": "高価買取 ブランド品買取 無料査定 出張買取 最高値 即現金化",
    "hair": "脱毛キャンペーン 激安脱毛 全身脱毛口コミ 無料カウンセリング 予約",
    "card": "カードローン審査 即日融資 低金利比較 おまとめ 来店不要 申込",
    "water": "水漏れ修理 トイレつまり格安 二十四時間対応 出張費無料 見積無料",
    "diet": "ダイエットサプリ 最安値通販 公式サイト限定 送料無料 口コミ効果",
    "hotel": "格安ホテル予約 最安値比較 ポイント還元 直前割 ランキング クーポン",
}
_BUSY = "ただいま混み合っております。しばらくしてからおかけ直しください。"
_MORE = "続きを読むにはこちらを押してください。"
#: Characters that an old system kept in its own part of the code.
_PRIVATE_USE = {
    ord(character): 0xE000 + place for place, character in enumerate("手指値魚音雨草色")
}
_LAUGHTER = ("はははは", "ふふふふ", "あはははは", "ははははははは")


def repetitions(texts: Sequence[str]) -> list[SampleDocument]:
    """Seven pages that say the same thing over and over, each in another way.

    ``texts`` are two texts for the pages that repeat whole parts.
    """
    laughing = random.Random("laughter")
    paragraphs = texts[0].split("\n")
    sentence = texts[1].split("。")[0] + "。"
    bodies = {
        "same-line": "\n".join([_BUSY] * 40),
        "phrase-loop": "やればできるきっとできる" * 60 + "。",
        "paragraphs-twice": "\n".join([*paragraphs, *paragraphs]),
        "sentence-thrice": "".join([sentence, texts[1], sentence * 12]),
        "gauge": "\n".join(
            f"{day}日　矢波川橋の水位は〇・三メートルで、異常はありません。" for day in range(1, 32)
        ),
        "laughter": "".join(laughing.choice(_LAUGHTER) for _ in range(150)),
        "menu": "\n".join(["ホーム", "お知らせ", "会社案内", "お問い合わせ", "サイトマップ"] * 25),
    }
    return [_page(f"repeat-{name}", text, "repetition") for name, text in bodies.items()]


def stuffed_advertising() -> list[SampleDocument]:
    """Seven pages of towns times keywords, nearly all nouns."""
    return [
        _page(f"stuffed-{slug}", _stuffed(words), "stuffed_advertising", domain="advertising")
        for slug, words in _STUFFING.items()
    ]


def _stuffed(keywords: str) -> str:
    rng = random.Random(keywords)
    words = keywords.split()
    lines = [" ".join(f"{town} {word}" for word in rng.sample(words, 4)) for town in _TOWNS * 2]
    return "\n".join([f"【最新】{keywords}", *lines, "今すぐ無料で申込 送料無料"])


def teaser_lists(articles: Sequence[SampleDocument]) -> list[SampleDocument]:
    """Six index pages: three where every line breaks off, three where every other does.

    ``articles`` needs 48 articles, eight for each page.
    """
    pages: list[SampleDocument] = []
    for number in range(6):
        shown = articles[number * 8 : number * 8 + 8]
        lines = [f"{article.title}　{article.text[:48].replace(chr(10), '')}…" for article in shown]
        if number >= 3:
            lines = [part for line in lines for part in (line, _MORE)]
        pages.append(_page(f"teasers-{number + 1}", "\n".join(lines), "ellipsis_lines"))
    return pages


def layouts(texts: Sequence[str]) -> list[SampleDocument]:
    """Five pages with an odd layout: numbers, links, one character a line, a long rule, gaiji.

    ``texts`` are three texts: to set downwards, to divide by a rule, to put gaiji into.
    """
    drawn = random.Random("numbers")
    readings = [
        "\t".join([f"2019-07-{day:02}", *(f"{drawn.uniform(0, 40):.2f}" for _ in range(8))])
        for day in range(1, 32)
    ]
    links = [
        f"https://link.example.com/{slug}/{number:03}.html {slug}"
        for number, slug in enumerate(["niwa", "kawa", "machi", "yama", "umi"] * 6)
    ]
    return [
        _page("layout-numbers", "\n".join(["雨量と水位の記録", *readings]), "digits"),
        _page("layout-links", "\n".join(["よく見るページの一覧", *links]), "links"),
        _page("layout-vertical", "\n".join(texts[0]), "line_breaks"),
        _page("layout-rule", texts[1].replace("\n\n", f"\n{'━' * 240}\n"), "character_run"),
        _page("layout-gaiji", texts[2].translate(_PRIVATE_USE), "private_use"),
    ]


def dumps() -> list[SampleDocument]:
    """Pages that hardly compress: coded text, and kanji drawn by lot."""
    coded = base64.b64encode(b"".join(_digests("coded", 20))).decode()
    lot = random.Random("lot")
    drawn = "".join(chr(lot.randrange(0x4E00, 0x9FA0)) for _ in range(420))
    return [
        _page("dump-base64", "暗号化した控えです。\n" + coded, "incompressible"),
        _page("dump-kanji", "乱数で選んだ漢字の表\n" + drawn, "incompressible"),
    ]


def _digests(seed: str, count: int) -> list[bytes]:
    return [hashlib.sha256(f"{seed}{number}".encode()).digest() for number in range(count)]


def _page(slug: str, text: str, case: str, domain: str = "misc") -> SampleDocument:
    return SampleDocument(
        id=slug,
        text=text,
        title=text.split("\n")[0][:30],
        url=f"https://spam.example.net/{slug}.html",
        date="2018-06-15",
        domain=domain,
        kind="web",
        container="web",
        case=case,
    )
