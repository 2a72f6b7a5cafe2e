"""Puts the stop watches into a worker."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

from django.apps import AppConfig

from tests.chaos.timed.watches import FOLDER, watched


class Timed(AppConfig):
    name = "tests.chaos.timed"

    def ready(self) -> None:
        self.watches = ExitStack()
        self.watches.enter_context(watched(Path(os.environ[FOLDER])))
