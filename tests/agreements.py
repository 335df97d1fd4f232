"""Agreements for tests, made by the real actions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from tests.cast import FOUNDED, SYSTEM
from timshel.kernel.actor import Actor
from timshel.relationship_agreement.service_level import actions
from timshel.relationship_agreement.service_level.rules.contents import (
    AgreementContent,
    TargetContent,
)
from timshel.relationship_agreement.service_level.states import (
    AgreementKind,
    ClockKind,
    DurationUnit,
)

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
ALWAYS = {key: [["00:00", "24:00"]] for key in (*WEEKDAYS, "saturday", "sunday")}
MORNINGS = {key: [["08:00", "12:00"]] for key in WEEKDAYS}


def line(
    kind: str, amount: int, *, priority: int | None = None, unit: str = "hours", **more: Any
) -> TargetContent:
    """Return a target."""
    return TargetContent(ClockKind(kind), amount, DurationUnit(unit), priority=priority, **more)


def content(**changes: Any) -> AgreementContent:
    """Return a sound service level agreement with the unit Climate and Oceans about ``laptop``."""
    sound = AgreementContent(
        kind=AgreementKind.SERVICE,
        name="Laptops of Climate and Oceans",
        calendar="office-hours",
        unit="climate",
        services=("laptop",),
        targets=(line("respond", 1), line("resolve", 8)),
        owner_id=None,
        review_date=date(2027, 3, 1),
    )
    return replace(sound, **changes)


def calendar(code: str, weekly: dict[str, Any], *, at: datetime = FOUNDED) -> None:
    """Make a calendar of Europe/London."""
    actions.create_calendar(
        code,
        name=code.capitalize(),
        hours=actions.CalendarHours("Europe/London", weekly, working_day=timedelta(hours=8)),
        actor=SYSTEM,
        at=at,
    )


def publish(
    code: str, said: AgreementContent, *, actor: Actor = SYSTEM, at: datetime = FOUNDED, **more: Any
) -> int:
    """Draft and publish an agreement; returns the key of the version."""
    draft = actions.save_draft(code, content=said, actor=actor, at=at)
    actions.publish_draft(code, actor=actor, at=at, **more)
    return draft.agreement_id
