"""Tells a worker to load kernels no earlier than a unit asks for them."""

from __future__ import annotations

from celery.signals import worker_process_init
from django.apps import AppConfig


class Cold(AppConfig):
    name = "tests.services"

    def ready(self) -> None:
        from curation.tasks import pool

        assert worker_process_init.disconnect(pool._make_ready)
