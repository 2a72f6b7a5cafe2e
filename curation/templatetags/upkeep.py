"""What checks and collections say, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.translation import gettext_lazy as _

from curation.sentences import said

register = template.Library()

#: What they go through, as curation/upkeep names it to whoever watches.
_GONE_THROUGH = {
    "hashing blobs": _("hashing the blobs"),
    "units": _("units"),
    "sources": _("sources"),
    "snapshots": _("snapshots"),
    "exports": _("exports"),
    "manifests": _("manifests"),
    "keys": _("keys"),
    "blobs": _("blobs"),
}


@register.filter
def finding_line(finding: Mapping[str, str]) -> str:
    """What a check found, as ``manage.py fsck`` prints it."""
    return said(f"{finding['where']}: {finding['what']} {finding['remedy']}")


@register.filter
def gone_through(what: str) -> str:
    """What it goes through just now; the rows of any table are "rows"."""
    return str(_GONE_THROUGH.get(what, _("rows")))
