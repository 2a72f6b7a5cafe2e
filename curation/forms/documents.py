"""The filter over a snapshot's documents, as the page's URL states it."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from curation.models import Snapshot
from curation.queries.scan import Filter, Place
from curation.queries.snapshots import rule_order
from curation.templatetags.workbench import rule_label

#: Names offered in a list before typing has to do.
OFFERED = 500


class FilterForm(forms.Form):
    """Valid whenever its values could be asked for; anything else is a 400."""

    verdict = forms.ChoiceField(
        label=_("Verdict"),
        required=False,
        choices=(
            ("", pgettext_lazy("any verdict", "Any")),
            ("keep", pgettext_lazy("verdict", "Kept")),
            ("drop", pgettext_lazy("verdict", "Dropped")),
        ),
    )
    rule = forms.CharField(label=_("Rule"), required=False, max_length=300)
    any_rule = forms.BooleanField(label=_("also where another rule decided"), required=False)
    domain = forms.CharField(label=_("Domain"), required=False, max_length=300)
    source = forms.CharField(
        label=_("Source or folder begins with"), required=False, max_length=300
    )
    contains = forms.CharField(label=_("Words in title or text"), required=False, max_length=300)
    after = forms.RegexField(regex=r"^\d{1,9}\.\d{1,12}\Z", required=False)

    def filter(self) -> Filter:
        values = dict(self.cleaned_data)
        values.pop("after")
        return Filter(**values)

    def start(self) -> Place:
        after = self.cleaned_data["after"]
        return Place.parse(after) if after else Place(0, 0)


def rules_offered(snapshot: Snapshot) -> list[tuple[str, str, int]]:
    """(name, title, documents it dropped first), in the recipe's order."""
    dropped = snapshot.counts["dropped"]
    return [(name, rule_label(name), dropped.get(name, 0)) for name in rule_order(snapshot)]


def names_offered(names: Iterable[str]) -> list[str]:
    return sorted(name for name in names if name)[:OFFERED]
