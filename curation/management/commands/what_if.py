"""manage.py what_if: answers the recipe studio's questions, in a process of its own."""

from __future__ import annotations

import signal
from typing import Any

from django.core.management.base import BaseCommand

from curation.what_if.opening import Opening
from curation.what_if.process import Answering, make_ready


class Command(BaseCommand):
    help = "Answer the recipe studio's questions until stopped; as many processes as wanted."

    def handle(self, *args: Any, **options: Any) -> None:
        answering, opening = Answering(), Opening()

        def stop(*_: object) -> None:
            answering.stop()
            opening.stop()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        make_ready()
        answering.start()
        opening.start()
        answering.join()
        opening.join()
