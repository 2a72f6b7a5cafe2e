"""``python -m tests.chaos.reviewing``: many people review over HTTP at once, whatever happens.

Prepares the database that the environment names, makes its people, documents and a queue in it,
says ``ready`` and waits for the web server. Then every item of the queue is judged, from as
many threads as there are people, until the server has acknowledged each; a person whose
request failed sends the same judgement again. Says ``acknowledged N`` now and then, and at
last what the database holds, as JSON.
"""

from __future__ import annotations

import argparse
import http.client
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlencode

import django
import orjson
from django.core.management import call_command

from curation.supervisor import answers

_SESSION_SECONDS = 3_600
_CSRF = "c" * 32


@dataclass
class Tally:
    acknowledged: set[str] = field(default_factory=set)
    #: Requests that failed and were sent again.
    failed: int = 0
    #: Judgements that had been recorded when they were sent again.
    found_recorded: int = 0
    longest_wait: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--decisions", type=int, required=True)
    options = parser.parse_args()
    django.setup()
    call_command("prepare", verbosity=0, stdout=sys.stderr)
    cookies = _people(options.people)
    queue, items = _queue(options.decisions)
    tally = Tally()
    _say("ready")
    while not answers("127.0.0.1", options.port):
        time.sleep(0.1)
    threads = [
        threading.Thread(
            target=_review,
            args=(options.port, cookie, queue, items[number :: options.people], tally),
            daemon=True,
        )
        for number, cookie in enumerate(cookies)
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        time.sleep(0.1)
        _say(f"acknowledged {len(tally.acknowledged)}")
    _say(orjson.dumps(_held(tally)).decode())


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _people(number: int) -> list[str]:
    """Session cookies of new curators."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from curation.models import User

    engine = import_module(settings.SESSION_ENGINE)
    cookies = []
    for name in range(number):
        user = User.objects.create_user(username=f"curator{name}", role="curator")
        session = engine.SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.set_expiry(_SESSION_SECONDS)
        session.save()
        cookies.append(f"sessionid={session.session_key}; csrftoken={_CSRF}")
    return cookies


def _queue(decisions: int) -> tuple[int, list[int]]:
    """A queue over a few real documents, each in it many times."""
    from curation.models import Corpus, ReviewItem, ReviewQueue
    from curation.queries.places import locate
    from tests.chaos.ground import user
    from tests.integration.play import Workbench

    bench = Workbench(user())
    bench.add(0)
    bench.work(bench.begin())
    corpus = Corpus.objects.get(pk=bench.corpus.pk)
    assert corpus.head is not None
    places = [(id_, locate(corpus.head, id_)) for id_ in bench.document_ids()]
    queue = ReviewQueue.objects.create(corpus=corpus, snapshot=corpus.head, name="everybody")
    made = []
    for position in range(decisions):
        document_id, place = places[position % len(places)]
        assert place is not None
        made.append(
            ReviewItem(
                queue=queue,
                position=position,
                document_id=document_id,
                part=place.part,
                row=place.row,
            )
        )
    return queue.pk, [item.pk for item in ReviewItem.objects.bulk_create(made)]


def _review(port: int, cookie: str, queue: int, items: list[int], tally: Tally) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    for item in items:
        note = f"decision {item}"
        form = {"item": item, "verdict": "keep", "version": 0, "note": note}
        body = urlencode({**form, "csrfmiddlewaretoken": _CSRF})
        began = time.monotonic()
        while True:
            status = _post(connection, f"/review/{queue}/judge/", body, headers)
            with tally.lock:
                if status in (302, 409):
                    tally.acknowledged.add(note)
                    tally.found_recorded += status == 409
                    tally.longest_wait = max(tally.longest_wait, time.monotonic() - began)
                    break
                tally.failed += 1
            time.sleep(0.2)


def _post(
    connection: http.client.HTTPConnection, path: str, body: str, headers: dict[str, str]
) -> int:
    """The answer's status; 0 for none."""
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        connection.close()
        return 0
    return answer.status


def _judgements() -> Counter[str]:
    """By their notes; asked for until the database is there."""
    from django.db import DatabaseError, connection

    from curation.models import Judgement

    while True:
        connection.close()
        try:
            return Counter(Judgement.objects.values_list("note", flat=True))
        except DatabaseError:
            time.sleep(0.2)


def _held(tally: Tally) -> dict[str, object]:
    held = _judgements()
    return {
        "acknowledged": len(tally.acknowledged),
        "present exactly once": sum(held[note] == 1 for note in tally.acknowledged),
        "judgements in all": sum(held.values()),
        "requests sent again": tally.failed,
        "of them recorded before": tally.found_recorded,
        "longest wait of a person": f"{tally.longest_wait:.1f} s",
    }


if __name__ == "__main__":
    main()
