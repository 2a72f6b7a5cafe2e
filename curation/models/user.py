"""People and their roles."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may do; curation/permissions.py holds the table."""

    VIEWER = "viewer", _("Viewer")
    CURATOR = "curator", _("Curator")
    ENGINEER = "engineer", _("Engineer")
    STEWARD = "steward", _("Steward (rights and personal data)")
    ADMINISTRATOR = "administrator", _("Administrator")


class User(AbstractUser):
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.VIEWER)
