"""Logging an incident for somebody who calls or comes by, and finding who that is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.interfaces.web.desk import browser_of, query_count, seen, text_of, words_of
from timshel.operation.work.models import WorkItem

GIVEN = {"channel": "phone", "service": "laptop", "title": "It hums", "description": "Loudly."}
GIVEN |= {"impact": "2", "urgency": "2"}


@pytest.fixture
def browser(cast: Cast, settings: Any, tmp_path: Path) -> Client:
    settings.DATA_DIRECTORY = tmp_path
    return browser_of(cast.agent)


def test_a_call_is_logged_for_whoever_calls(browser: Client, cast: Cast) -> None:
    given = GIVEN | {"requester": str(cast.requester.person_id)}
    answer = browser.post("/desk/incidents/new", given)
    number = WorkItem.objects.get().number
    assert (answer.status_code, answer["Location"]) == (302, f"/desk/incidents/{number}")
    view = seen(number, cast.agent)
    assert (view.requester.name, view.opened_by) == ("Imre Castellane", "Jonas Okereke-Vale")
    assert (view.channel, view.priority, view.team_code) == ("phone", 3, "service-desk")
    assert "is logged. Give the caller this number." in words_of(browser.get(answer["Location"]))
    assert number in words_of(browser_of(cast.requester).get("/cases"))


def test_a_form_sent_twice_logs_one(browser: Client, cast: Cast) -> None:
    given = GIVEN | {"requester": str(cast.requester.person_id), "once": "abc"}
    first, second = (browser.post("/desk/incidents/new", given) for _each in range(2))
    assert first["Location"] == second["Location"]
    assert WorkItem.objects.count() == 1


def test_without_scripts_the_person_is_found_by_a_button(browser: Client, cast: Cast) -> None:
    answer = browser.post("/desk/incidents/new", GIVEN | {"person": "castel", "find": "1"})
    text = text_of(answer)
    assert f'name="requester" id="person-{cast.requester.person_id}"' in text
    assert 'value="It hums"' in text
    assert "Please mend this first" not in words_of(answer)
    assert WorkItem.objects.count() == 0


def test_a_person_must_be_chosen_and_nothing_is_lost(browser: Client) -> None:
    answer = browser.post("/desk/incidents/new", GIVEN | {"person": "castel"})
    assert answer.status_code == 422
    assert "Find the person and choose them from the list." in words_of(answer)
    assert "Loudly." in text_of(answer)
    assert WorkItem.objects.count() == 0


def test_what_is_wrong_keeps_the_chosen_person(browser: Client, cast: Cast) -> None:
    given = GIVEN | {"requester": str(cast.requester.person_id), "title": " "}
    answer = browser.post("/desk/incidents/new", given)
    assert answer.status_code == 422
    assert f'value="{cast.requester.person_id}" checked' in text_of(answer)


@pytest.mark.parametrize("requester", ["999999", "abc", "-1"])
def test_somebody_who_does_not_exist_is_refused(browser: Client, requester: str) -> None:
    answer = browser.post("/desk/incidents/new", GIVEN | {"requester": requester})
    assert answer.status_code == 422
    assert WorkItem.objects.count() == 0


def test_a_service_that_does_not_exist_is_refused(browser: Client, cast: Cast) -> None:
    given = GIVEN | {"requester": str(cast.requester.person_id), "service": "unheard-of"}
    assert browser.post("/desk/incidents/new", given).status_code == 422


def test_those_without_the_right_cannot_log_for_others(browser: Client, cast: Cast) -> None:
    auditor = browser_of(cast.auditor)
    assert auditor.get("/desk/incidents/new").status_code == 403
    given = GIVEN | {"requester": str(cast.requester.person_id)}
    assert auditor.post("/desk/incidents/new", given).status_code == 403
    assert WorkItem.objects.count() == 0


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("castel", "Imre Castellane"),
        ("imre.castellane@alder", "Imre Castellane"),
        ("maelle", "Maëlle Tessonneau"),
        ("zzzz", "Nobody was found for “zzzz”."),
        ("i", ""),
        ("", ""),
    ],
)
def test_people_are_found_while_typing(browser: Client, typed: str, found: str) -> None:
    answer = browser.get("/desk/people", {"person": typed})
    assert answer.status_code == 200
    assert found in words_of(answer)
    assert "<html" not in text_of(answer)
    if not found:
        assert words_of(answer) == ""


def test_the_form_takes_a_fixed_number_of_queries(
    browser: Client, django_assert_num_queries: Any
) -> None:
    browser.get("/desk/incidents/new")
    with django_assert_num_queries(query_count("incident-new")):
        browser.get("/desk/incidents/new")
