"""What is never connected to, however it is written or named."""

from __future__ import annotations

import pytest

from corpora.errors import SourceError
from corpora.fetch.addresses import checked, is_public
from corpora.fetch.policy import Policy
from corpora.fetch.urls import redirected, target

POLICY = Policy()


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254",
        "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1",
        "198.18.0.1", "198.51.100.1", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1",
        "255.255.255.255",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b::169.254.169.254", "64:ff9b:1::a00:1", "100::1", "2001::1", "2001:db8::1",
        "2002:7f00:1::", "2002:a00:1::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254",
        "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
    ],
)  # fmt: skip
def test_an_address_that_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "100.63.255.255", "172.32.0.1", "2001:4860:4860::8888", "2606:4700::1111",
     "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"],
)  # fmt: skip
def test_an_address_that_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    ["http://127.1/", "http://2130706433/", "http://0x7f.0.0.1/", "http://0177.0.0.1/",
     "http://[::1]/", "http://[::ffff:169.254.169.254]/", "http://localhost/",
     "http://127.0.0.1./", "https://[fe80::1%25lo]/"],
)  # fmt: skip
def test_this_machine_by_another_spelling(url: str) -> None:
    with pytest.raises(SourceError, match=r"no public address|is not known"):
        checked(target(url, POLICY), POLICY)


def test_one_private_address_among_public_ones_refuses_the_name() -> None:
    with pytest.raises(SourceError, match=r"example\.jp is 10\.0\.0\.1"):
        checked(target("https://example.jp/a", POLICY), POLICY, lambda *_: ["8.8.8.8", "10.0.0.1"])


def test_a_private_server_is_allowed_by_its_name_and_port() -> None:
    policy = Policy(private_allowed=("files.example.jp:8080", "[fd00::1]:80"))
    at = target("http://files.example.jp:8080/a", policy)
    assert checked(at, policy, lambda *_: ["10.0.0.1"]) == ["10.0.0.1"]
    assert target("http://[fd00::1]/", policy).allowed(policy)
    with pytest.raises(SourceError, match="port 8081"):
        target("http://files.example.jp:8081/a", policy)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://example.jp/a", "no URL of http or https"),
        ("file:///etc/passwd", "no URL of http or https"),
        ("http://", "no URL"),
        ("http://user:word@example.jp/", "holds a name or password"),
        ("http://user@example.jp/", "holds a name or password"),
        ("http://example.jp:22/", "port 22"),
        ("http://example.jp:0x50/", "no URL"),
        ("http://example.jp/a b", "no URL"),
        ("http://example.jp/\r\nHost: b", "no URL"),
        ("http://example.jp\\@127.0.0.1/", "no URL|password"),
        ("http://" + "a" * 5_000, "no URL"),
    ],
)
def test_a_url_that_is_refused(url: str, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        target(url, POLICY)


def test_names_in_japanese_are_asked_for_in_ascii() -> None:
    at = target("https://言葉.例え.jp/記事?q=港", POLICY)
    assert at.host == "言葉.例え.jp".encode("idna").decode()
    assert at.path == "/%E8%A8%98%E4%BA%8B?q=%E6%B8%AF"


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://example.jp/b", "from https to http"),
        ("file:///etc/passwd", "no URL"),
        ("s3://corpus/a", "no URL"),
        ("//example.jp:8080/b", "port 8080"),
        ("https://a:b@example.jp/", "password"),
    ],
)
def test_a_redirect_that_is_not_followed(location: str, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        redirected(target("https://example.jp/a", POLICY), location, POLICY)
