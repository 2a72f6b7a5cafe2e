"""What a dropped template leaves behind is put in order, as an editor would."""

from __future__ import annotations

import re

from corpora.ingest.wikitext.marks import DROPPED

_SEPARATORS = "、，,;；・/／ 　"
_RUN = re.compile(rf"{DROPPED}(?:[{_SEPARATORS}]*+{DROPPED})++")
_PARTNERS = {
    "（": "）",
    "(": ")",
    "「": "」",
    "『": "』",
    "［": "］",
    "[": "]",
    "〈": "〉",
    "《": "》",
}
_CLOSING = frozenset((*_PARTNERS.values(), "。", "．", "\n", ""))


def tidy(text: str) -> str:
    """The text without the marks of dropped templates, nor the commas and brackets that
    held nothing else.

    >>> tidy("梟（ふくろう、\\x04）は\\x04、（\\x04、\\x04）夜、\\x04、鳴く")
    '梟（ふくろう）は、夜、鳴く'
    """
    if DROPPED not in text:
        return text
    first, *rest = _RUN.sub(DROPPED, text).split(DROPPED)
    # Each with where it ends: one that loses its end again and again is not copied each time.
    out = [(first, len(first))]
    for piece in rest:
        while len(out) > 1 and not out[-1][1]:
            out.pop()
        left, end = out[-1]
        end, right = _joined(left, end, piece)
        out[-1] = left, end
        out.append((right, len(right)))
    return "".join(piece[:end] for piece, end in out)


def _joined(left: str, end: int, right: str) -> tuple[int, str]:
    """Both sides of a mark without what separated it from them; of the left one, where it ends."""
    bare_end, bare_right = _stripped(left, end, _SEPARATORS), right.lstrip(_SEPARATORS)
    before, after = left[bare_end - 1 : bare_end] if bare_end else "", bare_right[:1]
    if before in _PARTNERS and after == _PARTNERS[before]:
        return _stripped(left, bare_end - 1, " 　"), bare_right[1:]
    if before in _PARTNERS:
        return bare_end, bare_right
    if after in _CLOSING:
        return bare_end if before not in ("", "\n") else end, bare_right
    if before in ("", "\n"):
        return end, bare_right
    if bare_end != end and bare_right != right:
        return end, bare_right
    return end, right


def _stripped(text: str, end: int, characters: str) -> int:
    """Where the text up to ``end`` ends without these characters."""
    while end and text[end - 1] in characters:
        end -= 1
    return end
