"""Which script each piece of a text is in, so that a page can colour it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from curation.queries.segments import Segment

#: Half-width kana stand apart: ｶﾞ is two characters, and no other tool's kana.
_SCRIPTS = re.compile(
    "(?P<han>[々〆〇㐀-䶿一-鿿豈-\ufaff\U00020000-\U0003ffff]+)"
    "|(?P<hiragana>[\u3041-\u309f]+)"
    "|(?P<katakana>[\u30a0-\u30ff\u31f0-\u31ff]+)"
    "|(?P<half>[\uff61-\uff9f]+)"
    "|(?P<latin>[A-Za-zÀ-ÖØ-öø-ɏＡ-Ｚａ-ｚ]+)"
    "|(?P<digit>[0-9０-９]+)"
)


def by_script(pieces: Iterable[Segment]) -> list[Segment]:
    """The pieces, parted wherever the script changes.

    >>> [(p.text, p.script) for p in by_script([Segment(text="漢字とｶﾅ！")])]
    [('漢字', 'han'), ('と', 'hiragana'), ('ｶﾅ', 'half'), ('！', '')]
    """
    return [part for piece in pieces for part in _parts(piece)]


def _parts(piece: Segment) -> Iterator[Segment]:
    if piece.kind == "invisible":
        yield piece
        return
    place = 0
    for match in _SCRIPTS.finditer(piece.text):
        if match.start() > place:
            yield _cut(piece, place, match.start(), "")
        yield _cut(piece, match.start(), match.end(), match.lastgroup or "")
        place = match.end()
    if place < len(piece.text):
        yield _cut(piece, place, len(piece.text), "")


def _cut(piece: Segment, start: int, end: int, script: str) -> Segment:
    return replace(
        piece,
        text=piece.text[start:end],
        is_hit=piece.is_hit and start == 0,
        opens_ruby=piece.opens_ruby and start == 0,
        reading=piece.reading if end == len(piece.text) else "",
        script=script,
    )
