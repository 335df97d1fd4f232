"""The list of management reviews, and one review with its pack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timshel.interfaces.web.governance.actions.views import shown as shown_action
from timshel.interfaces.web.governance.addresses import record_address
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.performance_evaluation.management_review import access, actions, queries
from timshel.performance_evaluation.management_review.queries import ReviewView
from timshel.performance_evaluation.management_review.states import (
    OPEN,
    Output,
    ReviewState,
    Section,
)


@require_safe
def reviews(request: TimshelRequest) -> HttpResponse:
    """List the reviews that the reader may see."""
    access.require_entry(request.actor)
    chosen = chosen_state(request)
    page = queries.review_list(
        actor=request.actor, state=chosen, cursor=request.GET.get("cursor") or None
    )
    context = {
        "page": page,
        "state": chosen or "",
        "states": [("", _("All")), *ReviewState.choices],
        "may_manage": access.may_manage(request.actor),
    }
    return render(request, "governance/reviews/list.html", context)


def chosen_state(request: TimshelRequest) -> ReviewState | None:
    """Return the state that an address narrows to; None for all."""
    state = request.GET.get("state", "")
    return ReviewState(state) if state in ReviewState.values else None


@require_safe
def review(request: TimshelRequest, review: str) -> HttpResponse:
    """Show a review with its pack, section by section."""
    token = live.token()
    view = queries.review(review, actor=request.actor, at=request.at)
    state, manages = view.row.state, view.may_manage
    pack = view.pack
    context = {
        "view": view,
        "row": view.row,
        "pack": pack,
        "since": parse_datetime(pack["since"]) if pack else None,
        "sections": [_section(each) for each in pack["sections"]] if pack else [],
        "promised": [] if pack else [each.label for each in Section],
        "outputs": [(each, view.answered[each.value]) for each in Output],
        "actions": [shown_action(row) for row in view.actions],
        "may_change": manages and state in OPEN,
        "may_draw": manages and state in OPEN,
        "may_comment": manages and state == ReviewState.PREPARED,
        "may_freeze": manages and state == ReviewState.PREPARED,
        "may_hold": manages and state == ReviewState.FROZEN,
        "may_answer": manages and state == ReviewState.HELD,
        "may_close": manages and state == ReviewState.HELD,
        "live_token": token,
        "live_regions": [actions.REGION, "meetings", "planned_actions"],
    }
    return render(request, "governance/reviews/review.html", context)


def section_of(view: ReviewView, code: str) -> Mapping[str, Any] | None:
    """Return a section of a pack, or None."""
    sections = view.pack["sections"] if view.pack else []
    return next((each for each in sections if each["code"] == code), None)


def _section(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return a section with the addresses of its records."""
    rows = [
        {
            "head": each["cells"][0],
            "cells": each["cells"][1:],
            "address": record_address(each["kind"], each["code"]),
        }
        for each in kept["rows"]
    ]
    return {**kept, "rows": rows, "shown": len(rows)}
