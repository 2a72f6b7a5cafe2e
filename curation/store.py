"""The store that STORE_URL names, opened once a process."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from corpora.storage import Store, open_store


@lru_cache(maxsize=4)
def _open(url: str) -> Store:
    return open_store(url, cache=settings.STORE_CACHE_DIR, cache_bytes=settings.STORE_CACHE_BYTES)


def store() -> Store:
    return _open(settings.STORE_URL)
