"""Objectives on the scenes of the rights and of the query counts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.cast import Cast
from timshel.planning.objective.actions import (
    ObjectiveContent,
    ReadingGiven,
    agree_objective,
    record_reading,
    set_objective,
)
from timshel.planning.objective.models import Objective
from timshel.planning.objective.states import Direction, Level

GIVEN = {
    "level": "goal",
    "title": "Nobody waits twice",
    "owner": "imre.castellane",
    "direction": "at_least",
}
OUTCOME = {"outcome": "As the readings say."}
READING = {"day": "2026-02-20", "value": "7"}
BODIES: dict[str, dict[str, Any]] = {
    "objective-new": GIVEN,
    "objective-change": {**GIVEN, "revision": "2"},
    "objective-judge": {**OUTCOME, "deed": "drop"},
    "objective-reading": READING,
    "objective-reading-remove": READING,
    "api-list_objectives": GIVEN,
    "api-read_objective": {**GIVEN, "revision": 2},
    "api-meet_objective": OUTCOME,
    "api-miss_objective": OUTCOME,
    "api-drop_objective": OUTCOME,
    "api-revise_objective": OUTCOME,
    "api-reopen_objective": OUTCOME,
    "api-record_objective_reading": {"value": 7},
}


def stage(cast: Cast, *, at: datetime) -> dict[str, str]:
    """Agree an objective for which the requester answers."""
    number = _agreed(cast, "Fewer cases come back", at=at)
    return {
        "<str:objective>": number,
        "/objectives/<number>": f"/objectives/{number}",
        "/readings/<day>": "/readings/2026-02-20",
    }


def grow(cast: Cast, position: int, *, at: datetime) -> None:
    """Agree one more, and read the first once more."""
    _agreed(cast, f"Fewer cases come back, {position}", at=at)
    first = Objective.objects.filter(level=Level.OBJECTIVE).order_by("pk")[0]
    day = at.date() - timedelta(days=position + 1)
    reading = ReadingGiven(day, Decimal(position))
    record_reading(first.number, reading=reading, actor=cast.process_owner, at=at)


def pages(cast: Cast) -> dict[str, tuple[str, str]]:
    """Return the pages and answers about objectives."""
    number = Objective.objects.filter(level=Level.OBJECTIVE).order_by("pk")[0].number
    page, answer = f"/governance/objectives/{number}", f"/api/v1/objectives/{number}"
    return {
        "objective-list": ("process_owner", "/governance/objectives"),
        "objective-xlsx": ("process_owner", "/governance/objectives/xlsx"),
        "objective-new": ("process_owner", "/governance/objectives/new"),
        "objective": ("process_owner", page),
        "objective-change": ("process_owner", f"{page}/change"),
        "api-list_objectives": ("api-process_owner", "/api/v1/objectives"),
        "api-read_objective": ("api-process_owner", answer),
        "api-list_objective_readings": ("api-process_owner", f"{answer}/readings"),
    }


def _agreed(cast: Cast, title: str, *, at: datetime) -> str:
    actor = cast.process_owner
    top = Objective.objects.filter(level=Level.GOAL).first()
    parent = (
        top.number
        if top
        else set_objective(
            ObjectiveContent(Level.GOAL, "People trust us", "imre.castellane"), actor=actor, at=at
        )
    )
    content = ObjectiveContent(
        Level.OBJECTIVE,
        title,
        "imre.castellane",
        parent=parent,
        due_date=date(2099, 12, 31),
        unit="%",
        direction=Direction.AT_MOST,
        baseline=Decimal(12),
        target=Decimal(4),
    )
    number = set_objective(content, actor=actor, at=at)
    agree_objective(number, actor=actor, at=at)
    reading = ReadingGiven(at.date(), Decimal(8))
    record_reading(number, reading=reading, actor=actor, at=at)
    return number
