"""The form of a calendar: what is typed, what is wrong with it, and what it means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import dates
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timshel.interfaces.web.forms import RefusableForm
from timshel.interfaces.web.preferences import zone_choices
from timshel.kernel.public_holidays import holiday_countries, region_names
from timshel.relationship_agreement.service_level.actions import CalendarHours
from timshel.relationship_agreement.service_level.rules.calendar_contents import (
    CalendarContent,
    day_of,
)
from timshel.relationship_agreement.service_level.rules.hour_texts import (
    ALWAYS,
    HoursFault,
    intervals_of,
    typed_text,
    week_of,
)
from timshel.relationship_agreement.service_level.rules.hours import WEEKDAYS

WORKING_DAY = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*h?")
SPARE_ROWS = 3
MOST_ROWS = 1_000
ROW_FIELDS = ("date", "hours", "name")
LONGEST_NAME = 200
FILLS = ("always", "weekdays", "rows", "regions", "preview")


class HoursField(forms.CharField):
    """The hours of a day as somebody types them; its value are the intervals."""

    def __init__(self, *, label: Any) -> None:
        super().__init__(label=label, required=False, max_length=500)
        self.widget.attrs["placeholder"] = gettext_lazy("closed")

    def clean(self, value: Any) -> Any:
        """Return the intervals, or say what is wrong with them."""
        try:
            return intervals_of(super().clean(value))
        except HoursFault as fault:
            raise forms.ValidationError(str(fault)) from fault


class LengthField(forms.CharField):
    """How long a working day is, as hours and minutes; its value is a span."""

    def clean(self, value: Any) -> Any:
        """Return the span, or say what is wrong with it."""
        found = WORKING_DAY.fullmatch(super().clean(value).strip())
        length = timedelta(0)
        if found is not None and int(found[2] or 0) < 60:
            length = timedelta(hours=int(found[1]), minutes=int(found[2] or 0))
        if not timedelta(0) < length <= timedelta(hours=24):
            message = _("Write hours and minutes, as in 8:00; at most 24:00.")
            raise forms.ValidationError(message)
        return length


@dataclass(slots=True)
class DayRow:
    """A single day as it was typed.

    Args:
        date: as typed.
        hours: as typed; nothing closes the day.
        name: as typed.
        errors: what is wrong, by ``date``, ``hours`` or ``name``.
    """

    date: str = ""
    hours: str = ""
    name: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed; such a row says nothing."""
        return not (self.date.strip() or self.hours.strip() or self.name.strip())


class CalendarForm(RefusableForm):
    """The hours of a calendar.

    Args:
        given: what was posted, or None.
        initial: what to begin with.
        is_new: whether the calendar gets its code here.
    """

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        help_text=gettext_lazy("A short word by which agreements and files name it."),
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST_NAME)
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        help_text=gettext_lazy("The hours are those that a clock on the wall shows there."),
    )
    holiday_country = forms.ChoiceField(
        label=gettext_lazy("Closed on the public holidays of"), required=False
    )
    holiday_region = forms.ChoiceField(label=gettext_lazy("Region"), required=False)
    working_day = LengthField(
        label=gettext_lazy("Length of a working day"),
        help_text=gettext_lazy("What a target of one working day means, as in 8:00."),
        max_length=10,
    )
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, given: Any, *, initial: Mapping[str, Any], is_new: bool) -> None:
        super().__init__(given, initial=dict(initial))
        if not is_new:
            del self.fields["code"]
        for number, day in enumerate(WEEKDAYS):
            self.fields[day] = HoursField(label=dates.WEEKDAYS[number])
        self._offer_zones()
        self._offer_places()
        for each in self.fields.values():
            each.error_messages["required"] = _("Please fill this in.")

    def _offer(self, name: str, choices: Sequence[Any]) -> None:
        chosen = self.fields[name]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = choices

    def _offer_zones(self) -> None:
        choices: list[Any] = list(zone_choices())
        standing = str(self.initial.get("time_zone", ""))
        known = {zone for _continent, zones in choices for zone, _name in zones}
        if standing and standing not in known:
            choices.insert(1, ("", [(standing, standing)]))
        self._offer("time_zone", choices)

    def _offer_places(self) -> None:
        self._offer("holiday_country", [("", _("None")), *holiday_countries().items()])
        country = str(self["holiday_country"].value() or "")
        self._offer("holiday_region", region_choices(country))
        self.fields["holiday_country"].widget.attrs["data-countries"] = ""

    def days(self) -> list[tuple[str, forms.BoundField]]:
        """Return the fields of the week, Monday first."""
        return [(day, self[day]) for day in WEEKDAYS]

    def hours(self, rows: Iterable[DayRow]) -> CalendarHours:
        """Return what the form means; it and its rows were found right."""
        given = self.cleaned_data
        return CalendarHours(
            time_zone=given["time_zone"],
            weekly={day: given[day] for day in WEEKDAYS if given[day]},
            exceptions={
                str(day_of(row.date)): {
                    "hours": intervals_of(row.hours),
                    "name": row.name.strip(),
                }
                for row in sorted(rows, key=lambda each: str(day_of(each.date)))
                if not row.is_empty
            },
            holiday_country=given["holiday_country"],
            holiday_region=given["holiday_region"] if given["holiday_country"] else "",
            working_day=given["working_day"],
        )


def region_choices(country: str) -> list[tuple[str, str]]:
    """Return the regions of a country to choose from."""
    return [("", _("The whole country")), *region_names(country).items()]


def typed_rows(given: QueryDict) -> list[DayRow]:
    """Return the single days of a posted form, empty rows left out."""
    columns = [given.getlist(f"day_{name}")[:MOST_ROWS] for name in ROW_FIELDS]
    longest = max(len(column) for column in columns)
    padded = [[*column, *[""] * (longest - len(column))] for column in columns]
    rows = [DayRow(*each) for each in zip(*padded, strict=True)]
    return [row for row in rows if not row.is_empty]


def check_rows(rows: Sequence[DayRow], form: CalendarForm) -> bool:
    """Note what is wrong with single days beside them and above the form.

    Returns:
        Whether they are all right.
    """
    seen: set[str] = set()
    for number, row in enumerate(rows, 1):
        row.errors = dict(_row_faults(row, seen))
        seen.add(str(day_of(row.date)))
        for fault in row.errors.values():
            form.add_error(
                None,
                _("Single days, line %(number)d: %(fault)s") % {"number": number, "fault": fault},
            )
    return not any(row.errors for row in rows)


def _row_faults(row: DayRow, seen: set[str]) -> Iterable[tuple[str, str]]:
    day = day_of(row.date)
    if day is None:
        yield "date", _("Write the date as in 2026-12-24.")
    elif str(day) in seen:
        yield "date", _("This day stands here twice.")
    try:
        intervals_of(row.hours)
    except HoursFault as fault:
        yield "hours", str(fault)
    if len(row.name) > LONGEST_NAME or "\0" in row.name:
        yield "name", _("This is too long.")


def rows_of(content: CalendarContent) -> list[DayRow]:
    """Return the single days of a calendar as they would be typed."""
    return [
        DayRow(day, typed_text(each.get("hours", ())), str(each.get("name", "")))
        for day, each in sorted(content.exceptions.items())
    ]


def initial_of(content: CalendarContent, version: int | None) -> dict[str, Any]:
    """Return what the form of a calendar begins with."""
    seconds = int(content.working_day.total_seconds())
    return {
        "name": content.name,
        "time_zone": content.time_zone,
        "holiday_country": content.holiday_country,
        "holiday_region": content.holiday_region,
        "working_day": f"{seconds // 3_600}:{seconds // 60 % 60:02}",
        "seen_version": version,
        **{day: typed_text(each) for day, each in week_of(content.weekly).items()},
    }


def filled(given: QueryDict, fill: str) -> QueryDict:
    """Return a posted form with a part of it filled in, as one of its buttons asks."""
    changed = given.copy()
    if fill == "always":
        for day in WEEKDAYS:
            changed[day] = ALWAYS
    if fill == "weekdays":
        for day in WEEKDAYS[1:5]:
            changed[day] = given.get(WEEKDAYS[0], "")
    return changed
