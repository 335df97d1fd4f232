"""Mandates through the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import Cast
from tests.interfaces.api.test_agreements import Program

pytestmark = pytest.mark.django_db
GIVEN: dict[str, Any] = {
    "title": "Purchases of the whole house",
    "subject": "purchase",
    "holder_kind": "person",
    "holder": "tamsin.harrowgate",
    "limit": {"amount": 5000, "currency": "GBP"},
    "valid_from": "2020-01-01",
    "granted_by": "wendell.achterberg",
    "rests_on": "DOC0000001",
}


def test_a_mandate_goes_through_its_life(cast: Cast) -> None:
    program = Program(cast.process_owner)
    made = program.ask("POST", "/mandates", GIVEN, status=201)
    address = f"/mandates/{made['number']}"
    assert (made["state"], made["holder_name"], made["revision"]) == (
        "draft",
        "Tamsin Harrowgate",
        1,
    )
    assert program.ask("GET", address) == made
    changed = program.ask("PUT", address, {**GIVEN, "title": "Purchases", "revision": 1})
    assert (changed["title"], changed["revision"]) == ("Purchases", 2)
    program.ask("PUT", address, {**GIVEN, "revision": 1}, status=409)
    assert program.ask("POST", f"{address}/put-in-force", {})["state"] == "in_force"
    program.ask("PUT", address, GIVEN, status=409)
    (row,) = program.ask("GET", "/mandates?subject=purchase&state=in_force")["items"]
    assert [each["code"] for each in row["holders"]] == ["tamsin.harrowgate"]
    program.ask("POST", f"{address}/end", {"reason": " "}, status=422)
    ended = program.ask("POST", f"{address}/end", {"reason": "Done."})
    assert (ended["state"], ended["ended_because"]) == ("ended", "Done.")
    program.ask("POST", f"{address}/withdraw", {"reason": "Done."}, status=409)
    other = program.ask("POST", "/mandates", GIVEN, status=201)["number"]
    gone = program.ask("POST", f"/mandates/{other}/withdraw", {"reason": "A mistake."})
    assert gone["state"] == "withdrawn"
    assert program.ask("GET", "/mandates")["items"] == []


def test_who_may_is_answered(cast: Cast) -> None:
    program = Program(cast.process_owner)
    number = program.ask("POST", "/mandates", GIVEN, status=201)["number"]
    program.ask("POST", f"/mandates/{number}/put-in-force", {})
    asked = "/mandates/who-may?subject=purchase&currency=GBP"
    (found,) = program.ask("GET", f"{asked}&amount=5000")["approvers"]
    assert (found["person"]["code"], found["mandate"]["number"]) == ("tamsin.harrowgate", number)
    nobody = program.ask("GET", f"{asked}&amount=5000.01&unit=it&service=mail")
    assert (nobody["approvers"], nobody["highest"]["currency"]) == ([], "GBP")
    assert [each["person"]["code"] for each in nobody["highest_by"]] == ["tamsin.harrowgate"]
    program.ask("GET", f"{asked}&amount=1&unit=nowhere", status=422)
    program.ask("GET", "/mandates/who-may?subject=purchase&amount=1", status=422)
    program.ask("GET", f"{asked}&amount=NaN", status=422)


def test_what_is_refused(cast: Cast) -> None:
    program = Program(cast.process_owner)
    program.ask("POST", "/mandates", {**GIVEN, "subject": "document"}, status=422)
    own = {**GIVEN, "holder": "bastian.nwosu"}
    number = program.ask("POST", "/mandates", own, status=201)["number"]
    program.ask("POST", f"/mandates/{number}/put-in-force", {}, status=403)
    Program(cast.auditor).ask("POST", "/mandates", GIVEN, status=403)
    stranger = Program(cast.requester)
    stranger.ask("GET", f"/mandates/{number}", status=404)
    stranger.ask("GET", "/mandates/who-may?subject=purchase", status=403)
