"""Hashes that a server states."""

from __future__ import annotations

from urllib3 import HTTPHeaderDict

from corpora.fetch.digests import stated
from tests.fuzz.limits import limited


def test_a_field_that_is_one_long_name_is_read_once() -> None:
    fields = HTTPHeaderDict({"Digest": "9" * 65_000 + ", md5=kAFQmDzST7DWlj99KOF/cg=="})
    with limited(4):
        assert stated(fields) == [["Digest", "md5", "900150983cd24fb0d6963f7d28e17f72"]]
