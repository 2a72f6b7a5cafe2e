"""That the lock files hold what the *.in files ask for; offline, in milliseconds."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tools.repository import ROOT

_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
_REMEDY = "uv pip compile --universal --generate-hashes (the lock's second line has it whole)"


def problems() -> list[str]:
    product = pins(ROOT / "requirements.lock")
    tests = pins(ROOT / "requirements-dev.lock")
    found = list(_unmet(ROOT / "requirements.in", product))
    found += _unmet(ROOT / "requirements-dev.in", tests)
    extra = ROOT / "requirements-morphology.in"
    found += _unmet(extra, pins(extra.with_suffix(".lock")))
    found += [
        f"requirements-dev.lock: {name} {sorted(map(str, tests[name]))} is not the product's"
        for name in sorted(product.keys() & tests.keys())
        if not tests[name] <= product[name]
    ]
    return [f"{problem}; {_REMEDY}" for problem in found]


def pins(lock: Path) -> dict[str, set[Version]]:
    """Name -> versions (more than one where they differ by Python version)."""
    found: dict[str, set[Version]] = {}
    for name, version in _PIN.findall(lock.read_text()):
        found.setdefault(canonicalize_name(name), set()).add(Version(version))
    return found


def _unmet(asked: Path, locked: dict[str, set[Version]]) -> Iterator[str]:
    for line in asked.read_text().splitlines():
        if not line.strip() or line.startswith(("#", "-")):
            continue
        wanted = Requirement(line)
        versions = locked.get(canonicalize_name(wanted.name), set())
        if not any(wanted.specifier.contains(version) for version in versions):
            yield f"{asked.name}: {line} is not in its lock"


if __name__ == "__main__":
    found = problems()
    print("\n".join(found), file=sys.stderr, end="\n" if found else "")
    sys.exit(bool(found))
