"""One tree of errors. Each says what happened, where, and what to do next.

``retryable`` tells the runner whether doing the same again can help.
"""

from __future__ import annotations


class KotoguraError(Exception):
    """Base of every error that a person is meant to read."""

    retryable: bool = False

    def __init__(self, message: str, *, remedy: str = "", retryable: bool | None = None) -> None:
        self.message = message
        self.remedy = remedy
        if retryable is not None:
            self.retryable = retryable
        super().__init__(f"{message} {remedy}".strip())


class SourceError(KotoguraError):
    """A file cannot be read, or not to its end.

    ``path`` is the file as it was given, ``offset`` the byte where reading
    stopped (None when the whole file is refused).
    """

    def __init__(
        self,
        path: str,
        offset: int | None,
        reason: str,
        *,
        remedy: str = "",
        retryable: bool = False,
    ) -> None:
        self.path = path
        self.offset = offset
        self.reason = reason
        place = path if offset is None else f"{path}, byte {offset:,}"
        super().__init__(f"{place}: {reason}", remedy=remedy, retryable=retryable)


class RecipeError(KotoguraError):
    """A recipe is unknown, unreadable or asks for something impossible."""


class StoreError(KotoguraError):
    """The store cannot keep or return a blob (full disk, missing or damaged blob)."""

    retryable = True


class ModelError(KotoguraError):
    """A tokenizer model cannot be loaded, trained or used."""


class ExportError(KotoguraError):
    """An export cannot be written, or does not match its manifest."""


class Cancelled(KotoguraError):
    """The work was asked to stop; what is finished stays finished."""

    retryable = True
