"""What the data plane says, in the language of the page.

An error of the data plane is "[place: ]sentence[ remedy]" in English. It is known again by
the form of its sentences (curation/data_plane_sentences.py, data_plane_remedies.py); what is
not known is shown as it is, and what it names (a path, the parser's own words) stays beside the
translation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from curation import data_plane_fetching as fetching
from curation import data_plane_sentences as forms
from curation import upkeep_sentences as upkeep
from curation.data_plane_remedies import REMEDIES

#: Longer texts hold what somebody wrote, and are not ours to read letter by letter.
_LONGEST = 1_000
_NAME = re.compile(r"%\((\w+)\)s")
_BYTE = re.compile(r"\bbyte ([\d,]+): $")
#: What a name "number" stands for: "%(place)s is %(number)s." must not be any sentence.
_NUMBER = r"[-+.,\de]+|inf|nan"
_SENTENCES = (
    # First: "%(place)s is %(number)s." of the recipes would know some of them, too.
    *upkeep.FINDINGS,
    *upkeep.CHORES,
    *forms.RECORDS,
    *forms.FILES,
    *fetching.FETCHING,
    *forms.SYSTEM,
    *forms.MODELS,
    *forms.EXPORTS,
    *forms.RECIPES,
)
_REMEDIES = (*REMEDIES, *fetching.REMEDIES, *upkeep.REMEDIES)


def said(text: object) -> str:
    """A text or an error as the page says it."""
    return _said(str(text), get_language() or "")


@lru_cache(maxsize=4_096)
def _said(text: str, language: str) -> str:
    if language != "ja" or len(text) > _LONGEST:
        return text
    for sentence, remedy in _parted(text):
        if known := _sentence(sentence):
            return known + remedy
    return text


def _parted(text: str) -> Iterator[tuple[str, str]]:
    """(sentence, translated remedy), the longest remedy first; at last without one."""
    for space in re.finditer(" ", text):
        if remedy := _known([text[space.end() :]], _REMEDIES):
            yield text[: space.start()], remedy
    yield text, ""


def _sentence(text: str) -> str | None:
    """A sentence, or one after a place that stays as it is: "a.gz, byte 12: …"."""
    colons = [colon.end() for colon in re.finditer(": ", text)]
    return _known([text, *(text[at:] for at in colons)], _SENTENCES, whole=text)


def _known(ends: Sequence[str], among: Iterable[str], whole: str = "") -> str | None:
    """The first form that one of the ends has, after what stands before that end."""
    for form in among:
        for end in ends:
            if found := _pattern(form).fullmatch(end):
                return _place(whole[: -len(end)]) + _filled(form, found.groupdict())
    return None


def _place(text: str) -> str:
    return _BYTE.sub(lambda found: _("at byte %(number)s: ") % {"number": found[1]}, text)


def _filled(form: str, names: dict[str, str]) -> str:
    """What a sentence quotes may be one of ours as well: "not valid JSON: nested too deeply"."""
    return _(form) % {name: _known([it], _SENTENCES) or it for name, it in names.items()}


@cache
def _pattern(form: str) -> re.Pattern[str]:
    literals = _NAME.split(form)
    literals[0::2] = map(re.escape, literals[0::2])
    literals[1::2] = [
        f"(?P<{name}>{_NUMBER if name == 'number' else '.+?'})" for name in literals[1::2]
    ]
    return re.compile("".join(literals), re.DOTALL)
