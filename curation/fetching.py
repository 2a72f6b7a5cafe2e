"""What the settings let a fetch reach."""

from __future__ import annotations

from django.conf import settings

from corpora.fetch.policy import Policy


def policy() -> Policy:
    return Policy(
        max_bytes=settings.FETCH_MAX_BYTES,
        seconds=settings.FETCH_SECONDS,
        stall_seconds=settings.FETCH_STALL_SECONDS,
        ports=tuple(settings.FETCH_PORTS),
        private_allowed=tuple(settings.FETCH_PRIVATE_ALLOWED),
        user_agent=settings.FETCH_USER_AGENT,
        s3_endpoint=settings.FETCH_S3_ENDPOINT,
        s3_region=settings.FETCH_S3_REGION,
        s3_anonymous=settings.FETCH_S3_ANONYMOUS,
    )
