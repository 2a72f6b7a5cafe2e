"""The unit that draws a sample of a part's n-grams: the same grams in every document.

A gram is drawn when its hash says so, so two documents share as large a part of their samples as
of their sets, give or take chance (Broder, "On the resemblance and containment of documents",
1997: modulo sketches). What is drawn lies sorted by gram, so that a share of all grams is one
slice of every part.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora.arrays import put_array
from corpora.documents import ROW_GROUP_ROWS
from corpora.folding import fold_texts
from corpora.grams import multipliers
from corpora.kernels.minhash import gram_hashes
from corpora.kernels.text import Utf8
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store

#: One in so many grams is drawn; a power of two.
ONE_IN = 64


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs: samples, uint64[postings, 2]: gram64 and row, sorted, each once.

    Counts: postings.
    """
    found = [np.empty((0, 2), np.uint64)]
    first = 0
    with store.parquet(unit.inputs["text"]) as source:
        for batch in source.iter_batches(ROW_GROUP_ROWS, columns=["text"]):
            for start, texts in Utf8.of(batch.column("text")).slices():
                found.append(_drawn(texts, first + start, unit.params))
                progress(documents=len(texts), bytes=texts.size)
            first += batch.num_rows
    samples = np.concatenate(found)
    samples = samples[np.lexsort((samples[:, 1], samples[:, 0]))]
    return UnitResult(
        outputs={"samples": put_array(store, samples)}, counts={"postings": len(samples)}
    )


def _drawn(texts: Utf8, first: int, params: dict[str, Any]) -> NDArray[np.uint64]:
    kana = params.get("fold_kana", False)
    folded = fold_texts(texts, old_kanji=params["fold_old_kanji"], kana=kana)
    hashes, starts = gram_hashes(folded, multipliers(params["ngram"]))
    places = np.flatnonzero(hashes & np.uint64(ONE_IN - 1) == 0)
    rows = first + np.searchsorted(starts, places, side="right") - 1
    return np.unique(np.column_stack([hashes[places], rows.astype(np.uint64)]), axis=0)
