"""CRC-32C (Castagnoli), as Google's storage states it of what it holds (RFC 3720, B.4)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.compiling import kernel

_POLYNOMIAL = 0x82F63B78


def _tables() -> NDArray[np.int64]:
    """int64[8, 256]: what a byte does to the sum when 0 to 7 bytes follow it."""
    tables = np.zeros((8, 256), np.int64)
    tables[0] = np.arange(256)
    for _ in range(8):
        tables[0] = (tables[0] >> 1) ^ (_POLYNOMIAL * (tables[0] & 1))
    for behind in range(1, 8):
        before = tables[behind - 1]
        tables[behind] = (before >> 8) ^ tables[0][before & 0xFF]
    return tables


_TABLES = _tables()


class Crc32c:
    """Used as hashlib's objects are.

    >>> sum = Crc32c()
    >>> sum.update(b"1234")
    >>> sum.update(b"56789")
    >>> sum.hexdigest()
    'e3069283'
    """

    digest_size = 4

    def __init__(self) -> None:
        self._sum = 0xFFFFFFFF

    def update(self, data: bytes) -> None:
        self._sum = int(_updated(_TABLES, self._sum, np.frombuffer(data, np.uint8)))

    def hexdigest(self) -> str:
        return f"{self._sum ^ 0xFFFFFFFF:08x}"


@kernel
def _updated(tables: NDArray[np.int64], sum: int, data: NDArray[np.uint8]) -> int:
    whole = len(data) // 8 * 8
    for at in range(0, whole, 8):
        sum = (
            tables[7, (sum ^ data[at]) & 0xFF]
            ^ tables[6, (sum >> 8 ^ data[at + 1]) & 0xFF]
            ^ tables[5, (sum >> 16 ^ data[at + 2]) & 0xFF]
            ^ tables[4, (sum >> 24 ^ data[at + 3]) & 0xFF]
            ^ tables[3, data[at + 4]]
            ^ tables[2, data[at + 5]]
            ^ tables[1, data[at + 6]]
            ^ tables[0, data[at + 7]]
        )
    for at in range(whole, len(data)):
        sum = sum >> 8 ^ tables[0, (sum ^ data[at]) & 0xFF]
    return sum
