"""Paths with wildcards: a folder, and which of the files below it are meant.

As in a shell: ``*``, ``?`` and ``[…]`` stay within one name and leave hidden names out,
``**`` is any number of folders, and a folder that fits is taken with everything below it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

_WILD = frozenset("*?[")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """What follows the folder that all that fits lies below."""

    root: Path
    #: The names below it, with their wildcards; empty: the root itself.
    names: tuple[str, ...] = ()

    def fits(self, parts: tuple[str, ...]) -> bool:
        """Whether a file, or a folder that it lies in, is meant.

        >>> html = Pattern(root=Path("data"), names=("**", "*.html"))
        >>> html.fits(("2026", "01", "a.html")), html.fits(("a.html",)), html.fits(("a.txt",))
        (True, True, False)
        """
        return len(self.names) in self._reached(parts)

    def leads_on(self, parts: tuple[str, ...]) -> bool:
        """Whether anything in this folder can fit."""
        return bool(self._reached(parts))

    def _reached(self, parts: tuple[str, ...]) -> set[int]:
        """How many of the names the parts can have used up; all of them: it fits."""
        end = len(self.names)
        reached = self._past_folders({0})
        for part in parts:
            reached = self._past_folders(
                {
                    at + (at < end and self.names[at] != "**")
                    for at in reached
                    if at == end or self._takes(self.names[at], part)
                }
            )
        return reached

    def _past_folders(self, reached: set[int]) -> set[int]:
        """``**`` may be no folder at all."""
        for at, name in enumerate(self.names):
            if at in reached and name == "**":
                reached.add(at + 1)
        return reached

    @staticmethod
    def _takes(name: str, part: str) -> bool:
        if part.startswith(".") and not name.startswith("."):
            return False
        return name == "**" or fnmatchcase(part, name)


def pattern_of(given: str) -> Pattern:
    """A path as a pattern. What is there under its very name has no wildcards.

    >>> pattern_of("data/2026-*/**/*.html")
    Pattern(root=PosixPath('data'), names=('2026-*', '**', '*.html'))
    """
    path = Path(given)
    parts = path.parts
    wild = next((at for at, part in enumerate(parts) if _WILD & set(part)), None)
    if wild is None or "\0" in given or os.path.lexists(path):
        return Pattern(root=path)
    return Pattern(root=Path(*parts[:wild]), names=parts[wild:])
