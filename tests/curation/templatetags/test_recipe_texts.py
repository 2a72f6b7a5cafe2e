"""Shipped recipes speak the page's language, others as they were written."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override

from corpora import recipe as recipes
from curation.templatetags.recipe_texts import translated


@pytest.mark.parametrize("name", recipes.shipped())
def test_what_a_shipped_recipe_is_for_is_said_in_japanese(name: str) -> None:
    english = recipes.load(name).description
    with override("ja"):
        assert translated(english) != english
    with override("en"):
        assert translated(english) == english


@pytest.mark.parametrize("name", recipes.shipped())
def test_where_its_thresholds_come_from_is_said_in_japanese(name: str) -> None:
    """Unless it is nothing but the name of a file, a filter and a setting."""
    prose = [
        rule.source for rule in recipes.load(name).rules if re.search(r"[a-z] |;", rule.source)
    ]
    with override("ja"):
        assert not [text for text in prose if translated(text) == text]


@pytest.mark.parametrize("text", ["", "わたしのレシピ", "Keep"])
def test_other_recipes_speak_as_they_were_written(text: str) -> None:
    with override("ja"):
        assert translated(text) == text
