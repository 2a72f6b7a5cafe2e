"""Load and compile everything that curating and exporting take, before a real unit asks for it."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import orjson

from corpora.decisions.choice import Members
from corpora.decisions.packed import Documents, People
from corpora.decisions.totals import Measures, totals
from corpora.decisions.what_if import Overrides
from corpora.kernels.folder import kernels_folder
from corpora.kernels.masks import reached
from corpora.plans import CuratePlan, ExportPlan, IngestPlan, only, parts_of
from corpora.recipe import Recipe, Tokenization, load
from corpora.rules import Limits
from corpora.runner import Runner
from corpora.storage import Store

#: Enough text to train the smallest tokenizer on, for its encoding is compiled as well.
_DOCUMENTS = 60
_KINDS = ["山", "川", "海", "町", "村", "駅", "店", "橋", "寺", "城", "湖", "島", "港", "坂", "森"]
_DOINGS = ["歩いた", "眺めた", "訪ねた", "描いた", "調べた", "語った", "写した"]


def warm() -> None:
    """Curate and export a few sentences in a store that is gone afterwards.

    Kernels that no process has compiled yet take half a minute, else it is done in seconds.
    One process of a machine compiles at a time; the others then load what it has compiled.
    Raises OSError where nothing can be written.
    """
    with alone(), tempfile.TemporaryDirectory(prefix="kotogura-warming-") as name:
        folder = Path(name)
        source = folder / "sentences.jsonl"
        source.write_bytes(b"\n".join(orjson.dumps({"text": text}) for text in _texts()))
        store = Store(folder / "store")
        runner = Runner(store)
        parts = parts_of(runner.run(IngestPlan(paths=(str(source),))))
        curated = runner.run(CuratePlan(recipe=_recipe(), parts=tuple(parts)))
        snapshot = only(curated, "snapshot").outputs["manifest"]
        manifest = store.read_json(snapshot)
        runner.run(ExportPlan(snapshot=snapshot, manifest=manifest, format="jsonl"))


def warm_what_if() -> None:
    """The same for whoever is asked what settings would keep. Raises OSError likewise."""
    none = np.zeros(3, np.bool_)
    column = np.array([1, 2, 3], np.float32)
    rows = np.arange(3)
    members = Members(rows=rows, clusters=np.array([0, 0, 1]), exacts=rows, ranks=np.zeros(3, int))
    columns = {"characters": column, "japanese_letters": column}
    with alone():
        documents = Documents(columns, 3, np.zeros(1, np.int64), members)
        rule = Limits(name="some", signal="characters", min=2)
        found = documents.answer([rule], People.of(Overrides(judged_drop=none), 3))
        measures = Measures(
            groups=rows.astype(np.uint16), count=3, characters=column, tokens=np.zeros(0, np.int32)
        )
        totals(list(found.first.values()), measures)
        documents.clusters.highest(column, ~none, none, 1)
        for bits in (None, found.kept):
            reached(column, bits, column)


def _texts() -> list[str]:
    texts = ["\n".join(_sentence(n + step * step) for step in range(4)) for n in range(_DOCUMENTS)]
    # A near copy, so that the exact check is compiled; and what looks like wrong decoding.
    return [*texts, "".join(texts[:3]), "".join(texts[:3]) + "以上。", texts[5] + "糸が縺れる。"]


def _sentence(number: int) -> str:
    kind, other = (_KINDS[n % len(_KINDS)] for n in (number, number // 7 + 3))
    return f"{number}日目には、{kind}のそばの{other}を友人とゆっくり{_DOINGS[number % 7]}。"


def _recipe() -> Recipe:
    tokenization = Tokenization(tokenizer="train", vocab_size=400, sample_bytes=100_000)
    return replace(load("default"), tokenization=tokenization)


@contextmanager
def alone() -> Iterator[None]:
    """Nobody else on this machine makes ready in the block; it begins once nobody does."""
    folder = Path(os.environ.get("NUMBA_CACHE_DIR") or kernels_folder())
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "warming.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
