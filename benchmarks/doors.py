"""The whole ``default`` run over a corpus, by either door: through Celery, or the plain command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from benchmarks.environments import ROOT, warm_kernels
from benchmarks.watching import memory_of
from benchmarks.workbench import workbench
from corpora.recipe import load

RECIPE = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeRun:
    #: Wall clock, from the first command's start to the last one's end.
    seconds: float
    #: Work by stage, over all workers.
    stages: Mapping[str, float]
    documents: int
    kept: int
    #: The most that one worker held of its own, and with mapped files, in bytes.
    worker_memory: int
    worker_memory_with_files: int


def through_celery(corpus: Path, workers: int, scratch: Path) -> WholeRun:
    """ingest, curate and the recipe's exports by their commands, beside a workbench."""
    with (
        tempfile.TemporaryDirectory(dir=scratch) as name,
        workbench(Path(name) / "data", workers) as bench,
        memory_of(bench.process.pid) as watch,
    ):
        began = perf_counter()
        bench.verb("ingest", "bench", str(corpus / "texts"))
        curated = bench.verb("curate", "bench", "--recipe", RECIPE)
        exports = [
            ("export", str(curated["snapshot"]), "--format", format)
            for format in load(RECIPE).export.formats
        ]
        # Side by side, as somebody asks for them who needs both.
        with ThreadPoolExecutor(len(exports)) as together:
            list(together.map(lambda verb: bench.verb(*verb), exports))
        seconds = perf_counter() - began
        stages = bench.seconds()
    return WholeRun(
        seconds=seconds,
        stages=stages,
        documents=curated["documents_in"],
        kept=curated["kept"],
        worker_memory=watch.worker,
        worker_memory_with_files=watch.worker_with_files,
    )


def by_command(corpus: Path, workers: int, scratch: Path) -> WholeRun:
    """``python -m corpora run``, which exports what the recipe asks for."""
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        out = Path(name) / "out"
        command = [sys.executable, "-m", "corpora", "run", RECIPE, str(corpus / "texts")]
        command += ["--out", str(out), "--workers", str(workers)]
        environment = {**os.environ, "NUMBA_CACHE_DIR": warm_kernels()}
        began = perf_counter()
        with (
            subprocess.Popen(
                command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
            ) as process,
            memory_of(process.pid) as watch,
        ):
            status = process.wait()
        seconds = perf_counter() - began
        if status:
            raise subprocess.CalledProcessError(status, command)
        report = json.loads((out / "report.json").read_text("utf-8"))
    return WholeRun(
        seconds=seconds,
        stages=report["seconds"],
        documents=report["documents_in"],
        kept=report["kept"],
        worker_memory=watch.worker,
        worker_memory_with_files=watch.worker_with_files,
    )


#: By the names that the command line takes.
DOORS = {"celery": through_celery, "command": by_command}
