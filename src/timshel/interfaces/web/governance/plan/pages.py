"""The plan as it stands, its parts, its versions, and what differs between two."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from timshel.interfaces.web.governance.plan.shown import (
    happened,
    shown_difference,
    shown_live,
    shown_part,
    shown_version,
    standing,
)
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.errors import NotFound
from timshel.planning.plan import queries
from timshel.planning.plan.actions import REGION

LARGEST_DIGITS = 9


@require_safe
def plan(request: TimshelRequest) -> HttpResponse:
    """Show the twelve parts with how they stand, and the versions."""
    token = live.token()
    actor, at = request.actor, request.at
    view = queries.plan(actor=actor, at=at)
    parts = [shown_live(each, actor=actor) for each in view.parts]
    page = queries.version_list(actor=actor, cursor=request.GET.get("cursor") or None, size=20)
    context = {
        "view": view,
        "coming": shown_version(view.coming) if view.coming else None,
        "parts": parts,
        "standing": standing(parts),
        "page": page.map(shown_version),
        "numbers": [row.number for row in page.items],
        "live_token": token,
        "live_regions": [REGION],
    }
    return render(request, "governance/plan/plan.html", context)


@require_safe
def part(request: TimshelRequest, plan_part: str) -> HttpResponse:
    """Show a part: what is written, what the records say, and what happened to it."""
    token = live.token()
    actor = request.actor
    found = queries.plan_part(plan_part, actor=actor, at=request.at)
    context = {
        "each": shown_live(found, actor=actor),
        "history": [happened(each) for each in queries.part_history(plan_part, actor=actor)],
        "live_token": token,
        "live_regions": [REGION],
    }
    return render(request, "governance/plan/part.html", context)


@require_safe
def version(request: TimshelRequest, plan_version: int) -> HttpResponse:
    """Show what a version says."""
    actor = request.actor
    view = queries.plan_version(plan_version, actor=actor, at=request.at)
    context = {
        "each": shown_version(view.row),
        "parts": [shown_part(each, actor=actor) for each in view.parts],
    }
    return render(request, "governance/plan/version.html", context)


@require_safe
def differences(request: TimshelRequest) -> HttpResponse:
    """Show what differs between two versions, or between one and what stands now."""
    actor = request.actor
    numbers = queries.known_numbers(actor=actor)
    before = _number(request.GET.get("before", "")) or (numbers[0] if numbers else 0)
    after = _number(request.GET.get("after", ""))
    if not numbers:
        raise NotFound
    found = queries.differences(before, after or None, actor=actor, at=request.at)
    context = {
        "found": found,
        "before": before,
        "after": after,
        "numbers": numbers,
        "parts": [shown_difference(each) for each in found.parts],
    }
    return render(request, "governance/plan/differences.html", context)


def _number(text: str) -> int:
    """Return a number of an address; 0 where there is none."""
    is_number = text.isascii() and text.isdigit() and len(text) <= LARGEST_DIGITS
    return int(text) if is_number else 0
