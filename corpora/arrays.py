"""Blobs that are one flat array: ``.npy`` files, mapped into memory when they are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora.storage import Store


class ArrayWriter:
    """Takes the rows of an array in order; ``sha256`` is known once the block has ended."""

    def __init__(self, file: Any, dtype: str, shape: Sequence[int]) -> None:
        self._file = file
        self._dtype = dtype
        self._left = shape[0]
        header = {"descr": dtype, "fortran_order": False, "shape": tuple(shape)}
        np.lib.format.write_array_header_1_0(file, header)
        self.sha256 = ""

    def write(self, rows: NDArray[Any]) -> None:
        self._left -= len(rows)
        self._file.write(np.ascontiguousarray(rows, self._dtype).data)

    def finish(self) -> None:
        """Raises ValueError when there were more or fewer rows than the header says."""
        if self._left:
            raise ValueError(f"{self._left} rows of an array are missing")


@contextmanager
def array_writer(store: Store, dtype: str, shape: Sequence[int]) -> Iterator[ArrayWriter]:
    """A blob of a known shape, written row by row; ``dtype`` in numpy's words, e.g. "<f4"."""
    with store.writer() as blob:
        writer = ArrayWriter(blob.file, dtype, shape)
        yield writer
        writer.finish()
    writer.sha256 = blob.sha256


def put_array(store: Store, array: NDArray[Any]) -> str:
    """Keep an array; returns its sha256."""
    with array_writer(store, array.dtype.newbyteorder("<").str, array.shape) as writer:
        writer.write(array)
    return writer.sha256


def read_array(store: Store, blob: str) -> NDArray[Any]:
    """An array blob, mapped into memory and read-only."""
    found: NDArray[Any] = np.load(store.path(blob), mmap_mode="r", allow_pickle=False)
    return found
