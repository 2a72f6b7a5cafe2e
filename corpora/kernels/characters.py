"""Sets of characters as tables: one entry for every code point."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

CODE_POINTS = 0x110000


@cache
def members(expression: str) -> NDArray[np.bool_]:
    r"""bool[0x110000]: which code points ``re`` matches with an expression of one character.

    >>> members(r"\d")[[ord("1"), ord("１"), ord("一")]].tolist()
    [True, True, False]
    """
    table = np.zeros(CODE_POINTS, np.bool_)
    table[_matching(expression)] = True
    table.setflags(write=False)
    return table


def bits(classes: Mapping[int, str]) -> NDArray[np.uint8]:
    r"""uint8[0x110000]: all the bits whose expressions match a code point.

    >>> bits({1: r"\d", 2: "[0-9a-f]"})[[ord("a"), ord("1"), ord("１")]].tolist()
    [2, 3, 1]
    """
    table = np.zeros(CODE_POINTS, np.uint8)
    for bit, expression in classes.items():
        table[_matching(expression)] |= np.uint8(bit)
    table.setflags(write=False)
    return table


def _matching(expression: str) -> list[int]:
    return [one.start() for one in re.finditer(expression, _every_character(), re.DOTALL)]


@cache
def _every_character() -> str:
    return "".join(map(chr, range(CODE_POINTS)))
