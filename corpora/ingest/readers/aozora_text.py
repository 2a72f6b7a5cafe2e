"""Aozora Bunko files: plain text with its own markup (``corpora.ingest.aozora``)."""

from __future__ import annotations

from functools import partial

from corpora.ingest.aozora import is_aozora
from corpora.ingest.entries import Reader, Sample
from corpora.ingest.readers import text


def matches(sample: Sample) -> bool:
    """By the beginning; a work that only its colophon gives away is found by the text reader."""
    return is_aozora(sample.text.replace("\r\n", "\n"))


AOZORA = Reader(name="aozora", matches=matches, read=partial(text.read, markup=True))
