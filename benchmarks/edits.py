"""What people and programs do to a text between two copies of it, at a known number of places.

Every edit takes a text, how many places to change, other sentences of the same kind of text, and a
source of chance. With the same chance, more places contain the fewer, so that the count can be
searched for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import TypeAlias

from benchmarks.sources import split
from corpora.old_kanji import old_kanji_pairs

Edit: TypeAlias = Callable[[str, int, Sequence[str], Random], str]

_OLD_FORMS = {new: old for old, new in old_kanji_pairs().items()}
_BLANKS = ("\u3000", " ", "\n")
#: Printable ASCII <-> its full-width form.
_WIDTH = 0xFEE0
_FOOTERS = (
    "この記事に関するお問い合わせは、編集部までお寄せください。",
    "無断での転載・複製はご遠慮ください。",
    "前の記事へ | 次の記事へ | 一覧に戻る",
    "最終更新日は各ページの末尾をご覧ください。",
    "会員登録をすると、続きをお読みいただけます。",
    "おすすめの関連記事をもっと見る",
    "ご意見・ご感想をお待ちしています。",
    "サイトのご利用にあたって | 個人情報の取り扱い",
)


def delete_sentences(text: str, count: int, others: Sequence[str], random: Random) -> str:
    """All but ``count`` sentences.

    >>> delete_sentences("一。二。三。", 2, [], Random(0))
    '二。'
    """
    pieces = split(text)
    gone = set(_places(len(pieces), count, random))
    return "".join(piece for place, piece in enumerate(pieces) if place not in gone)


def insert_sentences(text: str, count: int, others: Sequence[str], random: Random) -> str:
    """Sentences of other documents before ``count`` of the text's own."""
    pieces = split(text)
    chosen = _places(len(pieces), count, random)
    for number, place in enumerate(chosen):
        pieces[place] = others[number % len(others)] + pieces[place]
    return "".join(pieces)


def substitute_characters(text: str, count: int, others: Sequence[str], random: Random) -> str:
    """Other characters of the same text at ``count`` places.

    >>> substitute_characters("いろは", 0, [], Random(0))
    'いろは'
    """
    characters = list(text)
    for place in _places(len(text), count, random):
        characters[place] = text[(place * 31 + 17) % len(text)]
    return "".join(characters)


def write_old_kanji(text: str, count: int, others: Sequence[str], random: Random) -> str:
    """Old forms for ``count`` kanji that have one.

    >>> write_old_kanji("地獄変", 1, [], Random(0))
    '地獄變'
    """
    characters = list(text)
    able = [place for place, character in enumerate(text) if character in _OLD_FORMS]
    for place in _chosen(able, count, random):
        characters[place] = _OLD_FORMS[characters[place]]
    return "".join(characters)


def change_width(text: str, count: int, others: Sequence[str], random: Random) -> str:
    """Full-width forms for ASCII, and the other way round, at ``count`` places.

    >>> change_width("A１", 2, [], Random(0))
    'Ａ1'
    """
    characters = list(text)
    able = [place for place, character in enumerate(text) if _other_width(character)]
    for place in _chosen(able, count, random):
        characters[place] = _other_width(characters[place])
    return "".join(characters)


def _other_width(character: str) -> str:
    if "!" <= character <= "~":
        return chr(ord(character) + _WIDTH)
    return chr(ord(character) - _WIDTH) if "！" <= character <= "～" else ""


def insert_blanks(text: str, count: int, others: Sequence[str], random: Random) -> str:
    """Spaces and line breaks before ``count`` characters."""
    characters = list(text)
    for number, place in enumerate(_places(len(text), count, random)):
        characters[place] = _BLANKS[number % len(_BLANKS)] + characters[place]
    return "".join(characters)


def add_footer(text: str, count: int, others: Sequence[str], random: Random) -> str:
    """``count`` lines of a site's own at the end."""
    start = random.randrange(len(_FOOTERS))
    lines = [_FOOTERS[(start + number) % len(_FOOTERS)] for number in range(count)]
    return "\n".join([text.rstrip("\n"), *lines])


def _places(size: int, count: int, random: Random) -> list[int]:
    return _chosen(list(range(size)), count, random)


def _chosen(places: list[int], count: int, random: Random) -> list[int]:
    # Shuffled whole, whatever the count: so the fewer are the first of the more.
    random.shuffle(places)
    return places[:count]


#: Name -> edit and what its places are counted in.
EDITS: dict[str, tuple[Edit, str]] = {
    "deletion": (delete_sentences, "sentences"),
    "insertion": (insert_sentences, "sentences"),
    "substitution": (substitute_characters, "characters"),
    "old_kanji": (write_old_kanji, "characters"),
    "width": (change_width, "characters"),
    "blanks": (insert_blanks, "characters"),
    "footer": (add_footer, "lines"),
}
