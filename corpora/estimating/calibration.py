"""Two short runs of the recipe on this machine, remembered in the user's cache folder."""

from __future__ import annotations

import contextlib
import hashlib
import multiprocessing
import os
import random
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from time import perf_counter
from typing import Any

import orjson

from corpora import __version__
from corpora.estimating.model import REST, Measured, Taken
from corpora.kernels.folder import kernels_folder
from corpora.pipeline import make
from corpora.plans import IngestPlan
from corpora.recipe import Recipe
from corpora.runner import Runner, Watcher
from corpora.sample.texts import all_texts
from corpora.stages import STAGES
from corpora.storage import Store

#: The first run is smaller by so much than the second.
_SMALLER = 4
_SEED = 20_260_101


def calibrated(
    recipe: Recipe, *, bytes: int, document_bytes: int, workers: int, again: bool = False
) -> tuple[Measured, Measured]:
    """A small run and one of ``bytes`` of text, in documents of ``document_bytes`` on average.

    Measured once for the version, the recipe, the number of workers, the size of documents (to
    the next power of two) and the processors; ``again`` measures anew.
    """
    # Documents of 2,100 and of 2,300 bytes are one and the same calibration.
    document_bytes = 1 << max(6, document_bytes.bit_length() - 1)
    file = _remembered(recipe, bytes, document_bytes, workers)
    if not again:
        with contextlib.suppress(OSError, orjson.JSONDecodeError, KeyError, TypeError):
            small, large = (Measured.from_json(run) for run in orjson.loads(file.read_bytes()))
            return small, large
    # The first one compiles what is not compiled yet; its figures say nothing.
    sizes = (bytes // _SMALLER**2, bytes // _SMALLER, bytes)
    _, small, large = (_apart(recipe, size, document_bytes, workers) for size in sizes)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(orjson.dumps([small.to_json(), large.to_json()]))
    return small, large


def _remembered(recipe: Recipe, bytes: int, document_bytes: int, workers: int) -> Path:
    versions = {name: stage.version for name, stage in STAGES.items()}
    stated: list[Any] = [__version__, versions, recipe.sha256, bytes, document_bytes, workers]
    stated.append(os.cpu_count())
    name = hashlib.sha256(orjson.dumps(stated, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]
    return kernels_folder().parent / "estimates" / f"{name}.json"


def _apart(recipe: Recipe, size: int, document_bytes: int, workers: int) -> Measured:
    """In a process of its own: what this one already holds is not counted."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(_measure, recipe, size, document_bytes, workers).result()


def _measure(recipe: Recipe, size: int, document_bytes: int, workers: int) -> Measured:
    with tempfile.TemporaryDirectory(prefix="kotogura-estimate-") as name:
        folder = Path(name)
        sources = [folder / f"source{number}" for number in range(workers)]
        documents = written = 0
        for number, source in enumerate(sources):
            count, amount = _write(source, size // workers, document_bytes, number)
            documents, written = documents + count, written + amount
        store, watcher = Store(folder / "store"), Watcher()
        runner = Runner(store, workers=workers, watcher=watcher)
        began = perf_counter()
        with runner.open():
            paths = tuple(map(str, sources))
            make(runner, store, recipe, IngestPlan(paths=paths), None, folder / "out", watcher)
        whole = perf_counter() - began
        stages = tuple(_taken(watcher, store, whole, folder / "out"))
    return Measured(bytes=written, documents=documents, workers=workers, stages=stages)


def _taken(watcher: Watcher, store: Store, whole: float, out: Path) -> Iterator[Taken]:
    sizes = {entry.name: entry.bytes for entry in store.blobs()}
    for stage, seconds in watcher.walls.items():
        disk = sum(sizes.pop(blob, 0) for blob in watcher.blobs.get(stage, ()))
        memory = watcher.peaks.get(stage, 0)
        yield Taken(stage=stage, seconds=seconds, memory=memory, disk=disk)
    rest = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    rest += sum(sizes.values())
    yield Taken(
        stage=REST, seconds=max(0.0, whole - sum(watcher.walls.values())), memory=0, disk=rest
    )


def _write(folder: Path, size: int, document_bytes: int, seed: int) -> tuple[int, int]:
    """Documents of the sample's sentences, dealt anew; gives their number and bytes of text."""
    sentences = [
        sentence + "。"
        for text in all_texts()
        for sentence in text.body.replace("\n", "").split("。")
        if sentence
    ]
    dealer = random.Random(_SEED + seed)
    folder.mkdir()
    documents = written = 0
    with (folder / "texts.jsonl").open("wb") as file:
        while written < size:
            text, amount = [], 0
            wanted = dealer.randint(document_bytes // 2, document_bytes * 3 // 2)
            while amount < wanted:
                # Some sentences a line: no line is in two documents.
                line = "".join(dealer.choices(sentences, k=dealer.randint(2, 6)))
                text.append(line)
                amount += len(line.encode()) + 1
            file.write(orjson.dumps({"text": "\n".join(text)}) + b"\n")
            documents, written = documents + 1, written + amount
    return documents, written
