"""The newest snapshot is opened before anybody asks about it.

To map its columns, to compare each once and to find what people judged takes a second or more at
ten million documents, which the first person at a studio would wait for.
"""

from __future__ import annotations

import logging
import threading

import orjson
from django.db import DatabaseError, close_old_connections, connection

from corpora.errors import KotoguraError
from curation.models import Snapshot
from curation.queries.studio import settings_of
from curation.queries.what_if import BoardQuestion
from curation.what_if.answers import answered

log = logging.getLogger(__name__)

#: Seconds until it is looked whether there is a newer one.
EVERY = 10


class Opening(threading.Thread):
    """Opens what is newest now, then each that is published."""

    def __init__(self) -> None:
        super().__init__(name="opening")
        self._stopping = threading.Event()

    def stop(self) -> None:
        self._stopping.set()

    def run(self) -> None:
        opened = None
        while not self._stopping.is_set():
            close_old_connections()
            try:
                newest = Snapshot.objects.select_related("recipe").order_by("-pk").first()
                if newest is not None and newest != opened:
                    opened = newest
                    open_ahead(newest)
            except (KotoguraError, OSError, DatabaseError) as error:
                log.warning("not opened ahead (%s); the first answer is slower", error)
            self._stopping.wait(EVERY)
        connection.close()


def open_ahead(snapshot: Snapshot) -> None:
    """Answer what a studio asks first of a snapshot. Raises what the answer raises."""
    settings = settings_of(snapshot, snapshot.recipe.value)
    answered(orjson.dumps(BoardQuestion(snapshot=snapshot.pk, settings=settings)))
