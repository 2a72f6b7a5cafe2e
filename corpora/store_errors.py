"""What a disk says, and what people are told of it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from corpora.errors import StoreError

#: What writing to a disk without room says.
DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_UNWRITABLE = DISK_FULL | {errno.EIO, errno.EROFS}


def as_store_error(error: OSError, root: Path) -> StoreError:
    """What is said, to people, of a store that cannot be written."""
    remedy = (
        "Free some space, then resume the run: nothing half-written is visible."
        if error.errno in _UNWRITABLE
        else "Check the folder's permissions and the disk."
    )
    return StoreError(f"cannot write to the store {root}: {_told(error)}.", remedy=remedy)


def _told(error: OSError) -> str:
    """The system's words; Arrow puts its own in their place."""
    return os.strerror(error.errno) if error.errno else str(error)
