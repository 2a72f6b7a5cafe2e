"""Peers in environments of their own, made when they are first asked for.

``benchmarks/peers/NAME.txt`` pins every package of the peer with its hash; the environment lies in
the user's cache and is made anew when that file changes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from corpora.kernels.folder import kernels_folder

ROOT = Path(__file__).parent.parent
REQUIREMENTS = ROOT / "benchmarks" / "peers"

_SECONDS = 1_800

#: uv is told where packages come from by the same function that the set-up uses.
_UV = '. tools/speak_to_uv.sh; PYTHON=$0; speak_to_uv; exec "$PYTHON" -m uv "$@"'


class PeerMissing(Exception):
    """A peer that could not be installed; the reason is for people."""


def peers() -> list[str]:
    """The names of the peers, as their requirements files are named.

    >>> {"datasketch", "sentencepiece"} <= set(peers())
    True
    """
    return sorted(path.stem for path in REQUIREMENTS.glob("*.txt"))


def cache_folder() -> Path:
    """Where environments and built corpora are kept (XDG Base Directory)."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base else Path.home() / ".cache") / "kotogura"


@cache
def warm_kernels() -> str:
    """The folder of compiled kernels (``NUMBA_CACHE_DIR``), everything in it that curating takes.

    Compiling happens once after an installation, before anything that is measured.
    """
    folder = os.environ.get("NUMBA_CACHE_DIR") or str(kernels_folder())
    subprocess.run(
        [sys.executable, "-c", "from corpora.warming import warm; warm()"],
        cwd=ROOT,
        env={**os.environ, "NUMBA_CACHE_DIR": folder},
        check=True,
    )
    return folder


def python_of(peer: str) -> Path:
    """The interpreter of the peer's environment, made if it is not there. Raises PeerMissing."""
    requirements = REQUIREMENTS / f"{peer}.txt"
    folder = cache_folder() / "peers" / peer
    python = folder / "bin" / "python"
    stamp = folder / ".installed"
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    _uv(peer, "venv", "--quiet", "--python", version, str(folder))
    # The file names every package there is to be, so nothing is resolved: what a peer declares
    # and its piece of work never imports stays out.
    options = ("--quiet", "--no-deps", "--require-hashes", "--python", str(python))
    _uv(peer, "pip", "install", *options, "--requirement", str(requirements))
    stamp.write_text(wanted)
    return python


def _uv(peer: str, *arguments: str) -> None:
    command = ["bash", "-c", _UV, sys.executable, *arguments]
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise PeerMissing(f"{peer}: uv {arguments[0]} took over {_SECONDS} s.") from error
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["nothing was said"]
        raise PeerMissing(f"{peer}: uv {arguments[0]} failed: {' '.join(said)}")
