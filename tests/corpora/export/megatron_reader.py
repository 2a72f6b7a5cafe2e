"""Reads .bin and .idx from the description of the format alone: struct, one number at a time.

Written from megatron/core/datasets/indexed_dataset.py's layout, not from our writer.
"""

from __future__ import annotations

import struct
from pathlib import Path

_CODES = {1: "B", 2: "b", 3: "h", 4: "i", 5: "q", 6: "d", 7: "f", 8: "H"}


def read(prefix: Path) -> tuple[int, list[list[int]]]:
    """dtype code and the documents' ids. Raises AssertionError where the bytes are not as told."""
    index = prefix.with_name(prefix.name + ".idx").read_bytes()
    data = prefix.with_name(prefix.name + ".bin").read_bytes()
    assert index[:9] == bytes.fromhex("4D4D49444944580000")
    (version,) = struct.unpack_from("<Q", index, 9)
    (code,) = struct.unpack_from("<B", index, 17)
    sequences, boundaries = struct.unpack_from("<QQ", index, 18)
    assert version == 1
    assert boundaries == sequences + 1
    assert len(index) == 42 + 20 * sequences
    lengths = struct.unpack_from(f"<{sequences}i", index, 34)
    pointers = struct.unpack_from(f"<{sequences}q", index, 34 + 4 * sequences)
    documents = struct.unpack_from(f"<{boundaries}q", index, 34 + 12 * sequences)
    assert documents == tuple(range(boundaries))
    size = struct.calcsize(_CODES[code])
    assert sum(lengths) * size == len(data)
    found = [
        list(struct.unpack_from(f"<{length}{_CODES[code]}", data, pointer))
        for length, pointer in zip(lengths, pointers, strict=True)
    ]
    # Back to back: no gap and no overlap.
    assert list(pointers) == [sum(lengths[:n]) * size for n in range(sequences)]
    return code, found
