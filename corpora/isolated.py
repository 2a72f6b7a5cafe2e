"""One unit alone in a limited child process, for units that killed their workers before.

The child gets the spec on its standard input and speaks JSON lines on its
standard output: progress, then the result or the error.
"""

from __future__ import annotations

import contextlib
import resource
import subprocess
import sys
import threading
import time
from typing import Any

import orjson

from corpora.errors import KotoguraError, StoreError
from corpora.stages import Progress, UnitResult, UnitSpec, execute
from corpora.storage import Store, open_store
from corpora.vitals import Vitals

#: How the child is started.
_COMMAND = (sys.executable, "-m", "corpora.isolated")
#: Seconds between two looks at the child.
_LOOK_SECONDS = 0.5


class UnitCrashed(KotoguraError):
    """The child died, hung, ran out of its memory, or said nothing sensible."""

    retryable = True


def execute_alone(
    unit: UnitSpec,
    store: Store,
    progress: Progress,
    *,
    memory_bytes: int,
    patience: float = 60.0,
) -> UnitResult:
    """Run the unit in a child limited to ``memory_bytes`` of address space.

    Raises UnitCrashed when the child dies, or does nothing for ``patience`` seconds;
    StoreError when the store cannot keep its output; and what ``progress`` raises
    (the child is killed then).
    """
    spec = {name: getattr(unit, name) for name in ("stage", "part", "inputs", "params", "hints")}
    request = {"store": store.address, "memory_bytes": memory_bytes, "spec": spec}
    with subprocess.Popen(_COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        try:
            with _Watch(child, progress, patience) as watch:
                result = _converse(child, request, watch)
        finally:
            child.kill()
    if result is None:
        raise UnitCrashed(
            f"the unit's process ended with status {child.returncode} and no result.",
            remedy="It needs more memory (ISOLATED_UNIT_BYTES), or its input crashes a parser.",
        )
    return result


def _converse(
    child: subprocess.Popen[bytes], request: dict[str, Any], watch: _Watch
) -> UnitResult | None:
    """The child's result; None when it ended without a word."""
    assert child.stdin is not None
    assert child.stdout is not None
    with contextlib.suppress(BrokenPipeError):
        child.stdin.write(orjson.dumps(request))
        child.stdin.close()
    for line in child.stdout:
        message = orjson.loads(line)
        if "result" in message:
            return UnitResult.from_json(message["result"])
        if "error" in message:
            kind = StoreError if message["store"] else UnitCrashed
            raise kind(message["error"], retryable=message["retryable"])
        watch(**message)
    watch.say_why()
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(5)  # its own status, not that of our kill
    return None


class _Watch:
    """Looks at a child while it works: passes its signs of life on, kills it when it must end.

    The child's processor time is life just as its reports are: one that computes for
    long between two reports would else lose the lease that its parent renews.
    """

    def __init__(self, child: subprocess.Popen[bytes], progress: Progress, patience: float) -> None:
        self._child = child
        self._progress = progress
        self._patience = patience
        self._alive_at = time.monotonic()
        self._why: KotoguraError | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __call__(self, **reported: int) -> None:
        self._alive_at = time.monotonic()
        self._progress(**reported)

    def __enter__(self) -> _Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def say_why(self) -> None:
        """Raise the reason why the child was killed here, if it was."""
        if self._why is not None:
            raise self._why

    def _look(self) -> None:
        vitals = Vitals(self._child.pid)
        while self._why is None and not self._ended.wait(_LOOK_SECONDS):
            try:
                if vitals.moved():
                    self()
                self._check_patience()
            except KotoguraError as error:
                self._why = error
                self._child.kill()

    def _check_patience(self) -> None:
        if time.monotonic() - self._alive_at > self._patience:
            raise UnitCrashed(
                f"the unit hangs: it did nothing for {self._patience:.0f} seconds.",
                remedy="Its input may wait for something that never comes; leave it out.",
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
        result = execute(UnitSpec(**request["spec"]), open_store(**request["store"]), _progress)
    except KotoguraError as error:
        _fail(str(error), retryable=error.retryable, store=isinstance(error, StoreError))
    except MemoryError:
        # Given that much, it will not need less the next time.
        _fail(f"the unit needs more than {limit >> 20:,} MB of memory.", retryable=False)
    else:
        _say({"result": result.to_json()})


def _fail(error: str, *, retryable: bool = True, store: bool = False) -> None:
    _say({"error": error, "retryable": retryable, "store": store})


if __name__ == "__main__":
    main()
