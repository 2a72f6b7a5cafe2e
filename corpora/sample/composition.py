"""Documents dealt from pools of posts and items: no two share more than the opening."""

from __future__ import annotations

import hashlib
import random
from datetime import UTC, datetime, timedelta

from corpora.sample.documents import Container, SampleDocument
from corpora.sample.texts import Pool

_WEEKDAYS = "月火水木金土日"


def deal(pool: Pool, *, hands: int) -> list[list[str]]:
    """The pool's units dealt to ``hands`` lists of lines, each opened by the first unit.

    Within a hand the units keep the pool's order, so that a conversation stays one.
    """
    rng = random.Random(pool.title)
    rest = list(range(1, len(pool.units)))
    rng.shuffle(rest)
    chosen = [[0, *sorted(rest[hand::hands])] for hand in range(hands)]
    return [[line for unit in hand for line in pool.units[unit]] for hand in chosen]


def numbered_pages(pool: Pool, *, hands: int, slug: str, heading: str) -> list[SampleDocument]:
    """Pages such as a town's report, ``heading`` with the page's number first, an item a line."""
    return [
        _document(
            pool,
            slug=f"{slug}-{number:02}",
            title=heading.format(number),
            text="\n".join(lines),
            container="shiryo" if pool.kind == "notice" else "web",
        )
        for number, lines in enumerate(deal(pool, hands=hands), start=1)
    ]


def threads(pool: Pool, *, slug: str) -> list[SampleDocument]:
    """Two threads of one topic: the first as posts alone, the second with a header a post."""
    plain, headed = deal(pool, hands=2)
    texts = ["\n".join([pool.title, "", *plain]), _with_headers(pool.title, headed)]
    return [
        _document(
            pool,
            slug=f"{slug}-{number}",
            title=pool.title,
            text=text,
            container="keijiban",
        )
        for number, text in enumerate(texts, start=1)
    ]


def _with_headers(title: str, posts: list[str]) -> str:
    rng = random.Random(f"headers {title}")
    moment = datetime(2017, 11, rng.randrange(1, 20), tzinfo=UTC)
    blocks = [title]
    for number, post in enumerate(posts, start=1):
        moment += timedelta(seconds=rng.randrange(200, 20_000))
        date = f"{moment:%Y/%m/%d}({_WEEKDAYS[moment.weekday()]})"
        name = "sage" if rng.random() < 0.3 else ""
        tag = hashlib.sha256(f"{title}{post}".encode()).hexdigest()[:8]
        blocks.append(f"{number} ：名無しさん：{date} {moment:%H:%M:%S} ID:{tag} {name}".rstrip())
        blocks.append(post)
    return "\n".join(blocks)


def _document(
    pool: Pool, *, slug: str, title: str, text: str, container: Container
) -> SampleDocument:
    digits = int.from_bytes(hashlib.sha256(slug.encode()).digest()[:4], "big")
    return SampleDocument(
        id=f"{pool.domain}-{slug}",
        text=text,
        title=title,
        url=f"https://{pool.host}/{slug}.html",
        date=f"{2014 + digits % 10}-{1 + digits // 10 % 12:02}-{1 + digits // 120 % 28:02}",
        domain=pool.domain,
        kind=pool.kind,
        container=container,
    )
