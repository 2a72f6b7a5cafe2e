"""Unicode's normalisation forms in time that grows with a text's length.

``unicodedata`` puts the marks behind a letter in their order by insertion: a hundred thousand
behind one letter, which only malice or damage puts there, take it ten seconds, and twice as many
forty. Sorted before, they cost what letters do (UAX #15: what is canonically the same has one
normal form).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from typing import Literal

from corpora.composition import changing

#: Marks one behind the other that are left to ``unicodedata``.
_FEW = 32


def normal_form(form: Literal["NFC", "NFKC"], text: str) -> str:
    """``unicodedata.normalize(form, text)``.

    >>> marks = "\\u0301\\u0316" * 100
    >>> normal_form("NFC", "a" + marks) == unicodedata.normalize("NFC", "a" + marks)
    True
    """
    if not text.isascii() and _many_marks().search(text) is not None:
        text = "".join(_in_order(text, "NFD" if form == "NFC" else "NFKD"))
    return unicodedata.normalize(form, text)


@cache
def _many_marks() -> re.Pattern[str]:
    """Letters among them are no harm. re skips to the first, fast where few ranges are beyond the
    BMP."""
    marks = [chr(point) for point in changing() if _is_mark(chr(point))]
    beyond = [mark for mark in marks if mark > "\uffff"]
    within = "".join(map(re.escape, marks[: -len(beyond)]))
    some = f"[{within}{beyond[0]}-{beyond[-1]}]"
    return re.compile(f"{some}{some}{{{_FEW},}}")


def _is_mark(character: str) -> bool:
    """Whether it becomes nothing but what may change places."""
    return all(map(unicodedata.combining, unicodedata.normalize("NFKD", character)))


def _in_order(text: str, apart: Literal["NFD", "NFKD"]) -> Iterator[str]:
    """The text, many marks and the letter before them taken apart and by their classes."""
    done = 0
    for many in _many_marks().finditer(text):
        begin = max(done, many.start() - 1)
        yield text[done:begin]
        done = many.end()
        letters = (unicodedata.normalize(apart, letter) for letter in text[begin:done])
        # What is no mark is of class 0, and keeps its order.
        for _, run in groupby("".join(letters), lambda one: unicodedata.combining(one) > 0):
            yield from sorted(run, key=unicodedata.combining)
    yield text[done:]
