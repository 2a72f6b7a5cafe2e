"""The product's settings for workers that note where a unit's time goes."""

from curation.settings import *  # noqa: F403
from curation.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.chaos.timed.apps.Timed"]
