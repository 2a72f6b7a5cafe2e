"""The product's settings for workers that know the naps as well."""

from curation.settings import *  # noqa: F403
from curation.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.chaos.apps.Chaos"]
