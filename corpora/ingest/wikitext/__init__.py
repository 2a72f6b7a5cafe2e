"""From wikitext to text: what a reader of the page would read, without its frame.

One pass after another, each linear in the length: what must not be read as wikitext is
set aside (``aside``), templates go or give their text (``templates``), links become
their labels (``links``), tags and quotes go (``inline``), what dropped templates leave is
tidied (``tidy``), and lines become paragraphs, lists and tables (``blocks``).

Between the passes control characters, which no wikitext can hold, stand for what a pass
has decided: see ``marks``. The wikitext is MediaWiki's, the templates are the ones that
Japanese wikis have.
"""

from __future__ import annotations

from dataclasses import dataclass

from corpora.ingest.wikitext import aside, blocks, inline, links, marks, templates, tidy
from corpora.ingest.wikitext.links import JAPANESE, Names

__all__ = ["JAPANESE", "Names", "Plain", "to_text"]


@dataclass(slots=True, kw_only=True)
class Plain:
    text: str
    categories: list[str]


def to_text(wikitext: str, *, title: str = "", names: Names = JAPANESE) -> Plain:
    """Paragraphs, headings, lists and tables as lines; a blank line between paragraphs.

    >>> to_text("'''猫'''（ねこ、{{lang-en-short|cat}}）は[[動物]]。[[Category:猫]]").text
    '猫（ねこ、英: cat）は動物。'
    """
    text, kept = aside.take(marks.remove(wikitext))
    text = templates.expand(text, title)
    text, categories = links.resolve(text, names)
    text = tidy.tidy(inline.strip(text))
    return Plain(text=aside.put_back(blocks.lay_out(text), kept), categories=categories)
