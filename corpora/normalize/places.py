"""Where places of a text as read are once it is normalised."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from corpora.normalize.text import Policy, normalize

#: As long before as after, whatever the policy and whatever stands beside it: letters that nothing
#: joins and Japanese punctuation, full-width forms, single blanks and line ends between them.
_AS_LONG = re.compile(
    "(?:[ぁ-ゖァ-ヺー々〆〇\u3400-\u4dbf\u4e00-\u9fff、。「」『』〈-】・―！-～]|[　\n](?![　\n]))*"
)
#: Stands for what lies beyond a piece: a letter that nothing joins and no rule takes away.
_BEYOND = "字"


def places(raw: str, spans: Iterable[tuple[int, int]], policy: Policy) -> Iterator[tuple[int, int]]:
    """Each span of ``raw`` as a span of ``normalize(raw, policy)``, in code points.

    The spans are in order, apart from each other, and begin and end at letters: the text between
    them is normalised by itself. Whoever needs to be sure compares what stands there.

    >>> raw = "\\n\\n ㈱言蔵は\\u200b、屏風を"
    >>> list(places(raw, [(4, 6), (9, 11)], Policy()))
    [(4, 6), (8, 10)]
    >>> normalize(raw, Policy())[8:10]
    '屏風'
    """
    done = place = 0
    for start, end in spans:
        place += _length(raw[done:start], policy, begins=done == 0)
        begin, place = place, place + _length(raw[start:end], policy, begins=False)
        yield begin, place
        done = end


def _length(piece: str, policy: Policy, *, begins: bool) -> int:
    """Code points that become of a piece; empty lines go only where the text begins."""
    if not begins and _AS_LONG.fullmatch(piece):
        return len(piece)
    before = "" if begins else _BEYOND
    return len(normalize(f"{before}{piece}{_BEYOND}", policy)) - len(before) - 1
