"""manage.py run RUN pause|resume|cancel|retry|forget"""

from __future__ import annotations

from datetime import time
from typing import Any

from django.core.management.base import CommandError, CommandParser

from curation.actions import runs
from curation.actions.forgetting import forget
from curation.management.operator import operator
from curation.management.output import Verb
from curation.models import Run
from curation.queries.forgetting import forgettable

_STEERING = {"resume": runs.resume, "cancel": runs.cancel, "retry": runs.retry_given_up}


class Command(Verb):
    help = "Steer a run, or forget one that has ended and that nothing needs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", type=int, metavar="RUN")
        parser.add_argument("what", choices=("pause", *_STEERING, "forget"))
        parser.add_argument(
            "--until", type=_clock, metavar="HH:MM", help="pause: go on by itself at this time"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="forget: say what would go, and delete nothing"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        what, until = options["what"], options["until"]
        run = Run.objects.filter(pk=options["run"]).first()
        if run is None:
            raise CommandError(f"There is no run {options['run']}.")
        if until and what != "pause":
            raise CommandError("--until belongs to pause.")
        if options["dry_run"] and what != "forget":
            raise CommandError("--dry-run belongs to forget.")
        if what == "forget":
            self._forget(run, options)
            return
        if what == "pause":
            run = runs.pause(run=run, until=runs.next_time(until) if until else None, by=operator())
        else:
            run = _STEERING[what](run=run, by=operator())
        resumes = run.resume_at.isoformat() if run.resume_at else None
        result = {"run": run.pk, "state": str(run.state), "resume_at": resumes}
        self.say(result, as_json=options["json"])

    def _forget(self, run: Run, options: dict[str, Any]) -> None:
        """What it says was counted before: with the run, what it held is no longer known."""
        counted = forgettable(run)
        result = {
            "run": run.pk,
            "dry_run": options["dry_run"],
            "needed": counted.needed,
            "snapshot": counted.snapshot.pk if counted.snapshot else None,
            "units": counted.units,
            "blobs_at_most": counted.blobs,
            "bytes_at_most": counted.bytes,
        }
        if not options["dry_run"]:
            forget(run=run, by=operator())
        self.say(result, as_json=options["json"])


def _clock(text: str) -> time:
    return time.fromisoformat(text)
