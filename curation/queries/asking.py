"""Asking the what-if process: a question by way of Redis, an answer within seconds or a sentence.

A question lies in Redis under a name of its own, and its name in a list that any what-if process
takes from. Whoever takes it says so, and then sends the answer. Whoever asks waits for as long
as the one that took it lives, and asks once more when it does not.
"""

from __future__ import annotations

import secrets
import time
from functools import lru_cache
from typing import Any, TypeVar, cast

import orjson
import redis
from django.conf import settings
from django.utils.translation import gettext as _
from pydantic import TypeAdapter

from corpora.errors import KotoguraError
from curation.queries.what_if import Answer, Question

#: Seconds that an answer may take; after a start, columns are mapped and groups are read.
PATIENCE = 20
#: Seconds after which a process that gave no sign of life is taken for dead.
LIFE = 3
#: Questions that may wait; more are turned away.
MOST_WAITING = 200
#: Bytes of a question.
MOST_BYTES = 1 << 20

_PREFIX = "kotogura:what-if:"
#: Names of questions that wait.
WAITING = f"{_PREFIX}waiting"
#: There while any process lives.
ALIVE = f"{_PREFIX}alive"

A = TypeVar("A", bound=Answer)


def alive(process: str) -> str:
    return f"{ALIVE}:{process}"


def asked(name: str) -> str:
    return f"{_PREFIX}asked:{name}"


def answered(name: str) -> str:
    return f"{_PREFIX}answered:{name}"


def newest(line: str) -> str:
    """Of a line (the same thing asked again and again from one page) only the newest counts."""
    return f"{_PREFIX}newest:{line}"


class NotAnswered(KotoguraError):
    """The what-if process is away, busy or failed; asking again may help."""

    retryable = True


class Superseded(KotoguraError):
    """The same page asked something newer meanwhile: this answer is waited for no longer."""


@lru_cache(maxsize=2)
def client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=LIFE + 2, socket_connect_timeout=LIFE)


def ask(question: Question, answer: type[A], line: str = "") -> A:
    """The answer to a question. Raises NotAnswered, or Superseded within a ``line``."""
    said = exchange(orjson.dumps(question), line)
    if "superseded" in said:
        raise Superseded("Something newer was asked.")
    if "refused" in said:
        raise NotAnswered(said["refused"])
    if "failed" in said:
        raise NotAnswered(_("The question could not be answered; the what-if log says why."))
    return TypeAdapter(answer).validate_python(said["answer"])


def exchange(question: bytes, line: str) -> dict[str, Any]:
    """Send a question, wait for what is said: an "answer", "refused", "failed" or
    "superseded".

    Raises NotAnswered.
    """
    if len(question) > MOST_BYTES:
        raise NotAnswered(_("This recipe is too large to be tried here."))
    until = time.monotonic() + PATIENCE
    try:
        while time.monotonic() < until:
            if said := _once(client(settings.REDIS_URL), question, line, until):
                return said
    except redis.RedisError as error:
        raise NotAnswered(_("Redis, by which answers come, is away.")) from error
    raise NotAnswered(_("The answer takes longer than it should."))


def _once(to: redis.Redis, question: bytes, line: str, until: float) -> dict[str, Any] | None:
    """None when the process that took the question died over it, or when time is up."""
    name = secrets.token_hex(16)
    with to.pipeline() as pipe:
        pipe.set(asked(name), orjson.dumps([line, question.decode()]), ex=PATIENCE)
        if line:
            pipe.set(newest(line), name, ex=PATIENCE)
        pipe.rpush(WAITING, name)
        pipe.exists(ALIVE)
        *_rest, waiting, somebody = pipe.execute()
    whom = ALIVE
    if not somebody or waiting > MOST_WAITING:
        to.lrem(WAITING, -1, name)
        raise NotAnswered(
            _("Too many questions are waiting.")
            if somebody
            else _("What answers this is being started.")
        )
    while (left := until - time.monotonic()) > 0:
        found = cast("Any", to.blpop([answered(name)], timeout=min(1.0, left)))
        said = orjson.loads(found[1]) if found else {}
        if "taken" in said:
            whom = alive(said["taken"])
        elif said:
            return cast("dict[str, Any]", said)
        elif not to.exists(whom):
            return None
    return None
