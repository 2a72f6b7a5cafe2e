"""API tokens: one's own, made and revoked here."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from curation.actions import tokens as actions
from curation.forms.tokens import TokenForm
from curation.queries import tokens as queries
from curation.views.asked import Asked


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def tokens(request: Asked) -> HttpResponse:
    """A new secret is in this one answer and nowhere else, so there is no redirect after it."""
    form = TokenForm(request.user, request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        made, secret = actions.create_token(by=request.user, **form.cleaned_data)
        form = TokenForm(request.user)
    context = {
        "form": form,
        "secret": secret,
        "made": made if secret else None,
        "live": queries.live(request.user),
        "ended": queries.ended(request.user)[:50],
        "root": request.build_absolute_uri("/api/v1"),
    }
    return render(request, "tokens/page.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def revoke(request: Asked, token_id: int) -> HttpResponse:
    token = get_object_or_404(queries.visible(request.user), pk=token_id)
    actions.revoke_token(token=token, by=request.user)
    messages.success(request, _("Revoked: %(name)s opens nothing any more.") % {"name": token.name})
    return redirect("tokens")


urlpatterns = [
    path("tokens/", tokens, name="tokens"),
    path("tokens/<int:token_id>/revoke/", revoke, name="token-revoke"),
]
