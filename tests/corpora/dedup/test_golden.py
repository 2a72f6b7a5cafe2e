"""What must not change while the stages' declared versions stay as they are.

If one of these fails, raise the version in corpora/stages.py with the change, then write the new
values here.
"""

from __future__ import annotations

import hashlib

from corpora.dedup.minhash import signature_of
from corpora.documents import text_hash
from corpora.folding import fold
from corpora.stages import STAGES

TEXT = "或日の暮方の事である。一人の下人が、羅生門の下で雨やみを待つてゐた。ﾊﾟﾝ，〜①㈱ 髙𠮷"


def test_signatures_of_version_2() -> None:
    assert STAGES["dedup.signatures"].version == 2
    assert (
        fold(TEXT)
        == "或日の暮方の事である。一人の下人が、羅生門の下で雨やみを待つてゐた。パン、~1(株)髙𠮷"
    )
    assert text_hash(fold(TEXT)) == "ec943ed1e0818a3c9648808435ab2381"
    signature = signature_of(TEXT, ngram=5, permutations=128)
    assert signature is not None
    assert (
        hashlib.sha256(signature.astype("<u4").tobytes()).hexdigest()
        == "ab9687c1381129fd03b0b9a577e65d7b8e3827bbf8fc141a74b04116979b3535"
    )
