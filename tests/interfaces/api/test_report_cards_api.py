"""Report cards and measures for other programs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast, later, opened, token
from timshel.leadership.authority.access import PERMISSIONS

CARD = "/api/v1/report-cards/service/laptop"
VALUE = {
    "measure": "satisfaction",
    "service": "laptop",
    "first_day": "2026-03-01",
    "last_day": "2026-03-31",
    "value": "91.5",
    "source": "Survey",
}


@pytest.fixture
def headers(cast: Cast) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(cast.process_owner, PERMISSIONS)}"}


def ask(address: str, headers: dict[str, str]) -> tuple[int, Any]:
    answer = Client().get(address, headers=headers)
    return answer.status_code, json.loads(answer.content)


def test_a_card_in_full(cast: Cast, headers: dict[str, str]) -> None:
    number = opened(cast.requester)
    days = "first_day=2026-03-01&last_day=2026-03-31&time_zone=Europe/London"
    status, card = ask(f"{CARD}?{days}", headers)
    assert status == 200
    assert (card["kind"], card["code"], card["sees_everything"]) == ("service", "laptop", True)
    figures = {each["measure"]: each["value"] for each in card["figures"]}
    assert (figures["opened"], figures["resolved"], figures["backlog"]) == (1, 0, 1)
    assert {each["incident"] for each in card["exceptions"]} == {number}
    assert card["broken"] == len(card["exceptions"])
    assert len(card["trend"]) == 12
    assert card["trend"][-1]["figures"] == card["figures"]
    assert sum(each["count"] for each in card["open_by_age"]) == 1


def test_periods_go_back(cast: Cast, headers: dict[str, str]) -> None:
    _status, card = ask(f"{CARD}?period=quarter&back=1", headers)
    assert card["is_over"]
    assert card["exceptions"] == []


@pytest.mark.parametrize(
    "wrong",
    ["period=decade", "back=-1", "time_zone=Mars", "first_day=2026-03-01", "weekly=1", "back=999"],
)
def test_what_does_not_exist_is_invalid(cast: Cast, headers: dict[str, str], wrong: str) -> None:
    assert ask(f"{CARD}?{wrong}", headers)[0] == 422


@pytest.mark.parametrize("where", ["service/none", "planet/laptop", "team/%00"])
def test_what_is_not_there_is_not_found(cast: Cast, headers: dict[str, str], where: str) -> None:
    assert ask(f"/api/v1/report-cards/{where}", headers)[0] == 404


def test_measures_say_what_they_mean(cast: Cast, headers: dict[str, str]) -> None:
    status, found = ask("/api/v1/measures", headers)
    assert status == 200
    opened_measure = next(each for each in found["items"] if each["code"] == "opened")
    assert opened_measure["unit"] == "cases"
    assert all(each["formula"] and each["population"] for each in found["items"])


def test_a_measured_value_is_recorded_once(cast: Cast, headers: dict[str, str]) -> None:
    sent = {**headers, "Idempotency-Key": "march"}
    first, again = (
        Client().post("/api/v1/measures/values", VALUE, "application/json", headers=sent)
        for _again in range(2)
    )
    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    assert again.headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"value": "101"}, 422),
        ({"value": "much"}, 422),
        ({"service": ""}, 422),
        ({"service": "none"}, 404),
        ({"last_day": "2026-02-01"}, 422),
        ({"colour": "red"}, 422),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(
    cast: Cast, headers: dict[str, str], changes: dict[str, str], status: int
) -> None:
    answer = Client().post(
        "/api/v1/measures/values", {**VALUE, **changes}, "application/json", headers=headers
    )
    assert answer.status_code == status, answer.content


@pytest.mark.parametrize("value", ["much", "½", "1e2", " 99", "99.5\n", "٩٩"])
def test_a_text_that_is_no_number_is_said_to_be_none(
    cast: Cast, headers: dict[str, str], value: str
) -> None:
    wrong = {**VALUE, "value": value}
    answer = Client().post("/api/v1/measures/values", wrong, "application/json", headers=headers)
    problem = answer.json()
    assert (answer.status_code, problem["cause"]) == (422, "shape")
    assert problem["errors"] == {"value": ["This must be a number."]}


def test_the_moment_is_that_of_the_request(cast: Cast, headers: dict[str, str]) -> None:
    opened(cast.requester, at=later())
    _status, card = ask(f"{CARD}?period=week", headers)
    assert card["read_at"].endswith("Z")
