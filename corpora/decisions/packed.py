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
from corpora.kernels.choosing import Clusters, copies_of
from corpora.kernels.masks import Bits, are_set, take_from, times_set, with_rows
from corpora.rules import Column, Limits, Mask, failing

#: What the remembered limits of one snapshot may take.
MOST_BYTES = 48 << 20
#: Bits of a word.
_WORD = 64
#: Each policy and set of preferred corpora has its own.
_MOST_STANDINGS = 2


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
        found = Failed(bits=bits, members=pack(are_set(bits, self._members)), count=ones(bits))
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Said:
    """What people decided about the members."""

    people: People
    excluded: Mask
    keep: Mask
    preferred: Mask


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
        self.clusters = Clusters(np.zeros(0, np.int64) if members is None else members.clusters)
        self.failing = Failing(columns, here)
        self._standings: dict[tuple[str, tuple[int, ...]], npt.NDArray[np.uint64]] = {}
        self._said: _Said | None = None
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
        reasons |= copies
        counts |= {name: ones(bits) for name, bits in copies.items()}
        return self._answer(reasons, counts, people.kept_anyway)

    def _answer(self, reasons: dict[str, Bits], counts: dict[str, int], kept: Bits) -> Answer:
        first: dict[str, Bits] = {}
        left = ~kept & self.everyone
        for name, bits in reasons.items():
            first[name] = take_from(left, bits)
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
    ) -> dict[str, Bits]:
        """Documents that lie in what is kept, and exact and near copies of keepers."""
        none = with_rows(self.rows, np.zeros(0, np.int64))
        within = {} if share is None or self.inside is None else {"contained": none}
        if self.members is None:
            return {**within, "exact_duplicate": none, "near_duplicate": none}
        here = self.members.rows
        fails = times_set([one.members for one in failed], len(here))
        said = self._said_of(people)
        against = ~said.preferred | fails.astype(np.uint32) << np.uint32(1)
        against |= said.excluded.astype(np.uint32) << np.uint32(17)
        against |= (~said.keep).astype(np.uint32) << np.uint32(18)
        keepers = self.clusters.best(against, self._standing(policy, ranks))
        if within:
            nested = self._nest(share or 0.0)
            settled = nested.settled(self, policy, ranks, fails, said)
            keepers[nested.places] = nested.places[settled.keepers]
            inside = here[nested.places[settled.containers >= 0]]
            within = {"contained": with_rows(self.rows, inside)}
        exact, near = copies_of(keepers, self.members.exacts, here, self.rows)
        return {**within, "exact_duplicate": exact, "near_duplicate": near}

    def _said_of(self, people: People) -> _Said:
        """Of the members; who asks again and again asks with the same people."""
        said = self._said
        if said is None or said.people is not people:
            here = np.zeros(0, np.int64) if self.members is None else self.members.rows
            said = _Said(
                people=people,
                excluded=are_set(people.opted_out | people.judged_drop, here),
                keep=are_set(people.judged_keep & ~people.opted_out & ~people.judged_drop, here),
                preferred=are_set(people.preferred, here),
            )
            self._said = said
        return said

    def _standing(self, policy: str, ranks: tuple[int, ...]) -> npt.NDArray[np.uint64]:
        """What speaks for each member where nothing speaks against it."""
        if (policy, ranks) not in self._standings:
            while len(self._standings) >= _MOST_STANDINGS:
                self._standings.pop(next(iter(self._standings)), None)
            members = self._preferred(ranks)
            signal = {"quality": "japanese_letters", "longest": "characters"}.get(policy)
            merit = np.zeros(len(members.rows), np.float32)
            if signal:
                merit = np.asarray(self.columns[signal][members.rows])
                merit = np.where(np.isnan(merit), np.float32(-np.inf), merit)
            self._standings[policy, ranks] = self.clusters.standing(members.ranks, merit)
        return self._standings[policy, ranks]

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
        said: _Said,
    ) -> Settled:
        members = documents._preferred(ranks).at(self.places)
        choice = Choice(
            policy=policy,
            failed=fails[self.places].astype(np.int64),
            excluded=said.excluded[self.places],
            judged_keep=said.keep[self.places],
            preferred=said.preferred[self.places],
            characters=np.asarray(documents.columns["characters"][members.rows]),
            japanese=np.asarray(documents.columns["japanese_letters"][members.rows]),
        )
        return settle(members, self._inside, choice)
