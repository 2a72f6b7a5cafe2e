"""The sample corpus that comes with the product: invented Japanese texts, CC0.

``build.py`` writes the files from ``texts/``; they are committed beside it.
"""

from __future__ import annotations

from pathlib import Path

#: The folder with the built files, ready to be ingested.
SAMPLE_DIR: Path = Path(__file__).parent / "files"
