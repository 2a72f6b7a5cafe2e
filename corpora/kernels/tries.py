"""Prefix trees over strings, and the double array in which a kernel walks one.

A double array gives every node a place, such that its child by a symbol is one addition away: at
``base[place] + symbol``, and only if that place says that this is its parent (Aoe, "An efficient
digital search algorithm by using a double-array structure", 1989).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.compiling import kernel

#: Code points take so many bits.
POINT_BITS = 21

#: The parent of a place that is no node's, or a child's of the root; no place has this number.
NOWHERE = 0xFFFFFFFF

#: A place for several children together is looked for among the last so many.
_WINDOW = 1 << 15

#: Places looked at in all, some seconds: large vocabularies need a hundredth.
_MOST_LOOKS = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PrefixTree:
    """Node 0 is the empty string; every other is its parent's and one code point more."""

    #: int64[nodes], each below its own number.
    parents: NDArray[np.int64]
    #: int64[nodes]: the last code point of each, 0 of the root.
    points: NDArray[np.int64]
    #: int64[strings]: the node that is each string.
    ends: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.parents)

    @classmethod
    def of(cls, strings: Iterable[str]) -> PrefixTree:
        """Nodes are numbered as the strings need them.

        >>> tree = PrefixTree.of(["茶の", "茶", "湯"])
        >>> tree.parents.tolist(), tree.ends.tolist()
        ([0, 0, 1, 0], [2, 1, 3])
        """
        edges: dict[int, int] = {}
        ends = []
        for string in strings:
            node = 0
            for character in string:
                node = edges.setdefault(node << POINT_BITS | ord(character), len(edges) + 1)
            ends.append(node)
        keys = np.fromiter(edges, np.int64, len(edges))
        root = np.zeros(1, np.int64)
        return cls(
            parents=np.concatenate([root, keys >> POINT_BITS]),
            points=np.concatenate([root, keys & ((1 << POINT_BITS) - 1)]),
            ends=np.array(ends, np.int64),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DoubleArray:
    """Where a tree's nodes are.

    Symbols are small numbers of the code points that occur in the tree, frequent ones first. 0 is
    every other code point, ``symbols - 1`` no code point at all: it ends a text, and no node has
    a child by it. The children of the root are at their own symbols, whether they exist or not.
    """

    #: uint32[0x110000].
    symbol_of: NDArray[np.uint32]
    symbols: int
    #: int64[nodes]; the root has no place and says 0.
    places: NDArray[np.int64]
    #: uint32[size]; 0 where a node has no children: those of the root do not have it as parent.
    bases: NDArray[np.uint32]
    #: uint32[size]: the parent's place, or NOWHERE.
    parents: NDArray[np.uint32]

    @classmethod
    def of(cls, tree: PrefixTree) -> DoubleArray:
        """Every base + symbol is a place: walking needs no check of bounds.

        Raises ValueError when the nodes lie too far apart, or finding their places takes too long.
        """
        points, which, counts = np.unique(tree.points[1:], return_inverse=True, return_counts=True)
        rank = np.empty(len(points), np.int64)
        rank[np.argsort(-counts, kind="stable")] = np.arange(1, len(points) + 1)
        symbol_of = np.zeros(0x110000, np.uint32)
        symbol_of[points] = rank
        symbols = len(points) + 2
        own = np.concatenate([np.zeros(1, np.int64), rank[which]])
        order = np.lexsort((own, tree.parents))
        starts = np.searchsorted(tree.parents[order], np.arange(len(tree) + 1))
        places = np.where(tree.parents == 0, own, 0)
        room = 4 * (len(tree) + symbols) + _WINDOW
        bases, parents = np.zeros(room, np.uint32), np.full(room, NOWHERE, np.uint32)
        size = _place(order, starts, own, symbols, places, bases, parents)
        if size < 0:
            raise ValueError("the strings fit no double array")
        return cls(
            symbol_of=symbol_of,
            symbols=symbols,
            places=places,
            bases=bases[:size],
            parents=parents[:size],
        )


@kernel
def _place(
    order: NDArray[np.int64],
    starts: NDArray[np.int64],
    own: NDArray[np.int64],
    symbols: int,
    places: NDArray[np.int64],
    bases: NDArray[np.uint32],
    parents: NDArray[np.uint32],
) -> int:
    """Fills in all below the root's children; how many places there are, −1: too many.

    The children of *n* are ``order[starts[n]:starts[n + 1]]``, by their symbols, ``own``.
    """
    used = np.zeros(len(bases), np.bool_)
    used[:symbols] = True
    free = top = symbols
    looks = 0
    for node in range(1, len(own)):
        first, end = starts[node], starts[node + 1]
        if first == end:
            continue
        while used[free]:
            free += 1
        least = own[order[first]]
        place = free if end - first == 1 else max(free, top - _WINDOW)
        begun = place
        while place < top:
            fits = True
            for child in range(first, end):
                if used[place - least + own[order[child]]]:
                    fits = False
                    break
            if fits:
                break
            place += 1
        # The farthest place that a walk may look at from here, and the next node from there.
        looks += place - begun
        if place + 2 * symbols >= len(bases) or looks > _MOST_LOOKS:
            return -1
        base = place - least
        bases[places[node]] = base
        for child in range(first, end):
            at = base + own[order[child]]
            used[at] = True
            parents[at] = places[node]
            places[order[child]] = at
            top = max(top, at + 1)
    return top + symbols
