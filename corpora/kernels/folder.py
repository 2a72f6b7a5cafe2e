"""Where the kernels' machine code is kept when nobody says otherwise; loads no compiler."""

from __future__ import annotations

import os
from pathlib import Path


def kernels_folder() -> Path:
    """A folder of the user's cache (XDG Base Directory Specification)."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base else Path.home() / ".cache") / "kotogura" / "kernels"
