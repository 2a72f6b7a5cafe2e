"""What the studies make of what they measured."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from benchmarks.contests.candidates import write_signatures
from benchmarks.doors import WholeRun
from benchmarks.studies import estimates
from benchmarks.studies.scaling import exponent, line
from benchmarks.studies.whole_run import told
from benchmarks.synthetic import Hashes, Synthetic, originals
from benchmarks.watching import memory_of
from corpora.estimating.measured import Calibration, Measured, Taken
from corpora.estimating.model import Estimate

MEGABYTE = 1_000_000


def whole_run(seconds: float) -> WholeRun:
    return WholeRun(
        seconds=seconds,
        stages={"signals": 3 * seconds / 4, "ingest": seconds / 4},
        documents=10,
        kept=9,
        worker_memory=400 * MEGABYTE,
        worker_memory_with_files=500 * MEGABYTE,
    )


def test_a_whole_run_is_told_as_ratios() -> None:
    runs = {
        ("command", 1): [whole_run(8), whole_run(10), whole_run(12)],
        ("command", 2): [whole_run(4), whole_run(5), whole_run(6)],
    }
    result = told(runs, calibrator=20, megabytes=100)
    one, two = result.data["runs"]
    assert (one["rate"], one["over_calibrator"], one["gain"]) == (10, 0.5, 1)
    assert (two["rate"], two["over_calibrator"], two["gain"]) == (20, 1, 2)
    assert "signals 9.0 s (75%)" in result.notes[-2]
    assert "| 2.00 " in result.table()


def test_a_bent_line_is_told_from_a_straight_one() -> None:
    sizes = [10.0, 30.0, 100.0, 300.0, 1_000.0]
    straight, bent = [size / 4 for size in sizes], [size**1.5 for size in sizes]
    assert line(sizes, straight) == pytest.approx((0.25, 0, 1), abs=1e-6)
    assert line(sizes, bent)[2] < 0.99
    assert exponent(sizes, straight) == pytest.approx(1)
    assert exponent(sizes, bent) == pytest.approx(1.5)
    assert np.isnan(line([1], [1])[0])
    assert np.isnan(exponent([1], [1]))


def test_made_signatures_are_the_same_however_they_are_looked_at() -> None:
    made = Synthetic(2_000, 3, range(128))
    (whole,) = made.parts
    positions = np.array([0, 5, 1_999])
    assert (made.rows(positions) == whole[positions]).all()
    (some,) = Synthetic(2_000, 3, range(10, 15)).parts
    assert (some == whole[:, 10:15]).all()
    ((_, whose),) = originals(2_000, 3)
    copies = np.flatnonzero(whose != np.arange(2_000))
    assert len(copies) == pytest.approx(400, abs=60)
    alike = (whole[copies] == whole[whose[copies]]).mean(axis=1)
    assert alike.min() > 0.65
    assert alike.mean() == pytest.approx(0.92, abs=0.02)
    (hashes,) = Hashes(2_000, 3)
    exact = (hashes[copies] == hashes[whose[copies]]).all(axis=1)
    assert exact.mean() == pytest.approx(0.1, abs=0.05)
    assert (alike[exact] == 1).all()


def test_what_an_estimate_missed_is_named() -> None:
    def took(stage: str, seconds: float) -> Taken:
        return Taken(stage=stage, seconds=seconds, processor=1, memory=100, grown=0, disk=10)

    said = Estimate(stages=(took("ingest", 10), took("dedup", 5)), parts=1, workers=1)
    real = {"ingest": took("ingest", 12), "dedup": took("dedup", 10)}
    run = Measured(bytes=1, part=1, documents=1, workers=1, stages=())
    known = Calibration(fresh=run, small=run, large=run)
    result = estimates.told(known, said, real, 1_000_000)
    assert "more: dedup (on the clock)." in result.notes[-1]
    assert result.rows[-1][1] == "15.0, 22.0, 0.68"


def test_the_memory_of_children_is_seen() -> None:
    program = "import sys; held = bytearray(60_000_000); sys.stdin.read()"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {program!r}])"
    command = [sys.executable, "-c", parent]
    # Closing its standard input, as the block does, ends both.
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE) as process,
        memory_of(process.pid) as watch,
    ):
        limit = time.monotonic() + 30
        while watch.worker < 60 * MEGABYTE and time.monotonic() < limit:
            time.sleep(0.1)
    assert 60 * MEGABYTE <= watch.worker < 200 * MEGABYTE


def test_signatures_are_seeded_and_copies_are_as_alike_as_planted(tmp_path: Path) -> None:
    write_signatures(tmp_path / "a.u32", 5_000, seed=1)
    write_signatures(tmp_path / "b.u32", 5_000, seed=1)
    assert (tmp_path / "a.u32").read_bytes() == (tmp_path / "b.u32").read_bytes()
    matrix = np.fromfile(tmp_path / "a.u32", np.uint32).reshape(-1, 128)
    originals = np.fromfile(tmp_path / "a.originals", np.int64)
    copies = np.flatnonzero(originals != np.arange(5_000))
    assert 800 < len(copies) < 1_200
    assert (originals[copies] < copies).all()
    alike = (matrix[copies] == matrix[originals[copies]]).mean()
    assert alike == pytest.approx(0.9, abs=0.01)
