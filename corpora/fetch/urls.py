"""URLs as people give them -> where to connect to, or why not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from corpora.errors import SourceError
from corpora.fetch.policy import Policy

#: Begins what is fetched rather than read in place.
_SCHEME = re.compile(r"(?i)^(https?|s3)://")
_SHA256 = re.compile(r"#sha256=([0-9A-Fa-f]{64})\Z")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_LONGEST = 4_000
#: Blanks, controls, and what some programs take for a slash.
_NO_URL = re.compile(r"[\x00-\x20\x7f\\]")
#: What S3 allows as a bucket's name.
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


def is_url(text: str) -> bool:
    """Whether it names something that is fetched; everything else is a path.

    >>> is_url("https://example.jp/a.jsonl"), is_url("S3://corpus/a"), is_url("http/a.txt")
    (True, True, False)
    """
    return _SCHEME.match(text) is not None


def parted(given: str) -> tuple[str, str]:
    """(URL, sha256 that was stated for its bytes, or ""). Any other fragment is left out.

    >>> parted("https://example.jp/a#b"), parted("s3://corpus/a#b")
    (('https://example.jp/a', ''), ('s3://corpus/a#b', ''))
    """
    given = given.strip()
    stated = _SHA256.search(given)
    url = given[: stated.start()] if stated else given
    if not is_s3(url):
        url = url.partition("#")[0]
    return url, stated[1].lower() if stated else ""


def is_s3(url: str) -> bool:
    return url[:5].lower() == "s3://"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One request's server and what is asked of it."""

    url: str
    scheme: str
    #: In ASCII and lower case; IPv6 addresses without brackets.
    host: str
    port: int
    #: Path and query.
    path: str

    @property
    def authority(self) -> str:
        """What the field Host says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    def allowed(self, policy: Policy) -> bool:
        """Whether this server is one of those that are fetched from although they are private."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}" in policy.private_allowed


def target(url: str, policy: Policy) -> Target:
    """Raises SourceError for what is no http(s) URL, carries a password, or has another port."""
    if len(url) > _LONGEST or _NO_URL.search(url):
        raise _refused(url[:200], "this is no URL.", "Check the spelling; encode blanks.")
    try:
        parsed = parse_url(url)
        host = (parsed.host or "").strip("[]")
        if parsed.scheme not in _DEFAULT_PORTS or not host:
            raise _refused(url, "this is no URL of http or https.", "Check the spelling.")
        if parsed.auth is not None:
            raise _refused(url, "the URL holds a name or password.", "Leave them out.")
        found = Target(
            url=url,
            scheme=parsed.scheme,
            host=host.rstrip("."),
            port=parsed.port or _DEFAULT_PORTS[parsed.scheme],
            path=parsed.request_uri,
        )
    except (LocationParseError, UnicodeError) as error:
        raise _refused(url, "this is no URL.", "Check the spelling.") from error
    if found.port not in policy.ports and not found.allowed(policy):
        raise _refused(
            url,
            f"nothing is fetched from port {found.port}.",
            "FETCH_PORTS lists the ports that are.",
        )
    return found


def redirected(before: Target, location: str, policy: Policy) -> Target:
    """Where a redirect leads to. Raises SourceError when it must not be followed."""
    url = urljoin(before.url, location).partition("#")[0]
    if not is_url(url) or is_s3(url):
        raise _refused(before.url, "it redirects to what is no URL.", "Give the last URL itself.")
    after = target(url, policy)
    if before.scheme == "https" and after.scheme == "http":
        raise _refused(before.url, f"it redirects from https to http: {url}.", "Give an https URL.")
    return after


def bucket_and_key(url: str) -> tuple[str, str]:
    """Raises SourceError for what names no bucket.

    >>> bucket_and_key("s3://corpus/news/2024.jsonl.gz"), bucket_and_key("s3://corpus")
    (('corpus', 'news/2024.jsonl.gz'), ('corpus', ''))
    """
    bucket, _, key = url[5:].partition("/")
    if not _BUCKET.fullmatch(bucket) or len(key) > _LONGEST or "\0" in key:
        raise _refused(url[:200], "this names no bucket of S3.", "Write s3://bucket/key.")
    return bucket, key


def check(url: str, policy: Policy) -> None:
    """Refuse at once what could never be fetched; nothing is asked of the network."""
    if is_s3(url):
        bucket_and_key(url)
    else:
        target(url, policy)


def name_of(url: str) -> str:
    """What document ids are made of: apart from every path, and the same wherever it is read.

    >>> name_of("https://example.jp/a/b.jsonl?v=2")
    'https:example.jp/a/b.jsonl?v=2'
    """
    scheme, _, rest = url.partition("://")
    return f"{scheme.lower()}:{rest}"


def origin_of(url: str) -> str:
    """What people know it by: its last component, else its host.

    >>> origin_of("https://example.jp/a/b.jsonl?v=2"), origin_of("s3://corpus/news/")
    ('b.jsonl', 'news')
    """
    path = url.partition("://")[2]
    path = path if is_s3(url) else path.partition("?")[0]
    return path.rstrip("/").rpartition("/")[2] or path


def _refused(url: str, reason: str, remedy: str) -> SourceError:
    return SourceError(url, None, reason, remedy=remedy)
