"""``python -m benchmarks``: ours and each peer on the same work, and what came of it.

::

    make bench ARGS="--from FOLDER… --megabytes 200 --rounds 5 --only minhash signals"

Prints a table a piece of work and writes it with everything measured into ``benchmarks/results``.
Absolute times drift with the machine: read the ratios. Nothing is asserted (docs/benchmarks.md).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.contest import WorkFailed
from benchmarks.environments import ROOT, PeerMissing, cache_folder, peers, python_of
from benchmarks.machine import circumstances
from benchmarks.pieces import PIECES
from benchmarks.results import write
from benchmarks.workshop import Workshop

#: What a plain ``make bench`` measures on: small, but there.
_SAMPLE = ROOT / "corpora" / "sample" / "files"

#: Short enough to be asked for again and again; the rest is named with --only.
_DEFAULT = ("minhash", "signals", "ng_words", "exact_checks", "unigram", "dedup_quality")


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if options.install:
        return _install(options.peers or peers())
    options.cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="kotogura-bench-", dir=options.scratch) as folder:
        shop = Workshop(
            paths=tuple(options.paths),
            megabytes=options.megabytes,
            seed=options.seed,
            rounds=options.rounds,
            peers=None if options.peers is None else frozenset(options.peers),
            folder=Path(folder),
            cache=options.cache,
            signatures=options.signatures,
            peer_signatures=options.peer_signatures,
            sizes=tuple(sorted(options.sizes)),
            doors=tuple(options.doors),
            pairs=options.pairs,
            pairs_root=options.pairs_root,
            given_model=options.model,
        )
        done = [_measure(name, shop, options.results) for name in options.only]
    return 0 if all(done) else 1


def _measure(name: str, shop: Workshop, results: Path) -> bool:
    """One piece, printed and written; False when it could not be measured, and the rest goes on."""
    said = circumstances()
    said["corpus"] = f"{shop.megabytes:g} MB, seed {shop.seed}, {shop.rounds} rounds"
    try:
        result = PIECES[name](shop)
    except (PeerMissing, WorkFailed, subprocess.CalledProcessError, OSError) as error:
        print(f"{name} was not measured: {error}", file=sys.stderr, flush=True)
        return False
    path = write(result, said, results)
    print("\n".join([f"\n## {result.title}\n", result.table(), "", *result.notes]), flush=True)
    print(f"{path} is written.", file=sys.stderr, flush=True)
    return True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add = parser.add_argument
    add(
        "--from",
        dest="paths",
        type=Path,
        nargs="+",
        default=[_SAMPLE],
        metavar="PATH",
        help="files and folders of real texts; the sample corpus otherwise",
    )
    add("--megabytes", type=float, default=20, help="of text in the corpus that is built")
    add("--seed", type=int, default=0)
    add("--rounds", type=int, default=3, help="each contender's turns")
    add(
        "--only",
        nargs="+",
        choices=sorted(PIECES),
        default=list(_DEFAULT),
        metavar="PIECE",
        help=f"of {', '.join(PIECES)}; {', '.join(_DEFAULT)} otherwise",
    )
    add(
        "--peers",
        nargs="*",
        choices=peers(),
        metavar="PEER",
        help=f"of {', '.join(peers())}; all otherwise, none when it stands alone",
    )
    add("--signatures", type=int, default=10_000_000, help="documents of candidates, what_if")
    add("--peer-signatures", type=int, default=100_000, help="and the peers' share of them")
    add(
        "--sizes",
        type=float,
        nargs="+",
        default=[10, 30, 100, 300],
        metavar="MEGABYTES",
        help="of the piece scaling",
    )
    add(
        "--doors",
        nargs="+",
        choices=["celery", "command"],
        default=["celery", "command"],
        help="of whole_run; scaling and memory take the first",
    )
    add("--pairs", type=Path, help="natural near copies: TSV with columns a and b, file names")
    add("--pairs-root", type=Path, help="the folder that these names are under")
    add("--model", type=Path, help="a SentencePiece unigram model; one is trained otherwise")
    add("--results", type=Path, default=ROOT / "benchmarks" / "results", metavar="FOLDER")
    add(
        "--cache",
        type=Path,
        default=cache_folder() / "benchmarks",
        metavar="FOLDER",
        help="where built corpora are kept",
    )
    add("--scratch", type=Path, metavar="FOLDER", help="for what is gone after the run")
    add("--install", action="store_true", help="make the peers' environments, and nothing else")
    return parser


def _install(names: Sequence[str]) -> int:
    """Exit status 1 when a peer cannot be had; the others are made all the same."""
    missing = 0
    for name in names:
        try:
            print(f"{name}: {python_of(name)}", flush=True)
        except PeerMissing as error:
            missing += 1
            print(error, file=sys.stderr)
    return int(missing > 0)
