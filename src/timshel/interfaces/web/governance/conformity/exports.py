"""Exports for a certification audit: asked for, watched, fetched."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from timshel.improvement.conformity import actions, queries
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.progress.actions import REGION as ERRANDS

STRICT_POLICY = "default-src 'none'; sandbox"


@require_safe
def all_exports(request: TimshelRequest) -> HttpResponse:
    """List exports, the newest first, with how far each is."""
    token = live.token()
    cursor = request.GET.get("cursor") or None
    page = queries.export_list(cursor=cursor, actor=request.actor)
    running = [f"errand:{row.errand_id}" for row in page.items if row.finished_at is None]
    context = {
        "page": page,
        "live_token": token,
        "live_regions": [actions.EXPORT_REGION, ERRANDS, *running][:10],
    }
    return render(request, "governance/conformity/exports.html", context)


@require_POST
def ask(request: TimshelRequest) -> HttpResponse:
    """Have an export put together."""
    model = request.POST.get("model", "")
    actions.ask_export(model, actor=request.actor, at=request.at)
    messages.success(request, _("It is being put together. You can fetch it here once it is done."))
    return redirect("conformity-exports")


@require_safe
def fetch(request: TimshelRequest, conformity_export: str) -> HttpResponseBase:
    """Send an export, as a download; the journal keeps who fetched it."""
    found = actions.fetch_export(conformity_export, actor=request.actor, at=request.at)
    response = FileResponse(
        found.path.open("rb"),
        as_attachment=True,
        filename=found.name,
        content_type="application/zip",
    )
    response.headers["Content-Security-Policy"] = STRICT_POLICY
    response.headers["Cache-Control"] = "private, no-store"
    return response
