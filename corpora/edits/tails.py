"""The end of a text, line by line: where footers are looked for and cut."""

from __future__ import annotations

from collections.abc import Collection

from corpora.sources import folder_of

#: A longer line is prose, whoever repeats it.
LONGEST = 200

Span = tuple[int, int]


def group_of(host: str | None, source: str) -> str:
    """Whose footer it would be: the host's, without one the archive's or folder's.

    >>> group_of("example.jp", "a.warc"), group_of(None, "新聞/2011/a.txt")
    ('example.jp', '新聞/2011')
    """
    return host or folder_of(source)


def last_lines(text: str, number: int) -> list[tuple[str, Span]]:
    """The last lines with something on them, the last first, stripped, with their places.

    >>> last_lines("本文。\\n 続きを読む\\n\\n", 2)
    [('続きを読む', (5, 10)), ('本文。', (0, 3))]
    """
    found: list[tuple[str, Span]] = []
    end = len(text)
    while end > 0 and len(found) < number:
        start = text.rfind("\n", 0, end) + 1
        line = text[start:end]
        bare = line.strip()
        if bare:
            at = start + line.index(bare)
            found.append((bare, (at, at + len(bare))))
        end = start - 1
    return found


def footer_span(text: str, footers: Collection[str], number: int) -> Span | None:
    """From the end of the last line that is no footer to the end of the text.

    Only lines at the very end go: a known line above an unknown one stays.

    >>> footer_span("本文。\\nシェアする\\n©会社", {"シェアする", "©会社"}, 8)
    (3, 13)
    >>> footer_span("シェアする\\n本文。", {"シェアする"}, 8) is None
    True
    """
    cut = None
    for line, (start, _) in last_lines(text, number):
        if line not in footers:
            break
        cut = start
    if cut is None:
        return None
    return len(text[:cut].rstrip()), len(text)
