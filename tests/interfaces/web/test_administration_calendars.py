"""Calendars in the administration, waiting rules, and the hours that the portal tells of."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import AT, Cast, account, opened
from tests.interfaces.web.desk import browser_of, earlier, now, text_of, words_of
from timshel.kernel.progress.models import Errand
from timshel.operation.work.states import WaitingReason
from timshel.relationship_agreement.service_level.actions import (
    CalendarHours,
    change_calendar,
    create_calendar,
    use_calendar,
)
from timshel.relationship_agreement.service_level.models import BusinessCalendar, CalendarUse
from timshel.relationship_agreement.service_level.queries.book import waiting_rules
from timshel.relationship_agreement.service_level.states import ClockKind

PAGE = "/administration/calendars"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
DAYS = (*WEEKDAYS, "saturday", "sunday")
OFFICE = CalendarHours("Europe/London", {day: [["08:00", "17:00"]] for day in WEEKDAYS})
ALWAYS = CalendarHours("Europe/London", {day: [["00:00", "24:00"]] for day in DAYS})
NEVER_NOW = CalendarHours("UTC", {}, exceptions={"2090-01-02": {"hours": [["08:00", "12:00"]]}})
GIVEN = {
    "name": "Desk",
    "time_zone": "Europe/London",
    "working_day": "8:00",
    "holiday_country": "",
    "holiday_region": "",
    "monday": "8-12, 13-17",
    "friday": "08:00-12:00",
}


@pytest.fixture
def desk(cast: Cast) -> Cast:
    create_calendar("desk", name="Desk", hours=OFFICE, actor=cast.administrator, at=AT)
    return cast


@pytest.fixture
def browser(desk: Cast) -> Client:
    return browser_of(desk.administrator)


def current(code: str = "desk") -> BusinessCalendar:
    return BusinessCalendar.objects.get(code=code, valid_until=None)


def seen() -> dict[str, str]:
    return {"seen_version": str(current().pk)}


def test_the_list_leads_to_each_calendar(browser: Client) -> None:
    words = words_of(browser.get(PAGE))
    assert "Desk desk Monday to Friday 08:00–17:00" in words
    assert "Around the clock around-the-clock Every day, around the clock" in words
    assert "New calendar" in words
    assert f'href="{PAGE}/desk"' in text_of(browser.get(PAGE))


def test_those_who_may_only_look_are_offered_nothing_to_change(desk: Cast) -> None:
    browser = browser_of(desk.auditor)
    assert "New calendar" not in words_of(browser.get(PAGE))
    words = words_of(browser.get(f"{PAGE}/desk"))
    assert "Change the hours" not in words
    assert "The next four weeks" in words
    assert browser.get(f"{PAGE}/desk/change").status_code == 403
    assert browser.post(f"{PAGE}/desk/uses", {"whose": "team:service-desk"}).status_code == 403
    assert not CalendarUse.objects.exists()


def test_a_service_owner_sets_no_calendar(desk: Cast) -> None:
    browser = browser_of(desk.service_owner)
    assert browser.post(f"{PAGE}/desk/change", GIVEN | seen()).status_code == 403
    assert browser.post("/administration/new-calendar", GIVEN | {"code": "x"}).status_code == 403
    assert browser.get(f"{PAGE}/desk/file").status_code == 403
    assert current().weekly == OFFICE.weekly


def test_a_calendar_is_made_by_typing_its_hours(browser: Client) -> None:
    given = GIVEN | {
        "code": "station",
        "holiday_country": "CA",
        "holiday_region": "QC",
        "working_day": "7:30",
        "day_date": ["2026-12-24", "2026-12-31", ""],
        "day_hours": ["8-12", "", ""],
        "day_name": ["Christmas Eve", "Closing", ""],
    }
    answer = browser.post("/administration/new-calendar", given)
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}/station")
    made = current("station")
    assert made.weekly == {
        "monday": [["08:00", "12:00"], ["13:00", "17:00"]],
        "friday": [["08:00", "12:00"]],
    }
    assert (made.holiday_country, made.holiday_region) == ("CA", "QC")
    assert made.working_day == timedelta(hours=7, minutes=30)
    assert made.exceptions == {
        "2026-12-24": {"hours": [["08:00", "12:00"]], "name": "Christmas Eve"},
        "2026-12-31": {"hours": [], "name": "Closing"},
    }
    words = words_of(browser.get(answer["Location"]))
    assert "Monday 08:00–12:00, 13:00–17:00 Tuesday closed" in words
    assert "Canada, Quebec" in words
    assert "7 h 30 min" in words
    assert "24 Dec. 2026 08:00–12:00 Christmas Eve" in words


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"monday": "8-12, 11-13"}, "08:00–12:00 and 11:00–13:00 overlap."),
        ({"sunday": "late"}, "“late” cannot be read. Write hours as in 08:00-12:00"),
        ({"time_zone": "Mars/Olympus"}, "Select a valid choice"),
        ({"working_day": "25:00"}, "Write hours and minutes, as in 8:00; at most 24:00."),
        ({"working_day": "soon"}, "Write hours and minutes, as in 8:00; at most 24:00."),
        ({"name": " "}, "Please fill this in."),
        ({"code": "desk"}, "There is already a calendar with this code."),
        ({"code": "a b"}, "A code holds letters, digits"),
        ({"holiday_country": "XX"}, "Select a valid choice"),
        ({"monday": "", "friday": ""}, "The calendar is never open."),
        ({"day_date": "Christmas"}, "Single days, line 1: Write the date as in 2026-12-24."),
        ({"day_date": ["2026-12-24", "2026-12-24"]}, "line 2: This day stands here twice."),
        ({"day_date": "2026-12-24", "day_hours": "9-8"}, "line 1: 09:00-08:00 must end after"),
        ({"day_name": "No date"}, "line 1: Write the date as in 2026-12-24."),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_is_kept(
    browser: Client, wrong: dict[str, Any], sentence: str
) -> None:
    before = BusinessCalendar.objects.count()
    answer = browser.post("/administration/new-calendar", GIVEN | {"code": "other"} | wrong)
    assert answer.status_code == 422
    assert sentence in words_of(answer)
    assert "Please mend this first" in words_of(answer)
    for value in wrong.values():
        typed = [value] if isinstance(value, str) else value
        if "Olympus" not in value and value != "XX":
            assert all(f'value="{each}"' in text_of(answer) for each in typed)
    assert BusinessCalendar.objects.count() == before


def test_a_copy_begins_with_the_hours_of_another(browser: Client) -> None:
    text = text_of(browser.get("/administration/new-calendar?copy=desk"))
    assert 'value="Copy of Desk"' in text
    assert text.count('value="08:00-17:00"') == 5
    assert browser.get("/administration/new-calendar?copy=no-such").status_code == 200


def test_changed_hours_hold_from_now_on_and_lead_to_the_job(browser: Client, desk: Cast) -> None:
    opened(desk.requester, at=earlier())
    answer = browser.post(f"{PAGE}/desk/change", GIVEN | seen())
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}/desk")
    page = browser.get(answer["Location"])
    assert "The hours hold from now on. Open work is being read again." in words_of(page)
    assert 'href="/administration/jobs"' in text_of(page)
    words = words_of(page)
    assert "Zachary Penrose-Adu" in words
    assert "Monday: 08:00–17:00 08:00–12:00, 13:00–17:00" in words
    assert "Tuesday: 08:00–17:00 closed" in words
    assert [errand.kind for errand in Errand.objects.all()] == ["clocks.refresh"]


def test_it_is_told_how_much_open_work_moves(cast: Cast) -> None:
    for _each in range(2):
        opened(cast.requester, at=earlier())
    browser = browser_of(cast.administrator)
    words = words_of(browser.get(f"{PAGE}/office-hours/change"))
    assert "2 open cases that you may see are counted on this calendar." in words
    assert "are counted" not in words_of(browser.get(f"{PAGE}/around-the-clock/change"))


def test_two_people_who_change_one_calendar(browser: Client, desk: Cast) -> None:
    mine = GIVEN | seen()
    change_calendar("desk", hours=ALWAYS, actor=desk.process_owner, at=now() - timedelta(minutes=1))
    answer = browser.post(f"{PAGE}/desk/change", mine)
    assert answer.status_code == 409
    words = words_of(answer)
    assert "Someone else was quicker" in words
    assert "Bastian Nwosu-Hale" in words
    assert "Monday: 08:00–17:00 around the clock" in words
    assert 'value="8-12, 13-17"' in text_of(answer)
    assert current().weekly == ALWAYS.weekly
    standing = current().pk
    assert f'name="seen_version" value="{standing}"' in text_of(answer)
    again = browser.post(f"{PAGE}/desk/change", mine | {"seen_version": str(standing)})
    assert again.status_code == 302
    assert current().weekly["friday"] == [["08:00", "12:00"]]


def test_without_a_script_the_buttons_fill_in_and_judge_nothing(browser: Client) -> None:
    given = GIVEN | {"name": "", "tuesday": "nonsense"} | seen()
    always = browser.post(f"{PAGE}/desk/change", given | {"fill": "always"})
    assert always.status_code == 200
    assert text_of(always).count('value="00:00-24:00"') == 7
    assert "Please mend this first" not in words_of(always)
    copied = browser.post(f"{PAGE}/desk/change", given | {"fill": "weekdays"})
    assert text_of(copied).count('value="8-12, 13-17"') == 5
    more = browser.post(f"{PAGE}/desk/change", given | {"fill": "rows", "day_date": "2026-12-24"})
    assert text_of(more).count('name="day_date"') == 11
    assert 'value="2026-12-24"' in text_of(more)
    regions = browser.post(
        f"{PAGE}/desk/change", given | {"fill": "regions", "holiday_country": "GB"}
    )
    assert '<option value="SCT">Scotland</option>' in text_of(regions)
    assert BusinessCalendar.objects.filter(code="desk").count() == 1


def test_the_next_weeks_are_shown_before_anything_is_saved(browser: Client) -> None:
    given = GIVEN | {"fill": "preview", "wednesday": "9-10"} | seen()
    answer = browser.post(f"{PAGE}/desk/change", given)
    assert answer.status_code == 200
    assert "The next four weeks, if you save this" in words_of(answer)
    assert words_of(answer).count("09:00–10:00") == 4
    assert current().weekly == OFFICE.weekly
    assert browser.post(f"{PAGE}/desk/change", given | {"wednesday": "9"}).status_code == 422


def test_regions_follow_the_country(browser: Client) -> None:
    text = text_of(browser.get("/administration/calendar-regions?holiday_country=GB"))
    assert '<option value="ENG">England</option>' in text
    nothing = text_of(browser.get("/administration/calendar-regions?holiday_country=%00"))
    assert nothing.count("<option") == 1


def test_a_calendar_goes_out_as_a_file(browser: Client) -> None:
    answer = browser.get(f"{PAGE}/desk.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="desk.ics"'
    assert answer.content.startswith(b"BEGIN:VCALENDAR\r\n")


def ics(day: date) -> SimpleUploadedFile:
    content = (
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Stocktaking\r\n"
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}\r\nEND:VEVENT\r\n"
        f"BEGIN:VEVENT\r\nSUMMARY:Always\r\nDTSTART;VALUE=DATE:{day:%Y%m%d}\r\n"
        "RRULE:FREQ=DAILY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    return SimpleUploadedFile("days.ics", content.encode(), "text/calendar")


def noted_in(answer: Any) -> str:
    return text_of(answer).split('name="days" value="')[1].split('"')[0]


def test_a_file_is_looked_at_and_then_taken_over(browser: Client) -> None:
    day = now().date() + timedelta(days=30)
    shown = browser.post(f"{PAGE}/desk/file", {"file": ics(day)})
    assert shown.status_code == 200
    words = words_of(shown)
    assert "1 day would change" in words
    assert "closed (Stocktaking)" in words
    assert "It repeats without an end." in words
    assert current().exceptions == {}
    answer = browser.post(f"{PAGE}/desk/file", {"days": noted_in(shown)})
    assert answer["Location"] == f"{PAGE}/desk#days"
    assert current().exceptions == {str(day): {"hours": [], "name": "Stocktaking"}}
    again = browser.post(f"{PAGE}/desk/file", {"file": ics(day)})
    assert "Nothing would change" in words_of(again)


def test_a_file_is_not_taken_over_over_the_change_of_another(browser: Client, desk: Cast) -> None:
    shown = browser.post(f"{PAGE}/desk/file", {"file": ics(now().date())})
    change_calendar("desk", hours=ALWAYS, actor=desk.process_owner, at=now())
    answer = browser.post(f"{PAGE}/desk/file", {"days": noted_in(shown)}, follow=True)
    assert "Somebody else changed this calendar meanwhile." in words_of(answer)
    assert current().exceptions == {}
    forged = browser.post(f"{PAGE}/desk/file", {"days": "W10:forged"}, follow=True)
    assert "This page was open for too long." in words_of(forged)


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\xff\xfe", b"BEGIN:VCALENDAR" * 99_000])
def test_what_is_no_calendar_file_is_refused(browser: Client, content: bytes) -> None:
    file = SimpleUploadedFile("days.ics", content, "text/calendar")
    assert browser.post(f"{PAGE}/desk/file", {"file": file}).status_code == 422
    assert browser.post(f"{PAGE}/desk/file", {}).status_code == 422


def test_hours_are_given_and_taken_away(browser: Client) -> None:
    answer = browser.post(f"{PAGE}/desk/uses", {"whose": "channel:phone"})
    assert answer["Location"] == f"{PAGE}/desk#whose"
    assert "Phone Channel" in words_of(browser.get(f"{PAGE}/desk"))
    browser.post(f"{PAGE}/desk/uses", {"whose": "channel:phone", "remove": "1"})
    assert not CalendarUse.objects.exists()


@pytest.mark.parametrize("whose", ["", "phone", "channel:smoke", "unit:it", "team:\0", "team:x"])
def test_hours_of_what_is_not_there_are_refused(browser: Client, whose: str) -> None:
    answer = browser.post(f"{PAGE}/desk/uses", {"whose": whose})
    assert answer.status_code == 302
    assert not CalendarUse.objects.exists()


@pytest.mark.parametrize(
    "path", ["no-such", "%00", "no-such/change", "no-such.ics", "no-such/file"]
)
def test_a_calendar_that_is_not_there(browser: Client, path: str) -> None:
    assert browser.get(f"{PAGE}/{path}").status_code == 404


@pytest.mark.parametrize("year", ["2031", "99999", "x", "-1", "²⁰²⁶"])
def test_any_year_can_be_asked_for(browser: Client, year: str) -> None:
    assert browser.get(f"{PAGE}/desk?year={year}").status_code == 200


def test_waiting_rules_are_a_table_that_can_be_set(browser: Client, desk: Cast) -> None:
    words = words_of(browser.get("/administration/waiting"))
    assert "Waiting for a supplier A firm that we chose has the work." in words
    answer = browser.post(
        "/administration/waiting", {"resolve.supplier": "pauses", "hop.nonsense": "x"}
    )
    assert answer["Location"] == "/administration/waiting"
    rules = waiting_rules()
    assert rules[ClockKind.RESOLVE, WaitingReason.SUPPLIER]
    assert not rules[ClockKind.RESOLVE, WaitingReason.CHANGE]
    again = browser.post("/administration/waiting", {"resolve.supplier": "pauses"}, follow=True)
    assert "Nothing was changed." in words_of(again)
    watching = browser_of(desk.auditor)
    assert "<select" not in text_of(watching.get("/administration/waiting"))
    assert watching.post("/administration/waiting", {"resolve.change": "pauses"}).status_code == 403


def test_the_portal_tells_when_the_desk_is_there(desk: Cast) -> None:
    by: dict[str, Any] = {"actor": desk.administrator, "at": AT}
    create_calendar("always", name="Always", hours=ALWAYS, **by)
    create_calendar("never", name="Never", hours=NEVER_NOW, **by)
    browser = browser_of(desk.requester)
    pages = ("/", "/report", "/report/incident?service=laptop")
    for page in pages:
        assert "The desk" not in words_of(browser.get(page))
    use_calendar("never", channel="phone", **by)
    for page in pages:
        assert "The desk is closed. It opens on Monday 2 January at 08:00." in words_of(
            browser.get(page)
        )
    # From working hours to around the clock by changing data alone.
    change_calendar("never", hours=ALWAYS, actor=desk.administrator, at=now())
    for page in pages:
        assert "The desk is open around the clock." in words_of(browser.get(page))


def test_a_service_tells_its_support_hours(desk: Cast) -> None:
    use_calendar("desk", service="laptop", actor=desk.administrator, at=AT)
    browser = browser_of(desk.requester)
    assert "Support hours Monday to Friday 08:00–17:00" in words_of(browser.get("/services/laptop"))
    assert "time of" not in words_of(browser.get("/services/laptop"))
    assert "Support hours" not in words_of(browser.get("/services/mail"))
    assert "The desk" not in words_of(browser.get("/services/laptop"))
    abroad = Client()
    abroad.force_login(account(desk.french_requester))
    assert "London)" in words_of(abroad.get("/services/laptop"))
