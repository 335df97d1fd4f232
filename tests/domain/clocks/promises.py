"""Promises of the tests of clocks, made by the real actions, and what is read of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.errands import run_errands
from timshel.kernel.actor import Actor, system_actor
from timshel.kernel.journal.models import Entry
from timshel.operation.work.models import WorkItem
from timshel.relationship_agreement.service_level.actions import (
    CalendarHours,
    publish_draft,
    save_draft,
)
from timshel.relationship_agreement.service_level.queries import ClockView, clocks_of
from timshel.relationship_agreement.service_level.rules.contents import (
    AgreementContent,
    TargetContent,
)
from timshel.relationship_agreement.service_level.states import (
    AgreementKind,
    ClockKind,
    DurationUnit,
)

ZURICH = ZoneInfo("Europe/Zurich")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SYSTEM = system_actor()
SETUP = datetime(2026, 1, 1, tzinfo=UTC)
DAY_OF_OFFICE = [["08:00", "12:00"], ["13:00", "17:00"]]
OFFICE = CalendarHours(
    "Europe/Zurich",
    dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), DAY_OF_OFFICE),
)
LONG_DAYS = CalendarHours("Europe/Zurich", {**OFFICE.weekly, "tuesday": [["07:00", "19:00"]]})

Lines = Mapping[tuple[ClockKind, int | None], timedelta]

# Two hours to respond and eight to resolve, urgent half.
STANDARD: Lines = {
    (kind, priority): hours * HOUR / (2 if priority < 3 else 1)
    for kind, hours in ((ClockKind.RESPOND, 2), (ClockKind.RESOLVE, 8))
    for priority in (1, 2, 3, 4, 5)
}


def zurich(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment of June 2026, which begins on a Monday."""
    return datetime(2026, 6, day, hour, minute, tzinfo=ZURICH)


def content(lines: Lines, **given: Any) -> AgreementContent:
    """An agreement with everybody in office hours, if nothing else is said."""
    targets = tuple(
        TargetContent(
            kind=kind,
            amount=duration // MINUTE,
            unit=DurationUnit.MINUTES,
            priority=priority,
        )
        for (kind, priority), duration in lines.items()
    )
    told = {"kind": AgreementKind.SERVICE, "name": "Agreement", "calendar": "office", **given}
    return AgreementContent(targets=targets, **told)


def agree(
    code: str,
    lines: Lines,
    *,
    at: datetime,
    since_ever: bool = False,
    valid_from: datetime | None = None,
    actor: Actor = SYSTEM,
    **given: Any,
) -> None:
    """Publish the next version of an agreement, and let its errand be done."""
    save_draft(code, content=content(lines, **given), actor=actor, at=at)
    publish_draft(code, since_ever=since_ever, valid_from=valid_from, actor=actor, at=at)
    run_errands(at=at)


def clock(item: WorkItem, kind: ClockKind, at: datetime) -> ClockView:
    """The present lap of a clock."""
    found = {view.kind: view for view in clocks_of(item.pk, at=at)}
    return found[kind]


def resolve_clock(item: WorkItem, at: datetime) -> ClockView:
    """The clock to resolve."""
    return clock(item, ClockKind.RESOLVE, at)


def respond_clock(item: WorkItem, at: datetime) -> ClockView:
    """The clock to respond."""
    return clock(item, ClockKind.RESPOND, at)


def verbs(item: WorkItem) -> list[str]:
    """What the journal was told of the clocks of some work, in order."""
    entries = Entry.objects.filter(
        subject_kind="work_item", subject_id=item.pk, verb__startswith="service_level."
    )
    return [f"{entry.verb}:{entry.changes['clock'][1]}" for entry in entries.order_by("id")]
