"""Signals of what a document's page and server ask, of the metadata that its reader kept."""

from __future__ import annotations

from corpora.opt_out_signals import OF_TEXT, stated
from corpora.signals.reading import Reading
from corpora.signals.registry import Declarations, Group

RIGHTS = Declarations(
    Group(name="rights", version=1, title="Opt-outs", title_ja="利用の拒否", of="metadata")
)


@RIGHTS.signal(
    "boolean",
    ("Opt-out from training", "学習利用の拒否"),
    (
        "1 when the page or its server says noai or tdm-reservation.",
        "ページまたはサーバーが noai か tdm-reservation を示していれば1。",
    ),
    "corpora/opt_out_signals.py",
)
def opt_out_signal(reading: Reading) -> float:
    """1.0 when whoever answers for the text says that no model is to be trained on it.

    >>> opt_out_signal(Reading('{"robots":["gptbot: noai"]}'))
    1.0
    >>> opt_out_signal(Reading('{"robots":["noimageai","noindex"]}'))
    0.0
    """
    return float(not OF_TEXT.isdisjoint(stated(reading.text)))


@RIGHTS.signal(
    "boolean",
    ("Opt-out of images", "画像の学習利用の拒否"),
    (
        "1 when the page or its server says noai, noimageai or tdm-reservation.",
        "ページまたはサーバーが noai・noimageai・tdm-reservation のいずれかを示していれば1。",
    ),
    "corpora/opt_out_signals.py",
)
def image_opt_out_signal(reading: Reading) -> float:
    """1.0 when the images that the text refers to are not to be trained on either.

    >>> image_opt_out_signal(Reading('{"robots":["noimageai"]}'))
    1.0
    """
    return float(bool(stated(reading.text)))
