"""What is asked of the what-if process, and what it answers: values that pass as JSON.

Rows are counted through all parts of the snapshot in order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from corpora.rules import Limits

#: Settings of one slider, and edges of one chart.
MOST_SETTINGS = 2_001

Numbers = Annotated[tuple[float, ...], Field(max_length=MOST_SETTINGS)]
Side = Literal["min", "max"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What of a recipe decides about documents that were measured."""

    #: Those that are switched on, and whose signal was measured.
    rules: tuple[Limits, ...]
    keeper: Literal["quality", "longest", "earliest"]
    prefer: tuple[str, ...]
    #: From which share on a document lies inside another; 0: no reason.
    containment: float


# -- questions --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardQuestion:
    """What all settings together keep and drop."""

    #: The snapshot's key in the database.
    snapshot: int
    settings: Settings
    kind: Literal["board"] = "board"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldQuestion:
    """What each setting of one limit keeps."""

    snapshot: int
    settings: Settings
    #: The rule in hand; it may be switched off.
    rule: Limits
    side: Side
    values: Numbers
    edges: Numbers
    kind: Literal["hold"] = "hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class CutQuestion:
    """The documents beside one limit."""

    snapshot: int
    settings: Settings
    rule: Limits
    side: Side
    kind: Literal["cut"] = "cut"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonQuestion:
    """What each of two settings keeps."""

    snapshot: int
    settings: Settings
    other: Settings
    kind: Literal["comparison"] = "comparison"


Question = Annotated[
    BoardQuestion | HoldQuestion | CutQuestion | ComparisonQuestion, Field(discriminator="kind")
]


# -- answers ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    documents: int = 0
    characters: int = 0
    #: None where the snapshot's recipe counts no tokens.
    tokens: int | None = None
    #: Half of their .95 interval; 0 where all are counted. Documents that the snapshot kept are;
    #: of others tokens are estimated by their characters.
    margin: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one reason takes, and what is left after it."""

    reason: str
    lost: Amount
    left: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What stays and goes of one source or domain."""

    name: str
    kept: Amount
    every: Amount

    @property
    def dropped(self) -> int:
        """Documents."""
        return self.every.documents - self.kept.documents


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    every: Amount
    kept: Amount
    steps: list[Step]
    by_source: list[Share]
    by_domain: list[Share]
    #: How many there are, shown or not.
    sources: int
    domains: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    documents: int
    kept: int
    #: Reason -> documents that it drops first, in the order in which reasons apply.
    dropped: dict[str, int]
    #: Reason -> documents that it would drop by itself.
    failing: dict[str, int]
    #: Dear signal -> documents that the settings let through to it and that were not measured,
    #: because the snapshot's recipe dropped them before.
    partly: dict[str, int]
    figures: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What the browser needs to count by itself while a slider moves."""

    #: Documents that the recipe keeps at each setting.
    kept: list[int]
    #: Documents that the limit decides about, between the edges of the chart's bars.
    bars: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class AtTheCut:
    """The rows nearest to a limit, the nearest first."""

    inside: list[int]
    outside: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptByOne:
    """What only one of two settings keeps."""

    documents: int
    #: A few of their rows, and the reason for which the other drops each.
    rows: list[int]
    reasons: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptByEach:
    both: int
    neither: int
    only_mine: KeptByOne
    only_theirs: KeptByOne


Answer = Board | Hold | AtTheCut | KeptByEach
