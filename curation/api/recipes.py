"""Recipes: versions that never change."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext_noop
from ninja import Field, Router, Schema, Status

from curation.actions import recipes as actions
from curation.api.auth import READING, WRITING, actor
from curation.api.schemas import Id, Limit, Line, Name, Page, Prose, page
from curation.models import Recipe

router = Router(tags=["recipes"])


class RecipeIn(Schema):
    name: Name
    toml: Prose
    comment: Line = ""


class RecipeOut(Schema):
    id: int
    name: str
    version: int
    #: Of what decides the output; the words for people are left out.
    sha256: str
    comment: str
    shipped: bool
    created_at: datetime


class RecipeDetail(RecipeOut):
    toml: str
    content: dict[str, Any]


@router.get(
    "",
    auth=READING,
    response=Page[RecipeOut],
    summary=gettext_noop("Versions of recipes, newest first"),
)
def list_recipes(
    request: HttpRequest, name: Name | None = None, limit: Limit = 100, before: Id | None = None
) -> dict[str, object]:
    rows = Recipe.objects.filter(name=name) if name else Recipe.objects.all()
    return page(rows, limit=limit, before=before)


@router.get(
    "/{name}",
    auth=READING,
    response=RecipeDetail,
    summary=gettext_noop("A recipe: its newest version, or the one asked for"),
)
def get_recipe(
    request: HttpRequest,
    name: Name,
    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None,
) -> Recipe:
    versions = Recipe.objects.filter(name=name)
    if version is not None:
        versions = versions.filter(version=version)
    found = versions.order_by("-version").first()
    if found is None:
        raise Http404
    return found


@router.post(
    "",
    auth=WRITING,
    response={201: RecipeDetail},
    summary=gettext_noop("Save a recipe as a new version"),
)
def save_recipe(request: HttpRequest, body: RecipeIn) -> Status[Recipe]:
    """422 with the key, rule or threshold that is wrong."""
    return Status(201, actions.save_recipe(**body.dict(), by=actor(request)))
