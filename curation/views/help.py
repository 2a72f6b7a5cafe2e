"""Keys and words."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from curation.views.asked import Asked


@require_GET
@login_required
def help(request: Asked) -> HttpResponse:
    return render(request, "help/page.html")


urlpatterns = [path("help/", help, name="help")]
