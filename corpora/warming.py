"""Load and compile everything that curating takes, before the first real unit asks for it."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import orjson

from corpora.kernels.folder import kernels_folder
from corpora.plans import CuratePlan, IngestPlan, parts_of
from corpora.recipe import Recipe, Tokenization, load
from corpora.runner import Runner
from corpora.storage import Store

#: Enough text to train the smallest tokenizer on, for its encoding is compiled as well.
_DOCUMENTS = 60
_SENTENCE = "第{0}回の会議では、{0}番の議案について話し合い、{1}人が賛成した。\n"


def warm() -> None:
    """Curate a few sentences in a store that is gone afterwards.

    Kernels that no process has compiled yet take most of a minute, else it is done in seconds.
    One process of a machine compiles at a time; the others then load what it has compiled.
    Raises OSError where nothing can be written.
    """
    with _alone(), tempfile.TemporaryDirectory(prefix="kotogura-warming-") as name:
        folder = Path(name)
        source = folder / "sentences.jsonl"
        source.write_bytes(b"\n".join(orjson.dumps({"text": text}) for text in _texts()))
        runner = Runner(Store(folder / "store"))
        parts = parts_of(runner.run(IngestPlan(paths=(str(source),))))
        runner.run(CuratePlan(recipe=_recipe(), parts=tuple(parts)))


def _texts() -> list[str]:
    texts = [_SENTENCE.format(n, n * n) * 3 for n in range(_DOCUMENTS)]
    # A near copy, so that the exact check is compiled.
    return [*texts, texts[0] + texts[1], texts[0] + texts[1] + "以上。"]


def _recipe() -> Recipe:
    tokenization = Tokenization(tokenizer="train", vocab_size=400, sample_bytes=100_000)
    return replace(load("default"), tokenization=tokenization)


@contextmanager
def _alone() -> Iterator[None]:
    folder = Path(os.environ.get("NUMBA_CACHE_DIR") or kernels_folder())
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "warming.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
