"""The workbench's routes, walked from the root."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import URLResolver, get_resolver

_PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")


@dataclass(frozen=True, slots=True)
class Route:
    name: str
    #: As it is written, from the root: "corpora/<name>/run/".
    pattern: str

    @property
    def is_about_one_thing(self) -> bool:
        return "<" in self.pattern

    @property
    def nowhere(self) -> str:
        """With a number, an id or a word for each parameter; nothing of that name exists."""
        return "/" + _PARAMETER.sub(
            lambda part: "999999" if part["kind"] == "int" else "f" * 32, self.pattern
        )

    def address(self, values: Mapping[str, object]) -> str:
        """``values`` by parameter; a ``name`` is looked up as "corpora.name", by its folder."""
        folder = self.pattern.partition("/")[0]

        def value(part: re.Match[str]) -> str:
            name = part["name"]
            return str(values[f"{folder}.{name}" if name == "name" else name])

        return "/" + _PARAMETER.sub(value, self.pattern)


def pages() -> list[Route]:
    return [route for route in _walk(get_resolver()) if not route.pattern.startswith("api/")]


def operations() -> list[Route]:
    """The REST API's own."""
    return [route for route in _walk(get_resolver()) if route.name.startswith("api:")]


def _walk(resolver: URLResolver, before: str = "", inside: str = "") -> Iterator[Route]:
    for each in resolver.url_patterns:
        pattern = before + str(each.pattern)
        if isinstance(each, URLResolver):
            namespace = f"{each.namespace}:" if each.namespace else ""
            yield from _walk(each, pattern, inside + namespace)
        else:
            yield Route(inside + (each.name or ""), pattern)
