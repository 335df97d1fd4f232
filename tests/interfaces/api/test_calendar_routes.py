"""Calendars, their files, whose hours they give, and waiting rules, for other programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import AT, Cast, token
from timshel.kernel.actor import Actor
from timshel.leadership.authority.access import PERMISSIONS
from timshel.relationship_agreement.service_level.actions import CalendarHours, create_calendar
from timshel.relationship_agreement.service_level.models import BusinessCalendar, CalendarUse

WEEK = {"monday": [["08:00", "12:00"], ["13:00", "17:00"]]}
GIVEN = {"code": "station", "name": "Station", "time_zone": "Europe/London", "week": WEEK}
Ask = Callable[..., Any]


@pytest.fixture
def asking(cast: Cast) -> Callable[[Actor], Ask]:
    hours = CalendarHours("Europe/London", WEEK)
    create_calendar("desk", name="Desk", hours=hours, actor=cast.administrator, at=AT)

    def of(who: Actor) -> Ask:
        secret = token(who, PERMISSIONS)

        def ask(method: str, path: str, body: Any = None, **headers: str) -> Any:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            sent["Authorization"] = f"Bearer {secret}"
            data = b"" if body is None else json.dumps(body).encode()
            return Client().generic(
                method, f"/api/v1{path}", data, content_type="application/json", headers=sent
            )

        return ask

    return of


@pytest.fixture
def ask(asking: Callable[[Actor], Ask], cast: Cast) -> Ask:
    return asking(cast.administrator)


def version() -> int:
    return BusinessCalendar.objects.get(code="desk", valid_until=None).pk


def test_a_calendar_is_made_and_read(ask: Ask) -> None:
    given = GIVEN | {"days": [{"date": "2026-12-24", "name": "Eve"}], "working_day_seconds": 27_000}
    answer = ask("POST", "/calendars", given)
    assert answer.status_code == 201, answer.content
    assert answer.headers["Location"] == "/api/v1/calendars/station"
    made = answer.json()
    assert made["week"]["monday"] == WEEK["monday"]
    assert made["week"]["sunday"] == []
    assert made["days"] == [{"date": "2026-12-24", "hours": [], "name": "Eve"}]
    assert made["working_day_seconds"] == 27_000
    assert answer.headers["ETag"] == f'"{made["version"]}"'
    read = ask("GET", "/calendars/station")
    assert (read.status_code, read.json()) == (200, made)
    codes = [each["code"] for each in ask("GET", "/calendars").json()["items"]]
    assert codes == ["around-the-clock", "desk", "office-hours", "station"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "desk"}, "code"),
        ({"name": " "}, "name"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"week": {"monday": [["12:00", "08:00"]]}}, "weekly"),
        ({"week": {}}, "weekly"),
        ({"week": {"funday": []}}, "week.funday"),
        ({"week": {"monday": [["08:00"]]}}, "week.monday.0"),
        ({"days": [{"date": "2026-13-01"}]}, "days.0.date"),
        ({"days": [{"date": "2026-12-01", "hours": [["x", "y"]]}]}, "exceptions"),
        ({"holiday_country": "XX"}, "holiday_country"),
        ({"working_day_seconds": 0}, "working_day_seconds"),
        ({"working_day_seconds": 86_401}, "working_day_seconds"),
    ],
)
def test_what_is_wrong_is_told_by_field(ask: Ask, wrong: dict[str, Any], field: str) -> None:
    answer = ask("POST", "/calendars", GIVEN | wrong)
    assert answer.status_code == 422, answer.content
    assert list(answer.json()["errors"]) == [field]
    assert not BusinessCalendar.objects.filter(code="station").exists()


def test_what_is_sent_changes_and_the_rest_stays(ask: Ask) -> None:
    seen = version()
    answer = ask("PATCH", "/calendars/desk", {"name": "The desk"}, If_Match=f'"{seen}"')
    assert answer.status_code == 200, answer.content
    assert (answer.json()["name"], answer.json()["week"]["monday"]) == ("The desk", WEEK["monday"])
    changes = {"version": version(), "week": {"sunday": [["00:00", "24:00"]]}}
    changed = ask("PATCH", "/calendars/desk", changes).json()
    assert (changed["week"]["monday"], changed["week"]["sunday"]) == ([], [["00:00", "24:00"]])
    versions = ask("GET", "/calendars/desk/versions").json()["items"]
    assert [each["name"] for each in versions] == ["The desk", "The desk", "Desk"]
    assert versions[2]["valid_from"] is None
    assert versions[0]["changed_by"] == "Zachary Penrose-Adu"


def test_a_change_names_the_version_that_was_seen(ask: Ask) -> None:
    seen = version()
    assert ask("PATCH", "/calendars/desk", {"name": "X"}).status_code == 428
    assert ask("PATCH", "/calendars/desk", {"name": "Y", "version": seen}).status_code == 200
    late = ask("PATCH", "/calendars/desk", {"name": "Z", "version": seen})
    assert late.status_code == 409
    (difference,) = late.json()["differences"]
    assert (difference["field"], difference["seen"]) == ("name", "Desk")
    assert (difference["current"], difference["wanted"]) == ("Y", "Z")
    refused = ask("PATCH", "/calendars/desk", {"name": "Z"}, If_Match=f'"{seen}"')
    assert refused.status_code == 412
    assert ask("PATCH", "/calendars/desk", {"name": "Z"}, If_Match='"x"').status_code == 412
    assert ask("PATCH", "/calendars/no-such", {"version": 1}).status_code == 404


def test_a_request_sent_twice_makes_one(ask: Ask) -> None:
    first, second = (ask("POST", "/calendars", GIVEN, Idempotency_Key="once") for _each in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert second.headers["Idempotent-Replayed"] == "true"


def test_a_calendar_goes_out_and_days_come_in(ask: Ask) -> None:
    file = ask("GET", "/calendars/desk/hours.ics")
    assert file.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"BEGIN:VTIMEZONE" in file.content
    day = AT.date() + timedelta(days=5_000)
    content = (
        f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Later\nDTSTART;VALUE=DATE:{day:%Y%m%d}\n"
        "END:VEVENT\nBEGIN:VEVENT\nSUMMARY:Odd\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    shown = ask("POST", "/calendars/desk/import", {"content": content}).json()
    assert shown["applied"] is False
    assert shown["days"] == [{"date": str(day), "hours": [], "name": "Later", "is_new": True}]
    assert shown["unusable"] == [
        {"name": "Odd", "when": "", "reason": "It does not say when it begins."}
    ]
    assert shown["version"] == version()
    given = {"content": content, "apply": True, "version": shown["version"]}
    taken = ask("POST", "/calendars/desk/import", given)
    assert taken.json()["applied"] is True
    assert taken.headers["ETag"] == f'"{version()}"'
    assert ask("GET", "/calendars/desk").json()["days"][0]["name"] == "Later"
    assert ask("POST", "/calendars/desk/import", given).status_code == 409
    nonsense = ask("POST", "/calendars/desk/import", {"content": "nonsense"})
    assert (nonsense.status_code, list(nonsense.json()["errors"])) == (422, ["file"])


def test_hours_are_given_and_taken_away(ask: Ask) -> None:
    given = {"kind": "channel", "whose": "phone", "calendar": "desk"}
    assert ask("POST", "/calendar-uses", given).json()["items"] == [given | {"name": "phone"}]
    assert ask("GET", "/calendars/desk").json()["uses"] == [given | {"name": "phone"}]
    assert ask("POST", "/calendar-uses", given | {"calendar": None}).json()["items"] == []
    wrong = ask("POST", "/calendar-uses", given | {"whose": "smoke"})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["whose"])
    assert not CalendarUse.objects.exists()


def test_waiting_rules_are_read_and_set(ask: Ask) -> None:
    rule = {"clock": "resolve", "reason": "supplier", "pauses": False}
    assert rule in ask("GET", "/waiting-rules").json()["items"]
    rules = ask("POST", "/waiting-rules", rule | {"pauses": True}).json()["items"]
    assert rule | {"pauses": True} in rules
    assert len(rules) == 35
    assert ask("POST", "/waiting-rules", rule | {"reason": "weather"}).status_code == 422


READS = ("/calendars", "/calendars/desk", "/calendars/desk/versions", "/calendars/desk/hours.ics")
READS += ("/calendar-uses", "/waiting-rules")


@pytest.mark.parametrize("path", READS)
def test_seeing_needs_the_right(asking: Callable[[Actor], Ask], cast: Cast, path: str) -> None:
    assert asking(cast.agent)("GET", path).status_code == 403
    assert asking(cast.auditor)("GET", path).status_code == 200


def test_changing_needs_the_right_everywhere(asking: Callable[[Actor], Ask], cast: Cast) -> None:
    for actor in (cast.agent, cast.auditor, cast.service_owner):
        ask = asking(actor)
        answers = [
            ask("POST", "/calendars", GIVEN),
            ask("PATCH", "/calendars/desk", {"name": "X", "version": version()}),
            ask("POST", "/calendars/desk/import", {"content": "x"}),
            ask("POST", "/calendar-uses", {"kind": "team", "whose": "x", "calendar": None}),
            ask(
                "POST",
                "/waiting-rules",
                {"clock": "resolve", "reason": "supplier", "pauses": True},
            ),
        ]
        assert [answer.status_code for answer in answers] == [403] * 5
    assert BusinessCalendar.objects.filter(code="desk").count() == 1


def test_what_a_calendar_may_name_as_its_place_is_listed(ask: Ask) -> None:
    listed = {each["code"]: each for each in ask("GET", "/holiday-regions").json()["items"]}
    assert listed["GB"]["name"] == "United Kingdom"
    assert {"ENG", "SCT"} <= set(listed["GB"]["regions"])
    place = {"holiday_country": "CA", "holiday_region": listed["CA"]["regions"][0]}
    assert ask("POST", "/calendars", GIVEN | place).status_code == 201
    assert ask("GET", "/holiday-regions?country=GB").status_code == 422
