"""Takes questions from Redis and answers them until told to stop.

Several processes may run, on one host or many: each takes the next question that waits.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import threading
from typing import Any, cast

import orjson
import redis
from django.conf import settings
from django.db import close_old_connections, connection

from corpora.errors import KotoguraError
from corpora.warming import warm_what_if
from curation.queries import asking
from curation.what_if.answers import answered

log = logging.getLogger(__name__)

#: Questions that are answered at a time: the loops over columns hold no interpreter lock.
THREADS = 2
#: Seconds that a thread waits for a question before it looks whether it is to stop.
_TURN = 1
#: Seconds after which Redis is asked again when it was away.
_AWAY = 0.5


class Answering:
    """Threads that answer, and one that says that they live."""

    def __init__(self, threads: int = THREADS) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self._redis = redis.Redis.from_url(settings.REDIS_URL)
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._beat, name="alive"),
            *(threading.Thread(target=self._work, name=f"answers-{n}") for n in range(threads)),
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End once what was taken is answered."""
        self._stopping.set()

    def join(self) -> None:
        for thread in self._threads:
            thread.join()
        with contextlib.suppress(redis.RedisError):
            self._redis.delete(asking.alive(self.name))

    def _beat(self) -> None:
        while True:
            with contextlib.suppress(redis.RedisError), self._redis.pipeline() as pipe:
                for key in (asking.ALIVE, asking.alive(self.name)):
                    pipe.set(key, 1, ex=asking.LIFE)
                pipe.execute()
            if self._stopping.wait(asking.LIFE / 3):
                return

    def _work(self) -> None:
        while not self._stopping.is_set():
            try:
                self._take()
            except redis.RedisError as error:
                log.warning("Redis is away (%s)", error)
                self._stopping.wait(_AWAY)
        connection.close()

    def _take(self) -> None:
        found = cast("Any", self._redis.blpop([asking.WAITING], timeout=_TURN))
        if found is None:
            return
        name = found[1].decode()
        with self._redis.pipeline() as pipe:
            pipe.get(asking.asked(name))
            pipe.delete(asking.asked(name))
            raw, _ = pipe.execute()
        if raw is None:  # nobody waits for it any more
            return
        line, question = orjson.loads(raw)
        if line and self._redis.get(asking.newest(line)) != name.encode():
            self._say(name, orjson.dumps({"superseded": True}))
            return
        self._say(name, orjson.dumps({"taken": self.name}))
        self._say(name, _said(question.encode()))

    def _say(self, name: str, message: bytes) -> None:
        with self._redis.pipeline() as pipe:
            pipe.rpush(asking.answered(name), message)
            pipe.expire(asking.answered(name), asking.PATIENCE)
            pipe.execute()


def make_ready() -> None:
    """Compile what no process of this machine has compiled yet; until then nobody is there."""
    try:
        warm_what_if()
    except OSError as error:
        log.warning("not made ready ahead (%s); the first answer is slower", error)


def _said(question: bytes) -> bytes:
    close_old_connections()
    try:
        return answered(question)
    except KotoguraError as error:
        return orjson.dumps({"refused": str(error)})
    except Exception:  # a question that breaks must not take those of others with it
        log.exception("a question was not answered")
        connection.close()  # it may be the database that is away
        return orjson.dumps({"failed": True})
