"""People and their roles, for administrators."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from corpora.errors import KotoguraError
from curation.actions import people as actions
from curation.forms.people import PersonForm, RoleForm
from curation.models import Role, User
from curation.permissions import require
from curation.queries import people as queries
from curation.sentences import said
from curation.views.asked import Asked, bad_request


@require_http_methods(["GET", "POST"])
@login_required
def people(request: Asked) -> HttpResponse:
    require(request.user, "people.manage")
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            user = actions.create_person(
                username=given["username"],
                password=given["password"],
                role=Role(given["role"]),
                by=request.user,
            )
        except KotoguraError as error:
            form.add_error(None, said(error))
        else:
            messages.success(request, _("%(name)s can log in now.") % {"name": user.username})
            return redirect("people")
    context = {"people": queries.people(), "form": form, "roles": Role.choices}
    return render(request, "people/page.html", context)


@require_POST
@login_required
def person_role(request: Asked, user_id: int) -> HttpResponse:
    form = RoleForm(request.POST)
    if not form.is_valid():
        return bad_request(request, _("There is no such role."))
    user = get_object_or_404(User, pk=user_id)
    role = Role(form.cleaned_data["role"])
    try:
        actions.set_role(user=user, role=role, by=request.user)
    except KotoguraError as error:
        messages.error(request, said(error))
    else:
        done = _("%(name)s is now: %(role)s.") % {"name": user.username, "role": role.label}
        messages.success(request, done)
    return redirect("people")


@require_POST
@login_required
def person_active(request: Asked, user_id: int) -> HttpResponse:
    """Close an account, or open it again: ``active`` is "yes" or "no"."""
    user = get_object_or_404(User, pk=user_id)
    active = request.POST.get("active") == "yes"
    try:
        actions.set_active(user=user, active=active, by=request.user)
    except KotoguraError as error:
        messages.error(request, said(error))
    else:
        done = _("%(name)s can log in.") if active else _("%(name)s cannot log in any more.")
        messages.success(request, done % {"name": user.username})
    return redirect("people")


urlpatterns = [
    path("people/", people, name="people"),
    path("people/<int:user_id>/role/", person_role, name="person-role"),
    path("people/<int:user_id>/active/", person_active, name="person-active"),
]
