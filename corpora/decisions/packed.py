"""What would be kept if, quick enough to follow a hand: one bit a document and limit.

The plain answer is in what_if.py; this gives the same, and remembers which documents fail a
limit, so that moving one limit compares one column.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock

import numpy as np
import numpy.typing as npt

from corpora.decisions.bins import pieces
from corpora.decisions.choice import Choice, Integers, Members
from corpora.decisions.containment import Inside, Settled, settle
from corpora.decisions.what_if import Overrides, Waterfall
from corpora.rules import Column, Limits, Mask, failing

#: One bit a row, the first row the lowest; bits beyond the last row are 0.
Bits = npt.NDArray[np.uint64]

#: What the remembered limits of one snapshot may take.
MOST_BYTES = 48 << 20
#: Bits of a word.
_WORD = 64
#: Each policy and set of preferred corpora has its own.
_MOST_RANKINGS = 2


def pack(mask: Mask) -> Bits:
    """A mask as bits.

    >>> pack(np.array([True, False, True])).tolist()
    [5]
    """
    words = np.zeros(-(-len(mask) // _WORD), np.uint64)
    packed = np.packbits(mask, bitorder="little")
    words.view(np.uint8)[: len(packed)] = packed
    return words


def unpack(bits: Bits, start: int, stop: int) -> Mask:
    """Rows ``start`` (a multiple of 8) to ``stop``."""
    packed = bits.view(np.uint8)[start // 8 : -(-stop // 8)]
    return np.unpackbits(packed, count=stop - start, bitorder="little").view(np.bool_)


def ones(bits: Bits) -> int:
    return int(np.bitwise_count(bits).sum(dtype=np.int64))


def taken(bits: Bits, rows: Integers) -> Mask:
    """The bits of some rows."""
    found = bits.view(np.uint8).take(rows >> 3) >> (rows & 7).astype(np.uint8)
    return (found & 1).view(np.bool_)


def scattered(rows: int, where: Integers) -> Bits:
    """Bits that are set at some rows."""
    mask = np.zeros(rows, np.bool_)
    mask[where] = True
    return pack(mask)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class People:
    """What people decided, packed."""

    opted_out: Bits
    judged_drop: Bits
    judged_keep: Bits
    preferred: Bits

    @classmethod
    def of(cls, overrides: Overrides, rows: int) -> People:
        none = np.zeros(rows, np.bool_)
        said = overrides
        masks = (said.opted_out, said.judged_drop, said.judged_keep, said.preferred)
        out, drop, keep, prefer = (pack(none if mask is None else mask) for mask in masks)
        return cls(opted_out=out, judged_drop=drop, judged_keep=keep, preferred=prefer)

    @property
    def kept_anyway(self) -> Bits:
        """Judged to be kept, and not opted out."""
        found: Bits = self.judged_keep & ~self.opted_out
        return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Failed:
    """Which documents fail a limit, and which of the members do."""

    bits: Bits
    members: Bits
    count: int


class Failing:
    """Remembers which documents fail a limit, by (signal, min, max), up to ``most_bytes``.

    ``columns`` are float32, all of one length; safe for several threads.
    """

    def __init__(
        self, columns: Mapping[str, Column], members: Integers, most_bytes: int = MOST_BYTES
    ) -> None:
        self._columns = columns
        self._members = members
        self._known: OrderedDict[tuple[str, object], Failed] = OrderedDict()
        self._most = most_bytes
        self._bytes = 0
        self._lock = Lock()

    def of(self, signal: str, min: float | None, max: float | None) -> Failed:
        return self._known_as(signal, (min, max), lambda values: failing(values, min, max))

    def unmeasured(self, signal: str) -> Failed:
        return self._known_as(signal, "unmeasured", np.isnan)

    def _known_as(self, signal: str, how: object, test: Callable[[Column], Mask]) -> Failed:
        key = (signal, how)
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        bits = compared(self._columns[signal], test)
        found = Failed(bits=bits, members=pack(taken(bits, self._members)), count=ones(bits))
        with self._lock:
            if key not in self._known:
                self._known[key] = found
                self._bytes += found.bits.nbytes + found.members.nbytes
            while self._bytes > self._most and len(self._known) > 1:
                _, old = self._known.popitem(last=False)
                self._bytes -= old.bits.nbytes + old.members.nbytes
        return found

    @property
    def size(self) -> int:
        """Bytes that are remembered."""
        return self._bytes

    def each(self, rules: Sequence[Limits]) -> list[Failed]:
        """One for each rule, in their order."""
        return [self.of(rule.signal, rule.min, rule.max) for rule in rules]


def compared(column: Column, test: Callable[[Column], Mask]) -> Bits:
    """Which values of a column pass a test, a piece at a time."""
    words = np.zeros(-(-len(column) // _WORD), np.uint64)
    packed = words.view(np.uint8)
    for piece in pieces(len(column)):
        passed = np.packbits(test(np.asarray(column[piece])), bitorder="little")
        packed[piece.start // 8 : piece.start // 8 + len(passed)] = passed
    return words


class Ranking:
    """The members of each cluster, the best first as far as no rule has a say.

    Sorting them is slow, and depends on the policy and the preferred corpora alone.
    """

    def __init__(self, members: Members, merit: npt.NDArray[np.float64]) -> None:
        keys = (np.arange(len(members.rows)), merit, members.ranks, members.clusters)
        self.order = np.lexsort(keys).astype(np.int32)
        clusters = members.clusters[self.order]
        first = np.append(True, clusters[1:] != clusters[:-1]) if len(clusters) else clusters > 0
        self.starts = np.flatnonzero(first)
        self.sizes = np.diff(np.append(self.starts, len(clusters)))

    def choose(
        self, failed: npt.NDArray[np.uint16], excluded: Mask, kept: Mask, preferred: Mask
    ) -> npt.NDArray[np.int32]:
        """The position of each member's keeper: what choice.choose gives."""
        if not len(self.order):
            return np.zeros(0, np.int32)
        against = (~kept).astype(np.uint32) << 18 | excluded.astype(np.uint32) << 17
        against |= failed.astype(np.uint32) << 1 | ~preferred
        found = against[self.order].astype(np.int64) << 32
        found |= np.arange(len(found))
        best = self.order[np.minimum.reduceat(found, self.starts) & 0xFFFFFFFF]
        keepers = np.empty(len(found), np.int32)
        keepers[self.order] = np.repeat(best, self.sizes)
        return keepers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """What each reason drops first, in the order in which reasons apply."""

    waterfall: Waterfall
    #: Reason -> which documents it drops first.
    first: dict[str, Bits]
    kept: Bits


class Documents:
    """A snapshot's documents as columns and clusters, to be asked again and again.

    ``columns`` are float32[rows], with members also characters and japanese_letters;
    ``offsets`` say where each part begins.
    """

    def __init__(
        self,
        columns: Mapping[str, Column],
        rows: int,
        offsets: Integers,
        members: Members | None = None,
        inside: Inside | None = None,
    ) -> None:
        self.columns = columns
        self.rows = rows
        self.members = members
        self.inside = inside
        self._parts = np.zeros(0, np.int64)
        here = np.zeros(0, np.int64)
        if members is not None:
            here = members.rows
            self._parts = np.searchsorted(offsets, here, side="right") - 1
        self.failing = Failing(columns, here)
        self._rankings: dict[tuple[str, tuple[int, ...]], Ranking] = {}
        self._nested: dict[float, _Nested] = {}

    # -- the whole recipe ------------------------------------------------------------------

    def answer(
        self,
        rules: Sequence[Limits],
        people: People,
        *,
        policy: str = "quality",
        ranks: tuple[int, ...] = (),
        share: float | None = None,
    ) -> Answer:
        """What what_if.waterfall counts, and of which documents.

        ``ranks`` has one a part, none where no corpus is preferred; ``share`` is from which on
        a document lies inside another, None where that is no reason.
        """
        failed = self.failing.each(rules)
        reasons = {"opt_out": people.opted_out, "judgement": people.judged_drop}
        counts = {name: ones(bits) for name, bits in reasons.items()}
        for rule, one in zip(rules, failed, strict=True):
            reasons[rule.name], counts[rule.name] = one.bits, one.count
        copies = self._copies(failed, people, policy, ranks, share)
        counts |= {name: len(rows) for name, rows in copies.items()}
        reasons |= {name: scattered(self.rows, rows) for name, rows in copies.items()}
        return self._answer(reasons, counts, people.kept_anyway)

    def _answer(self, reasons: dict[str, Bits], counts: dict[str, int], kept: Bits) -> Answer:
        first: dict[str, Bits] = {}
        left = ~kept & self.everyone
        for name, bits in reasons.items():
            first[name] = left & bits
            left &= ~bits
        dropped = {name: ones(bits) for name, bits in first.items()}
        waterfall = Waterfall(
            documents=self.rows,
            dropped=dropped,
            kept=self.rows - sum(dropped.values()),
            failing=counts,
        )
        return Answer(waterfall=waterfall, first=first, kept=kept | left)

    @cached_property
    def everyone(self) -> Bits:
        return pack(np.ones(self.rows, np.bool_))

    def _copies(
        self,
        failed: Sequence[Failed],
        people: People,
        policy: str,
        ranks: tuple[int, ...],
        share: float | None,
    ) -> dict[str, Integers]:
        """Rows of documents that lie in what is kept, and of exact and near copies of keepers."""
        none = np.zeros(0, np.int64)
        within = {} if share is None or self.inside is None else {"contained": none}
        if self.members is None:
            return {**within, "exact_duplicate": none, "near_duplicate": none}
        here = self.members.rows
        fails = np.zeros(len(here), np.uint16)
        for one in failed:
            fails += unpack(one.members, 0, len(here))
        excluded = taken(people.opted_out | people.judged_drop, here)
        keep = taken(people.kept_anyway, here)
        preferred = taken(people.preferred, here)
        ranking = self.ranking(policy, ranks)
        keepers = ranking.choose(fails, excluded, keep & ~excluded, preferred)
        if within:
            nested = self._nest(share or 0.0)
            settled = nested.settled(self, policy, ranks, fails, excluded, keep, preferred)
            keepers[nested.places] = nested.places[settled.keepers]
            within = {"contained": here[nested.places[settled.containers >= 0]]}
        copy = keepers != np.arange(len(here))
        same = self.members.exacts[keepers] == self.members.exacts
        return {
            **within,
            "exact_duplicate": here[copy & same],
            "near_duplicate": here[copy & ~same],
        }

    def ranking(self, policy: str, ranks: tuple[int, ...] = ()) -> Ranking:
        members = self.members
        assert members is not None, "nobody is in a cluster"
        if (policy, ranks) not in self._rankings:
            while len(self._rankings) >= _MOST_RANKINGS:
                self._rankings.pop(next(iter(self._rankings)), None)
            signal = {"quality": "japanese_letters", "longest": "characters"}.get(policy)
            merit = np.zeros(len(members.rows))
            if signal:
                merit = -np.asarray(self.columns[signal][members.rows]).astype(np.float64)
            self._rankings[policy, ranks] = Ranking(self._preferred(ranks), merit)
        return self._rankings[policy, ranks]

    def _preferred(self, ranks: tuple[int, ...]) -> Members:
        """The members with the ranks of their parts."""
        assert self.members is not None, "nobody is in a cluster"
        if not ranks:
            return self.members
        return replace(self.members, ranks=np.array(ranks, np.int64)[self._parts])

    def _nest(self, share: float) -> _Nested:
        assert self.members is not None, "nobody is in a cluster"
        assert self.inside is not None, "nothing was looked for inside anything"
        if share not in self._nested:
            self._nested = {share: _Nested(self.members, self.inside.at_least(share))}
        return self._nested[share]


class _Nested:
    """Of the members those whose clusters have to do with what lies in what."""

    def __init__(self, members: Members, inside: Inside) -> None:
        clusters = np.union1d(members.clusters[inside.a], members.clusters[inside.b])
        texts = np.isin(members.exacts, members.exacts[inside.b])
        clusters = np.union1d(clusters, members.clusters[texts])
        #: Positions among all members.
        self.places = np.flatnonzero(np.isin(members.clusters, clusters))
        self._inside = replace(
            inside,
            a=np.searchsorted(self.places, inside.a),
            b=np.searchsorted(self.places, inside.b),
        )

    def settled(
        self,
        documents: Documents,
        policy: str,
        ranks: tuple[int, ...],
        fails: npt.NDArray[np.uint16],
        excluded: Mask,
        keep: Mask,
        preferred: Mask,
    ) -> Settled:
        members = documents._preferred(ranks).at(self.places)
        choice = Choice(
            policy=policy,
            failed=fails[self.places].astype(np.int64),
            excluded=excluded[self.places],
            judged_keep=keep[self.places],
            preferred=preferred[self.places],
            characters=np.asarray(documents.columns["characters"][members.rows]),
            japanese=np.asarray(documents.columns["japanese_letters"][members.rows]),
        )
        return settle(members, self._inside, choice)
