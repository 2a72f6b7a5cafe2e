"""How kernels are compiled, and where their machine code is kept.

Compiling takes seconds, loading what was compiled milliseconds. The machine code is kept in
``NUMBA_CACHE_DIR``: the workbench sets it to a folder of its data folder; without it, it is a
folder of the user's cache. It is bound to this processor, this numba and the kernel's file.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

from corpora.kernels.folder import kernels_folder

Function = TypeVar("Function", bound=Callable[..., Any])


# Read by numba when it is imported.
os.environ.setdefault("NUMBA_CACHE_DIR", str(kernels_folder()))

import numba  # noqa: E402

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
