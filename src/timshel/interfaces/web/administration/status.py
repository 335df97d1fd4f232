"""Who may know how services do: a switch or two for each."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from timshel.interfaces.web.requests import TimshelRequest
from timshel.resolution_fulfilment.status.actions import set_status
from timshel.resolution_fulfilment.status.queries import SettingRow, status_settings


@require_http_methods(["GET", "HEAD", "POST"])
def status_setting(request: TimshelRequest) -> HttpResponseBase:
    """Show for each service who may know how it does, or say so."""
    rows = status_settings(actor=request.actor)
    if request.method == "POST":
        for row in rows:
            _set(request, row)
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("status-settings"))
    return _page(request, rows)


def _set(request: TimshelRequest, row: SettingRow) -> None:
    """Set one service, where the form showed it: what came meanwhile stays as it is."""
    if row.is_confidential or row.code not in request.POST.getlist("service"):
        return
    shown, public = request.POST.getlist("shown"), request.POST.getlist("public")
    set_status(
        row.code,
        is_shown=row.code in shown,
        is_public=row.code in public,
        actor=request.actor,
        at=request.at,
    )


def _page(request: TimshelRequest, rows: tuple[SettingRow, ...]) -> HttpResponse:
    areas = [(area, list(found)) for area, found in groupby(rows, key=lambda row: row.area)]
    return render(request, "administration/status.html", {"areas": areas})
