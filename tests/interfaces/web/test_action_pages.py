"""Pages of planned actions."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.test import Client

from tests import cast as people
from tests.cast import AT, Cast
from timshel.planning.planned_action.actions import NOTHING, ActionPlan, plan_action
from timshel.planning.planned_action.models import PlannedAction
from timshel.planning.planned_action.states import ActionKind

pytestmark = pytest.mark.django_db
GIVEN = {
    "title": "Replace the switch",
    "detail": "The **old** one hums.",
    "kind": "preventive",
    "owner": "Imre Castellane",
    "due_date": "2099-12-01",
}


def signed_in(actor: Any) -> Client:
    client = Client()
    client.force_login(people.account(actor, username=f"u{actor.person_id}"))
    return client


def planned(cast: Cast, title: str = "Replace the switch", due: date = date(2099, 12, 1)) -> str:
    plan = ActionPlan(ActionKind.PLANNED, title, "imre.castellane", due)
    return plan_action(NOTHING, plan=plan, actor=cast.process_owner, at=AT)


def page(client: Client, address: str, *, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content
    return answer.content.decode()


def test_an_action_is_planned_changed_done_and_opened_again(cast: Cast) -> None:
    client = signed_in(cast.process_owner)
    assert "Until" in page(client, "/governance/actions/new")
    assert client.post("/governance/actions/new", GIVEN).status_code == 302
    number = PlannedAction.objects.get().number
    address = f"/governance/actions/{number}"
    shown = page(client, address)
    assert "<strong>old</strong>" in shown
    assert "Imre Castellane" in shown
    assert 'value="2099-12-01"' in page(client, f"{address}/change")
    changed = {**GIVEN, "title": "Replace both", "seen_revision": "1"}
    assert client.post(f"{address}/change", changed).status_code == 302
    stale = client.post(f"{address}/change", {**changed, "title": "Replace none"})
    assert stale.status_code in {409, 422}
    assert client.post(f"{address}/finish", {"outcome": "Both are new."}).status_code == 302
    assert "Both are new." in page(client, address)
    assert client.post(f"{address}/reopen").status_code == 302
    assert PlannedAction.objects.get().state == "open"


def test_what_was_typed_is_still_there_after_a_refusal(cast: Cast) -> None:
    client = signed_in(cast.process_owner)
    answer = client.post("/governance/actions/new", {**GIVEN, "owner": "nobody at all"})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "The **old** one hums." in shown
    assert "Nobody was found" in shown
    number = planned(cast)
    dropped = client.post(f"/governance/actions/{number}/drop", {"outcome": " "})
    assert dropped.status_code == 422
    assert "Please say why" in dropped.content.decode()
    assert PlannedAction.objects.get().state == "open"


def test_everybody_sees_their_own_and_only_who_may_sees_all(cast: Cast) -> None:
    number = planned(cast)
    own = signed_in(cast.requester)
    assert "Replace the switch" in page(own, "/governance/actions")
    assert "It is done" in page(own, f"/governance/actions/{number}")
    page(own, "/governance/actions/new", status=403)
    page(own, f"/governance/actions/{number}/change", status=403)
    other = signed_in(cast.other_requester)
    assert "Replace the switch" not in page(other, "/governance/actions")
    page(other, f"/governance/actions/{number}", status=404)
    assert "Replace the switch" in page(signed_in(cast.auditor), "/governance/actions")
    assert Client().get("/governance/actions").status_code == 302


def test_the_list_is_filtered_and_given_as_a_spreadsheet(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    planned(cast, "Late", date(2020, 1, 1))
    planned(cast, "Later")
    client = signed_in(cast.process_owner)
    shown = page(client, "/governance/actions?when=overdue")
    assert "Late</a>" in shown
    assert "Later</a>" not in shown
    assert "Nothing here" in page(client, "/governance/actions?when=ended")
    assert "Nothing here" in page(client, "/governance/actions?kind=decision")
    assert "Nothing here" in page(client, "/governance/actions?whose=mine")
    sent = client.get("/governance/actions/xlsx?when=overdue")
    sheet = openpyxl.load_workbook(io.BytesIO(sent.content)).worksheets[0]
    assert [row[1].value for row in sheet.iter_rows()] == ["What is to be done", "Late"]


def test_an_address_of_no_record_is_refused(cast: Cast) -> None:
    client = signed_in(cast.process_owner)
    page(client, "/governance/actions/new?about=flood:1", status=404)
    assert client.get("/governance/actions/new?about=flood").status_code == 422
    page(client, "/governance/actions/ACT0", status=404)
