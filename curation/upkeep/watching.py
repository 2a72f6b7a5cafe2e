"""How long work goes through things that a person waits for, and what it says of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


def _one(_: Any) -> int:
    return 1


class Watch(Protocol):
    """Passes items on and shows how far it came: ``what``, of how much in all, at which rate."""

    def __call__(
        self,
        items: Iterable[T],
        what: str,
        total: int | None = None,
        size: Callable[[T], int] = _one,
    ) -> Iterator[T]: ...


def unwatched(
    items: Iterable[T],
    what: str,
    total: int | None = None,
    size: Callable[[T], int] = _one,
) -> Iterator[T]:
    """For callers that nobody waits for."""
    yield from items


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that an operator should know: one line."""

    what: str
    where: str
    remedy: str
    #: False when nothing is broken: it only waits for somebody.
    wrong: bool = True

    def __str__(self) -> str:
        return f"{self.where}: {self.what} {self.remedy}"

    def to_json(self) -> dict[str, Any]:
        return asdict(self)
