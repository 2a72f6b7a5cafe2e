"""Control characters that stand for something between two passes."""

from __future__ import annotations

import re

#: KEPT number END: text that is set aside.
KEPT, END = "\x01", "\x02"
#: A | that templates made: no separator of arguments, but one of cells.
PIPE = "\x03"
#: Here a template or a file was dropped.
DROPPED = "\x04"
#: A | that is text.
BAR = "\x05"
#: <br>, and the beginning or end of <p> and the like: line ends that end no row of a table.
BREAK, PARAGRAPH = "\x06", "\x07"

_ANY = re.compile("[\x00-\x08]")


def remove(text: str) -> str:
    """The text without characters that would be taken for marks; XML cannot hold them."""
    return _ANY.sub("", text) if _ANY.search(text) else text
