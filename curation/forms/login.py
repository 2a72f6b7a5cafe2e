"""Logging in, at most LOGIN_ATTEMPTS times in five minutes for one name and address."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

WINDOW_SECONDS = 300


class LoginForm(AuthenticationForm):
    """Django's own, counting failures before a password is looked at."""

    def clean(self) -> dict[str, Any]:
        key = self._key()
        if cache.get(key, 0) >= settings.LOGIN_ATTEMPTS:
            raise ValidationError(
                _("Too many attempts. Wait five minutes and try again."), code="throttled"
            )
        try:
            cleaned = super().clean()
        except ValidationError:
            cache.add(key, 0, WINDOW_SECONDS)
            cache.incr(key)
            raise
        cache.delete(key)
        return cleaned or {}

    @property
    def throttled(self) -> bool:
        return self.has_error("__all__", "throttled")

    def _key(self) -> str:
        """Hashed, because a cache's keys allow neither blanks nor arbitrary length."""
        address = self.request.META.get("REMOTE_ADDR", "") if self.request else ""
        name = str(self.cleaned_data.get("username", "")).casefold()
        return "login:" + hashlib.sha256(f"{address}\0{name}".encode()).hexdigest()
