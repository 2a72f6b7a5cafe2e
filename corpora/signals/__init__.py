"""Signals: what is measured of a document, once, so that a threshold is only a comparison."""

from __future__ import annotations

from corpora.signals.catalogue import GROUPS, SIGNALS, groups_of, is_dear, members
from corpora.signals.registry import Group, Signal

__all__ = ["GROUPS", "SIGNALS", "Group", "Signal", "groups_of", "is_dear", "members"]
