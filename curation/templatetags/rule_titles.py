"""What rules and signals are called by people. A name that is not known is shown as it is."""

from __future__ import annotations

from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy

#: Rules of the shipped recipes and of the product itself: what is wrong with the text.
_RULES: dict[str, Promise] = {
    "opt_out": pgettext_lazy("rule", "Opted out"),
    "opt_out_signal": pgettext_lazy("rule", "Opt-out from training"),
    "judgement": pgettext_lazy("rule", "Judged by a person"),
    "exact_duplicate": pgettext_lazy("rule", "Exact duplicate"),
    "near_duplicate": pgettext_lazy("rule", "Near duplicate"),
    "contained": pgettext_lazy("rule", "Inside a kept document"),
    "addresses": pgettext_lazy("rule", "Mostly web addresses"),
    "adult": pgettext_lazy("rule", "Adult words"),
    "advertising": pgettext_lazy("rule", "Advertising"),
    "average_sentence": pgettext_lazy("rule", "Average sentence length"),
    "board": pgettext_lazy("rule", "Message-board phrases"),
    "bullets": pgettext_lazy("rule", "Mostly bullet points"),
    "character_repetition": pgettext_lazy("rule", "Repeated characters"),
    "compression": pgettext_lazy("rule", "Compression ratio"),
    "continued_elsewhere": pgettext_lazy("rule", "Continued elsewhere (… at line ends)"),
    "digits": pgettext_lazy("rule", "Mostly digits"),
    "discrimination": pgettext_lazy("rule", "Discriminating words"),
    "ellipsis": pgettext_lazy("rule", "Ends in …"),
    "footers": pgettext_lazy("rule", "Repeated footer"),
    "footer": pgettext_lazy("rule", "Repeated footer"),
    "passage": pgettext_lazy("rule", "Repeated passage"),
    "gaiji": pgettext_lazy("rule", "Private-use characters"),
    "hiragana": pgettext_lazy("rule", "Hiragana share"),
    "japanese": pgettext_lazy("rule", "Japanese share"),
    "japanese_letters": pgettext_lazy("rule", "Number of Japanese letters"),
    "kana_in_head": pgettext_lazy("rule", "No kana at the beginning"),
    "katakana": pgettext_lazy("rule", "Katakana share"),
    "key_words": pgettext_lazy("rule", "Strings of key words"),
    "language": pgettext_lazy("rule", "Not Japanese"),
    "length": pgettext_lazy("rule", "Length"),
    "letters": pgettext_lazy("rule", "Number of letters"),
    "line_breaks": pgettext_lazy("rule", "Too many line breaks"),
    "line_ends": pgettext_lazy("rule", "Lines without closing punctuation"),
    "little_japanese": pgettext_lazy("rule", "Little Japanese"),
    "longest_sentence": pgettext_lazy("rule", "Overlong sentence"),
    "mojibake": pgettext_lazy("rule", "Mojibake"),
    "ng_words": pgettext_lazy("rule", "NG words"),
    "notices": pgettext_lazy("rule", "Notices of the site"),
    "not_japanese": pgettext_lazy("rule", "Not Japanese"),
    "one_character_run": pgettext_lazy("rule", "Long run of one character"),
    "one_form_over_and_over": pgettext_lazy("rule", "One form over and over"),
    "paragraph_characters": pgettext_lazy("rule", "Repeated paragraphs (by characters)"),
    "paragraphs": pgettext_lazy("rule", "Repeated paragraphs"),
    "repeated_characters": pgettext_lazy("rule", "Repeated characters"),
    "repeated_line_characters": pgettext_lazy("rule", "Repeated lines (by characters)"),
    "repeated_lines": pgettext_lazy("rule", "Repeated lines"),
    "repeated_passages": pgettext_lazy("rule", "Repeated passages"),
    "sentence_characters": pgettext_lazy("rule", "Repeated sentences (by characters)"),
    "sentence_length": pgettext_lazy("rule", "Sentence length"),
    "sentences": pgettext_lazy("rule", "Repeated sentences"),
    "short_lines": pgettext_lazy("rule", "Mostly short lines"),
    "symbols": pgettext_lazy("rule", "Mostly symbols"),
    "too_short": pgettext_lazy("rule", "Too short"),
    "top_2gram": pgettext_lazy("rule", "One 2-gram too often"),
    "top_3gram": pgettext_lazy("rule", "One 3-gram too often"),
    "top_4gram": pgettext_lazy("rule", "One 4-gram too often"),
    "duplicate_5gram": pgettext_lazy("rule", "Repeated 5-grams"),
    "duplicate_6gram": pgettext_lazy("rule", "Repeated 6-grams"),
    "duplicate_7gram": pgettext_lazy("rule", "Repeated 7-grams"),
    "duplicate_8gram": pgettext_lazy("rule", "Repeated 8-grams"),
    "duplicate_9gram": pgettext_lazy("rule", "Repeated 9-grams"),
    "duplicate_10gram": pgettext_lazy("rule", "Repeated 10-grams"),
    "undecodable": pgettext_lazy("rule", "Characters lost in decoding"),
    "violence": pgettext_lazy("rule", "Violent expressions"),
    "word_repetition": pgettext_lazy("rule", "Repeated words"),
}


def title(name: str) -> str | None:
    """A rule's or signal's title in the current language; None when it has none."""
    if name in _RULES:
        return str(_RULES[name])
    return signal_title(name)


def signal_title(name: str) -> str | None:
    """A signal's title alone: a rule of the same name may ask about another signal."""
    english, japanese = _signals().get(name, ("", ""))
    return (japanese if get_language() == "ja" else english) or None


@lru_cache(maxsize=1)
def _signals() -> dict[str, tuple[str, str]]:
    """Signal -> title in English and Japanese, as the catalogue states them."""
    # Not at the top: commands that show no page need not load the catalogue.
    from corpora.signals.catalogue import SIGNALS

    return {signal.name: (signal.title, signal.title_ja) for signal in SIGNALS.values()}
