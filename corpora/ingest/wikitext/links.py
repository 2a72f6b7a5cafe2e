"""Links become what they show; categories are listed, files and other languages go."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpora.ingest.wikitext.marks import BAR, DROPPED
from corpora.ingest.wikitext.names import INTERLANGUAGE

_TOKEN = re.compile(
    r"\[\[(?P<target>[^\[\]|\n]*+)(?:\|(?P<label>[^\[\]\n]*+))?+\]\]|\[\[|(?P<close>\]\])"
)
# Its last group is not possessive: before Python 3.11.5 one whose last attempt gives up half-way
# goes on in the wrong place (gh-106052).
_EXTERNAL = re.compile(
    r"\[(?:(?:https?|ftps?|irc|ircs|news|gopher|git|svn)://|//|mailto:)"
    r"[^\s\[\]<>\"]*+[ \t]*+(?P<label>[^\[\]\n]*+(?:\[[^\[\]\n]*+\][^\[\]\n]*+)*)(?:\]|$)",
    re.IGNORECASE | re.MULTILINE,
)
_BRACKET = re.compile(r" ?[（(][^（()）]*[)）]$")
#: Links inside each other: only a file's caption holds any, and it goes.
_DEPTH = 8
#: Categories of one page that are listed.
_LISTED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Prefixes of links, in lower case."""

    files: frozenset[str]
    categories: frozenset[str]

    @classmethod
    def of(cls, namespaces: dict[int, str]) -> Names:
        """With what a wiki calls its namespaces 6 (files) and 14 (categories)."""
        return cls(
            files=JAPANESE.files | {namespaces.get(6, "file").lower()},
            categories=JAPANESE.categories | {namespaces.get(14, "category").lower()},
        )


JAPANESE = Names(
    files=frozenset(("file", "image", "ファイル", "画像")),
    categories=frozenset(("category", "カテゴリ")),
)


def resolve(text: str, names: Names = JAPANESE) -> tuple[str, list[str]]:
    """(the text with labels in place of links, the page's categories).

    >>> resolve("[[江戸|お江戸]]の[http://a.jp/ 橋][[File:a.png|[[橋]]]][[Category:橋|は]]")
    ('お江戸の橋\\x04', ['橋'])
    """
    if "[" not in text and "]]" not in text:
        return text, []
    links = _Links(names)
    text = links.resolve(text)
    return _EXTERNAL.sub(lambda match: match["label"] or DROPPED, text), list(links.categories)


class _Links:
    def __init__(self, names: Names) -> None:
        self._names = names
        #: In their order, without doubles.
        self.categories: dict[str, None] = {}

    def resolve(self, text: str) -> str:
        out: list[str] = []
        #: Where in ``out`` the links begin that are not closed yet.
        open_: list[int] = []
        position = 0
        for match in _TOKEN.finditer(text):
            out.append(text[position : match.start()])
            position = match.end()
            if match["target"] is not None:
                out.append(self._shown(match["target"], match["label"]))
            elif match["close"] is None:
                if len(open_) < _DEPTH:
                    open_.append(len(out))
            elif open_:
                start = open_.pop()
                inner = "".join(out[start:])
                del out[start:]
                out.append(self._closed(inner))
        out.append(text[position:])
        for start in reversed(open_):
            out[start] = self._unclosed(out[start])
        return "".join(out)

    def _closed(self, inner: str) -> str:
        """What [[inner]] shows, where inner had links or line ends of its own."""
        if "\n\n" in inner or "\n=" in inner:
            return self._unclosed(inner)
        target, bar, label = inner.partition("|")
        return self._shown(target, label if bar else None)

    def _unclosed(self, text: str) -> str:
        """A link that was never closed is text; of a file's, the line is its caption."""
        line, end, rest = text.partition("\n")
        if self._prefix(line) in self._names.files:
            return end + rest
        return text

    def _shown(self, target: str, label: str | None) -> str:
        if ":" in target:
            prefix = self._prefix(target)
            if prefix in self._names.files:
                return DROPPED
            if prefix in self._names.categories:
                name = " ".join(target.partition(":")[2].replace("_", " ").split())
                if name and len(self.categories) < _LISTED:
                    self.categories[name] = None
                return ""
            if prefix in INTERLANGUAGE:
                return ""
            if not prefix:
                target = self._named(target.lstrip().removeprefix(":"))
        if label is None:
            return target.removeprefix("#")
        if not label:  # [[a (b)|]]: the pipe trick
            return _BRACKET.sub("", target.rpartition(":")[2])
        return label.replace("|", BAR)

    def _named(self, target: str) -> str:
        """What [[:target]] shows; not that it is a category, a file or in another language."""
        prefix = self._prefix(target)
        listed = (self._names.files, self._names.categories, INTERLANGUAGE)
        known = any(prefix in names for names in listed)
        return target.partition(":")[2] if known else target

    @staticmethod
    def _prefix(target: str) -> str:
        prefix, colon, _ = target.partition(":")
        return prefix.strip().lower() if colon else ""
