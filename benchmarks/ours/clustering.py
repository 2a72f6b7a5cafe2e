"""Synthetic signatures by the hundred million -> clusters, by the product's own stage functions.

What units of ``dedup.bands`` do is done for one share of the bands after the other, by as many
threads as there are cores, as workers would; their pairs lie on the disk (``--input`` names the
folder) until all are put together and joined, as the unit ``dedup`` does. Signatures are made from
their numbers whenever they are looked at, and so are neither held in memory nor read from a disk.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from benchmarks.protocol import Task, main
from benchmarks.synthetic import Hashes, Synthetic, originals
from benchmarks.watching import memory_of
from corpora.dedup.bands import are_first
from corpora.dedup.candidates import candidates, together
from corpora.kernels.bands import join_in_order, roots
from corpora.plans.units import shares_of_bands
from corpora.recipe import load


def clustering(task: Task) -> None:
    task.documents, seed = int(task.options["documents"]), int(task.options["seed"])
    _clusters(200_000, seed, task.input)  # compiles what is not compiled yet
    with memory_of(os.getpid()) as watch, task.measured():
        parents, seconds, sizes = _clusters(task.documents, seed, task.input)
    task.counts.update(own_memory=watch.worker, **seconds, **sizes, **_agreement(parents, seed))


def _clusters(
    documents: int, seed: int, folder: Path
) -> tuple[NDArray[np.int64], dict[str, float], dict[str, float]]:
    """The cluster of each document, seconds by step, and what there was of what."""
    dedup = load("default").dedup
    times = [perf_counter()]
    wanted = are_first(Hashes(documents, seed))
    times.append(perf_counter())
    shares = shares_of_bands(documents, dedup.bands)

    def share(bands: Sequence[int]) -> Path:
        columns = range(bands[0] * dedup.rows, bands[1] * dedup.rows)
        found = candidates(
            Synthetic(documents, seed, columns),
            wanted,
            bands=range(bands[1] - bands[0]),
            rows=dedup.rows,
            threshold=dedup.threshold,
        )
        path = folder / f"{bands[0]}.npy"
        np.save(path, found)
        return path

    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as threads:
        paths = list(threads.map(share, shares))
    times.append(perf_counter())
    sizes = sum(path.stat().st_size for path in paths)
    pairs = together(np.load(path, mmap_mode="r") for path in paths)
    for path in paths:
        path.unlink()
    times.append(perf_counter())
    parents = np.arange(documents, dtype=np.int64)
    ends = np.ascontiguousarray(pairs[:, :2])
    join_in_order(parents, ends, np.ones(len(ends), np.bool_))
    for low in range(0, documents, 1 << 20):
        numbers = np.arange(low, min(documents, low + (1 << 20)))
        parents[numbers] = roots(parents, numbers)
    times.append(perf_counter())
    names = ("exact", "bands", "together", "union_find")
    seconds = dict(zip(names, np.diff(times).round(2).tolist(), strict=True))
    return parents, seconds, {"units": len(shares), "pairs": len(pairs), "disk": sizes}


def _agreement(parents: NDArray[np.int64], seed: int) -> dict[str, float]:
    """Near copies, how many are with their original, and documents that joined another one."""
    copies = found = joined = 0
    first = are_first(Hashes(len(parents), seed))
    for low, whose in originals(len(parents), seed):
        here = np.arange(low, low + len(whose))
        near = first[here] & (whose != here)
        copies += int(near.sum())
        found += int((parents[here[near]] == parents[whose[near]]).sum())
        joined += int((parents[here] != here).sum())
    return {"copies": copies, "found": found, "joined": joined}


WORKS = {"clustering": clustering}

if __name__ == "__main__":
    main(WORKS, packages=("numpy", "numba"))
