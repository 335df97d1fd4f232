"""The overview of resources, one with its quarters, and the people there are now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from timshel.interfaces.web.governance.actions.views import shown as shown_action
from timshel.interfaces.web.governance.resources.shown import Shown, picture, shown
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.operation.teamwork.access import may_read_hand_overs
from timshel.planning.planned_action.actions import REGION as ACTION_REGION
from timshel.planning.planned_action.queries import actions_about
from timshel.planning.planned_action.states import ActionState
from timshel.support.resource import actions, queries
from timshel.support.resource.access import may_manage
from timshel.support.resource.queries import PeopleRow, ResourceFilter, ResourceRow
from timshel.support.resource.states import ResourceKind

ALL, RETIRED = "all", "retired"
WHICH: Mapping[str, Promise | str] = {
    ALL: gettext_lazy("All"),
    **{each.value: each.label for each in ResourceKind},
    RETIRED: gettext_lazy("Retired"),
}


@require_safe
def overview(request: TimshelRequest) -> HttpResponse:
    """Show what will not suffice, and all resources now and in the quarters to come."""
    token = live.token()
    asked = request.GET.get("kind", "")
    which = asked if asked in WHICH else ALL
    wanted = ResourceFilter(is_retired=which == RETIRED)
    rows = queries.resource_overview(actor=request.actor, at=request.at, wanted=wanted)
    listed = [each for each in rows if which not in ResourceKind.values or _is_of(each, which)]
    short = _with_actions(request, queries.short_among(listed))
    context = {
        "groups": _by_kind([shown(each) for each in listed]),
        "short": short,
        "which": which,
        "choices": WHICH.items(),
        "may_manage": may_manage(request.actor),
        "plan_page": reverse("action-new"),
        "live_token": token,
        "live_regions": [actions.REGION, ACTION_REGION],
    }
    return render(request, "governance/resources/overview.html", context)


@require_safe
def one(request: TimshelRequest, resource: str) -> HttpResponse:
    """Show a resource with its quarters and what is planned about it."""
    token = live.token()
    row = queries.resource(resource, actor=request.actor, at=request.at)
    found = shown(row)
    about = actions_about(actions.SUBJECT, [row.number], at=request.at).get(row.number, ())
    plan = f"{reverse('action-new')}?about={actions.SUBJECT}:{row.number}"
    drawn = picture(found)
    context: dict[str, Any] = {
        "each": found,
        "row": row,
        "charts": [drawn] if drawn else [],
        "actions": [shown_action(each) for each in about],
        "plan_address": plan if row.may_answer and not row.is_retired else "",
        "live_token": token,
        "live_regions": [actions.REGION, ACTION_REGION],
    }
    return render(request, "governance/resources/one.html", context)


@require_safe
def people(request: TimshelRequest) -> HttpResponse:
    """Show how many people there are, by unit, team, role and service."""
    found = queries.people_now(actor=request.actor)
    context = {
        "found": found,
        "teams": [(each, _team_address(each, request.actor)) for each in found.teams],
    }
    return render(request, "governance/resources/people.html", context)


@require_POST
def retire(request: TimshelRequest, resource: str) -> HttpResponse:
    """Keep a resource no longer."""
    actions.retire_resource(resource, actor=request.actor, at=request.at)
    messages.success(request, _("It is retired. Its figures stay."))
    return redirect("resource", resource)


@require_POST
def restore(request: TimshelRequest, resource: str) -> HttpResponse:
    """Keep a retired resource again."""
    actions.restore_resource(resource, actor=request.actor, at=request.at)
    messages.success(request, _("It is kept again."))
    return redirect("resource", resource)


def _is_of(row: ResourceRow, kind: str) -> bool:
    return row.content.kind == kind


def _by_kind(rows: Sequence[Shown]) -> list[tuple[str, str, list[Shown]]]:
    """Return the kinds of which there is something, each with its resources."""
    return [
        (kind.value, str(kind.label), found)
        for kind in ResourceKind
        if (found := [each for each in rows if each.row.content.kind == kind])
    ]


def _with_actions(request: TimshelRequest, rows: Sequence[ResourceRow]) -> list[Shown]:
    """Return what will not suffice with what is planned about it; one query."""
    numbers = [each.number for each in rows]
    planned = actions_about(actions.SUBJECT, numbers, at=request.at) if numbers else {}
    return [
        shown(
            each,
            [row for row in planned.get(each.number, ()) if row.state == ActionState.OPEN],
        )
        for each in rows
    ]


def _team_address(team: PeopleRow, actor: Actor) -> str:
    """Return where the members of a team and their work stand; empty for who may not see it."""
    return reverse("team", args=[team.code]) if may_read_hand_overs(team.id, actor=actor) else ""
