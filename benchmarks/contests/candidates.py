"""Signatures by the million -> candidate clusters."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.contest import Answers, Contender, Contest, Given
from benchmarks.workshop import Workshop

_COLUMNS = 128
_AT_ONCE = 100_000
#: Of the documents, how many are a near copy of an earlier one of the same block.
_COPIES = 0.2
_LEAST, _MOST = 0.8, 1.0


def _prepare(shop: Workshop) -> Given:
    path = shop.folder / "signatures.u32"
    needed = shop.signatures * _COLUMNS * 4
    free = shutil.disk_usage(shop.folder).free
    if needed > free * 0.9:
        raise OSError(f"{needed / 1e9:.1f} GB of signatures do not fit; use --signatures")
    write_signatures(path, shop.signatures, shop.seed)
    return Given(input=path, options={"columns": str(_COLUMNS)})


def write_signatures(path: Path, count: int, seed: int) -> None:
    """uint32[count, 128]: a fifth are copies with each value kept with probability .8 to 1.

    With that probability two signatures agree in a value when the documents' Jaccard is that.
    Beside it goes ``path``.originals, int64[count]: whose copy each one is, or its own number.
    """
    random = np.random.default_rng(seed)
    with path.open("wb") as file, path.with_suffix(".originals").open("wb") as truth:
        for low in range(0, count, _AT_ONCE):
            size = min(_AT_ONCE, count - low)
            matrix = random.integers(0, 1 << 32, (size, _COLUMNS), dtype=np.uint32)
            copies = random.random(size) < _COPIES
            copies[0] = False
            originals = np.arange(size)
            # One of those before it, so that any number of documents from the first on is whole.
            before = np.cumsum(~copies)[copies]
            drawn = (random.random(len(before)) * before).astype(np.int64)
            originals[copies] = np.flatnonzero(~copies)[drawn]
            alike = random.uniform(_LEAST, _MOST, int(copies.sum()))
            kept = random.random((len(alike), _COLUMNS)) < alike[:, None]
            matrix[copies] = np.where(kept, matrix[originals[copies]], matrix[copies])
            matrix.tofile(file)
            (originals + low).astype(np.int64).tofile(truth)


def _agreement(shop: Workshop, given: Given, answers: Answers) -> Mapping[str, str]:
    """Copies that are in one cluster with their original."""
    truth = np.fromfile(given.input.with_suffix(".originals"), np.int64)
    found = {}
    for label, answer in answers.items():
        clusters = np.fromfile(answer.results["clusters"], np.int64)
        originals = truth[: len(clusters)]
        copies = np.flatnonzero(originals != np.arange(len(clusters)))
        together = (clusters[copies] == clusters[originals[copies]]).mean()
        joined = len(clusters) - len(np.unique(clusters))
        found[label] = f"{together:.4%} of the copies found; {joined:,} documents joined"
    return found


_OURS = Contender(label="ours, two threads", module="ours.candidates", work="candidates", cores=2)
#: On as many documents as the peers can hold.
CONTENDERS = (
    Contender(label="ours, on the peers' share", module="ours.candidates", work="candidates"),
    Contender(label="datasketch, MinHashLSH", module="peers.datasketch", work="candidates"),
    Contender(label="datatrove, buckets", module="peers.datatrove", work="candidates"),
)


def contest(shop: Workshop) -> Contest:
    all_of_them = {"documents": str(shop.signatures)}
    share = {"documents": str(min(shop.signatures, shop.peer_signatures))}
    return Contest(
        name="candidates",
        title=f"{shop.signatures:,} signatures to candidate clusters, 16 × 8",
        contenders=(
            replace(_OURS, options=all_of_them),
            *(replace(contender, options=share) for contender in CONTENDERS),
        ),
        prepare=_prepare,
        agreement=_agreement,
        unit="documents",
        target="≥ 150× datasketch",
    )
