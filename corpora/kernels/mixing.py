"""The numbers of the 64-bit keys, for the kernels and for what they are compared with.

Two strings of code points get the same key by chance in one of 2**64 pairs.
"""

from __future__ import annotations

import numpy as np

# Odd constants of splitmix64 and of Knuth's linear congruential generator (MMIX).
MIX = np.uint64(0x9E3779B97F4A7C15)
FACTOR = np.uint64(6364136223846793005)
SHIFT = np.uint64(29)
#: Bits of a code point in keys that hold the code points themselves.
EXACT_BITS = np.uint64(21)
