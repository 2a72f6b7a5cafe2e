"""A version of a recipe. Versions never change; saving makes the next one."""

from __future__ import annotations

from django.db import models

from corpora import recipe as recipes
from curation.models.corpus import name_validator


class Recipe(models.Model):
    name = models.CharField(max_length=64, validators=[name_validator])
    version = models.PositiveIntegerField()
    #: As TOML, for people.
    toml = models.TextField()
    #: As corpora.recipe.Recipe.to_json() gives it, for machines.
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    comment = models.CharField(max_length=500, blank=True)
    #: True for the recipes that come with the product.
    shipped = models.BooleanField(default=False)
    created_by = models.ForeignKey("curation.User", null=True, on_delete=models.PROTECT)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name", "-version")
        constraints = (
            models.UniqueConstraint(fields=("name", "version"), name="one_recipe_version"),
        )

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    @property
    def value(self) -> recipes.Recipe:
        return recipes.Recipe.from_json(self.content)
