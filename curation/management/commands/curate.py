"""manage.py curate CORPUS…"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from corpora.recipe import read_file
from curation.actions import recipes, runs
from curation.actions.forecasting import StageAhead, ahead
from curation.management.operator import operator
from curation.management.output import Verb
from curation.management.waiting import wait_for
from curation.models import Corpus, Recipe


class Command(Verb):
    help = "Run a recipe over corpora; gives the run, the snapshot and the counts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("corpora", nargs="+", metavar="CORPUS")
        parser.add_argument("--recipe", default="default", help="a name, NAME@VERSION or a file")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be computed, and start nothing"
        )
        parser.add_argument(
            "--workers", type=int, metavar="N", help="units at work at once (as many as can be)"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
        parser.add_argument("--no-wait", action="store_true", help="return the run's id at once")

    def handle(self, *args: Any, **options: Any) -> None:
        corpora = [_corpus(name) for name in dict.fromkeys(options["corpora"])]
        by = operator()
        recipe = _recipe(options["recipe"])
        if options["dry_run"]:
            self.say(_forecast(corpora, recipe), as_json=options["json"])
            return
        run = runs.start_curation(
            corpora=corpora, recipe=recipe, max_workers=options["workers"], by=by
        )
        if options["no_wait"]:
            self.say({"run": run.pk}, as_json=options["json"])
            return
        run = wait_for(run)
        self.require_done(run)
        result = {"run": run.pk, "snapshot": run.snapshot.pk, **run.snapshot.counts}
        self.say(result, as_json=options["json"])


def _corpus(name: str) -> Corpus:
    corpus = Corpus.objects.filter(name=name).first()
    if corpus is None:
        there = ", ".join(Corpus.objects.values_list("name", flat=True)) or "none yet"
        raise CommandError(f"There is no corpus {name}. The corpora are: {there}.")
    return corpus


def _recipe(name: str) -> Recipe:
    """A saved recipe by name (its newest version) or name@version; else a TOML file."""
    wanted, _, version = name.partition("@")
    found = Recipe.objects.filter(name=wanted)
    if version:
        found = found.filter(version=int(version) if version.isdigit() else 0)
    recipe = found.order_by("-version").first()
    if recipe is not None:
        return recipe
    file = Path(name)
    if file.is_file():
        return recipes.save_recipe(
            name=file.stem.lower(),
            toml=read_file(file),
            comment=f"from {file.name}",
            by=operator(),
        )
    there = ", ".join(Recipe.objects.order_by("name").values_list("name", flat=True).distinct())
    raise CommandError(f"There is no recipe {name}, nor such a file. The recipes are: {there}.")


def _forecast(corpora: list[Corpus], recipe: Recipe) -> dict[str, Any]:
    """By stage: units that are known, to be computed, and that depend on those."""
    found = ahead(corpora=corpora, recipe=recipe, by=operator())
    names = {corpus.name for corpus in Corpus.objects.all()}
    unknown = [name for name in recipe.value.dedup.prefer if name not in names]
    return {
        "recipe": str(recipe),
        "parts": found.parts,
        "documents": found.documents,
        "units_known": found.known,
        "units_to_compute": found.to_do,
        "units_at_most": found.at_most,
        "seconds": round(found.seconds, 1) if found.measured else None,
        "bytes": found.bytes if found.measured else None,
        "memory": found.memory or None,
        "stages": {stage.name: _stage(stage) for stage in found.stages},
        # No error: a recipe may be shared with a workbench that has them.
        **({"preferred_but_unknown": unknown} if unknown else {}),
    }


def _stage(stage: StageAhead) -> dict[str, Any]:
    values = asdict(stage)
    del values["name"]
    return values | {"seconds": None if stage.seconds is None else round(stage.seconds, 1)}
