"""What the shipped recipes say of themselves, in the language of the page.

A recipe is one file in English and has its title in Japanese; longer texts are
translated here, where translations are made. Other recipes speak as they were written.
"""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

_DESCRIPTIONS = (
    _("Drops what is no Japanese prose: noise, repetition, advertising, strings of key words."),
    _(
        "FineWeb-2's Japanese thresholds on character n-grams and another language score: "
        "an approximation."
    ),
    _("The default filters of HojiChar, with own word lists and without a tagger."),
    _("Reads, normalises and removes exact and near duplicates; no rule drops a document."),
    _("The web filters of the LLM-jp corpus, version 1, with the duplicate search of version 4."),
    _("The rules of the Swallow Corpus, Version 1, without its list of hosts."),
)

#: Where thresholds come from. A bare name of a file or a filter is the same in every language.
_THRESHOLDS = (
    _("noai, TDMRep: whoever answers for the text says that no model is to be trained on it"),
    _("real articles have none; one wrong line in fifty is enough to see"),
    _("one U+FFFD in 200 characters: decoding failed"),
    _("private-use characters cannot be read by a model"),
    _("kana decide; see docs/signals.md"),
    _("Swallow v1 asks for .50; news with many Latin names reach .46"),
    _("a sentence or two; one-sentence questions of case reports have 41"),
    _("prose has .15 and more, statutes of tables .07, strings of key words next to none"),
    _("HojiChar's .40 for symbols and blanks together; articles stay under .17"),
    _("tables of numbers; statutes with tables reach .30"),
    _("lists of links"),
    _("menus; poems reach .19 (FineWeb's value)"),
    _("lists of teasers; Gopher's .30 drops a story whose lines trail off (.33)"),
    _("HojiChar's .33 drops statutes of tables, which reach .36"),
    _("Gopher's .20 drops statutes; half of a text said twice is none"),
    _("repetition without line breaks; statutes reach .37 (99 %)"),
    _(
        "1 % of statutes lie under .156, pages made from a form under .122 (LLM-jp v1 "
        "asks zlib for .30)"
    ),
    _("HojiChar's 200, thrice: NFKC makes three periods of …, and a story's two dotted lines 234"),
    _(
        "Swallow v1 allows .05 with a longer list; pages on sex as an illness or in a "
        "film reach .03"
    ),
    _("news reach .021, product pages a tenth and more"),
    _("error pages, consent, login: a fifth and more; an article about them has a sentence"),
    _("HojiChar, DiscardBBSComments, narrowed; lines of chats count"),
    _("jpn_Jpan.yml, language_score (another model)"),
    _("jpn_Jpan.yml, new_line_ratio (of words there)"),
    _("GopherQualityFilter's default, max_bullet_lines_ratio"),
    _("GopherQualityFilter's default, max_ellipsis_lines_ratio"),
    _("NgWordsFilterJa: one word rejects"),
    _("DiscardBBSComments, without its bare hyphen and dates"),
    _("DiscardTooManySpecialToken, without its blanks and with a table by Unicode category"),
    _("SingleCharacterRepetitionFilter: 200 or more reject"),
    _("DiscardTooShortLines, empty lines not counted"),
    _("filters.py, is_not_adult_content; strict 2"),
    _("filters.py, is_not_discrimination_content; strict 2"),
    _("filters.py, is_not_violence_content; strict 2"),
    _("filters.py, has_good_average_sentence_length; strict 80"),
    _("filters.py, has_good_compression_ratio; strict from .375"),
    _("Okazaki et al. 2024, with lists of our own"),
)
_KNOWN = frozenset((*_DESCRIPTIONS, *_THRESHOLDS))


def translated(text: str) -> str:
    """A recipe's description or the source of a threshold in the current language, or as it is."""
    return gettext(text) if text in _KNOWN else text
