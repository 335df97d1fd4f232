"""Calendars: versions, whose hours they are, files, and what people are told of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.cast import AT, SYSTEM, Cast, later, opened
from timshel.kernel.actor import Actor
from timshel.kernel.calendar import Reason
from timshel.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from timshel.kernel.journal.models import Entry
from timshel.kernel.progress.models import Errand
from timshel.relationship_agreement.service_level.actions import (
    CalendarHours,
    change_calendar,
    create_calendar,
    import_days,
    use_calendar,
)
from timshel.relationship_agreement.service_level.models import BusinessCalendar, CalendarUse
from timshel.relationship_agreement.service_level.queries.calendar_files import (
    calendar_ics,
    file_preview,
)
from timshel.relationship_agreement.service_level.queries.calendar_uses import (
    calendar_uses,
    desk_hours,
    hours_of,
    possible_uses,
)
from timshel.relationship_agreement.service_level.queries.calendars import (
    calendar_list,
    calendar_view,
    days_ahead,
    holidays_of,
    open_work_on,
)
from timshel.relationship_agreement.service_level.rules.exchange import stored_days
from timshel.relationship_agreement.service_level.rules.opening import Opening, opening

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
DAYS = (*WEEKDAYS, "saturday", "sunday")
OFFICE = CalendarHours(
    "Europe/London",
    {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in WEEKDAYS},
    holiday_country="GB",
    holiday_region="ENG",
)
ALWAYS = CalendarHours("Europe/London", {day: [["00:00", "24:00"]] for day in DAYS})


@pytest.fixture
def desk(cast: Cast) -> Cast:
    create_calendar("desk", name="Desk", hours=OFFICE, actor=cast.administrator, at=AT)
    return cast


def current(code: str = "desk") -> BusinessCalendar:
    return BusinessCalendar.objects.get(code=code, valid_until=None)


def test_the_list_says_when_each_is_open_and_who_counts_on_it(desk: Cast) -> None:
    use_calendar("desk", team="service-desk", actor=desk.administrator, at=AT)
    rows = {row.code: row for row in calendar_list(actor=desk.auditor, at=AT)}
    assert set(rows) == {"desk", "office-hours", "around-the-clock"}
    assert rows["desk"].words == "Monday to Friday 08:00–12:00, 13:00–17:00"
    assert rows["around-the-clock"].words == "Every day, around the clock"
    assert [use.whose for use in rows["desk"].uses] == ["service-desk"]
    assert [each.code for each in rows["office-hours"].agreements] == ["standard"]


@pytest.mark.parametrize(
    "read",
    [
        lambda actor: calendar_list(actor=actor, at=AT),
        lambda actor: calendar_view("desk", actor=actor, at=AT),
        lambda actor: calendar_ics("desk", actor=actor, at=AT),
        lambda actor: file_preview("desk", b"", actor=actor, at=AT),
    ],
)
def test_seeing_needs_the_right(desk: Cast, read: Callable[[Actor], Any]) -> None:
    with pytest.raises(NotAllowed):
        read(desk.agent)


def test_every_version_says_who_changed_what(desk: Cast) -> None:
    hours = CalendarHours(
        "Europe/Zurich",
        {**OFFICE.weekly, "saturday": [["08:00", "12:00"]], "monday": []},
        exceptions={"2026-12-24": {"hours": [["08:00", "12:00"]], "name": "Christmas Eve"}},
        holiday_country="GB",
        working_day=timedelta(hours=7, minutes=30),
    )
    change_calendar("desk", hours=hours, name="The desk", actor=desk.process_owner, at=later(5))
    newest, first = calendar_view("desk", actor=desk.auditor, at=later(6)).versions
    assert (first.valid_from, first.valid_until, first.is_first) == (None, later(5), True)
    assert (newest.valid_from, newest.valid_until) == (later(5), None)
    assert newest.changed_by == "Bastian Nwosu-Hale"
    assert first.changed_by == "Zachary Penrose-Adu"
    assert [(each.what, each.before, each.after) for each in newest.changes] == [
        ("Name", "Desk", "The desk"),
        ("Time zone", "Europe/London", "Europe/Zurich"),
        ("Monday", "08:00–12:00, 13:00–17:00", "closed"),
        ("Saturday", "closed", "08:00–12:00"),
        ("Public holidays of", "United Kingdom, England", "United Kingdom"),
        ("2026-12-24", "as its weekday", "08:00–12:00 (Christmas Eve)"),
        ("Length of a working day", "8 h", "7 h 30 min"),
    ]


def test_saving_what_stands_makes_no_version(desk: Cast) -> None:
    before = Errand.objects.count()
    change_calendar("desk", hours=OFFICE, actor=desk.administrator, at=later(5))
    assert BusinessCalendar.objects.filter(code="desk").count() == 1
    assert Errand.objects.count() == before


def test_two_people_who_change_one_calendar_are_shown_the_difference(desk: Cast) -> None:
    seen = current().pk
    theirs = CalendarHours("Europe/London", {"monday": [["09:00", "17:00"]]})
    change_calendar("desk", hours=theirs, actor=desk.process_owner, at=later(5))
    with pytest.raises(Conflict) as refusal:
        change_calendar(
            "desk", hours=ALWAYS, seen_version=seen, actor=desk.administrator, at=later(6)
        )
    told = {each.field: each for each in refusal.value.differences}
    assert set(told) == {"weekly", "holiday_country", "holiday_region"}
    assert told["weekly"].seen == OFFICE.weekly
    assert told["weekly"].current == theirs.weekly
    assert told["weekly"].wanted == ALWAYS.weekly
    assert told["weekly"].changed_by == "Bastian Nwosu-Hale"
    assert current().weekly == theirs.weekly


@pytest.mark.parametrize("code", ["desk.ics", "with space", "", "x" * 41])
def test_a_code_that_has_no_address_is_refused(cast: Cast, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        create_calendar(code, name="X", hours=OFFICE, actor=cast.administrator, at=AT)
    assert list(refusal.value.fields) == ["code"]


@pytest.mark.parametrize(
    ("country", "region", "field"),
    [
        ("GBR", "", "holiday_country"),
        ("Italy", "", "holiday_country"),
        ("XX", "", "holiday_country"),
        ("GB", "XX", "holiday_region"),
        ("AU", "NSW Western", "holiday_region"),
        ("", "ENG", "holiday_region"),
    ],
)
def test_a_place_without_a_code_of_its_own_is_refused(
    cast: Cast, country: str, region: str, field: str
) -> None:
    hours = CalendarHours("UTC", OFFICE.weekly, holiday_country=country, holiday_region=region)
    with pytest.raises(Invalid) as refusal:
        create_calendar("place", name="Place", hours=hours, actor=cast.administrator, at=AT)
    assert list(refusal.value.fields) == [field]


WHOSE: list[dict[str, Any]] = [
    {"service": "laptop"},
    {"team": "service-desk"},
    {"customer": "brackwater"},
    {"channel": "phone"},
]


@pytest.mark.parametrize("whose", WHOSE)
def test_something_gets_hours_and_loses_them(desk: Cast, whose: dict[str, Any]) -> None:
    ((kind, code),) = whose.items()
    by: dict[str, Any] = {"actor": desk.administrator}
    assert hours_of(**whose, at=AT) is None
    use_calendar("desk", **whose, **by, at=AT)
    found = hours_of(**whose, at=AT)
    assert found is not None
    assert (found.code, found.name, found.hours.zone) == ("desk", "Desk", "Europe/London")
    use_calendar("around-the-clock", **whose, **by, at=later(1))
    use_calendar("around-the-clock", **whose, **by, at=later(2))
    assert [(use.kind, use.whose) for use in calendar_uses(language="en")] == [(kind, code)]
    use_calendar(None, **whose, **by, at=later(3))
    use_calendar(None, **whose, **by, at=later(4))
    assert hours_of(**whose, at=later(5)) is None
    entries = Entry.objects.filter(verb="service_level.calendar_used").order_by("id")
    assert [entry.changes for entry in entries] == [
        {kind: [None, code], "calendar": [None, "desk"]},
        {kind: [None, code], "calendar": ["desk", "around-the-clock"]},
        {kind: [None, code], "calendar": ["around-the-clock", None]},
    ]


def test_setting_whose_hours_needs_the_right_everywhere(desk: Cast) -> None:
    for actor in (desk.agent, desk.lead, desk.service_owner, desk.auditor):
        with pytest.raises(NotAllowed):
            use_calendar("desk", service="laptop", actor=actor, at=AT)
        with pytest.raises(NotAllowed):
            import_days("desk", days={}, actor=actor, at=AT)
    assert not CalendarUse.objects.exists()


@pytest.mark.parametrize(
    ("code", "whose", "field"),
    [
        ("desk", {}, "whose"),
        ("desk", {"service": "laptop", "team": "service-desk"}, "whose"),
        ("desk", {"service": "no-such"}, "whose"),
        ("desk", {"channel": "smoke"}, "whose"),
        ("no-such", {"service": "laptop"}, "calendar"),
    ],
)
def test_hours_of_nothing_are_refused(
    desk: Cast, code: str, whose: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        use_calendar(code, **whose, actor=desk.administrator, at=AT)
    assert list(refusal.value.fields) == [field]
    assert not CalendarUse.objects.exists()


def test_the_desk_is_there_when_its_phone_is(desk: Cast) -> None:
    assert desk_hours(at=AT) is None
    use_calendar("around-the-clock", channel="portal", actor=desk.administrator, at=AT)
    found = desk_hours(at=AT)
    assert found is not None
    assert found.code == "around-the-clock"
    use_calendar("desk", channel="phone", actor=desk.administrator, at=AT)
    found = desk_hours(at=AT)
    assert found is not None
    assert found.code == "desk"


def test_a_desk_goes_from_working_hours_to_around_the_clock_by_changing_data(desk: Cast) -> None:
    night = datetime(2026, 3, 3, 2, tzinfo=UTC)
    by: dict[str, Any] = {"actor": desk.administrator}
    use_calendar("desk", channel="phone", **by, at=AT)
    before = desk_hours(at=AT)
    assert before is not None
    assert opening(before.hours, night) == Opening(
        is_open=False, changes_at=datetime(2026, 3, 3, 8, tzinfo=UTC)
    )
    assert opening(before.hours, AT) == Opening(
        is_open=True, changes_at=datetime(2026, 3, 2, 12, tzinfo=UTC)
    )
    change_calendar("desk", hours=ALWAYS, **by, at=later(1))
    after = desk_hours(at=later(2))
    assert after is not None
    assert opening(after.hours, night) == Opening(is_open=True, changes_at=None)


def test_hours_that_never_come_again_are_closed_for_good(desk: Cast) -> None:
    once = CalendarHours("UTC", {}, exceptions={"2026-03-02": {"hours": [["08:00", "09:00"]]}})
    create_calendar("once", name="Once", hours=once, actor=desk.administrator, at=AT)
    assert opening(current("once").hours(), AT) == Opening(is_open=False, changes_at=None)


def test_everything_that_can_have_hours_is_offered_with_those_it_has(desk: Cast) -> None:
    use_calendar("desk", team="workplace", actor=desk.administrator, at=AT)
    offered = {(each.kind, each.whose): each for each in possible_uses(language="fr")}
    assert offered["team", "workplace"].calendar == "desk"
    assert offered["team", "workplace"].name == "Postes de travail"
    assert offered["customer", "brackwater"].calendar == ""
    assert ("channel", "phone") in offered
    assert ("channel", "import") not in offered


def test_open_work_is_counted_as_far_as_it_may_be_seen(cast: Cast) -> None:
    for _each in range(3):
        opened(cast.requester)
    assert open_work_on("office-hours", actor=cast.administrator, limit=2) == 2
    assert open_work_on("office-hours", actor=SYSTEM, limit=100) == 3
    assert open_work_on("office-hours", actor=cast.facilities_agent, limit=100) == 0
    assert open_work_on("around-the-clock", actor=SYSTEM, limit=100) == 0


def test_the_days_ahead_begin_with_this_week(desk: Cast) -> None:
    change_calendar(
        "desk",
        hours=CalendarHours(
            OFFICE.time_zone,
            OFFICE.weekly,
            exceptions={"2026-03-04": {"hours": [], "name": "Founding day"}},
            holiday_country="GB",
            holiday_region="ENG",
        ),
        actor=desk.administrator,
        at=later(1),
    )
    hours = current().hours()
    weeks = days_ahead(hours, at=datetime(2026, 3, 8, 23, 30, tzinfo=UTC))
    assert [len(week) for week in weeks] == [7, 7, 7, 7]
    assert weeks[0][0].day == date(2026, 3, 2)
    founding = weeks[0][2]
    assert (founding.hours, founding.reason, founding.name) == (
        (),
        Reason.EXCEPTION,
        "Founding day",
    )
    good_friday = days_ahead(hours, at=datetime(2026, 4, 1, tzinfo=UTC))[0][4]
    assert (good_friday.reason, good_friday.name) == (Reason.HOLIDAY, "Good Friday")
    assert [each.day for each in holidays_of(hours, 2026)][:2] == [
        date(2026, 1, 1),
        date(2026, 4, 3),
    ]


def test_a_calendar_goes_out_as_a_file_and_its_closed_days_come_back(desk: Cast) -> None:
    content = calendar_ics("desk", actor=desk.auditor, at=AT)
    text = content.replace(b"\r\n ", b"").decode()
    assert "RRULE:FREQ=WEEKLY;UNTIL=20281231T235959Z;BYDAY=MO,TU,WE,TH,FR" in text
    assert "DTSTART;TZID=Europe/London:20260101T080000" in text
    assert "20260403T080000" in text.split("EXDATE")[1]
    assert "DTSTART;VALUE=DATE:20260403" in text
    assert "SUMMARY:Good Friday" in text
    create_calendar(
        "plain",
        name="Plain",
        hours=CalendarHours("Europe/London", OFFICE.weekly),
        actor=desk.administrator,
        at=AT,
    )
    preview = file_preview("plain", content, actor=desk.auditor, at=AT)
    assert date(2026, 4, 3) in [each.day for each in preview.days]
    assert {each.reason for each in preview.unusable} == {
        "It repeats. Hours that repeat belong into the week; only single days are read.",
        "The day is over.",
    }
    days = stored_days(preview.days)
    import_days("plain", days=days, actor=desk.administrator, at=later(1))
    assert current("plain").exceptions["2026-04-03"] == {"hours": [], "name": "Good Friday"}
    again = file_preview("plain", content, actor=desk.auditor, at=later(2))
    assert not any(each.is_new for each in again.days)


FILE = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
SUMMARY:Stocktaking
DTSTART;VALUE=DATE:20260505
END:VEVENT
BEGIN:VEVENT
SUMMARY:Half day
DTSTART:20260506T080000
DTEND:20260506T100000
END:VEVENT
BEGIN:VEVENT
SUMMARY:Half day
DTSTART:20260506T100000
DTEND:20260506T120000
END:VEVENT
BEGIN:VEVENT
SUMMARY:Also then
DTSTART:20260505T080000
DTEND:20260505T100000
END:VEVENT
BEGIN:VEVENT
SUMMARY:Last year
DTSTART;VALUE=DATE:20250505
END:VEVENT
END:VCALENDAR
"""


def test_a_file_is_shown_before_it_is_taken_over_and_loses_nothing(desk: Cast) -> None:
    kept = {"2026-05-05": {"hours": [["08:00", "09:00"]], "name": "Late"}}
    kept["2026-06-01"] = {"hours": [], "name": "Closed"}
    import_days("desk", days=kept, actor=desk.administrator, at=later(1))
    preview = file_preview("desk", FILE.encode(), actor=desk.auditor, at=later(2))
    assert preview.version == current().pk
    assert [
        (each.day.isoformat(), each.now, each.then, each.replaces) for each in preview.days
    ] == [
        ("2026-05-05", "08:00–09:00 (Late)", "closed (Stocktaking)", "Late"),
        ("2026-05-06", "08:00–12:00, 13:00–17:00", "08:00–12:00 (Half day)", ""),
    ]
    assert [(each.name, each.reason) for each in preview.unusable] == [
        ("Last year", "The day is over."),
        ("Also then", "The file also closes this day: “Stocktaking”."),
    ]
    import_days(
        "desk",
        days=stored_days(preview.days),
        seen_version=preview.version,
        actor=desk.administrator,
        at=later(3),
    )
    assert current().exceptions == {
        "2026-05-05": {"hours": [], "name": "Stocktaking"},
        "2026-05-06": {"hours": [["08:00", "12:00"]], "name": "Half day"},
        "2026-06-01": {"hours": [], "name": "Closed"},
    }
    with pytest.raises(Conflict):
        import_days(
            "desk", days={}, seen_version=preview.version, actor=desk.administrator, at=later(4)
        )


def test_a_calendar_that_is_not_there_is_not_found(cast: Cast) -> None:
    for read in (calendar_view, calendar_ics):
        with pytest.raises(NotFound):
            read("no-such", actor=cast.auditor, at=AT)
