"""An S3-speaking server (moto's) on a free loopback port, for tests."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.services.process import free_port, running

if TYPE_CHECKING:
    from pyarrow.fs import S3FileSystem


@dataclass(frozen=True, slots=True, kw_only=True)
class S3:
    #: "http://127.0.0.1:PORT"; nothing is kept once the server has ended.
    endpoint: str
    #: The server takes any pair.
    key: str = "test-key"
    secret: str = "test-secret"
    region: str = "us-east-1"

    def filesystem(self) -> S3FileSystem:
        """A client that may make buckets, to put there what a test wants to find."""
        from pyarrow.fs import S3FileSystem

        return S3FileSystem(
            access_key=self.key,
            secret_key=self.secret,
            region=self.region,
            endpoint_override=self.endpoint,
            allow_bucket_creation=True,
            allow_bucket_deletion=True,
        )


@contextmanager
def s3(folder: Path) -> Iterator[S3]:
    """An empty server until the block ends; its log is in ``folder``."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with running(command, log=folder / "s3.log", ready=lambda: _listens(port)):
        yield S3(endpoint=f"http://127.0.0.1:{port}")


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    """One server for the whole session; a test takes a bucket of its own name."""
    with s3(tmp_path_factory.mktemp("s3")) as server:
        yield server


def _listens(port: int) -> bool:
    with socket.socket() as connection:
        connection.settimeout(1)
        return connection.connect_ex(("127.0.0.1", port)) == 0
