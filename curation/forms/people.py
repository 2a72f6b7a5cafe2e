"""Creating accounts and giving roles."""

from __future__ import annotations

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.translation import gettext_lazy as _

from curation.models import Role


class PersonForm(forms.Form):
    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    password = forms.CharField(
        label=_("First password"),
        strip=False,
        max_length=1_000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least eight characters. Hand it over by a safe way."),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.CURATOR)


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role.choices)
