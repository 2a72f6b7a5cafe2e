"""The group "personal": the expressions see only the lines that have a sign of a find."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from corpora.kernels import personal as kinds
from corpora.kernels.characters import bits
from corpora.kernels.personal import personal_signs
from corpora.kernels.signs import lines_around, marked
from corpora.matching import personal
from corpora.signals.batch import Batch
from corpora.signals.spans import found_in, together

#: Signal -> the kinds of its signs and its finder.
_FINDERS = {
    "phone_hits": (kinds.PHONE, personal.find_phones),
    "email_hits": (kinds.EMAIL, personal.find_emails),
    "postal_hits": (kinds.POSTCODE | kinds.ADDRESS, personal.find_addresses),
    "my_number_hits": (kinds.TWELVE, personal.find_my_numbers),
    "card_hits": (kinds.THIRTEEN, personal.find_cards),
}


@cache
def _classes() -> NDArray[np.uint8]:
    return bits(
        {
            int(kinds.DIGIT): r"\d",
            int(kinds.HYPHEN): personal.HYPHEN,
            int(kinds.MAIL): personal.MAIL_CHARACTER,
            int(kinds.UNIT): "[丁番号]",
            int(kinds.TOWN): personal.TOWN,
            int(kinds.STOP): f"[{personal.STOP}]",
            int(kinds.NUMERAL): personal.NUMERAL,
            int(kinds.REGION): "[道都府県]",
        }
    )


def measure(batch: Batch) -> dict[str, NDArray[np.float32]]:
    """Every signal of the group."""
    points = batch.points
    places = marked(points, r"[\d丁番号@〒+]")
    signs = personal_signs(points, places, _classes())
    found = {
        signal: found_in(
            points,
            # No find crosses a newline, but for a postal code and the address on the next line.
            lines_around(
                points, places[(signs & kind) != 0], following=int(signal == "postal_hits")
            ),
            find,
            before=personal.CONTEXT,
        )
        for signal, (kind, find) in _FINDERS.items()
    }
    found["personal_hits"] = together(list(found.values()))
    return {name: one.counts(len(batch)).astype(np.float32) for name, one in found.items()}
