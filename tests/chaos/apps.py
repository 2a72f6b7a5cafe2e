"""Tells a worker of the naps."""

from __future__ import annotations

from contextlib import ExitStack

from django.apps import AppConfig

from tests.chaos.naps import known_here


class Chaos(AppConfig):
    name = "tests.chaos"

    def ready(self) -> None:
        self.known = ExitStack()
        self.known.enter_context(known_here())
