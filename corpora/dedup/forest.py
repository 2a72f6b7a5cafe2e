"""Disjoint sets: which documents are joined, directly or through others."""

from __future__ import annotations

from collections import defaultdict


class Forest:
    """Union-find over integers; only those that were joined take memory.

    >>> forest = Forest()
    >>> forest.join(5, 2), forest.join(2, 9), forest.join(9, 5)
    (True, True, False)
    >>> forest.trees()
    {2: [2, 5, 9]}
    """

    def __init__(self) -> None:
        self._parents: dict[int, int] = {}

    def root(self, item: int) -> int:
        """The smallest member of the item's tree."""
        parents = self._parents
        root = item
        while (parent := parents.get(root, root)) != root:
            root = parent
        while item != root:
            parents[item], item = root, parents[item]
        return root

    def join(self, a: int, b: int) -> bool:
        """Put both into one tree; False when they are in one already."""
        first, second = sorted((self.root(a), self.root(b)))
        if first == second:
            return False
        self._parents[first] = first
        self._parents[second] = first
        return True

    def trees(self) -> dict[int, list[int]]:
        """Root -> members (ascending), ordered by root; single items are no trees."""
        members: dict[int, list[int]] = defaultdict(list)
        for item in sorted(self._parents):
            members[self.root(item)].append(item)
        return dict(sorted(members.items()))
