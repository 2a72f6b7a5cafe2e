"""Judging in the browser's terms: forms, fragments, refusals."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from curation.actions import review
from curation.models import Corpus, Judgement, OptOut, ReviewQueue, Snapshot, User

Clients = Callable[[str], Client]


@pytest.fixture
def queue(snapshot: Snapshot, corpus: Corpus, curator: User) -> ReviewQueue:
    return review.create_queue(
        snapshot=snapshot, corpus=corpus, name="q-1", filter={}, size=5, seed=1, by=curator
    )


def form(queue: ReviewQueue, position: int, verdict: str, **more: object) -> dict[str, object]:
    item = queue.items.get(position=position)
    return {"item": item.pk, "version": item.version, "verdict": verdict, **more}


def test_drawing_a_sample_leads_to_its_first_document(
    client_for: Clients, snapshot: Snapshot
) -> None:
    address = reverse("queues", args=[snapshot.pk]) + "?rule=too_short"
    client = client_for("curator")
    assert "5 documents" in client.get(address, headers={"accept-language": "en"}).content.decode()
    response = client.post(
        address, {"name": "short", "size": 3, "seed": 0, "corpus": "books"}, follow=True
    )
    html = response.content.decode()
    assert "data-card" in html
    assert "お知らせ" in html
    assert ReviewQueue.objects.get().population == 5


@pytest.mark.parametrize(
    "wrong", [{"name": "A B"}, {"size": 0}, {"size": 10**9}, {"seed": -1}, {"corpus": "other"}]
)
def test_a_sample_that_cannot_be_is_explained(
    client_for: Clients, snapshot: Snapshot, wrong: dict[str, object]
) -> None:
    data = {"name": "short", "size": 3, "seed": 0, "corpus": "books", **wrong}
    address = reverse("queues", args=[snapshot.pk])
    assert client_for("curator").post(address, data).status_code == 422
    assert not ReviewQueue.objects.exists()


def test_without_a_script_every_verdict_leads_to_the_next(
    client_for: Clients, queue: ReviewQueue
) -> None:
    client = client_for("curator")
    page = reverse("queue", args=[queue.pk])
    judge = reverse("queue-judge", args=[queue.pk])
    for position, verdict in enumerate(["keep", "drop", "skip", "keep", "drop"]):
        assert (
            f'data-card="{queue.items.get(position=position).pk}"'
            in client.get(page).content.decode()
        )
        assert client.post(judge, form(queue, position, verdict))["Location"] == page
    done = client.get(page, headers={"accept-language": "en"}).content.decode()
    assert "Every document is judged" in done
    assert "2 of 4" in done
    undone = client.post(reverse("queue-undo", args=[queue.pk]))["Location"]
    assert undone.endswith(f"?item={queue.items.get(position=4).pk}")


def test_a_script_gets_the_card_to_hold_ready(client_for: Clients, queue: ReviewQueue) -> None:
    held = [queue.items.get(position=position).pk for position in range(4)]
    data = form(queue, 0, "keep", held=",".join(map(str, held)))
    response = client_for("curator").post(
        reverse("queue-judge", args=[queue.pk]), data, headers={"x-review": "1"}
    )
    html = response.content.decode()
    assert f'data-card="{queue.items.get(position=4).pk}"' in html
    assert html.count("data-card=") == 1
    assert "<html" not in html


@pytest.mark.parametrize("script", [True, False])
def test_a_stale_verdict_comes_back_with_its_draft(
    client_for: Clients, queue: ReviewQueue, engineer: User, script: bool
) -> None:
    stale = form(queue, 0, "drop", note="広告です")
    review.judge(item=queue.items.get(position=0), verdict="keep", version=0, by=engineer)
    response = client_for("curator").post(
        reverse("queue-judge", args=[queue.pk]), stale, headers={"x-review": "1"} if script else {}
    )
    html = response.content.decode()
    assert response.status_code == 409
    assert "広告です" in html
    assert f'data-card="{stale["item"]}"' in html
    assert 'name="version" value="1"' in html
    assert [row.verdict for row in Judgement.objects.all()] == ["keep"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"verdict": "maybe"},
        {"verdict": "withdrawn"},
        {"version": "x"},
        {"item": "-1"},
        {"held": "1,x"},
        {"held": "1," * 500},
        {"note": "長" * 2000},
    ],
)
def test_nonsense_is_400(client_for: Clients, queue: ReviewQueue, wrong: dict[str, object]) -> None:
    data = {**form(queue, 0, "keep"), **wrong}
    response = client_for("curator").post(reverse("queue-judge", args=[queue.pk]), data)
    assert response.status_code == 400
    assert not Judgement.objects.exists()


def test_an_item_of_another_queue_is_404(
    client_for: Clients, queue: ReviewQueue, snapshot: Snapshot, corpus: Corpus, curator: User
) -> None:
    other = review.create_queue(
        snapshot=snapshot, corpus=corpus, name="q-2", filter={}, size=2, seed=2, by=curator
    )
    client = client_for("engineer")
    judge = reverse("queue-judge", args=[queue.pk])
    assert client.post(judge, form(other, 0, "keep")).status_code == 404
    page = reverse("queue", args=[queue.pk])
    for asked in (str(other.items.get(position=0).pk), "x", "9" * 40):
        assert client.get(page, {"item": asked}).status_code == 400
    assert client.get(reverse("queue", args=[10**6])).status_code == 404


def test_viewers_see_but_do_not_judge(client_for: Clients, queue: ReviewQueue) -> None:
    client = client_for("viewer")
    html = client.get(reverse("queue", args=[queue.pk])).content.decode()
    assert 'name="verdict"' not in html
    assert (
        client.post(reverse("queue-judge", args=[queue.pk]), form(queue, 0, "keep")).status_code
        == 403
    )
    assert client.post(reverse("queue-undo", args=[queue.pk])).status_code == 403
    assert not Judgement.objects.exists()


def test_nothing_to_undo_is_said(client_for: Clients, queue: ReviewQueue) -> None:
    address = reverse("queue-undo", args=[queue.pk])
    client = client_for("curator")
    assert client.post(address, headers={"x-review": "1"}).status_code == 409
    assert client.post(address).status_code == 302


def test_the_list_of_queues(client_for: Clients, queue: ReviewQueue) -> None:
    assert "q-1" in client_for("viewer").get(reverse("queues")).content.decode()


# -- opt-outs ---------------------------------------------------------------------------------


def test_opt_outs_are_entered_listed_and_withdrawn(client_for: Clients, db: None) -> None:
    client = client_for("steward")
    address = reverse("opt-outs")
    client.post(address, {"kind": "host", "value": "Example.jp", "reason": "<b>申し出</b>"})
    html = client.get(address).content.decode()
    assert "example.jp" in html
    assert "&lt;b&gt;申し出" in html
    entered = OptOut.objects.get()
    client.post(reverse("opt-out-withdraw", args=[entered.pk]))
    entered.refresh_from_db()
    assert entered.withdrawn_at is not None
    assert client.post(reverse("opt-out-withdraw", args=[999])).status_code == 404


def test_a_wrong_opt_out_is_explained_beside_its_field(client_for: Clients, db: None) -> None:
    response = client_for("steward").post(
        reverse("opt-outs"), {"kind": "url", "value": "example.jp"}
    )
    assert response.status_code == 422
    assert not OptOut.objects.exists()


def test_others_read_the_opt_outs_without_a_form(client_for: Clients, db: None) -> None:
    response = client_for("viewer").get(reverse("opt-outs"))
    assert response.status_code == 200
    assert 'name="kind"' not in response.content.decode()
