"""Logging in and out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpResponse
from django.urls import path

from curation.forms.login import LoginForm


class Login(LoginView):
    template_name = "login/page.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_context_data(self, **values: Any) -> dict[str, Any]:
        """Whether nobody has managed the accounts yet, so that the first one is still printed."""
        printed = Path(settings.FIRST_LOGIN_FILE).is_file()
        return super().get_context_data(first_login=printed, **values)

    def form_invalid(self, form: LoginForm) -> HttpResponse:  # type: ignore[override]
        response = super().form_invalid(form)
        response.status_code = 429 if form.throttled else 200
        return response


urlpatterns = [
    path("login/", Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
]
