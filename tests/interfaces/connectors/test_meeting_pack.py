"""The boards and meetings of the demonstration."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.cast import AT, FOUNDED, SYSTEM, Cast
from timshel.context.people.actions import create_person
from timshel.context.people.queries import people_by_code
from timshel.interfaces.connectors.packs.files import pack_file
from timshel.interfaces.connectors.packs.management.meetings import load_meetings
from timshel.planning.planned_action.models import PlannedAction
from timshel.support.meeting.models import Meeting
from timshel.support.meeting.queries import board_list, meeting, meeting_list

pytestmark = pytest.mark.django_db


def people_of_the_file() -> None:
    """Bring in those whom the file names and the cast does not know."""
    file = pack_file("demonstration/meetings.yaml").data
    named = {member["person"] for row in file["boards"] for member in row["members"]}
    named |= {row[name] for row in file["boards"] for name in ("chair", "secretary")}
    named |= {each["owner"] for row in file["meetings"] for each in row.get("actions", ())}
    known = {row["code"]: row for row in pack_file("demonstration/people.yaml").data["people"]}
    for code in sorted(named - set(people_by_code())):
        row = known[code]
        belongs = {"customer": "brackwater"} if "customer" in row else {"unit": "institute"}
        create_person(
            code=code, name=row["name"], email=row["email"], actor=SYSTEM, at=FOUNDED, **belongs
        )


def test_boards_and_two_years_of_meetings_are_loaded_once(cast: Cast) -> None:
    people_of_the_file()
    file = pack_file("demonstration/meetings.yaml")
    assert load_meetings(file, actor=SYSTEM, at=AT) == 18
    assert load_meetings(file, actor=SYSTEM, at=AT) == 0
    boards = {row.code: row for row in board_list(actor=SYSTEM, at=AT).items}
    assert len(boards) == 4
    assert [code for code, row in boards.items() if row.is_overdue] == ["harbour-review"]
    states = Counter(Meeting.objects.values_list("state", flat=True))
    assert states == {"planned": 2, "held": 1, "minuted": 10, "cancelled": 1}
    assert PlannedAction.objects.filter(state="open").count() == 5
    (held,) = meeting_list(actor=SYSTEM, at=AT, when="unapproved").items
    view = meeting(held.number, actor=SYSTEM, at=AT)
    earlier = view.agenda[0].drawn
    assert earlier is not None
    assert [line.text.partition(" (")[0] for line in earlier.lines] == [
        "Tell everybody that mail moves"
    ]
    seen = meeting_list(actor=cast.customer, at=AT, when="past").items
    assert {row.board_code for row in seen} == {"harbour-review"}
