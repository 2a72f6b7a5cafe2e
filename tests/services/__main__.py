"""``python -m tests.services COMMAND…``: run a command with a throw-away PostgreSQL.

The command finds its URL in ``KOTOGURA_TEST_DATABASE_URL``, which tests/settings.py reads.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests.services.postgresql import postgresql


def main(command: list[str]) -> int:
    with postgresql() as url:
        environment = {**os.environ, "KOTOGURA_TEST_DATABASE_URL": url}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
