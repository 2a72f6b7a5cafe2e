"""The groups "compression" and "quick_compression": each text's bytes as Arrow holds them."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from corpora.signals.batch import Batch, shares
from corpora.signals.compression import LEVEL, zstd


def measure_zlib(batch: Batch) -> dict[str, NDArray[np.float32]]:
    """Every signal of COMPRESSION in corpora.signals.compression."""
    return {"zlib_ratio": _ratios(batch, lambda plain: zlib.compress(plain, LEVEL))}


def measure_zstd(batch: Batch) -> dict[str, NDArray[np.float32]]:
    """Every signal of QUICK_COMPRESSION in corpora.signals.compression."""
    codec = zstd()
    return {"zstd_ratio": _ratios(batch, lambda plain: codec.compress(plain, asbytes=True))}


def _ratios(batch: Batch, compress: Callable[[memoryview], bytes]) -> NDArray[np.float32]:
    offsets = batch.texts.offsets
    plain, ends = batch.texts.data.data, offsets.tolist()
    compressed = [len(compress(plain[ends[n] : ends[n + 1]])) for n in range(len(batch))]
    sizes = np.diff(offsets)
    # Even nothing has a header when compressed.
    return shares(np.where(sizes > 0, np.array(compressed, np.int64), 0), sizes)
