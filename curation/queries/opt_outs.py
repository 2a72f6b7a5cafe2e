"""The opt-outs that hold now."""

from __future__ import annotations

from django.db.models import QuerySet

from curation.models import OptOut

#: The kinds' names in a plan's arguments.
_NAMES = {OptOut.Kind.ID: "ids", OptOut.Kind.HOST: "hosts", OptOut.Kind.URL: "urls"}


def standing() -> dict[str, list[str]]:
    """{"ids": […], "hosts": […], "urls": […]}, each sorted and without repetition."""
    found: dict[str, set[str]] = {name: set() for name in _NAMES.values()}
    rows = OptOut.objects.filter(withdrawn_at=None).values_list("kind", "value")
    for kind, value in rows:
        found[_NAMES[OptOut.Kind(kind)]].add(value)
    return {name: sorted(values) for name, values in found.items()}


def history() -> QuerySet[OptOut]:
    """Every opt-out, the newest first, withdrawn ones too."""
    return OptOut.objects.select_related("by").order_by("-id")
