"""Whatever the bytes, no reader of markup and web archives breaks a promise."""

from __future__ import annotations

import pytest

from tests.fuzz.forms import webs
from tests.fuzz.short import broken


@pytest.mark.parametrize("form", [form.name for form in webs()])
def test_mutants_break_no_promise(form: str) -> None:
    assert list(broken(form)) == []
