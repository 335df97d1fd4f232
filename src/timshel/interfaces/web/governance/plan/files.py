"""The plan as PDF: as it stands, and as it was approved."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from timshel.interfaces.web.requests import TimshelRequest
from timshel.planning.plan.documents import plan_document


@require_safe
def as_pdf(request: TimshelRequest) -> HttpResponse:
    """Send the plan as it stands."""
    content = plan_document(None, actor=request.actor, at=request.at)
    return _file(content, "service-management-plan.pdf")


@require_safe
def version_pdf(request: TimshelRequest, plan_version: int) -> HttpResponse:
    """Send a version."""
    content = plan_document(plan_version, actor=request.actor, at=request.at)
    return _file(content, f"service-management-plan-{plan_version}.pdf")


def _file(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
