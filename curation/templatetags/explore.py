"""Names of what the explore page filters by, and of its values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from curation.queries.scan import LEAST, NOT, Filter
from curation.templatetags.workbench import rule_label

register = template.Library()

_TITLES = {
    "verdict": gettext_lazy("Verdict"),
    "rule": gettext_lazy("Rule"),
    "source": gettext_lazy("Source"),
    "domain": gettext_lazy("Domain"),
    "licence": gettext_lazy("Licence"),
    "language": pgettext_lazy("of a document", "Language"),
    "format": gettext_lazy("Format"),
    "opt_out_signal": gettext_lazy("Opt-out signal"),
    "personal": gettext_lazy("Personal data"),
    "host": gettext_lazy("Host"),
    "contains": gettext_lazy("Search"),
}


@register.filter
def field_title(name: str) -> str:
    """What a field is called."""
    return str(_TITLES.get(name, name))


@register.filter
def field_value(value: str, name: str) -> str:
    """A value as people say it; names of the corpus stay what they are."""
    if name == "verdict":
        kept = value == "keep"
        return pgettext("verdict", "Kept") if kept else pgettext("verdict", "Dropped")
    if name == "personal":
        return rule_label(value) if value else _("none found")
    if not value:
        return _("not stated")
    return rule_label(value) if name == "rule" else value


@register.filter
def as_address(query: Mapping[str, Any]) -> str:
    """A filter as a URL states it, from what was kept of it."""
    return urlencode(Filter.from_query(query).to_query(), doseq=True)


@register.filter
def in_words(query: Mapping[str, Any]) -> list[str]:
    """Each condition of a filter, as a URL states it, in words."""
    wanted = Filter.from_query(query)
    found = []
    for name, value in wanted.conditions():
        field = name.removeprefix(NOT)
        if name.startswith(LEAST):
            found.append(f"{rule_label(name.removeprefix(LEAST))} {value}")
        elif name.startswith(NOT):
            left_out = pgettext("condition", "not")
            found.append(f"{left_out} {field_title(field)}: {field_value(value, field)}")
        else:
            found.append(field_value(value, name))
    if wanted.any_rule:
        found.append(_("also where another rule decided"))
    return found
