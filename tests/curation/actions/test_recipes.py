"""Versions of recipes."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied

from corpora import recipe as recipes
from corpora.errors import RecipeError
from curation.actions import recipes as actions
from curation.actions.recipes import ensure_shipped, save_recipe
from curation.models import Recipe, User
from tests.curation.snapshots import RECIPE

pytestmark = pytest.mark.django_db


def test_every_shipped_recipe_has_one_version_however_often() -> None:
    ensure_shipped()
    ensure_shipped()
    rows = Recipe.objects.all()
    assert sorted(row.name for row in rows) == recipes.shipped()
    assert {(row.version, row.shipped) for row in rows} == {(1, True)}
    default = rows.get(name="default")
    assert default.value == recipes.load("default")
    assert default.sha256 == recipes.load("default").sha256


def test_a_changed_file_is_the_next_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "_SHIPPED", tmp_path)
    monkeypatch.setattr(recipes, "shipped", lambda: ["small"])
    for toml in (RECIPE, RECIPE.replace("min = 30", "min = 31"), RECIPE):
        (tmp_path / "small.toml").write_text(toml, "utf-8")
        ensure_shipped()
    assert list(Recipe.objects.values_list("version", flat=True)) == [3, 2, 1]


def test_saving_makes_the_next_version_and_the_same_text_none(curator: User) -> None:
    first = save_recipe(name="ours", toml=RECIPE, comment="begun", by=curator)
    again = save_recipe(name="ours", toml=RECIPE, comment="no change", by=curator)
    second = save_recipe(
        name="ours", toml=RECIPE.replace("min = 30", "min = 40"), comment="", by=curator
    )
    assert (first.version, again.pk, second.version) == (1, first.pk, 2)
    assert second.value.rules[0].min == 40
    assert second.value.name == "ours"


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        pytest.param("[[rules", "TOML", id="not TOML"),
        pytest.param(
            RECIPE.replace("hiragana_share", "hiragana_shar"), "did you|hiragana_share", id="typo"
        ),
        pytest.param(RECIPE.replace("min = 0.2", "min = 20"), "share", id="impossible share"),
        pytest.param(RECIPE.replace("[dedup]", "[dedupe]"), "dedup", id="unknown table"),
        pytest.param("x = '" + "あ" * 2_000_000 + "'", "larger", id="too large"),
    ],
)
def test_a_text_that_is_no_recipe_says_why(curator: User, toml: str, says: str) -> None:
    with pytest.raises(RecipeError, match=says):
        save_recipe(name="ours", toml=toml, comment="", by=curator)
    assert not Recipe.objects.exists()


@pytest.mark.parametrize("name", ["default", "", "Großes", "../etc", "a" * 65, "-x"])
def test_a_name_that_cannot_be_saved_under_is_refused(curator: User, name: str) -> None:
    with pytest.raises(RecipeError):
        save_recipe(name=name, toml=RECIPE, comment="", by=curator)


def test_a_viewer_saves_nothing(viewer: User) -> None:
    with pytest.raises(PermissionDenied):
        save_recipe(name="ours", toml=RECIPE, comment="", by=viewer)
