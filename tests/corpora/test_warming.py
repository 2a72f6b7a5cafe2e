"""After warming, a run with the default recipe compiles nothing more."""

from __future__ import annotations

import sys
from pathlib import Path

from numba.core.registry import CPUDispatcher

from corpora.plans import CuratePlan, ExportPlan, IngestPlan, only, parts_of
from corpora.recipe import load
from corpora.runner import Runner
from corpora.sample.build import build
from corpora.storage import Store
from corpora.warming import warm


def _compiled() -> dict[str, int]:
    """Kernel -> how many kinds of arguments it is there for."""
    modules = [module for name, module in sys.modules.items() if name.startswith("corpora.")]
    kernels = [one for module in modules for one in vars(module).values()]
    ours = (one for one in kernels if type(one) is CPUDispatcher)
    return {f"{k.py_func.__module__}.{k.py_func.__name__}": len(k.signatures) for k in ours}


def test_a_run_after_warming_compiles_nothing(tmp_path: Path) -> None:
    warm()
    before = _compiled()
    assert sum(before.values()) > 20
    folder = tmp_path / "sample"
    folder.mkdir()
    build(folder)
    store = Store(tmp_path / "store")
    runner = Runner(store)
    parts = tuple(parts_of(runner.run(IngestPlan(paths=(str(folder),)))))
    curated = runner.run(CuratePlan(recipe=load("default"), parts=parts))
    snapshot = only(curated, "snapshot").outputs["manifest"]
    runner.run(ExportPlan(snapshot=snapshot, manifest=store.read_json(snapshot), format="jsonl"))
    assert _compiled() == before
