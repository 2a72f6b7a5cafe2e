"""SentencePiece models: what one is, whether it may be let in, and loading it once a process.

A model is data: a protobuf that only the sentencepiece library reads. It brings no code, and a
model that people import stays under its own licence; the licence of a `.model` file is stated by
whoever imports it and is kept with the tokenizer, never guessed.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpora.errors import ModelError

if TYPE_CHECKING:
    import sentencepiece

#: The largest vocabularies in use (256,000 pieces) make models of about 5 MB.
MAX_MODEL_BYTES = 64 << 20

#: Wall clock; processor time is limited inside the child.
_SECONDS = 60

#: By path, not by import: it loads sentencepiece, which only the child may do.
_PROBE = Path(__file__).with_name("probe.py")

_REMEDY = "Give a .model file as sentencepiece writes it, whole and unchanged."


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """What a model says of itself. Ids are -1 for a symbol that the model does not have."""

    sha256: str
    vocab_size: int
    #: "unigram", "bpe", "word" or "char".
    type: str
    #: The normaliser's name; "nmt_nfkc" turns newlines into spaces, "identity" changes nothing.
    normalization: str
    byte_fallback: bool
    bos_id: int
    eos_id: int
    pad_id: int
    unk_id: int

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def check_model(path: Path) -> ModelInfo:
    """Load a model in a limited child process first.

    Raises ModelError, in one sentence, when it is missing, too large, not a model, or when
    loading it takes too much memory or time.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror}.", remedy=_REMEDY) from error
    if size > MAX_MODEL_BYTES:
        limit = MAX_MODEL_BYTES >> 20
        raise ModelError(f"{path}: {size:,} bytes are more than {limit} MB.", remedy=_REMEDY)
    return ModelInfo(sha256=digest, **_probed(path))


def _probed(path: Path) -> dict[str, Any]:
    # The file is run as a script: the child needs no project on its path and inherits nothing.
    command = [sys.executable, "-I", str(_PROBE), str(path.resolve())]
    try:
        child = subprocess.run(
            command, capture_output=True, timeout=_SECONDS, check=False, close_fds=True
        )
    except subprocess.TimeoutExpired as error:
        raise ModelError(f"{path}: loading it takes too long.", remedy=_REMEDY) from error
    try:
        found: dict[str, Any] = json.loads(child.stdout)
    except json.JSONDecodeError as error:
        raise ModelError(
            f"{path}: loading it ended its process (status {child.returncode}).", remedy=_REMEDY
        ) from error
    if "error" in found:
        raise ModelError(f"{path}: not a SentencePiece model.", remedy=_REMEDY)
    return found


@lru_cache(maxsize=4)
def load(path: Path) -> sentencepiece.SentencePieceProcessor:
    """The processor of a model blob, loaded once a process; raises ModelError.

    A blob's path holds its hash, so the path says everything of its content.
    """
    # Here: a web process checks models, in a child, and must never load the library itself.
    import sentencepiece

    try:
        return sentencepiece.SentencePieceProcessor(model_file=str(path))
    except (OSError, RuntimeError) as error:
        raise ModelError(f"{path}: not a SentencePiece model.", remedy=_REMEDY) from error
