"""What a fetch may reach and how long it may take: a workbench's settings, or these defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    #: Of one URL, or of everything below one prefix of S3.
    max_bytes: int = 256 << 30
    #: For one URL, whatever is retried.
    seconds: int = 5 * 3600
    #: Without a single byte.
    stall_seconds: int = 60
    ports: tuple[int, ...] = (80, 443)
    #: "host:port" as URLs name them: there neither port nor address is checked.
    private_allowed: tuple[str, ...] = ()
    #: Says who we are to whoever reads the other server's log.
    user_agent: str = "Kotogura (corpus curation; fetches files that a person has named)"
    #: "" leaves each of them to the environment, as AWS documents it.
    s3_endpoint: str = ""
    s3_region: str = ""
    s3_anonymous: bool = False

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Policy:
        """JSON has no tuples."""
        listed = {name: tuple(value[name]) for name in ("ports", "private_allowed")}
        return cls(**{**value, **listed})
