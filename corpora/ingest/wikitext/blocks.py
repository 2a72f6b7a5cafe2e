"""Lines of wikitext become headings, paragraphs, lists and tables of plain lines."""

from __future__ import annotations

import re

from corpora.ingest.wikitext.marks import BAR, BREAK, PARAGRAPH

_LISTS = "*#:;"
#: A line that begins so is one, whatever tags are in it.
_ROWS = ("|", "!", "=")
#: What may begin a line that is more than text.
_SPECIAL = frozenset("=*#:;|!{- \t")
_BULLET = "・"
#: Items deeper than this are indented no further.
_INDENTED = 8
_CELLS = " | "
_BREAKS = re.compile(f"[{BREAK}{PARAGRAPH}]")
_BLANKS = re.compile("  ++")


def lay_out(text: str) -> str:
    """Headings as lines of their own, items after ・ or a number, rows with | between cells.
    A section that has no text left goes with its heading.

    >>> print(lay_out("==種類==\\n* 梟\\n** 木菟\\n{|\\n! 名!!長さ\\n|-\\n|梟||50\\n|}\\n==注=="))
    種類
    <BLANKLINE>
    ・梟
      ・木菟
    <BLANKLINE>
    名 | 長さ
    梟 | 50
    """
    page = _Layout()
    for line in text.split("\n"):
        page.add(line)
    return page.text()


class _Layout:
    def __init__(self) -> None:
        self._out: list[str] = []
        #: Headings that no text has followed yet: (level, heading).
        self._headings: list[tuple[int, str]] = []
        #: Numbers of # items by depth.
        self._numbers: list[int] = []
        #: Tables around the line.
        self._tables = 0
        #: Cells of the row at hand, each as its lines; None outside of rows.
        self._row: list[list[str]] | None = None

    def text(self) -> str:
        self._end_row()
        return "\n".join(self._out).strip("\n").replace(BAR, "|")

    def add(self, line: str) -> None:
        if BREAK in line or PARAGRAPH in line:
            if line.lstrip()[:1] not in _ROWS:
                self._add_broken(line)
                return
            line = _BREAKS.sub(" ", line)
        if "  " in line and line[0] != " ":
            line = _BLANKS.sub(" ", line)
        if line[:1] not in _SPECIAL:
            self._numbers = []
            self._put(line.rstrip())
            return
        bare = line.strip()
        if self._is_heading(bare) or self._is_table(bare):
            return
        if line[0] in _LISTS:
            self._list(line)
            return
        self._numbers = []
        # A line that begins with a blank is as it was typed: code, or a figure of characters.
        self._put("" if bare.startswith("----") else line[1:].rstrip())

    def _add_broken(self, line: str) -> None:
        """A line with ends in it that tags have made; an item goes on behind them."""
        for number, paragraph in enumerate(line.split(PARAGRAPH)):
            if number:
                self.add("")
            first, *rest = paragraph.split(BREAK)
            self.add(first)
            numbers = self._numbers
            for part in rest:
                self.add(part)
            self._numbers = numbers

    def _put(self, line: str) -> None:
        """A line of text, "" between paragraphs; into the cell when there is one."""
        if self._row is not None and self._tables:
            if line:
                self._row[-1].append(line.strip())
            return
        self._end_row()
        self._emit(line)

    def _emit(self, line: str) -> None:
        if not line:
            if self._out and self._out[-1]:
                self._out.append("")
            return
        for _, heading in self._headings:
            self._emit("")
            self._out += [heading, ""]
        self._headings = []
        self._out.append(line)

    # -- headings --------------------------------------------------------------------------

    def _is_heading(self, bare: str) -> bool:
        if not bare.startswith("=") or len(bare) < 3 or not bare.endswith("="):
            return False
        level = min(len(bare) - len(bare.lstrip("=")), len(bare) - len(bare.rstrip("=")), 6)
        heading = bare[level:-level].strip()
        if not heading.strip("="):
            return False
        self._end_row()
        self._tables = 0
        self._numbers = []
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        self._headings.append((level, heading.strip("= ")))
        return True

    # -- lists -----------------------------------------------------------------------------

    def _list(self, line: str) -> None:
        item = line.lstrip(_LISTS)
        prefix = line[: len(line) - len(item)]
        item = item.strip()
        if not item:
            return
        if item.startswith("{|"):
            self._is_table(item)
            return
        depth = min(prefix.count("*") + prefix.count("#"), _INDENTED)
        self._put("  " * (depth - 1) + self._sign(prefix) + item)

    def _sign(self, prefix: str) -> str:
        """What stands before an item: ・, its number, or nothing."""
        numbers = self._numbers[: len(prefix)]
        numbers += [0] * (len(prefix) - len(numbers))
        if prefix[-1] == "#":
            numbers[-1] += 1
        self._numbers = numbers
        return {"*": _BULLET, "#": f"{numbers[-1]}. "}.get(prefix[-1], "")

    # -- tables ----------------------------------------------------------------------------

    def _is_table(self, bare: str) -> bool:
        """Rows are rows even where a template has begun their table."""
        if bare.startswith("{|"):
            self._end_row()
            self._emit("")
            self._tables += 1
        elif bare.startswith("|}"):
            self._end_row()
            self._tables = max(self._tables - 1, 0)
            self._emit("")
            self._put(bare[2:].strip())
        elif bare.startswith("|-"):
            self._end_row()
        elif bare.startswith("|+"):
            self._end_row()
            self._cells(bare[2:], "|")
            self._end_row()
        elif bare.startswith("|"):
            cells = bare[1:].removesuffix("|}")
            self._cells(cells, "|")
            if len(cells) < len(bare) - 1:
                return self._is_table("|}")
        elif bare.startswith("!") and (self._tables or self._row is not None or "!!" in bare):
            self._cells(bare[1:], "!")
        else:
            return False
        return True

    def _cells(self, line: str, mark: str) -> None:
        if mark == "!":
            line = line.replace("!!", "||")
        self._row = self._row or []
        for cell in line.split("||"):
            attributes, bar, text = cell.partition("|")
            self._row.append([(text if bar else attributes).strip()])

    def _end_row(self) -> None:
        if self._row is None:
            return
        cells = [" ".join(filter(None, cell)) for cell in self._row]
        self._row = None
        row = _CELLS.join(cells).strip(_CELLS)
        if row:
            self._emit(row)
