"""The one comparison of a measured value with a limit, used wherever something is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Mask: TypeAlias = npt.NDArray[np.bool_]
Column: TypeAlias = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """A rule as it decides: fails below ``min`` or above ``max``."""

    name: str
    signal: str
    min: float | None = None
    max: float | None = None

    def limit_for(self, value: float) -> float:
        """The limit that a failing value violates.

        >>> Limits(name="文長", signal="average_sentence", min=20, max=90).limit_for(120.0)
        90
        """
        if self.max is not None and np.float32(value) > np.float32(self.max):
            return self.max
        assert self.min is not None, f"{value} does not fail {self.name}"
        return self.min


def limits(rules: Sequence[Mapping[str, Any]]) -> list[Limits]:
    """The rules of a unit's parameters, in their order."""
    return [Limits(**rule) for rule in rules]


def failing(values: Column, min: float | None, max: float | None) -> Mask:
    """Which values are below ``min`` or above ``max``: bool, as long as ``values`` (float32).

    Limits are rounded to float32 like the values: a document that measures 0.2
    does not fail ``max = 0.2``. NaN is not measured, and does not fail.

    >>> failing(np.array([0.1, 0.2, np.nan, 0.3], np.float32), None, 0.2).tolist()
    [False, False, False, True]
    """
    failed = np.zeros(len(values), np.bool_)
    if min is not None:
        failed |= values < np.float32(min)
    if max is not None:
        failed |= values > np.float32(max)
    return failed


def failing_rules(columns: Mapping[str, Column], rules: Sequence[Limits]) -> list[Mask]:
    """A mask a rule, in the rules' order; every rule's signal has a column."""
    return [failing(columns[rule.signal], rule.min, rule.max) for rule in rules]
