"""The overview of report cards, and the page that says what each measure means."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from timshel.interfaces.web.governance.subscriptions import shown_subscriptions
from timshel.interfaces.web.requests import TimshelRequest
from timshel.performance_evaluation.measurement.queries import MEASURES, subject_list
from timshel.performance_evaluation.measurement.states import (
    BETTER_NAMES,
    UNIT_NAMES,
    SubjectKind,
)

PAGE_SIZE = 50
TABS = (
    (SubjectKind.SERVICE, _("Services"), "lifebuoy"),
    (SubjectKind.CUSTOMER, _("Customers"), "briefcase"),
    (SubjectKind.UNIT, _("Units"), "building-community"),
    (SubjectKind.TEAM, _("Teams"), "users-group"),
)


@require_safe
def overview(request: TimshelRequest) -> HttpResponse:
    """Show the services, customers, units or teams whose report cards the reader may open."""
    kind = request.GET.get("kind") or SubjectKind.SERVICE.value
    page = subject_list(
        kind,
        actor=request.actor,
        at=request.at,
        cursor=request.GET.get("cursor") or None,
        size=PAGE_SIZE,
    )
    context = {
        "kind": kind,
        "tabs": TABS,
        "page": page,
        "subscriptions": shown_subscriptions(request),
    }
    return render(request, "governance/overview.html", context)


@require_safe
def measures(request: TimshelRequest) -> HttpResponse:
    """Show what each measure means."""
    rows = [
        (measure, UNIT_NAMES[measure.unit], BETTER_NAMES[measure.better]) for measure in MEASURES
    ]
    return render(request, "governance/measures.html", {"rows": rows})
