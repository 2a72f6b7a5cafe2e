"""Which texts are documents as they stand: found out for many at once, by their bytes alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

#: First bytes of a text in which a sign is looked for that tells that it was decoded rightly.
_LOOKED_AT = 96


def _table(*values: int) -> NDArray[np.bool_]:
    found = np.zeros(256, np.bool_)
    found[list(values)] = True
    return found


#: Characters that are looked into, by their bytes: the lead byte, what follows it, and what may
#: follow that. Those of ``mojibake.is_suspicious``, a byte order mark, and a few others.
_SIGNS = (
    (0xC3, _table(0xA3), ~_table()),  # ã
    (0xE7, _table(0xB8, 0xB9), _table(0xBA, 0xB2, 0xA7, 0x9D)),  # 縺 縲 繧 繝
    (0xEF, _table(0xBF, 0xBB), _table(0xBD, 0xBF)),  # U+FFFD, U+FEFF
)
_REMOVED = (0x00, 0x0D)
#: Behind the last text, where bytes that follow others are looked for.
_PADDING = b"  "


def are_plain(texts: Sequence[bytes]) -> NDArray[np.bool_]:
    """bool[texts]: True only where ``clean`` gives the text as it is and has nothing to note.

    The texts are UTF-8, which is not looked at. Some that are good are not called plain.

    >>> texts = "吾輩は猫", "a cat", "", "　", "\\r", "ã猫"
    >>> are_plain([text.encode() for text in texts]).tolist()
    [True, True, False, False, False, False]
    """
    joined = b"".join([*texts, _PADDING])
    data = np.frombuffer(joined, np.uint8)
    sizes = np.fromiter(map(len, texts), np.int64, len(texts))
    ends = np.cumsum(sizes)
    plain = _told_by_beginning(data, ends - sizes, ends)
    for at in np.flatnonzero(~plain).tolist():
        plain[at] = texts[at].isascii() and bool(texts[at].decode("ascii").strip())
    for places in _unusual(joined, data):
        plain[np.searchsorted(ends, places, side="right")] = False
    return plain


def _told_by_beginning(
    data: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Whether a letter beyond U+303F stands there: no blank, and none of a single byte."""
    places = starts[:, np.newaxis] + np.arange(_LOOKED_AT)
    # Of an empty text the byte before it, if there is one: whatever is found is taken back.
    np.minimum(places, ends[:, np.newaxis] - 1, out=places)
    beginnings = data[places]
    letters = beginnings > 0xE3
    letters[:, :-1] |= (beginnings[:, :-1] == 0xE3) & (beginnings[:, 1:] > 0x80)
    found: NDArray[np.bool_] = letters.any(axis=1) & (ends > starts)
    return found


def _unusual(joined: bytes, data: NDArray[np.uint8]) -> Iterator[NDArray[np.int64]]:
    """Where bytes are that make a text another, or that something has to be asked about."""
    # To find out that there is none takes next to no time.
    for byte in _REMOVED:
        if byte in joined:
            yield np.flatnonzero(data == byte)
    for lead, second, third in _SIGNS:
        if lead in joined:
            places = np.flatnonzero(data[: -len(_PADDING)] == lead)
            places = places[second[data[places + 1]]]
            yield places[third[data[places + 2]]]
