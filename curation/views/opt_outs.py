"""Opt-outs: what must not be in any training data from now on."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from curation.actions import opt_outs as actions
from curation.forms.opt_outs import OptOutForm
from curation.models import OptOut
from curation.permissions import may, require
from curation.queries import opt_outs as queries
from curation.views.asked import Asked


@require_http_methods(["GET", "POST"])
@login_required
def opt_outs(request: Asked) -> HttpResponse:
    """Everybody sees the list (it explains what is missing); stewards change it."""
    if request.method == "POST":
        require(request.user, "opt_out")
    form = OptOutForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.opt_out(by=request.user, **form.cleaned_data)
        messages.success(request, _("Entered. It holds from the next run on."))
        return redirect("opt-outs")
    listed = Paginator(queries.history(), 100)
    context = {
        "form": form if may(request.user, "opt_out") else None,
        "page": listed.get_page(request.GET.get("page")),
    }
    return render(request, "opt_outs/page.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def withdraw(request: Asked, opt_out_id: int) -> HttpResponse:
    opt_out = get_object_or_404(OptOut, pk=opt_out_id)
    actions.withdraw(opt_out=opt_out, by=request.user)
    messages.success(request, _("Withdrawn. It no longer holds from the next run on."))
    return redirect("opt-outs")


urlpatterns = [
    path("opt-outs/", opt_outs, name="opt-outs"),
    path("opt-outs/<int:opt_out_id>/withdraw/", withdraw, name="opt-out-withdraw"),
]
