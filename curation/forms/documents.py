"""The filter over a snapshot's documents, as the page's URL states it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from corpora.errors import RecipeError
from curation.models import Snapshot
from curation.queries.documents import PAGE_ROWS
from curation.queries.places import FIRST, Place
from curation.queries.scan import Filter
from curation.queries.search import asked
from curation.queries.snapshots import rule_order
from curation.sentences import said
from curation.templatetags.workbench import rule_label

#: Names offered in a list before typing has to do.
OFFERED = 500


class StartForm(forms.Form):
    """Where a page of the list begins."""

    after = forms.RegexField(regex=r"^\d{1,9}\.\d{1,12}\Z", required=False)

    def start(self) -> Place:
        after = self.cleaned_data["after"]
        return Place.parse(after) if after else FIRST


class RestForm(StartForm):
    """How much of a page is still to come, and how much of it is shown."""

    room = forms.IntegerField(min_value=1, max_value=PAGE_ROWS)
    shown = forms.IntegerField(min_value=0, max_value=PAGE_ROWS)


class FilterForm(StartForm):
    """Valid whenever its values could be asked for; anything else is a 400.

    Fields of the documents, ``not.FIELD``, ``min.SIGNAL`` and ``max.SIGNAL`` are read by
    curation.queries.scan.Filter.
    """

    any_rule = forms.BooleanField(label=_("also where another rule decided"), required=False)
    contains = forms.CharField(label=_("Search"), required=False, max_length=300, strip=False)
    mode = forms.ChoiceField(
        label=_("Search as"),
        required=False,
        choices=(
            ("", pgettext_lazy("search mode", "Words")),
            ("pattern", pgettext_lazy("search mode", "Pattern (RE2)")),
            ("url", pgettext_lazy("search mode", "URL")),
            ("host", pgettext_lazy("search mode", "Host")),
        ),
    )

    def clean(self) -> dict[str, Any]:
        values = dict(self.cleaned_data)
        try:
            values["filter"] = Filter.from_query(self.data)
        except ValueError as error:
            raise forms.ValidationError(
                _("The address asks for something that cannot be looked for.")
            ) from error
        return values

    def filter(self) -> Filter:
        found: Filter = self.cleaned_data["filter"]
        return found


def refusal(wanted: Filter) -> str:
    """Why what is searched for cannot be: a sentence, "" when it can."""
    try:
        asked(wanted.contains, wanted.mode)
    except RecipeError as error:
        return said(error)
    return ""


def rules_offered(snapshot: Snapshot) -> list[tuple[str, str, int]]:
    """(name, title, documents it dropped first), in the recipe's order."""
    dropped = snapshot.counts["dropped"]
    return [(name, rule_label(name), dropped.get(name, 0)) for name in rule_order(snapshot)]


def names_offered(names: Iterable[str]) -> list[str]:
    return sorted(name for name in names if name)[:OFFERED]
