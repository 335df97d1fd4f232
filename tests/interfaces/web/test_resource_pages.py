"""The pages of resources: the overview, one with its quarters, its forms, and the people now."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import AT, Cast
from tests.interfaces.rooms import resources as room
from tests.interfaces.web.desk import browser_of, now, text_of, words_of
from timshel.support.resource.models import Resource, ResourceFigure
from timshel.support.resource.rules.quarters import moved, quarter_of

pytestmark = pytest.mark.django_db
LIST = "/governance/resources"
GIVEN = {
    "kind": "technical",
    "name": "Storage for research data",
    "unit": "TB",
    "owner": "Imre Castellane",
    "note": "A shelf takes **ten weeks**.",
}


def sent(client: Client, address: str, given: dict[str, Any], status: int = 302) -> str:
    answer = client.post(address, given)
    assert answer.status_code == status, text_of(answer)
    return text_of(answer)


def test_one_is_written_down_and_what_was_typed_is_kept(cast: Cast) -> None:
    client = browser_of(cast.process_owner)
    form = sent(client, f"{LIST}/new", {**GIVEN, "unit": ""}, 422)
    assert 'value="Storage for research data"' in form
    assert "Please fill this in." in form
    form = sent(client, f"{LIST}/new", {**GIVEN, "owner": "Nobody at all"}, 422)
    assert 'value="Nobody at all"' in form
    assert not Resource.objects.exists()
    sent(client, f"{LIST}/new", GIVEN)
    page = text_of(client.get(f"{LIST}/{Resource.objects.get().number}"))
    assert "<strong>ten weeks</strong>" in page
    assert "Not known" in page


def test_two_people_do_not_overwrite_each_other(cast: Cast) -> None:
    client = browser_of(cast.process_owner)
    sent(client, f"{LIST}/new", GIVEN)
    one = f"{LIST}/{Resource.objects.get().number}"
    assert 'name="revision" value="1"' in text_of(client.get(f"{one}/change"))
    sent(client, f"{one}/change", {**GIVEN, "unit": "PB", "revision": "1"})
    form = sent(client, f"{one}/change", {**GIVEN, "unit": "GB", "revision": "1"}, 422)
    assert "Somebody else changed this resource meanwhile" in form
    assert 'value="GB"' in form
    assert Resource.objects.get().unit == "PB"


def test_its_owner_gives_the_figures(cast: Cast) -> None:
    sent(browser_of(cast.process_owner), f"{LIST}/new", GIVEN)
    one = f"{LIST}/{Resource.objects.get().number}"
    client = browser_of(cast.requester)
    assert "Give figures" in text_of(client.get(one))
    assert client.get(f"{one}/change").status_code == 403
    assert client.get(LIST).status_code == 403
    quarter = quarter_of(now().date())
    before, after = moved(quarter, -1), moved(quarter, 1)
    given = {"revision": "1", f"used-{before}": "8.5", f"available-{quarter}": "10"}
    form = sent(client, f"{one}/figures", {**given, f"needed-{after}": "many"}, 422)
    assert 'value="many"' in form
    assert 'value="8.5"' in form
    assert "Give a number from 0, with at most four decimals." in form
    sent(client, f"{one}/figures", {**given, f"needed-{after}": "12"})
    assert ResourceFigure.objects.count() == 3
    page = words_of(client.get(one))
    assert "2 missing" in page
    assert "as before" in page
    form = sent(client, f"{one}/figures", {"revision": "1"}, 422)
    assert "Somebody else changed this resource meanwhile" in form


def test_what_falls_short_stands_first_with_what_is_done(cast: Cast) -> None:
    room.grow(cast, 1, at=now())
    number = Resource.objects.get().number
    client = browser_of(cast.process_owner)
    page = text_of(client.get(LIST))
    assert f'href="/governance/actions/new?about=resource:{number}"' in page
    sent(
        client,
        f"/governance/actions/new?about=resource:{number}",
        {
            "about_kind": "resource",
            "about_code": number,
            "kind": "preventive",
            "title": "Order three racks",
            "owner": "Imre Castellane",
            "due_date": "2030-01-01",
        },
    )
    page = words_of(client.get(LIST))
    assert "Order three racks" in page
    assert "Plan an action" not in page
    assert "Order three racks" in words_of(client.get(f"{LIST}/{number}"))


def test_one_is_retired_and_kept_again(cast: Cast) -> None:
    room.grow(cast, 1, at=now())
    one = f"{LIST}/{Resource.objects.get().number}"
    client = browser_of(cast.process_owner)
    sent(client, f"{one}/retire", {})
    assert "Racks 1" not in text_of(client.get(LIST))
    assert "Racks 1" in text_of(client.get(f"{LIST}?kind=retired"))
    assert client.get(f"{one}/figures").status_code == 409
    assert "Keep it again" in text_of(client.get(one))
    sent(client, f"{one}/restore", {})
    assert "Racks 1" in text_of(client.get(f"{LIST}?kind=technical"))
    assert "Racks 1" not in text_of(client.get(f"{LIST}?kind=people"))
    assert "Racks 1" in text_of(client.get(f"{LIST}?kind=zebra"))


def test_the_people_there_are(cast: Cast) -> None:
    page = words_of(browser_of(cast.auditor).get(f"{LIST}/people"))
    assert "people belong to the staff" in page
    assert "IT service desk" in page


def test_it_is_sent_as_a_spreadsheet(cast: Cast) -> None:
    room.grow(cast, 1, at=now())
    answer = browser_of(cast.auditor).get(f"{LIST}/xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 10
    assert {row[2] for row in rows[1:]} == {"Racks 1"}
    assert [row[12] for row in rows[5:]] == [3] * 5


@pytest.mark.parametrize("address", [LIST, f"{LIST}/people"])
def test_queries_do_not_grow(cast: Cast, address: str) -> None:
    client = browser_of(cast.process_owner)
    costs = []
    for begin, end in ((0, 3), (3, 10)):
        for position in range(begin, end):
            room.grow(cast, position, at=AT)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_nobody_writes_without_the_right(cast: Cast) -> None:
    number = room.stage(cast, at=AT)["<str:resource>"]
    client = browser_of(cast.auditor)
    for step in ("change", "retire", "restore"):
        assert client.post(f"{LIST}/{number}/{step}", GIVEN).status_code == 403
    assert client.post(f"{LIST}/{number}/figures", {}).status_code == 403
    assert browser_of(cast.other_requester).get(f"{LIST}/{number}").status_code == 404
