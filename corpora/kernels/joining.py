"""Characters that join the one before them.

The composition of UAX #15 (section 1.3), on a text that is composed as it is read. What a
composed text needs to know of its end is its last code point and the last *starter* (of combining
class 0). A code point that joins is looked at together with them:

- when the last code point ends with a higher class than its own, the two change places: that is
  left to others (UNSURE);
- when nothing stands between the starter and it, and the two make a pair, they become one;
- when there is something of a lower class between, and they make a pair: UNSURE;
- else it stays.
"""

from __future__ import annotations

import numpy as np

from corpora.kernels.compiling import inlined
from corpora.kernels.tables import POINT_BITS, UNSURE, Compositions

#: What ``joined`` gives for a code point that stays by itself, and where it cannot tell.
STAYS = np.uint32(0)
_UNSURE = np.uint32(UNSURE)
_BITS = np.uint64(POINT_BITS)


@inlined
def joined(
    point: np.uint32,
    last: np.uint32,
    starter: np.uint32,
    by: Compositions,
) -> np.uint32:
    """STAYS, UNSURE, or what ``last``, which is a starter then, and the code point become.

    ``last`` and ``starter`` are 0 where there is none.
    """
    own, before = by.classes[point], by.classes[last]
    if own and by.trailing[last] > own:
        return _UNSURE
    if before and before >= own:
        return STAYS
    pair = np.uint64(starter if before else last) << _BITS | np.uint64(point)
    place = np.searchsorted(by.pairs, pair)
    if place == len(by.pairs) or by.pairs[place] != pair:
        return STAYS
    return _UNSURE if before else by.composites[place]
