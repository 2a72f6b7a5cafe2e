"""One unit alone in a limited child process, for units that killed their workers before.

The child gets the spec on its standard input and speaks JSON lines on its
standard output: progress, then the result or the error.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from typing import Any

import orjson

from corpora.errors import KotoguraError
from corpora.stages import Progress, UnitResult, UnitSpec, execute
from corpora.storage import Store


class UnitCrashed(KotoguraError):
    """The child died, ran out of its memory, or said nothing sensible."""

    retryable = True


def execute_alone(
    unit: UnitSpec, store: Store, progress: Progress, *, memory_bytes: int
) -> UnitResult:
    """Run the unit in a child limited to ``memory_bytes`` of address space.

    Raises UnitCrashed when the child dies, and what ``progress`` raises (the
    child is killed then).
    """
    spec = {name: getattr(unit, name) for name in ("stage", "part", "inputs", "params", "hints")}
    request = {"store": str(store.root), "memory_bytes": memory_bytes, "spec": spec}
    child = subprocess.Popen(
        [sys.executable, "-m", "corpora.isolated"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdin is not None
    assert child.stdout is not None
    with child:
        try:
            child.stdin.write(orjson.dumps(request))
            child.stdin.close()
            for line in child.stdout:
                message = orjson.loads(line)
                if "result" in message:
                    return UnitResult.from_json(message["result"])
                if "error" in message:
                    raise UnitCrashed(message["error"], retryable=message["retryable"])
                progress(**message)
        finally:
            child.kill()
    raise UnitCrashed(
        f"the unit's process ended with status {child.returncode} and no result.",
        remedy="It needs more memory (ISOLATED_UNIT_BYTES), or its input crashes a parser.",
    )


def _say(message: dict[str, Any]) -> None:
    sys.stdout.buffer.write(orjson.dumps(message) + b"\n")
    sys.stdout.buffer.flush()


def _progress(*, documents: int = 0, bytes: int = 0) -> None:
    _say({"documents": documents, "bytes": bytes})


def main() -> None:
    request = orjson.loads(sys.stdin.buffer.read())
    limit = request["memory_bytes"]
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    try:
        result = execute(UnitSpec(**request["spec"]), Store(request["store"]), _progress)
    except KotoguraError as error:
        _say({"error": str(error), "retryable": error.retryable})
    except MemoryError:
        _say({"error": f"the unit needs more than {limit >> 20} MB of memory.", "retryable": True})
    else:
        _say({"result": result.to_json()})


if __name__ == "__main__":
    main()
