"""How kernels are compiled, and where their machine code is kept.

Compiling takes seconds, loading what was compiled milliseconds. The machine code is kept below
``NUMBA_CACHE_DIR``, which the workbench sets to a folder of its data folder; without it, below a
folder of the user's cache. It is bound to this processor, this numba and all the kernels' sources.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import numba
import numba.np.linalg

from corpora.kernels.folder import kernels_folder

Function = TypeVar("Function", bound=Callable[..., Any])


def _sources() -> str:
    """A digest of every kernel's source.

    numba looks at a kernel's own file only, and would go on with what was inlined into it from
    another one before that changed.
    """
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _no_blas() -> None:
    raise ImportError("no kernel asks for linear algebra")


# numba would load scipy's, a third of a second, only to note whether it is there.
_linalg: Any = numba.np.linalg
_ensure_blas, _linalg.ensure_blas = _linalg.ensure_blas, _no_blas
try:
    import_module("numba.np.arraymath")
finally:
    _linalg.ensure_blas = _ensure_blas

_config: Any = numba.config
_config.CACHE_DIR = str(Path(os.environ.get("NUMBA_CACHE_DIR") or kernels_folder()) / _sources())

# "numpy": a division by zero gives what numpy gives, and costs no branch.
_compiled: Any = numba.njit(nogil=True, cache=True, error_model="numpy")
_part: Any = numba.njit(nogil=True, error_model="numpy")


def kernel(function: Function) -> Function:
    """Compile on first use, without the interpreter's lock, kept for the next process.

    Arithmetic is exact: no fused or reordered floating point, so that results are the
    reference's.
    """
    compiled: Function = _compiled(function)
    return compiled


def inlined(function: Function) -> Function:
    """Part of the kernels that call it; compiled with them."""
    compiled: Function = _part(function)
    return compiled
