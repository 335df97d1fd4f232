"""Calendars as clients send and receive them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, cast

from django.http import HttpRequest
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from timshel.interfaces.api.fields import Code, Given, Label, NeededLine, Sent, Version
from timshel.relationship_agreement.service_level.queries.calendar_files import FilePreview
from timshel.relationship_agreement.service_level.queries.calendar_uses import UseView
from timshel.relationship_agreement.service_level.queries.calendars import (
    CalendarRow,
    CalendarVersion,
    CalendarView,
)
from timshel.relationship_agreement.service_level.rules.calendar_contents import CalendarContent
from timshel.relationship_agreement.service_level.rules.exchange import ReadDay
from timshel.relationship_agreement.service_level.rules.hours import WEEKDAYS

LONGEST_DAY = 24 * 60 * 60
MOST_INTERVALS = 100
MOST_DAYS = 2_000
LARGEST_FILE = 1_100_000
ClockTime = Annotated[str, Field(max_length=8, examples=["08:00"])]
Interval = Annotated[
    list[ClockTime],
    Field(min_length=2, max_length=2, description="From and until; a day ends at 24:00."),
]
Intervals = Annotated[list[Interval], Field(max_length=MOST_INTERVALS)]
Seconds = Annotated[int, Field(strict=True, ge=1, le=LONGEST_DAY)]
WEEK_EXAMPLE: JsonDict = {"monday": [["08:00", "12:00"], ["13:00", "17:00"]]}
Kind = Literal["service", "team", "supplier", "customer", "channel"]


class WeekGiven(Given):
    """The hours of each day of the week; a day left out is closed."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [WEEK_EXAMPLE]})

    monday: Intervals = []
    tuesday: Intervals = []
    wednesday: Intervals = []
    thursday: Intervals = []
    friday: Intervals = []
    saturday: Intervals = []
    sunday: Intervals = []


class DayGiven(Given):
    """A day that is not as its weekday, whatever the public holidays say."""

    date: date
    hours: Intervals = Field([], description="None closes the day.")
    name: Label = Field("", description="Why, for people.")


class CalendarGiven(Given):
    """A new calendar."""

    code: Code = Field(description="Short and unique.", examples=["station-hours"])
    name: NeededLine = Field(description="For people.")
    time_zone: Label = Field(description="IANA name.", examples=["Europe/London"])
    week: WeekGiven
    days: list[DayGiven] = Field([], max_length=MOST_DAYS, description="Single days.")
    holiday_country: Label = Field(
        "", description="ISO 3166 code of the country whose public holidays are closed, or empty."
    )
    holiday_region: Label = Field("", description="ISO 3166-2 code without the country, or empty.")
    working_day_seconds: Seconds = Field(
        8 * 3_600, description="What a target of one working day means."
    )


def _without_defaults(schema: JsonDict) -> None:
    """Leave out what stands in for fields that were not sent: those are not changed at all."""
    for details in cast("dict[str, JsonDict]", schema["properties"]).values():
        details.pop("default", None)


class CalendarChange(Given):
    """The fields to change; those left out stay. The new hours hold from now on."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_without_defaults)

    version: Version | None = Field(
        None, description="The version that was seen, unless `If-Match` names it."
    )
    name: NeededLine = Field("", description="For people.")
    time_zone: Label = Field("", description="IANA name.")
    week: WeekGiven = Field(WeekGiven(), description="All of it.")
    days: list[DayGiven] = Field([], max_length=MOST_DAYS, description="All single days.")
    holiday_country: Label = Field("", description="An ISO 3166 code, or empty.")
    holiday_region: Label = Field("", description="An ISO 3166-2 code, or empty.")
    working_day_seconds: Seconds = Field(1, description="What a target of one working day means.")


class FileGiven(Given):
    """An iCalendar file whose days are to be taken over."""

    content: Annotated[str, Field(max_length=LARGEST_FILE)] = Field(
        description="The file. Whole days close the calendar; hours of a single day become the "
        "hours of that day."
    )
    apply: bool = Field(
        False,  # noqa: FBT003 - a default of pydantic
        description="Whether to change the calendar; otherwise it is only told what would change.",
    )
    version: Version | None = Field(
        None, description="The version of the calendar that was seen; others' changes are kept."
    )


class UseGiven(Given):
    """Whose hours a calendar gives from now on."""

    kind: Kind = Field(description="What has these hours.")
    whose: Code = Field(description="Its code, or the channel such as `phone`.")
    calendar: Code | None = Field(description="The code of the calendar; null for no hours.")


class Week(Sent):
    """The hours of each day of the week; none where it is closed."""

    monday: list[list[str]]
    tuesday: list[list[str]]
    wednesday: list[list[str]]
    thursday: list[list[str]]
    friday: list[list[str]]
    saturday: list[list[str]]
    sunday: list[list[str]]


class Day(Sent):
    """A day that is not as its weekday."""

    date: str
    hours: list[list[str]] = Field(description="None where it is closed.")
    name: str


class CalendarUsed(Sent):
    """Something whose hours a calendar gives."""

    kind: Kind
    whose: str = Field(description="Its code, or the channel.")
    name: str = Field(description="In the language that was asked for.")
    calendar: str = Field(description="The code of the calendar.")


class CalendarUses(Sent):
    """Whose hours the calendars give, by kind and name."""

    items: tuple[CalendarUsed, ...]


class CalendarInList(Sent):
    """A calendar in a list."""

    code: str = Field(description="By which other addresses and fields name the calendar.")
    name: str
    time_zone: str
    words: str = Field(description="The week in words.")
    version: int = Field(description="Named by a change.")
    agreements: tuple[str, ...] = Field(description="The codes of those that count on it.")


class Calendars(Sent):
    """All calendars, by name."""

    items: tuple[CalendarInList, ...]


class CalendarHours(Sent):
    """When a calendar is open."""

    name: str
    time_zone: str
    week: Week
    days: tuple[Day, ...] = Field(description="Single days, by date.")
    holiday_country: str
    holiday_region: str
    working_day_seconds: int


class Calendar(CalendarHours):
    """A calendar as it holds now."""

    code: str
    version: int = Field(description="Named by a change, and the `ETag`.")
    agreements: tuple[str, ...] = Field(description="The codes of those that count on it.")
    uses: tuple[CalendarUsed, ...] = Field(description="Whose hours it gives.")


class VersionOfCalendar(CalendarHours):
    """A version of a calendar."""

    version: int
    valid_from: datetime | None = Field(description="Null: since ever.")
    valid_until: datetime | None = Field(description="Null: it is in force.")
    changed_by: str = Field(description="Who made it.")
    changed_at: datetime | None = Field(description="When it was made.")


class VersionsOfCalendar(Sent):
    """The versions of a calendar, newest first."""

    items: tuple[VersionOfCalendar, ...]


class DayRead(Sent):
    """A day of a file."""

    date: str
    hours: list[list[str]] = Field(description="None where the file closes it.")
    name: str
    is_new: bool = Field(description="Whether it differs from what the calendar has.")


class EventUnusable(Sent):
    """An event of a file that cannot be used."""

    name: str
    when: str = Field(description="Its day, as far as that could be read.")
    reason: str


class FileRead(Sent):
    """What a file changes in a calendar."""

    applied: bool = Field(description="Whether the calendar was changed.")
    version: int = Field(description="Of the calendar, now.")
    days: tuple[DayRead, ...]
    unusable: tuple[EventUnusable, ...]


def stored_days(days: Sequence[DayGiven]) -> dict[str, Any]:
    """Return single days as the domain takes them; of two for a date the later one counts."""
    return {str(each.date): {"hours": each.hours, "name": each.name} for each in days}


def stored_week(week: WeekGiven) -> dict[str, Any]:
    """Return a week as the domain takes it."""
    return {day: hours for day, hours in week.model_dump().items() if hours}


def used(use: UseView) -> CalendarUsed:
    """Return something whose hours a calendar gives."""
    return CalendarUsed.model_validate(
        {"kind": use.kind, "whose": use.whose, "name": use.name, "calendar": use.calendar}
    )


def in_list(row: CalendarRow) -> CalendarInList:
    """Return a calendar as a list shows it."""
    return CalendarInList(
        code=row.code,
        name=row.name,
        time_zone=row.time_zone,
        words=row.words,
        version=row.version,
        agreements=tuple(each.code for each in row.agreements),
    )


def _hours(content: CalendarContent) -> dict[str, Any]:
    return {
        "name": content.name,
        "time_zone": content.time_zone,
        "week": {day: _intervals(content.weekly.get(day, ())) for day in WEEKDAYS},
        "days": [_day(day, each) for day, each in sorted(content.exceptions.items())],
        "holiday_country": content.holiday_country,
        "holiday_region": content.holiday_region,
        "working_day_seconds": int(content.working_day.total_seconds()),
    }


def _day(day: str, each: Mapping[str, Any]) -> dict[str, Any]:
    return {"date": day, "hours": _intervals(each.get("hours", ())), "name": each.get("name", "")}


def _intervals(hours: Any) -> list[list[str]]:
    return [list(span) for span in hours]


def in_full(view: CalendarView) -> Calendar:
    """Return a calendar with all that is known of it."""
    return Calendar(
        **_hours(view.content),
        code=view.code,
        version=view.version,
        agreements=tuple(each.code for each in view.agreements),
        uses=tuple(used(use) for use in view.uses),
    )


def version(each: CalendarVersion) -> VersionOfCalendar:
    """Return a version of a calendar."""
    return VersionOfCalendar(
        **_hours(each.content),
        version=each.id,
        valid_from=each.valid_from,
        valid_until=each.valid_until,
        changed_by=each.changed_by,
        changed_at=each.changed_at,
    )


def file_read(preview: FilePreview, *, applied: bool, version: int) -> FileRead:
    """Return what a file changes."""
    return FileRead(
        applied=applied,
        version=version,
        days=tuple(_day_read(day) for day in preview.days),
        unusable=tuple(
            EventUnusable(name=each.name, when=each.when, reason=each.reason)
            for each in preview.unusable
        ),
    )


def _day_read(day: ReadDay) -> DayRead:
    return DayRead(
        date=day.day.isoformat(), hours=_intervals(day.hours), name=day.name, is_new=day.is_new
    )


def address_of(request: HttpRequest, code: str) -> str:
    """Return the address of a calendar that was made at the address of all."""
    return f"{request.path}/{code}"
