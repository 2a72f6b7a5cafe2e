"""What a signal and a group of signals are, and how a module declares its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from corpora.signals.reading import Reading

Kind = Literal["share", "count", "characters", "ratio", "boolean"]
Measure = Callable[[Reading], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Signals that are computed, kept and versioned together: one blob a part."""

    name: str
    #: Raised by hand whenever one of the group's signals would give another value.
    version: int
    title: str
    title_ja: str
    #: What it is measured on: the text, "text" (normalised) or "raw" (as read), or "metadata".
    of: Literal["text", "raw", "metadata"] = "text"
    #: Too slow for every document: measured only on those that pass all rules over other signals,
    #: NaN (not measured) for the rest.
    dear: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One number a document."""

    name: str
    group: str
    kind: Kind
    title: str
    title_ja: str
    description: str
    description_ja: str
    #: Where the definition comes from.
    source: str
    measure: Measure

    def of(self, text: str) -> float:
        """The signal of one text, for trying things out."""
        return self.measure(Reading(text))


class Declarations:
    """The signals of one group, in the order of their columns."""

    def __init__(self, group: Group) -> None:
        self.group = group
        self.signals: list[Signal] = []

    def signal(
        self,
        kind: Kind,
        titles: tuple[str, str],
        descriptions: tuple[str, str],
        source: str = "Kotogura",
        *,
        name: str = "",
    ) -> Callable[[Measure], Measure]:
        """Declare a function as a signal; titles and descriptions in English and Japanese.

        ``name`` is the function's own unless given.
        """

        def declare(measure: Measure) -> Measure:
            self.signals.append(
                Signal(
                    name=name or measure.__name__,
                    group=self.group.name,
                    kind=kind,
                    title=titles[0],
                    title_ja=titles[1],
                    description=descriptions[0],
                    description_ja=descriptions[1],
                    source=source,
                    measure=measure,
                )
            )
            return measure

        return declare
