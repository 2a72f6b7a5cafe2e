"""The group "rights": only metadata that names directives at all is read as JSON."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.text import Utf8
from corpora.opt_out_signals import may_state
from corpora.signals.batch import Batch
from corpora.signals.columns import by_text
from corpora.signals.rights import RIGHTS

_EACH = by_text({signal.name: signal.measure for signal in RIGHTS.signals})


def measure(batch: Batch) -> dict[str, NDArray[np.float32]]:
    """Every signal of the group; the batch's texts are the documents' metadata."""
    texts = batch.texts.to_arrow()
    chosen = np.flatnonzero(may_state(texts).to_numpy(zero_copy_only=False))
    found = {signal.name: np.zeros(len(batch), np.float32) for signal in RIGHTS.signals}
    if len(chosen):
        for name, values in _EACH(Batch(Utf8.of(texts.take(chosen)))).items():
            found[name][chosen] = values
    return found
