"""The communication plan through the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import Cast
from tests.interfaces.api.test_agreements import Program

pytestmark = pytest.mark.django_db
GIVEN: dict[str, Any] = {
    "subject": "Planned work",
    "message": "What is done, and when",
    "stakeholders": "All staff",
    "owner": "imre.castellane",
    "due_date": "2026-01-31",
    "rhythm": "monthly",
    "service": "mail",
    "is_open": True,
}
TOLD = {"day": "2026-01-30", "said": "By mail", "reached": 12, "evidence": "Mailing list"}


def test_a_communication_goes_through_its_life(cast: Cast) -> None:
    program, reader = Program(cast.process_owner), Program(cast.agent)
    made = program.ask("POST", "/planned-communications", GIVEN, status=201)
    address = f"/planned-communications/{made['number']}"
    assert (made["state"], made["revision"], made["tellings"]) == ("planned", 1, [])
    assert program.ask("GET", address) == made
    reader.ask("GET", f"{address}/open", status=404)
    changed = program.ask("PUT", address, {**GIVEN, "subject": "Work", "revision": 1})
    assert (changed["subject"], changed["revision"]) == ("Work", 2)
    program.ask("PUT", address, {**GIVEN, "revision": 1}, status=409)
    told = program.ask("POST", f"{address}/tell", TOLD)
    assert (told["due_date"], told["tellings"][0]["reached"]) == ("2026-02-28", 12)
    program.ask("POST", f"{address}/tell", TOLD, status=422)
    said = reader.ask("POST", f"{address}/open", {"text": "Too late"}, status=201)
    assert [each["text"] for each in said["feedback"]] == ["Too late"]
    outside = {"who": "A supplier", "text": "Well done", "received_on": "2026-02-01"}
    assert len(program.ask("POST", f"{address}/feedback", outside, status=201)["feedback"]) == 2
    waiting = program.ask("GET", "/planned-communications/feedback")["items"]
    assert {each["who"] for each in waiting} == {"A supplier", said["feedback"][0]["who"]}
    key = next(each["id"] for each in waiting if each["text"] == "Too late")
    settled = program.ask("POST", f"{address}/feedback/{key}/settle", {"answer": "Earlier now."})
    assert [each["is_answered"] for each in settled["feedback"] if each["id"] == key] == [True]
    program.ask("POST", f"{address}/feedback/{key}/settle", {"answer": "Again."}, status=409)
    program.ask("POST", f"{address}/feedback/99/settle", {"answer": "None."}, status=404)
    gone = program.ask("POST", f"{address}/cancel", {"reason": "It is put off."})
    assert (gone["state"], gone["reason"]) == ("cancelled", "It is put off.")
    (row,) = program.ask("GET", "/planned-communications?state=cancelled&q=WORK")["items"]
    assert row["number"] == made["number"]
    assert program.ask("GET", "/planned-communications?overdue=true")["items"] == []


def test_what_is_wrong_is_said(cast: Cast) -> None:
    program = Program(cast.process_owner)
    for wrong in (
        {"owner": "nobody"},
        {"due_date": "1899-01-01"},
        {"subject": " "},
        {"service": "nowhere"},
    ):
        program.ask("POST", "/planned-communications", {**GIVEN, **wrong}, status=422)
    program.ask("GET", "/planned-communications/COM1", status=404)
