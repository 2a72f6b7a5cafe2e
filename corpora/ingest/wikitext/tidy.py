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
    out = [first]
    for piece in rest:
        while len(out) > 1 and not out[-1]:
            out.pop()
        left, right = _joined(out[-1], piece)
        out[-1] = left
        out.append(right)
    return "".join(out)


def _joined(left: str, right: str) -> tuple[str, str]:
    """Both sides of a mark without what separated it from them."""
    bare_left, bare_right = left.rstrip(_SEPARATORS), right.lstrip(_SEPARATORS)
    before, after = bare_left[-1:], bare_right[:1]
    if before in _PARTNERS and after == _PARTNERS[before]:
        return bare_left[:-1].rstrip(" 　"), bare_right[1:]
    if before in _PARTNERS:
        return bare_left, bare_right
    if after in _CLOSING:
        return bare_left if before not in ("", "\n") else left, bare_right
    if before in ("", "\n"):
        return left, bare_right
    if bare_left != left and bare_right != right:
        return left, bare_right
    return left, right
