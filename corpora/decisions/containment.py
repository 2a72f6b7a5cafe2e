"""Who stays where documents lie inside larger ones: arrays in, arrays out.

A document is dropped as contained when a document that it lies in is kept: not when that one is
itself dropped. Containers are strictly larger, so there is no circle, and the largest are
decided first. To lie inside a kept document counts like failing a rule: of a group of copies
the next best stays that does not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from corpora.decisions.choice import Choice, Integers, Members, choose

#: Share of the document's n-grams, size and position of its container.
Container = tuple[float, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """Pairs of members, the first inside the second; all arrays of one length."""

    #: Positions among the members; of exact copies any one.
    a: Integers
    b: Integers
    #: Sizes of their sets of n-grams, and how much these share.
    a_grams: Integers
    b_grams: Integers
    shared: Integers

    @property
    def shares(self) -> npt.NDArray[np.float64]:
        found: npt.NDArray[np.float64] = self.shared / np.maximum(self.a_grams, 1)
        return found

    def at_least(self, share: float) -> Inside:
        """The pairs of which the first has this share of its n-grams in the second."""
        some = self.shares >= share
        values = {one.name: getattr(self, one.name)[some] for one in fields(self)}
        return Inside(**values)


def nothing_inside() -> Inside:
    """No pair at all."""
    none = np.zeros(0, np.int64)
    return Inside(a=none, b=none, a_grams=none, b_grams=none, shared=none)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """For each member who its cluster keeps, and in what kept document it lies."""

    keepers: Integers
    #: Position of the container, −1 for none; and the share of the member's n-grams in it.
    containers: Integers
    shares: npt.NDArray[np.float64]


def settle(members: Members, inside: Inside, choice: Choice) -> Settled:
    """Keepers as ``choose`` names them, but for those that lie inside what is kept.

    Of several containers the one with the greatest share is named, then the largest, then the
    first. A cluster is decided when all are that hold a larger document than its largest; a
    container that is decided later than what lies in it (its cluster has only smaller ones
    otherwise) drops nothing.
    """
    found = Settled(
        keepers=choose(members, choice),
        containers=np.full(len(members.rows), -1, np.int64),
        shares=np.zeros(len(members.rows)),
    )
    collections = _collections(members, inside)
    copies = _copies(members, inside)
    clusters = _in_order(members, inside)
    undecided = set(clusters)
    for cluster, rows in clusters.items():
        for row in rows:
            kept = [
                (share, size, place)
                for share, size, text in collections.get(int(members.exacts[row]), ())
                for place in copies[text]
                if int(members.clusters[place]) not in undecided and _is_kept(place, found, choice)
            ]
            if kept:
                share, _, place = max(kept, key=lambda one: (one[0], one[1], -one[2]))
                found.containers[row], found.shares[row] = place, share
        here = np.array(rows, np.int64)
        contained = found.containers[here] >= 0
        if contained.any():
            again = choose(members.at(here), choice.at(here, also_failed=contained))
            found.keepers[here] = here[again]
        undecided.discard(cluster)
    return found


def _is_kept(place: int, found: Settled, choice: Choice) -> bool:
    if choice.kept_anyway[place]:
        return True
    chosen = found.keepers[place] == place and found.containers[place] < 0
    return bool(chosen and choice.survives[place])


def _collections(members: Members, inside: Inside) -> dict[int, list[Container]]:
    """Text -> the texts that it lies in: share, size and text of each."""
    found: dict[int, list[Container]] = defaultdict(list)
    texts = members.exacts[inside.a], members.exacts[inside.b]
    for text, container, share, size in zip(*texts, inside.shares, inside.b_grams, strict=True):
        found[int(text)].append((float(share), int(size), int(container)))
    return found


def _copies(members: Members, inside: Inside) -> dict[int, list[int]]:
    """Text of a container -> positions of its exact copies."""
    found: dict[int, list[int]] = defaultdict(list)
    wanted = np.isin(members.exacts, members.exacts[inside.b])
    for place in np.flatnonzero(wanted).tolist():
        found[int(members.exacts[place])].append(place)
    return found


def _in_order(members: Members, inside: Inside) -> dict[int, Sequence[int]]:
    """Clusters with a document that lies in another -> their members, the largest first.

    A cluster is as large as the largest of its documents that is in a pair; equal ones come in
    the order of their first members.
    """
    sizes: dict[int, int] = {}
    for places, grams in ((inside.a, inside.a_grams), (inside.b, inside.b_grams)):
        for cluster, size in zip(members.clusters[places].tolist(), grams.tolist(), strict=True):
            sizes[cluster] = max(size, sizes.get(cluster, 0))
    rows: dict[int, list[int]] = defaultdict(list)
    wanted = np.isin(members.clusters, members.clusters[inside.a])
    for place in np.flatnonzero(wanted).tolist():
        rows[int(members.clusters[place])].append(place)
    return dict(sorted(rows.items(), key=lambda row: (-sizes[row[0]], row[1][0])))
