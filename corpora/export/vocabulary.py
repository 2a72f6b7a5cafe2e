"""What an export needs to know of a tokenizer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from corpora.errors import ExportError
from corpora.export.settings import ExportSettings
from corpora.storage import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    #: sha256 of the model file.
    sha256: str
    size: int
    #: -1 for a symbol that the model does not have.
    bos: int
    eos: int
    pad: int
    unk: int

    @classmethod
    def of(cls, store: Store, sha256: str) -> Vocabulary:
        """Of a model that was let in (trained here, or checked at import)."""
        import sentencepiece  # plans are made in the web process, which need not load it

        try:
            model = sentencepiece.SentencePieceProcessor(model_file=str(store.path(sha256)))
        except (OSError, RuntimeError) as error:
            raise ExportError(
                f"the tokenizer {sha256} cannot be loaded.", remedy="Import its .model file again."
            ) from error
        return cls(
            sha256=sha256,
            size=model.vocab_size(),
            bos=model.bos_id(),
            eos=model.eos_id(),
            pad=model.pad_id(),
            unk=model.unk_id(),
        )

    def eod(self, settings: ExportSettings) -> int | None:
        """The id that ends every document; None when none does. Raises ExportError."""
        if not settings.append_eod:
            return None
        eod = self.eos if settings.eod_id is None else settings.eod_id
        if not 0 <= eod < self.size:
            what = "has no EOS" if settings.eod_id is None else f"has no id {eod}"
            raise ExportError(
                f"the tokenizer {what}, so documents cannot end with it.",
                remedy=f"Set eod_id from 0 to {self.size - 1}, or append_eod to false.",
            )
        return eod

    def to_json(self) -> dict[str, Any]:
        ids = {"bos": self.bos, "eos": self.eos, "pad": self.pad, "unk": self.unk}
        return {"sha256": self.sha256, "vocab_size": self.size, "ids": ids}
