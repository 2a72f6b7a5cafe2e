"""Which document of a cluster stays: arrays in, arrays out, for the unit and for what-if alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from corpora.rules import Mask

Integers: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """The documents that are in a cluster of two or more; all arrays of one length.

    They are in canonical order: by part, then row.
    """

    #: Row in the columns of the whole snapshot.
    rows: Integers
    #: Number of the cluster, and of the group of exact copies.
    clusters: Integers
    exacts: Integers
    #: Of the document's corpus (ranks_of), the lowest first; all equal where none is preferred.
    ranks: Integers

    def at(self, places: Integers) -> Members:
        """Some of them."""
        return Members(
            rows=self.rows[places],
            clusters=self.clusters[places],
            exacts=self.exacts[places],
            ranks=self.ranks[places],
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Choice:
    """What speaks for and against each member; all arrays of one length."""

    #: Among those that survive: "quality" (most Japanese letters: markup and menus do not
    #: count), "longest" (most characters) or "earliest".
    policy: str
    #: Number of rules that each fails.
    failed: Integers
    #: Opted out, or judged to be dropped.
    excluded: Mask
    judged_keep: Mask
    #: Chosen by a person among its copies, which no rule is overruled by.
    preferred: Mask
    characters: npt.NDArray[np.float32]
    japanese: npt.NDArray[np.float32]

    @property
    def kept_anyway(self) -> Mask:
        return self.judged_keep & ~self.excluded

    @property
    def survives(self) -> Mask:
        """Whom nothing speaks against but copies."""
        found: Mask = (self.failed == 0) & ~self.excluded
        return found

    def at(self, places: Integers, *, also_failed: Mask) -> Choice:
        """The same of some members, some of which fail one thing more."""
        return Choice(
            policy=self.policy,
            failed=self.failed[places] + also_failed,
            excluded=self.excluded[places],
            judged_keep=self.judged_keep[places],
            preferred=self.preferred[places],
            characters=self.characters[places],
            japanese=self.japanese[places],
        )


def choose(members: Members, choice: Choice) -> Integers:
    """For each member the position (among the members) of the document that its cluster keeps.

    A member judged to be kept comes before all, then those that fail nothing; among them the
    ones that a person prefers, then a corpus of lower rank before one of higher, then what the
    policy says. Equal ones: the first by part and row. When nobody survives, the one that fails
    fewest rules is named.
    """
    count = len(members.rows)
    merit = {
        "quality": -choice.japanese.astype(np.float64),
        "longest": -choice.characters.astype(np.float64),
        "earliest": np.zeros(count),
    }[choice.policy]
    # Without any survivor rules still rank; among survivors all have failed none.
    order = np.lexsort(
        (
            np.arange(count),
            merit,
            members.ranks,
            ~choice.preferred,
            choice.failed,
            choice.excluded,
            ~choice.kept_anyway,
            members.clusters,
        )
    )
    sorted_clusters = members.clusters[order]
    first = np.append(True, sorted_clusters[1:] != sorted_clusters[:-1]) if count else order > 0
    keepers = np.empty(count, np.int64)
    keepers[order] = order[first][np.cumsum(first) - 1]
    return keepers


def ranks_of(corpora: Iterable[str], prefer: Sequence[str]) -> list[int]:
    """The rank of each corpus: its place among the preferred ones, all others after them.

    >>> ranks_of(["青空文庫", "ウェブ", "法令"], ["法令", "青空文庫"])
    [1, 2, 0]
    """
    places = {name: place for place, name in enumerate(prefer)}
    return [places.get(corpus, len(prefer)) for corpus in corpora]


def codes(values: Any) -> Integers:
    """Equal values of an Arrow column of strings as equal numbers; a null is like no other.

    >>> import pyarrow as pa
    >>> codes(pa.chunked_array([["甲", None, "甲", None]])).tolist()
    [0, 2, 0, 4]
    """
    encoded = values.combine_chunks().dictionary_encode()
    found: Integers = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    nulls = np.flatnonzero(found < 0)
    found[nulls] = len(encoded.dictionary) + nulls
    return found
