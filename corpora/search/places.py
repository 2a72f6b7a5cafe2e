"""Where a letter or a pair of letters stands among the bits of an index: the reference.

corpora.kernels.grams sets the same bits. Asking takes no kernel: the web process has none.
"""

from __future__ import annotations

from itertools import pairwise

_ALONE = 0x110000
_MASK = (1 << 64) - 1
_FIRST = 0x9E37_79B9_7F4A_7C15
_SECOND = 0xD6E8_FEB8_6659_FD93


def keys_of(folded: str) -> list[int]:
    """The key of each letter and of each pair of a folded text.

    >>> len(keys_of("言蔵言蔵")), len(keys_of(""))
    (4, 0)
    """
    letters = [ord(letter) for letter in folded]
    alone = [letter << 21 | _ALONE for letter in letters]
    pairs = [first << 21 | second for first, second in pairwise(letters)]
    return list(dict.fromkeys([*alone, *pairs]))


def asked(folded: str) -> list[int]:
    """The keys that a text must have to hold the words: pairs say more than letters.

    >>> len(asked("言")), len(asked("言蔵"))
    (1, 1)
    """
    keys = keys_of(folded)
    return [key for key in keys if len(folded) < 2 or key & 0x1F_FFFF != _ALONE]


def places(key: int, log2: int) -> tuple[int, int]:
    """The two bits of a key among ``2 ** log2``.

    >>> places(keys_of("茶")[0], 6)
    (15, 32)
    """
    shift = 64 - log2
    return (
        (key * _FIRST & _MASK) >> shift,
        ((key ^ key >> 17) * _SECOND & _MASK) >> shift,
    )
