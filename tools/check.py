"""Everything that can be said about the code without running it. Writes nothing but caches."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.repository import ROOT

_BIN = Path(sys.executable).parent
_PYTHON = [sys.executable]
CHECKS = {
    "ruff": [*_PYTHON, "-m", "ruff", "check", "."],
    "format": [*_PYTHON, "-m", "ruff", "format", "--check", "."],
    "types": [*_PYTHON, "-m", "mypy"],
    "imports": [str(_BIN / "lint-imports")],
    "templates": [*_PYTHON, "-m", "djlint", "--lint", "--quiet", "templates"],
    "migrations": [*_PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
    "messages": [*_PYTHON, "-m", "tools.messages", "check"],
    "documents": [*_PYTHON, "-m", "tools.docs"],
    "locks": [*_PYTHON, "-m", "tools.locks"],
    "committed": [*_PYTHON, "-m", "tools.committed"],
    "whitespace": ["git", "diff", "--check", "HEAD"],
}


def main() -> int:
    failed = []
    with tempfile.TemporaryDirectory(prefix="kotogura-check-") as folder:
        environment = {**os.environ, "KOTOGURA_DATA_DIR": folder, "DATABASE_URL": ""}
        for name, command in CHECKS.items():
            done = subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
            )
            print(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {name}", flush=True)
            if done.returncode:
                failed.append(name)
                print((done.stdout + done.stderr).rstrip(), flush=True)
    if failed:
        print(f"\n{len(failed)} of {len(CHECKS)} checks failed: {', '.join(failed)}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
