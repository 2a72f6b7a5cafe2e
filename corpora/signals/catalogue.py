"""Every signal and group there is, by name."""

from __future__ import annotations

from collections.abc import Iterable

from corpora.signals.compression import COMPRESSION, QUICK_COMPRESSION
from corpora.signals.content import PERSONAL, WORDS
from corpora.signals.decoding import DECODING
from corpora.signals.language import LANGUAGE
from corpora.signals.layout import LAYOUT
from corpora.signals.morphology import MORPHOLOGY
from corpora.signals.registry import Declarations, Group, Signal
from corpora.signals.repetition import REPETITION, TOP_NGRAMS, WORD_REPETITION
from corpora.signals.rights import RIGHTS
from corpora.signals.script import SCRIPT

_ALL: tuple[Declarations, ...] = (
    SCRIPT,
    LAYOUT,
    TOP_NGRAMS,
    REPETITION,
    WORD_REPETITION,
    WORDS,
    PERSONAL,
    DECODING,
    LANGUAGE,
    COMPRESSION,
    QUICK_COMPRESSION,
    MORPHOLOGY,
    RIGHTS,
)

GROUPS: dict[str, Group] = {one.group.name: one.group for one in _ALL}
SIGNALS: dict[str, Signal] = {signal.name: signal for one in _ALL for signal in one.signals}


def members(group: str) -> tuple[Signal, ...]:
    """The signals of a group, in the order of its columns."""
    return tuple(signal for signal in SIGNALS.values() if signal.group == group)


def is_dear(signal: str) -> bool:
    """Whether it is measured only on what the rules over other signals keep.

    >>> is_dear("zlib_ratio"), is_dear("zstd_ratio"), is_dear("words.茶")
    (True, False, False)
    """
    return signal in SIGNALS and GROUPS[SIGNALS[signal].group].dear


def groups_of(signals: Iterable[str]) -> tuple[str, ...]:
    """The groups that these signals are in, sorted; a user's signal is its own group.

    >>> groups_of(["hiragana_share", "kanji_share", "words.茶"])
    ('script', 'words.茶')
    """
    return tuple(sorted({SIGNALS[name].group if name in SIGNALS else name for name in signals}))
