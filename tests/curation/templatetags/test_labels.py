"""What rules and signals are called."""

from __future__ import annotations

from django.utils.translation import override

from corpora.signals import SIGNALS
from curation.templatetags.workbench import rule_label, signal_label


def test_a_signal_is_called_by_its_own_title_whatever_a_rule_of_its_name_asks_about() -> None:
    with override("en"):
        assert signal_label("letters") == SIGNALS["letters"].title != rule_label("letters")
    with override("ja"):
        assert signal_label("letters") == SIGNALS["letters"].title_ja != rule_label("letters")


def test_no_two_signals_are_called_the_same() -> None:
    for language in ("en", "ja"):
        with override(language):
            assert len({signal_label(name) for name in SIGNALS}) == len(SIGNALS)


def test_a_recipes_own_signal_is_called_by_its_name() -> None:
    assert signal_label("words.茶") == "words.茶"
