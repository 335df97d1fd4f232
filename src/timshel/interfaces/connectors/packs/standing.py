"""What stands beside the agreements of a file: whose hours calendars give, who is on call, and what
was measured elsewhere. Told once, together with the agreements."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from timshel.context.people.actions import plan_shift
from timshel.context.people.queries import people_by_code
from timshel.interfaces.connectors.packs.files import PackFile, refused
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid
from timshel.performance_evaluation.measurement.actions import Measured, record_value
from timshel.relationship_agreement.service_level.actions import use_calendar
from timshel.relationship_agreement.service_level.states import GoalMeasure

WEEK = timedelta(days=7)
CHANGE_OVER = time(8, tzinfo=UTC)


def load_standing(file: PackFile, *, actor: Actor, at: datetime) -> int:
    """Say whose hours the calendars give, who is on call from this week on, and what was measured.

    Args:
        file: the file, checked against its schema.
        actor: who has the rights everywhere.
        at: now; weeks and months are counted from here.

    Returns:
        How many things were said.
    """
    return (
        _use_calendars(file, actor=actor, at=at)
        + _plan_shifts(file, actor=actor, at=at)
        + _record_values(file, actor=actor, at=at)
    )


def _use_calendars(file: PackFile, *, actor: Actor, at: datetime) -> int:
    uses = file.data.get("uses", ())
    for position, use in enumerate(uses):
        whose = {name: value for name, value in use.items() if name != "calendar"}
        try:
            use_calendar(use["calendar"], **whose, actor=actor, at=at)
        except Invalid as refusal:
            raise refused(file, ["uses", position], refusal) from refusal
    return len(uses)


def _plan_shifts(file: PackFile, *, actor: Actor, at: datetime) -> int:
    """Plan the weeks, each from Monday morning on."""
    people = people_by_code()
    monday = datetime.combine(at.date() - timedelta(days=at.weekday()), CHANGE_OVER)
    planned = 0
    for position, team in enumerate(file.data.get("on_call", ())):
        for number, code in enumerate(team["weeks"]):
            starts_at = monday + number * WEEK
            if starts_at + WEEK <= at:
                continue
            try:
                plan_shift(
                    team["team"],
                    person_id=_person(people, code),
                    starts_at=starts_at,
                    ends_at=starts_at + WEEK,
                    actor=actor,
                    at=at,
                )
            except Invalid as refusal:
                raise refused(file, ["on_call", position], refusal) from refusal
            planned += 1
    return planned


def _person(people: Mapping[str, int], code: str) -> int:
    if code not in people:
        raise Invalid({"weeks": [_("There is no person %(code)s.") % {"code": code}]})
    return people[code]


def _record_values(file: PackFile, *, actor: Actor, at: datetime) -> int:
    recorded = 0
    for position, row in enumerate(file.data.get("values", ())):
        last_day = at.date().replace(day=1) - timedelta(days=1)
        for value in row["months"]:
            try:
                record_value(_measured(row, value, last_day), actor=actor, at=at)
            except Invalid as refusal:
                raise refused(file, ["values", position], refusal) from refusal
            last_day = last_day.replace(day=1) - timedelta(days=1)
            recorded += 1
    return recorded


def _measured(row: Mapping[str, Any], value: float, last_day: date) -> Measured:
    return Measured(
        measure=GoalMeasure(row["measure"]),
        first_day=last_day.replace(day=1),
        last_day=last_day,
        value=Decimal(str(value)),
        source=row.get("source", ""),
        agreement=row["agreement"],
        name=row.get("name", ""),
        unit=row.get("unit", ""),
    )
