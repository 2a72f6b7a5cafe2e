"""Shipped recipes speak the page's language, others as they were written."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from corpora import recipe as recipes
from curation.templatetags.recipe_texts import description


@pytest.mark.parametrize("name", recipes.shipped())
def test_what_a_shipped_recipe_is_for_is_said_in_japanese(name: str) -> None:
    english = recipes.load(name).description
    with override("ja"):
        assert description(english) != english
    with override("en"):
        assert description(english) == english


@pytest.mark.parametrize("text", ["", "わたしのレシピ", "Keep"])
def test_other_recipes_speak_as_they_were_written(text: str) -> None:
    with override("ja"):
        assert description(text) == text
