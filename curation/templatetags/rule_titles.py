"""What rules and signals are called by people. A name that is not here is shown as it is."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

TITLES: dict[str | None, Promise | str] = {
    "exact-duplicate": pgettext_lazy("rule", "Exact duplicate"),
    "near-duplicate": pgettext_lazy("rule", "Near duplicate"),
    "duplicate": pgettext_lazy("rule", "Duplicate"),
    "judgement": pgettext_lazy("rule", "Judged by a person"),
    "opt-out": pgettext_lazy("rule", "Opted out"),
}
