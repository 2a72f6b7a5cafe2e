"""The store that STORE_URL names, opened once a process."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from corpora.storage import Store


@lru_cache(maxsize=4)
def _open(url: str) -> Store:
    return Store.from_url(url)


def store() -> Store:
    return _open(settings.STORE_URL)
