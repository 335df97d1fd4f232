"""The communication plan as people meet it: planned, told, answered, and read by everybody."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import AT, Cast
from tests.interfaces.rooms import communications as room
from tests.interfaces.web.desk import browser_of, now, text_of, words_of
from timshel.support.communication_plan.models import Feedback, PlannedCommunication

pytestmark = pytest.mark.django_db
LIST = "/governance/communications"
GIVEN = {
    "subject": "New printers",
    "message": "What is **done**",
    "stakeholders": "All staff",
    "owner": "jonas.okereke",
    "due_date": "2099-12-31",
    "medium": "mail",
    "rhythm": "once",
    "is_open": "on",
}


def sent(client: Client, address: str, given: dict[str, Any], status: int = 302) -> str:
    answer = client.post(address, given)
    assert answer.status_code == status, text_of(answer)
    return text_of(answer)


def planned(client: Client, **change: str) -> str:
    sent(client, f"{LIST}/new", {**GIVEN, **change})
    return f"{LIST}/{PlannedCommunication.objects.latest('pk').number}"


def test_one_is_planned_and_what_was_typed_is_kept(cast: Cast) -> None:
    client = browser_of(cast.process_owner)
    assert "No communication is planned yet" in words_of(client.get(LIST))
    form = sent(client, f"{LIST}/new", {**GIVEN, "message": "", "owner": "Nobody"}, 422)
    assert 'value="New printers"' in form
    assert "Please fill this in." in form
    form = sent(client, f"{LIST}/new", {**GIVEN, "due_date": "1899-01-01"}, 422)
    assert "Give a day between 2000 and 2100." in form
    address = planned(client)
    assert "New printers" in text_of(client.get(LIST))
    assert "<strong>done</strong>" in text_of(client.get(address))
    assert "planned it" in words_of(client.get(address))


def test_two_people_do_not_overwrite_each_other(cast: Cast) -> None:
    client = browser_of(cast.process_owner)
    address = planned(client)
    sent(client, f"{address}/change", {**GIVEN, "subject": "Other work", "revision": "1"})
    form = sent(client, f"{address}/change", {**GIVEN, "subject": "Mine", "revision": "1"}, 422)
    assert "Somebody else changed this communication meanwhile" in form
    assert 'value="Mine"' in form


def test_its_owner_tells_it_and_answers(cast: Cast) -> None:
    planner = browser_of(cast.process_owner)
    address, day = planned(planner), now().date().isoformat()
    owner, reader = browser_of(cast.agent), browser_of(cast.requester)
    assert reader.get(address).status_code == 404
    assert reader.get(f"{address}/open").status_code == 404
    assert "It was told" in text_of(owner.get(address))
    assert owner.get(f"{address}/change").status_code == 403
    form = sent(owner, f"{address}/tell", {"day": "2099-01-01", "said": "By mail"}, 422)
    assert "This day is still to come." in form
    told = {"day": day, "said": "By mail", "reached": "12", "evidence": "Mailing list"}
    sent(owner, f"{address}/tell", told)
    assert "reached 12 people" in words_of(owner.get(address))
    assert "<strong>done</strong>" in text_of(reader.get(f"{address}/open"))
    assert "Please fill this in." in sent(reader, f"{address}/open", {"text": " "}, 422)
    sent(reader, f"{address}/open", {"text": "It came too late"})
    waiting = words_of(planner.get(f"{LIST}/feedback"))
    assert "It came too late" in waiting
    answer = f"{address}/feedback/{Feedback.objects.get().pk}"
    assert "It came too late" in text_of(owner.get(answer))
    sent(owner, answer, {"answer": "We send it earlier now.", "is_answered": "on"})
    form = sent(owner, answer, {"answer": "Again"}, 422)
    assert "This was answered or noted already." in form
    assert "We send it earlier now." in words_of(reader.get(f"{address}/open"))
    assert "Nothing waits for an answer" in words_of(planner.get(f"{LIST}/feedback"))
    assert owner.get(f"{address}/feedback/99").status_code == 404


def test_one_is_cancelled_with_the_reason(cast: Cast) -> None:
    client = browser_of(cast.process_owner)
    address = planned(client)
    assert "Please fill this in." in sent(client, f"{address}/cancel", {"reason": ""}, 422)
    sent(client, f"{address}/cancel", {"reason": "It is put off."})
    page = words_of(client.get(address))
    assert "It is put off." in page
    assert "Tell it no more" not in page
    assert "New printers" in text_of(client.get(f"{LIST}?state=cancelled"))
    assert "New printers" not in text_of(client.get(f"{LIST}?state=planned"))


def test_the_register_is_narrowed_and_sent_as_a_spreadsheet(cast: Cast) -> None:
    planner = browser_of(cast.process_owner)
    planned(planner)
    planned(planner, subject="A late word", due_date="2020-01-01", rhythm="yearly")
    client = browser_of(cast.auditor)
    assert "New printers" not in text_of(client.get(f"{LIST}?when=overdue"))
    assert "A late word" in text_of(client.get(f"{LIST}?q=LATE"))
    assert "Nothing fits" in text_of(client.get(f"{LIST}?q=zebra%00"))
    assert "A late word" in text_of(client.get(f"{LIST}?state=zebra&when=zebra"))
    answer = client.get(f"{LIST}/xlsx?when=overdue")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    assert [row[1] for row in sheet.iter_rows(values_only=True)] == ["Subject", "A late word"]
    assert client.post(f"{LIST}/new", GIVEN).status_code == 403
    assert browser_of(cast.requester).get(LIST).status_code == 403


@pytest.mark.parametrize("address", [LIST, f"{LIST}/feedback", "one"])
def test_queries_do_not_grow(cast: Cast, address: str) -> None:
    client = browser_of(cast.process_owner)
    costs = []
    for begin, end in ((0, 3), (3, 10)):
        for position in range(begin, end):
            room.grow(cast, position, at=AT)
        path = address
        if address == "one":
            path = f"{LIST}/{PlannedCommunication.objects.earliest('pk').number}"
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]
