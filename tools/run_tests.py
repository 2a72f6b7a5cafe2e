"""Every test on SQLite, then the control plane's again on a throw-away PostgreSQL.

But for those of single views: these run on PostgreSQL alone. On SQLite a browser opens every page,
and what they ask the database is tested on both.

``make test ARGS="tests/curation -k queue"`` hands its arguments to pytest instead and
runs what they choose, on SQLite and on PostgreSQL, too.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

from tools.repository import ROOT

#: What asks the database; sentences, looks and the data plane do not change with it.
ON_BOTH = [
    # The slow ones first: no process is left alone with one.
    "tests/integration/test_same_bytes.py",
    "tests/integration/test_real_worker.py",
    "tests/curation/actions",
    "tests/curation/api",
    "tests/curation/management",
    "tests/curation/queries",
    "tests/curation/tasks",
    "tests/curation/upkeep",
    "tests/curation/test_fetching.py",
    "tests/curation/test_near.py",
    "tests/curation/test_plans.py",
    "tests/curation/test_verification.py",
]
ON_POSTGRESQL_ALONE = ["tests/curation/views"]
NO_TESTS = 5  # pytest's exit status when nothing was chosen
#: Curated snapshots wait for it (tests/curation/conftest.py).
WARM = "from corpora.warming import warm, warm_what_if; warm(); warm_what_if()"


def main(arguments: list[str]) -> int:
    # One more than there are cores: a fifth of the time is waiting for browsers and workers.
    processes = min(os.cpu_count() or 2, 8) + 1
    pytest = [sys.executable, "-m", "pytest", "-q", "-ra", "-n", str(processes)]
    # In order: the files of few and slow tests come first, and no process is left alone with one.
    pytest += ["--dist", "loadfile", "--no-loadscope-reorder"]
    services = [sys.executable, "-m", "tests.services"]
    elsewhere = [f"--ignore={folder}" for folder in ON_POSTGRESQL_ALONE]
    passes = {
        "SQLite": [*pytest, "--durations=10", *(arguments or elsewhere)],
        "PostgreSQL": [*services, *pytest, *(arguments or [*ON_BOTH, *ON_POSTGRESQL_ALONE])],
    }
    environment = _environment()
    began = time.monotonic()
    # Kernels and Python are compiled once for all processes, which begin together.
    warming = subprocess.Popen([sys.executable, "-c", WARM], cwd=ROOT, env=environment)
    if not arguments:
        collect = [sys.executable, "-m", "pytest", "-q", "--collect-only"]
        subprocess.run(collect, cwd=ROOT, env=environment, check=False, stdout=subprocess.DEVNULL)
    summary = []
    for name, command in passes.items():
        print(f"\n== tests on {name}", flush=True)
        begin = time.monotonic()
        status = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        passed = status == 0 or (status == NO_TESTS and bool(arguments))
        summary.append((name, passed, time.monotonic() - begin))
    warming.wait()
    print()
    for name, passed, seconds in summary:
        print(f"tests on {name}: {'passed' if passed else 'FAILED'} in {seconds:.0f} s")
    print(f"in all: {time.monotonic() - began:.0f} s")
    return 0 if all(passed for _, passed, _ in summary) else 1


def _environment() -> dict[str, str]:
    """Ours, but Python keeps what it compiles: hundreds of processes load the same modules."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
