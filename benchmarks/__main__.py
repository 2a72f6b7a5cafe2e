"""``python -m benchmarks`` (see benchmarks/run.py)."""

import signal
import sys

from benchmarks.run import main

if __name__ == "__main__":
    # As an exception, so that services end and scratch folders go whoever stops us.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
