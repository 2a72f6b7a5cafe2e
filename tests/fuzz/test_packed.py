"""Whatever the bytes, no reader of what is packed breaks a promise."""

from __future__ import annotations

import pytest

from tests.fuzz.forms import packed
from tests.fuzz.short import broken


@pytest.mark.parametrize("form", [form.name for form in packed()])
def test_mutants_break_no_promise(form: str) -> None:
    assert list(broken(form)) == []
