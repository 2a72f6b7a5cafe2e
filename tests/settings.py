"""The product's settings, pointed at a folder of this test process's own.

pytest-django loads the settings before any conftest is read, so the environment
is prepared here. Whatever the person has exported is overruled: a test must never
touch a real database, Redis or store. Only ``KOTOGURA_TEST_DATABASE_URL`` is heard;
``python -m tests.services postgresql`` sets it to a throw-away cluster.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from corpora.kernels.folder import kernels_folder
from tools.docs import environment_variables

#: Short, because a Unix socket lies in it; a name for each worker of pytest-xdist.
DIRECTORY = Path(
    tempfile.mkdtemp(prefix=f"kotogura-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}-")
)
atexit.register(shutil.rmtree, DIRECTORY, ignore_errors=True)

_ENVIRONMENT = dict.fromkeys(environment_variables(), "") | {
    "KOTOGURA_DATA_DIR": str(DIRECTORY),
    "DATABASE_URL": os.environ.get("KOTOGURA_TEST_DATABASE_URL", ""),
    # Compiled once for all test processes, and for all runs of the tests.
    "NUMBA_CACHE_DIR": os.environ.get("NUMBA_CACHE_DIR") or str(kernels_folder()),
    # The gallery is a page like any other: whole, and without complaint.
    "KOTOGURA_GALLERY": "1",
    "SECRET_KEY": "for-tests-only-for-tests-only-for-tests-only-for-tests",
}
os.environ.update(_ENVIRONMENT)

from curation.settings import *  # noqa: E402, F403  (the environment comes first)
from curation.settings import DATA_DIR, DATABASES, FILE_UPLOAD_TEMP_DIR  # noqa: E402

for _folder in (FILE_UPLOAD_TEMP_DIR, DATA_DIR / "inbox"):
    Path(_folder).mkdir(parents=True, exist_ok=True)

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: the live server's threads and real workers open it too.
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}
    # A test's database need not outlive a power cut, and fsync is half of its time.
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    )

# One round instead of a million: test users log in often.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
