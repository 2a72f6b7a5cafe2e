"""manage.py what_if: answers the recipe studio's questions, in a process of its own."""

from __future__ import annotations

import signal
from typing import Any

from django.core.management.base import BaseCommand

from curation.what_if.process import Answering, make_ready


class Command(BaseCommand):
    help = "Answer the recipe studio's questions until stopped; as many processes as wanted."

    def handle(self, *args: Any, **options: Any) -> None:
        answering = Answering()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: answering.stop())
        make_ready()
        answering.start()
        answering.join()
