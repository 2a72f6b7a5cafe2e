"""The API's reference as a page of ours: from the schema, without a script, offline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from ninja import NinjaAPI


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A parameter, or a property of a body."""

    name: str
    #: "path", "query", "body", "form" or "response".
    place: str
    type: str
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    id: str
    tag: str
    methods: list[str]
    path: str
    summary: str
    description: str
    scopes: list[str]
    takes: list[Field]
    gives: list[Field]
    statuses: list[str]


@login_required
@require_safe
def docs(request: HttpRequest, api: NinjaAPI) -> HttpResponse:
    schema = api.get_openapi_schema()
    groups: dict[str, list[Operation]] = {}
    for operation in _operations(schema):
        groups.setdefault(operation.tag, []).append(operation)
    return render(
        request,
        "api/docs.html",
        {"groups": groups, "root": request.build_absolute_uri("/api/v1")},
    )


def _operations(schema: dict[str, Any]) -> Iterator[Operation]:
    for path, methods in schema["paths"].items():
        names: dict[str, list[str]] = {}
        for method, stated in methods.items():
            names.setdefault(stated["operationId"], []).append(method)
        for same in names.values():
            yield _operation(path, same, methods[same[0]], schema)


def _operation(
    path: str, methods: list[str], stated: dict[str, Any], schema: dict[str, Any]
) -> Operation:
    return Operation(
        id=stated["operationId"],
        tag=stated["tags"][0],
        methods=[method.upper() for method in methods],
        path=path,
        summary=_(stated["summary"]),
        description=stated.get("description", ""),
        scopes=[scope for door in stated["security"] for scope in door.get("Bearer", [])],
        takes=[*_parameters(stated), *_body(stated, schema)],
        gives=_response(stated, schema),
        statuses=[str(status) for status in stated["responses"] if status != "default"],
    )


def _parameters(stated: dict[str, Any]) -> list[Field]:
    return [
        Field(
            name=parameter["name"],
            place=parameter["in"],
            type=_type(parameter["schema"]),
            required=parameter.get("required", False),
        )
        for parameter in stated["parameters"]
    ]


def _body(stated: dict[str, Any], schema: dict[str, Any]) -> list[Field]:
    content = stated.get("requestBody", {}).get("content", {})
    return [
        field
        for media, body in content.items()
        for field in _properties(
            body["schema"], schema, "body" if media == "application/json" else "form"
        )
    ]


def _response(stated: dict[str, Any], schema: dict[str, Any]) -> list[Field]:
    for status, response in stated["responses"].items():
        content = response.get("content")
        if str(status).startswith("2") and content:
            return _properties(content["application/json"]["schema"], schema, "response")
    return []


def _properties(value: dict[str, Any], schema: dict[str, Any], place: str) -> list[Field]:
    if "$ref" in value:
        value = schema["components"]["schemas"][value["$ref"].rsplit("/", 1)[1]]
    required = value.get("required", [])
    return [
        Field(name=name, place=place, type=_type(stated), required=name in required)
        for name, stated in value.get("properties", {}).items()
    ]


def _type(stated: dict[str, Any]) -> str:
    """A type in one word or few, as a reader of JSON would say it."""
    if "$ref" in stated:
        return str(stated["$ref"]).rsplit("/", 1)[1]
    if "anyOf" in stated:
        return " | ".join(_type(choice) for choice in stated["anyOf"])
    if "enum" in stated:
        return " | ".join(f'"{choice}"' for choice in stated["enum"])
    if "const" in stated:
        return f'"{stated["const"]}"'
    if stated.get("type") == "array":
        return f"[{_type(stated['items'])}]"
    return str(stated.get("format") or stated.get("type", "any"))
