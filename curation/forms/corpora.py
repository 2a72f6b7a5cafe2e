"""Creating a corpus."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from curation.models import Corpus
from curation.models.corpus import name_validator


class CorpusForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=64,
        validators=[name_validator],
        help_text=_(
            "Used in addresses, commands and file names: lower-case letters, digits, "
            "'.', '_', '-'. It cannot be changed later."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        required=False,
        help_text=_("What people call it, in any language."),
    )
    domain = forms.CharField(
        label=_("Domain"),
        max_length=100,
        required=False,
        help_text=_("For documents that do not say: law, medicine, finance, web …"),
        widget=forms.TextInput(attrs={"list": "known-domains"}),
    )
    licence = forms.CharField(
        label=_("Licence"),
        max_length=100,
        required=False,
        help_text=_("For documents that do not say, e.g. CC-BY-4.0."),
        widget=forms.TextInput(attrs={"list": "known-licences"}),
    )
    description = forms.CharField(
        label=_("Description"),
        max_length=10_000,
        required=False,
        help_text=_("Where it comes from, who is responsible, what it is for."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if Corpus.objects.filter(name=name).exists():
            raise ValidationError(_("There is a corpus %(name)s already."), params={"name": name})
        return name
