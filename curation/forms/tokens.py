"""Making an API token."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from curation.actions.tokens import scopes_for
from curation.models import ApiToken, User

#: Days -> how a person says it. A token that never expires is chosen on purpose, so it is last.
LIVES = (
    ("7", _("7 days")),
    ("30", _("30 days")),
    ("90", _("90 days")),
    ("365", _("1 year")),
    ("0", _("Never")),
)


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        help_text=_("What will use it, e.g. “training cluster, nightly pull”."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("Scopes"), widget=forms.CheckboxSelectMultiple, choices=()
    )
    days = forms.TypedChoiceField(
        label=_("Expires after"),
        choices=LIVES,
        initial="90",
        coerce=lambda days: int(days) or None,
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        """Only the scopes that the role has any use for are offered, and accepted."""
        super().__init__(*args, **kwargs)
        allowed = scopes_for(user)
        field = self.fields["scopes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(scope.value, scope.label) for scope in allowed]
        self.initial.setdefault("scopes", [ApiToken.Scope.READ.value])
