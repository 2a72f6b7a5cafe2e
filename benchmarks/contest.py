"""One piece of work done by ours and by each peer: who, how, and how their answers are told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.environments import ROOT, python_of

if TYPE_CHECKING:
    from benchmarks.workshop import Workshop

#: A peer that takes longer for its share of the corpus is given up.
_SECONDS = 7_200


class WorkFailed(Exception):
    """A contender ended without an answer; the reason is for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    label: str
    #: Under benchmarks/: "ours.minhash", "peers.rensa".
    module: str
    work: str
    #: How much of the input; 0 is all. Slow ones get the beginning, and rates are compared.
    most_megabytes: float = 0
    cores: int = 1
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def peer(self) -> str | None:
        """The environment that it runs in; None is the product's own.

        >>> Contender(label="rensa", module="peers.rensa", work="minhash").peer
        'rensa'
        """
        place, _, name = self.module.partition(".")
        return name if place == "peers" else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What all contenders of a piece of work are given."""

    input: Path
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a contender printed (benchmarks/protocol.py)."""

    seconds: float
    cpu_seconds: float
    bytes: int
    documents: int
    peak_rss: int
    versions: Mapping[str, str]
    counts: Mapping[str, float]
    results: Mapping[str, str]


#: Label -> the first round's answer, whose results were kept.
Answers = Mapping[str, Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    name: str
    title: str
    #: The first is ours; ratios are its rate over the others'.
    contenders: tuple[Contender, ...]
    prepare: Callable[[Workshop], Given]
    #: Label -> how far its answer is ours, for people.
    agreement: Callable[[Workshop, Given, Answers], Mapping[str, str]]
    #: What rates are counted in: "MB", "documents" or "pairs".
    unit: str = "MB"
    #: What is to be reached, and where that is written.
    target: str = ""

    def amount(self, answer: Answer) -> float:
        """How much was done, in the contest's unit."""
        return answer.bytes / 1e6 if self.unit == "MB" else answer.documents


def run(contender: Contender, given: Given, out: Path | None = None) -> Answer:
    """One fresh process. Raises WorkFailed, or PeerMissing when its environment cannot be made."""
    python = python_of(contender.peer) if contender.peer else Path(sys.executable)
    options = {**given.options, **contender.options}
    command = [str(python), "-m", f"benchmarks.{contender.module}", contender.work]
    command += [f"{name}={value}" for name, value in options.items()]
    command += ["--input", str(given.input), "--cores", str(contender.cores)]
    command += ["--most-bytes", str(round(contender.most_megabytes * 1e6))]
    if out is not None:
        out.mkdir(parents=True)
        command += ["--out", str(out)]
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=_environment(contender.cores),
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise WorkFailed(f"took over {_SECONDS} s") from error
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"status {done.returncode}"]
        raise WorkFailed(said[-1])
    values: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return Answer(**values)


def _environment(cores: int) -> dict[str, str]:
    """No library starts more threads than the contender has processors."""
    names = ("OMP_NUM_THREADS", "RAYON_NUM_THREADS", "NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    # Peers look for newer releases and models on the network when they may.
    quiet = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "true" if cores > 1 else "false"}
    return {**os.environ, **dict.fromkeys(names, str(cores)), **quiet}
