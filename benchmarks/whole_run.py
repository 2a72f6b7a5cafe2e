"""The whole of ``python -m corpora run`` beside sentencepiece encoding the same text.

::

    python -m benchmarks.whole_run PATH… [--recipe default] [--workers 2]

Machines drift, so the figure is the ratio to the calibrator of the same minute: sentencepiece
with two threads, with the model that the run trained. Prints one table; asserts nothing.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import orjson
import pyarrow.parquet as pq
import sentencepiece

THREADS = 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--recipe", default="default")
    parser.add_argument("--workers", type=int, default=THREADS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        seconds = _run(options, out)
        texts = list(_texts(out))
        _print(out, seconds, sum(len(text.encode()) for text in texts), _calibrate(out, texts))


def _run(options: argparse.Namespace, out: Path) -> float:
    """Wall-clock seconds of the command, its process's start included."""
    command = [sys.executable, "-m", "corpora", "run", options.recipe, *map(str, options.paths)]
    began = perf_counter()
    subprocess.run([*command, "--out", out, "--workers", str(options.workers)], check=True)
    return perf_counter() - began


def _texts(out: Path) -> Iterator[str]:
    for path in sorted((out / "documents").iterdir()):
        column = pq.read_table(path, columns=["text"])["text"]
        yield from (str(text) for text in column.to_pylist())


def _calibrate(out: Path, texts: list[str]) -> float:
    """Seconds that sentencepiece takes for the texts; NaN when the run trained no model."""
    model = out / "export" / "megatron" / "tokenizer.model"
    if not model.is_file():
        return float("nan")
    processor = sentencepiece.SentencePieceProcessor(model_file=str(model))
    began = perf_counter()
    for start in range(0, len(texts), 2_000):
        processor.Encode(texts[start : start + 2_000], num_threads=THREADS)
    return perf_counter() - began


def _print(out: Path, seconds: float, size: int, calibrator: float) -> None:
    report = orjson.loads((out / "report.json").read_bytes())
    megabytes = size / 1e6
    print(f"documents {report['documents_in']:,}  kept {report['kept']:,}  text {megabytes:.1f} MB")
    print(f"whole run      {seconds:8.1f} s  {megabytes / seconds:6.2f} MB/s")
    print(f"sentencepiece  {calibrator:8.1f} s  {megabytes / calibrator:6.2f} MB/s  (2 threads)")
    print(f"ratio          {calibrator / seconds:8.3f}")
    total = sum(report["seconds"].values())
    for stage, spent in report["seconds"].items():
        print(f"  {stage:<20} {spent:8.2f} s of work  {spent / total:6.1%}")


if __name__ == "__main__":
    main()
