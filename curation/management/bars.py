"""Bars on stderr, with rate and time left, for what goes through many things."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from rich.console import Console
from rich.filesize import decimal
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

T = TypeVar("T")


def bar(
    items: Iterable[T],
    what: str,
    total: int | None = None,
    size: Callable[[T], int] | None = None,
) -> Iterator[T]:
    """A curation.upkeep.watching.Watch; silent where nobody looks."""
    bars = Progress(
        TextColumn("{task.description:<20}"),
        BarColumn(bar_width=30),
        TaskProgressColumn(),
        _Rate(in_bytes=size is not None),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
        transient=True,
    )
    with bars:
        task = bars.add_task(what, total=total)
        for item in items:
            yield item
            bars.advance(task, size(item) if size else 1)


class _Rate(ProgressColumn):
    def __init__(self, *, in_bytes: bool) -> None:
        super().__init__()
        self._in_bytes = in_bytes

    def render(self, task: Task) -> Any:
        speed = task.finished_speed or task.speed
        if not speed:
            return Text("")
        return Text(f"{decimal(int(speed))}/s" if self._in_bytes else f"{speed:,.0f}/s")
