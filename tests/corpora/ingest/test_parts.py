"""Hosts of URLs: the short way says what the long way says."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.ingest.parts import host_of

_PIECES = st.sampled_from(
    ("http://", "https://", "a.jp", "A.jp", "例え.jp", ":80", *".-x:@/?#[]\t\n ")
)


@given(st.lists(_PIECES, max_size=8).map("".join))
def test_hosts_are_those_of_the_standard_library(url: str) -> None:
    try:
        host = urlsplit(url).hostname if url else None
    except ValueError:
        host = None
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("url", "host"),
    [
        pytest.param("https://a.jp:8080/b", "a.jp", id="a port"),
        pytest.param("https://me@a.jp/", "a.jp", id="a user"),
        pytest.param("http://[::1]/", "::1", id="IPv6"),
        pytest.param("http://[a.jp/", None, id="half a bracket"),
    ],
)
def test_hosts(url: str, host: str | None) -> None:
    assert host_of(url) == host
