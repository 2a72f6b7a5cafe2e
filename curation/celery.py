"""The Celery app: it only wakes workers up. The database is the truth.

A message carries an id; losing or repeating it is harmless (docs/decisions).
"""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "curation.settings")

from django.conf import settings

QUEUES = ("interactive", "cpu", "io")


def broker_url(redis_url: str) -> str:
    """Celery's spelling of a Redis URL: a Unix socket is ``redis+socket://``.

    >>> broker_url("unix:///run/redis.sock"), broker_url("redis://host:6379/1")
    ('redis+socket:///run/redis.sock', 'redis://host:6379/1')
    """
    return redis_url.replace("unix://", "redis+socket://", 1)


app = Celery("curation")
app.conf.update(
    broker_url=broker_url(settings.REDIS_URL),
    task_default_queue="cpu",
    task_create_missing_queues=True,
    accept_content=["json"],
    task_serializer="json",
    result_backend=None,
    task_ignore_result=True,
    task_acks_late=False,
    worker_prefetch_multiplier=1,
    worker_disable_prefetch=True,
    # Fork and Arrow's threads can deadlock; a spawned child starts clean.
    worker_pool_start_method="spawn",
    # A spawned child imports for seconds, for tens of seconds on a busy machine. Celery's 4 s
    # would kill it before it is up, and the next one as well, while nothing is worked on.
    worker_proc_alive_timeout=120,
    # A message may be 20 s of units, or a stale one: memory is the limit that matters. Half of
    # what a unit may reach: nothing that one leaves behind counts against the next.
    worker_max_tasks_per_child=1_000,
    worker_max_memory_per_child=min(2_000_000, settings.WORKER_MEMORY_BYTES >> 11),  # KiB
    worker_soft_shutdown_timeout=5,
    worker_hijack_root_logger=False,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        "visibility_timeout": 24 * 3600,
        "health_check_interval": 25,
        # Longer than the second for which a worker's read blocks; as long as a page waits for a
        # Redis that accepts a message and does not answer.
        "socket_timeout": 5,
        "socket_connect_timeout": 5,
        "socket_keepalive": True,
        # A page does not wait for a broker that is away: the sweep sends the wake-up later.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.05,
    },
    timezone="UTC",
)
app.conf.imports = tuple(
    f"curation.tasks.{name}"
    for name in (
        "units",
        "questions",
        "bulk",
        "verification",
        "chores",
        "sweep",
        "pool",
        "stopping",
    )
)
