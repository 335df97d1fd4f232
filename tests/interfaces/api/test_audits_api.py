"""Internal audits through the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.audits import programme, running
from tests.cast import Cast
from tests.interfaces.api.test_agreements import Program

pytestmark = pytest.mark.django_db
PROGRAMME = {
    "code": "next",
    "starts_on": "2027-01-01",
    "ends_on": "2027-12-31",
    "manager": "wendell.achterberg",
}
AUDIT: dict[str, Any] = {
    "programme": "year",
    "title": "Mail",
    "clauses": ["8.6"],
    "services": ["mail"],
    "lead": "rosalind.keppel",
    "starts_on": "2026-03-02",
    "ends_on": "2026-03-06",
}


def test_a_programme_is_drafted_weighed_and_moved(cast: Cast) -> None:
    program = Program(cast.process_owner)
    made = program.ask("POST", "/audits/programmes", PROGRAMME, status=201)
    assert (made["state"], made["revision"]) == ("draft", 1)
    at = "/audits/programmes/next"
    change = {each: PROGRAMME[each] for each in ("starts_on", "ends_on", "manager")}
    program.ask("PUT", at, {**change, "objectives": "Why?", "revision": 1})
    program.ask("PUT", at, {**change, "revision": 1}, status=409)
    weight = {"kind": "clause", "code": "8", "importance": 3}
    first = program.ask("POST", f"{at}/weights", weight)["items"][0]
    assert (first["code"], first["importance"]) == ("8", 3)
    assert program.ask("GET", f"{at}/proposal")["items"][0] == first
    assert program.ask("POST", f"{at}/move", {"deed": "agree"})["state"] == "agreed"
    assert program.ask("GET", at)["objectives"] == "Why?"
    assert [each["code"] for each in program.ask("GET", "/audits/programmes")["items"]] == ["next"]
    Program(cast.requester).ask("GET", "/audits/programmes", status=403)
    Program(cast.requester).ask("POST", "/audits/programmes", PROGRAMME, status=403)


def test_an_audit_is_planned_changed_and_called_off(cast: Cast) -> None:
    programme(cast)
    program = Program(cast.process_owner)
    partial = {**AUDIT, "lead": "adaeze.thornquist"}
    assert "lead" in str(program.ask("POST", "/audits", partial, status=422))
    made = program.ask("POST", "/audits", AUDIT, status=201)
    at = f"/audits/{made['number']}"
    assert program.ask("GET", at) == made
    change = {name: value for name, value in AUDIT.items() if name != "programme"}
    changed = program.ask("PUT", at, {**change, "title": "Mail again", "revision": 1})
    assert changed["title"] == "Mail again"
    program.ask("PUT", at, {**change, "revision": 1}, status=409)
    listed = program.ask("GET", "/audits?state=planned&scope=8.6&programme=year")["items"]
    assert [each["number"] for each in listed] == [made["number"]]
    assert program.ask("POST", f"{at}/cancel", {})["state"] == "cancelled"
    program.ask("POST", f"{at}/start", {}, status=403)
    Program(cast.requester).ask("GET", at, status=404)


def test_an_audit_is_conducted_reported_and_followed_up(cast: Cast) -> None:
    number = running(cast)
    at = f"/audits/{number}"
    auditor = Program(cast.auditor)
    answer = {"answer": "does_not", "revision": 1}
    auditor.ask("PUT", f"{at}/questions/1", answer, status=422)
    shown = auditor.ask("PUT", f"{at}/questions/1", {**answer, "notes": "None written"})
    assert shown["questions"][0]["answer"] == "does_not"
    draw = {
        "kind": "incident",
        "starts_at": "2026-01-01T00:00:00Z",
        "ends_at": "2027-01-01T00:00:00Z",
        "size": 3,
        "seed": "abc",
    }
    sampled = auditor.ask("POST", f"{at}/samples", draw, status=201)["samples"]
    assert sampled[0]["seed"] == "abc"
    finding = {
        "grade": "minor",
        "text": "None written",
        "service": "mail",
        "answer_due": "2099-01-01",
    }
    made = auditor.ask("POST", f"{at}/findings", finding, status=201)
    Program(cast.process_owner).ask("POST", f"{at}/findings", finding, status=403)
    reported = auditor.ask("POST", f"{at}/report", {"conclusion": "Good."})
    assert reported["report"]["conclusion"] == "Good."
    found = f"/audits/findings/{made['number']}"
    owner = Program(cast.service_owner)
    assert owner.ask("GET", found) == made
    answered = owner.ask("POST", f"{found}/answer", {"answer": "We will.", "revision": 1})
    assert answered["state"] == "answered"
    judged = {"deed": "follow_up", "note": "Seen", "revision": 2}
    assert auditor.ask("POST", f"{found}/judge", judged)["state"] == "followed_up"
    listed = owner.ask("GET", f"/audits/findings?state=followed_up&grade=minor&audit={number}")
    assert [each["number"] for each in listed["items"]] == [made["number"]]
    follow = {
        "programme": "year",
        "title": "Again",
        "starts_on": "2026-09-01",
        "ends_on": "2026-09-02",
    }
    again = auditor.ask("POST", f"{at}/follow-up", follow, status=201)
    assert again["follows"] == number
    assert auditor.ask("POST", f"{at}/close", {})["state"] == "closed"
    assert auditor.ask("POST", f"/audits/{again['number']}/start", {})["state"] == "running"
    Program(cast.requester).ask("GET", found, status=404)
    Program(cast.requester).ask("GET", "/audits", status=403)
