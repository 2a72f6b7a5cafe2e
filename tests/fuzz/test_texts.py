"""Whatever the bytes, no reader of texts and tables breaks a promise."""

from __future__ import annotations

import pytest

from tests.fuzz.forms import texts
from tests.fuzz.short import broken


@pytest.mark.parametrize("form", [form.name for form in texts()])
def test_mutants_break_no_promise(form: str) -> None:
    assert list(broken(form)) == []
