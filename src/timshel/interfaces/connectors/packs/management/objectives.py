"""The objectives of a pack: set, agreed, read month by month and judged as they were then."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from timshel.context.people.queries import person_by_code
from timshel.interfaces.connectors.packs.files import PackFile, refused
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import Invalid
from timshel.leadership.authority.queries import actor_for
from timshel.planning.objective.access import may_manage
from timshel.planning.objective.actions import (
    ObjectiveContent,
    ReadingGiven,
    agree_objective,
    drop_objective,
    meet_objective,
    miss_objective,
    read_objective,
    record_reading,
    set_objective,
)
from timshel.planning.objective.queries import ObjectiveFilter, objective_list
from timshel.planning.objective.states import Direction, Level

ENDINGS: Mapping[str, Callable[..., None]] = {
    "met": meet_objective,
    "missed": miss_objective,
    "dropped": drop_objective,
}
EVERYTHING = "everything"
DAY = timedelta(days=1)


def load_objectives(file: PackFile, *, actor: Actor, at: datetime) -> int:
    """Set the objectives of a file; returns how many, none where there are some already.

    Args:
        file: the file, checked against its schema.
        actor: who has all rights everywhere.
        at: now, from which days are counted.

    Raises:
        InvalidPack: one cannot be used.
    """
    if objective_list(actor=actor, at=at, wanted=ObjectiveFilter(), size=1).items:
        return 0
    numbers: dict[str, str] = {}
    for position, row in enumerate(file.data["objectives"]):
        try:
            numbers[row["key"]] = _load(row, numbers, actor=actor, at=at)
        except Invalid as refusal:
            raise refused(file, ["objectives", position], refusal) from refusal
    return len(numbers)


def _load(row: Mapping[str, Any], numbers: Mapping[str, str], *, actor: Actor, at: datetime) -> str:
    made_at = at - row["made"] * DAY
    setter = _as_person(row["owner"], actor)
    setter = setter if may_manage(setter) else actor
    content = _content(row, numbers, at=at)
    number = set_objective(content, actor=setter, at=made_at)
    if row.get("draft", False):
        return number
    agree_objective(number, actor=setter, at=made_at + DAY)
    reader = _as_person(row["owner"], actor)
    for given in _readings(row, at=at):
        read_at = at.replace(year=given.day.year, month=given.day.month, day=given.day.day)
        record_reading(number, reading=given, actor=reader, at=min(read_at + DAY, at))
    if ending := row.get("ended"):
        moment = at - ending["days_ago"] * DAY
        ENDINGS[ending["how"]](number, outcome=ending["outcome"], actor=setter, at=moment)
    elif content.measure:
        read_objective(number, actor=setter, at=at)
    return number


def _as_person(code: str, actor: Actor) -> Actor:
    """Return a person as an actor; whoever loads the pack where there is no such person."""
    person = person_by_code(code)
    found = actor_for(person, channel=Channel.DESK) if person else None
    return found or actor


def _content(
    row: Mapping[str, Any], numbers: Mapping[str, str], *, at: datetime
) -> ObjectiveContent:
    today = at.date()
    start = today - row.get("start", row["made"]) * DAY
    kind, _colon, code = row.get("of", EVERYTHING).partition(":")
    measure = row.get("measure", "")
    texts = {
        name: row[name] for name in ("why", "plan", "resources", "judged_by", "unit") if name in row
    }
    return ObjectiveContent(
        level=Level(row["level"]),
        title=row["title"],
        owner=row["owner"],
        parent=numbers.get(row.get("parent", ""), ""),
        service_code=row.get("service", ""),
        customer_code=row.get("customer", ""),
        start_date=start,
        due_date=today + row["due_in"] * DAY if "due_in" in row else None,
        measure=measure,
        subject_kind=kind if measure else "",
        subject_code=code if measure else "",
        direction=Direction(row.get("direction", "at_least")),
        baseline=_decimal(row.get("baseline")),
        baseline_date=start if "baseline" in row else None,
        target=_decimal(row.get("target")),
        unmeasured_because=row.get("because", ""),
        **texts,
    )


def _readings(row: Mapping[str, Any], *, at: datetime) -> Iterator[ReadingGiven]:
    """Yield what was read at the end of each month, the oldest first."""
    values = row.get("readings", [])
    days: list[date] = []
    day = at.date()
    for back in range(1, row.get("newest", 1) + len(values)):
        day = day.replace(day=1) - DAY
        if back >= row.get("newest", 1):
            days.append(day)
    for each, value in zip(reversed(days), values, strict=True):
        yield ReadingGiven(each, Decimal(str(value)), row.get("note", ""))


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
