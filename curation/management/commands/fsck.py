"""manage.py fsck"""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from curation.actions import chores
from curation.management.bars import bar
from curation.management.operator import operator
from curation.management.output import Verb
from curation.models import Chore
from curation.upkeep.chores import check_result, kept
from curation.upkeep.fsck import fsck
from curation.upkeep.watching import Finding


class Command(Verb):
    help = "Check rows, blobs, counts, heads and exports; exit status 1 when something is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--deep", action="store_true", help="hash every blob, count every table's rows again"
        )
        parser.add_argument(
            "--repair",
            action="store_true",
            help="with --deep: set damaged blobs aside, so that they are made again",
        )
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["repair"] and not options["deep"]:
            raise CommandError("Only --deep finds what --repair sets aside: give both.")
        findings = []
        for finding in fsck(deep=options["deep"], repair=options["repair"], watch=bar):
            findings.append(finding)
            if not options["json"]:
                self.stdout.write(str(finding))
        self._sum_up(findings, options)

    def _sum_up(self, findings: list[Finding], options: dict[str, Any]) -> None:
        result = check_result(findings)
        wrong = result["wrong"]
        kind = Chore.Kind.CHECK_DEEP if options["deep"] else Chore.Kind.CHECK
        chores.keep(kind=kind, result=kept(result), by=operator())
        if options["json"]:
            self.say(result, as_json=True)
        elif not wrong:
            counts = ", ".join(f"{number:,} {name}" for name, number in result["checked"].items())
            self.stdout.write(f"All is well: {counts}.")
        if wrong:
            raise CommandError(f"{wrong} findings.")
