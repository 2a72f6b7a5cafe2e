"""manage.py gc"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError, CommandParser

from curation.actions import audit
from curation.management.bars import bar
from curation.management.operator import operator
from curation.management.output import Verb
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
            default=7.0,
            metavar="N",
            help="keep what was written or needed within so many days (%(default)g)",
        )
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["keep_days"] < 0:
            raise CommandError("--keep-days is a number of days, 0 or more.")
        found = collect(keep_days=options["keep_days"], dry_run=options["dry_run"], watch=bar)
        kinds = asdict(found)
        freed = sum(kind["bytes"] for kind in kinds.values())
        if not options["dry_run"]:
            removed = {name: kind["removed"] for name, kind in kinds.items()}
            audit.record(by=operator(), action="store.gc", target="store", bytes=freed, **removed)
        result = {"dry_run": options["dry_run"], "bytes": freed, **kinds}
        self.say(result, as_json=options["json"])
