"""Planned actions on the scenes of the rights and of the query counts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core import signing

from tests.cast import Cast
from timshel.interfaces.web.governance.calendar.views import SALT, _feed_address
from timshel.planning.planned_action.actions import NOTHING, ActionPlan, plan_action
from timshel.planning.planned_action.models import PlannedAction
from timshel.planning.planned_action.states import ActionKind

GIVEN = {
    "kind": "planned",
    "title": "Replace the switch",
    "owner": "imre.castellane",
    "due_date": "2026-12-01",
}
BODIES: dict[str, dict[str, Any]] = {
    "action-new": GIVEN,
    "action-change": {**GIVEN, "seen_revision": "1"},
    "action-finish": {"outcome": "It works."},
    "action-drop": {"outcome": "There is no money."},
    "api-list_planned_actions": GIVEN,
    "api-read_planned_action": {**GIVEN, "revision": 1},
    "api-finish_planned_action": {"outcome": "It works."},
    "api-drop_planned_action": {"reason": "There is no money."},
}


def stage(cast: Cast, *, at: datetime) -> dict[str, str]:
    """Plan an action that the requester is to do."""
    number = _planned(cast, "Replace the switch", at=at)
    secret = signing.dumps([0, ""], salt=SALT)
    return {
        "due/<str:secret>": f"due/{secret}",
        "<str:action>": number,
        "/planned-actions/<number>": f"/planned-actions/{number}",
    }


def grow(cast: Cast, position: int, *, at: datetime) -> None:
    """Plan one more."""
    _planned(cast, f"Replace switch {position}", at=at)


def pages(cast: Cast) -> dict[str, tuple[str, str]]:
    """Return the pages and answers about actions."""
    number = PlannedAction.objects.order_by("pk")[0].number
    return {
        "standing": ("process_owner", "/governance/standing"),
        "due-list": ("process_owner", "/governance/due"),
        "due-file": ("process_owner", "/governance/due.ics"),
        "due-feed": ("", _feed_address(cast.process_owner)),
        "action-list": ("process_owner", "/governance/actions"),
        "action-new": ("process_owner", "/governance/actions/new"),
        "action-list-xlsx": ("process_owner", "/governance/actions/xlsx"),
        "action": ("process_owner", f"/governance/actions/{number}"),
        "action-change": ("process_owner", f"/governance/actions/{number}/change"),
        "api-list_due": ("api-process_owner", "/api/v1/due?until=2026-12-31"),
        "api-list_planned_actions": ("api-process_owner", "/api/v1/planned-actions"),
        "api-read_planned_action": ("api-process_owner", f"/api/v1/planned-actions/{number}"),
    }


def _planned(cast: Cast, title: str, *, at: datetime) -> str:
    plan = ActionPlan(ActionKind.PLANNED, title, "imre.castellane", date(2026, 12, 1))
    return plan_action(NOTHING, plan=plan, actor=cast.process_owner, at=at)
