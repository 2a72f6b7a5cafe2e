"""manage.py gc"""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from curation.actions import chores
from curation.management.bars import bar
from curation.management.operator import operator
from curation.management.output import Verb
from curation.models import Chore
from curation.upkeep.chores import KEEP_DAYS, collection_result
from curation.upkeep.gc import collect


class Command(Verb):
    help = "Remove the store's blobs and keys that nothing refers to any more."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would go, remove nothing"
        )
        parser.add_argument(
            "--keep-days",
            type=float,
            default=KEEP_DAYS,
            metavar="N",
            help="keep what was written or needed within so many days (%(default)g)",
        )
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["keep_days"] < 0:
            raise CommandError("--keep-days is a number of days, 0 or more.")
        found = collect(keep_days=options["keep_days"], dry_run=options["dry_run"], watch=bar)
        by, dry_run = operator(), options["dry_run"]
        result = collection_result(found, dry_run=dry_run, by=by)
        kind = Chore.Kind.COLLECT_DRY if dry_run else Chore.Kind.COLLECT
        chores.keep(kind=kind, result=result, by=by)
        self.say(result, as_json=options["json"])
