"""What the first page may be asked."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

#: Tokens of a training that one may plan with.
BUDGETS = (
    (10**8, _("100 million")),
    (10**9, _("1 billion")),
    (10**10, _("10 billion")),
    (7 * 10**10, _("70 billion")),
    (46 * 10**10, _("460 billion")),
    (10**12, _("1 trillion")),
)
#: Until somebody chooses.
USUAL = 10**10


class BudgetForm(forms.Form):
    """The tokens of a training: in the address, else as this browser chose last."""

    budget = forms.TypedChoiceField(
        label=_("Token budget"),
        choices=BUDGETS,
        coerce=int,
        required=False,
        widget=forms.Select(attrs={"data-submit": "", "class": "is-auto"}),
    )

    def clean_budget(self) -> int:
        return self.cleaned_data["budget"] or USUAL
