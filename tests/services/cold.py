"""The product's settings for workers that do not make themselves ready.

For tests that are not about it: it is three seconds of a core for each process.
"""

from curation.settings import *  # noqa: F403
from curation.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.services.apps.Cold"]
