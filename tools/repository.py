"""The files that are, or are about to be, committed."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def files(*patterns: str) -> list[Path]:
    """Files that git knows or would take up, matching any of the patterns (all without one)."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    # A file deleted but not yet committed as such is listed and not there.
    return sorted(path for name in set(listed.split("\0")) if (path := ROOT / name).is_file())


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))
