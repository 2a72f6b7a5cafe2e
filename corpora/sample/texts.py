"""Read the written texts.

A file in ``texts/`` starts with ``%% key=value …`` for all its texts. Each text
starts with ``@@ slug | title | date | key=value | …``, then its body. A file in
``texts/pools/`` has ``== title`` sections of one post or item a line; a line
that starts with ``+`` answers the line before it and stays with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from corpora.sample.documents import WrittenText

TEXTS_DIR = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Posts or items on one topic, from which several documents are dealt."""

    title: str
    host: str
    domain: str
    kind: str
    #: The first unit opens every document; a unit is a line and its answers.
    units: tuple[tuple[str, ...], ...]


def settings_of(line: str) -> dict[str, str]:
    """The settings of a ``%%`` line.

    >>> settings_of("%% host=a.example.jp domain=law")
    {'host': 'a.example.jp', 'domain': 'law'}
    """
    return dict(item.split("=", 1) for item in line.removeprefix("%%").split())


def read_texts(path: Path) -> list[WrittenText]:
    """All texts of one file, in file order."""
    head, *blocks = path.read_text(encoding="utf-8").split("\n@@ ")
    common = settings_of(head.strip())
    return [_text(block, common) for block in blocks]


def _text(block: str, common: dict[str, str]) -> WrittenText:
    header, body = block.split("\n", 1)
    slug, title, date, *extras = (field.strip() for field in header.split(" | "))
    own = common | dict(item.split("=", 1) for item in extras)
    return WrittenText(
        slug=slug,
        title=title,
        date=date,
        body=body.strip("\n"),
        host=own["host"],
        domain=own["domain"],
        kind=own["kind"],
        planted=own.get("planted", ""),
        author=own.get("author", ""),
        twin=own.get("twin", ""),
        has_footer=own.get("footer") == "yes",
    )


def read_pools(path: Path) -> list[Pool]:
    """All sections of one pool file, in file order."""
    head, *sections = path.read_text(encoding="utf-8").split("\n== ")
    common = settings_of(head.strip())
    return [_pool(section, common) for section in sections]


def _pool(section: str, common: dict[str, str]) -> Pool:
    title, *lines = section.strip("\n").split("\n")
    units: list[tuple[str, ...]] = []
    for line in lines:
        if line.startswith("+"):
            units[-1] += (line[1:],)
        else:
            units.append((line,))
    return Pool(
        title=title,
        host=common["host"],
        domain=common["domain"],
        kind=common["kind"],
        units=tuple(units),
    )


def all_texts() -> list[WrittenText]:
    """Every written text, by file name and then file order."""
    return [text for path in sorted(TEXTS_DIR.glob("*.txt")) for text in read_texts(path)]
