"""Duplicate groups as the page's URL asks for them, and what people decide about them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from curation.queries.clusters import Wanted

#: Of documents, as the data plane makes them.
_ID = r"^[0-9a-f]{32}\Z"
KIND_TITLES = {
    "exact": pgettext_lazy("duplicates", "Exact"),
    "near": pgettext_lazy("duplicates", "Near"),
    "mixed": pgettext_lazy("duplicates", "Exact and near"),
    "contained": pgettext_lazy("duplicates", "Inside a larger one"),
}


class ClustersForm(forms.Form):
    """Valid whenever its values could be asked for; anything else is a 400."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=(("", pgettext_lazy("any kind", "Any")), *KIND_TITLES.items()),
    )
    least = forms.IntegerField(
        label=_("Documents at least"), required=False, min_value=2, max_value=2**31 - 1
    )
    domain = forms.CharField(label=_("Domain of a member"), required=False, max_length=300)
    source = forms.CharField(
        label=_("Source of a member begins with"), required=False, max_length=300
    )
    document = forms.CharField(label=_("Document id"), required=False, max_length=300)
    after = forms.RegexField(regex=r"^\d{1,9}\.\d{1,9}\Z", required=False)

    def wanted(self) -> Wanted:
        names = ("kind", "least", "source", "domain")
        given = {name: self.cleaned_data[name] for name in names if self.cleaned_data[name]}
        return Wanted(**given)

    def start(self) -> tuple[int, int] | None:
        """Size and number of the last group of the page before."""
        size, _dot, number = self.cleaned_data["after"].partition(".")
        return (int(size), int(number)) if size else None


class PairForm(forms.Form):
    """Which two members are compared; either may be left to the page."""

    left = forms.RegexField(regex=_ID, required=False)
    right = forms.RegexField(regex=_ID, required=False)
    #: The first difference of the window that is shown.
    at = forms.IntegerField(required=False, min_value=0, max_value=2**31)
    #: The first member of the list's page.
    start = forms.IntegerField(required=False, min_value=0, max_value=2**31)

    def asked(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value}


class TwoForm(forms.Form):
    """Two members that somebody decides about."""

    left = forms.RegexField(regex=_ID)
    right = forms.RegexField(regex=_ID)
    start = forms.IntegerField(required=False, min_value=0, max_value=2**31)
