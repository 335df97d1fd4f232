"""What a shift leaves for the next one of its team."""

from __future__ import annotations

import pytest

from tests.cast import AT, Cast, later, opened
from tests.witness import Witness
from timshel.kernel.errors import Invalid, NotAllowed, NotFound
from timshel.kernel.events import subscribe
from timshel.operation.teamwork import actions, queries
from timshel.operation.teamwork.events import ShiftHandedOver
from timshel.resolution_fulfilment.incident.actions import assign_incident


def test_a_note_is_left_for_the_next_shift(cast: Cast, witness: Witness) -> None:
    number = opened(cast.requester)
    heard: list[ShiftHandedOver] = []
    subscribe(ShiftHandedOver, heard.append)
    with witness.watching() as seen:
        actions.hand_over(
            "service-desk", text=" Watch the VIP. ", numbers=[number.lower(), ""],
            actor=cast.agent, at=AT,
        )  # fmt: skip
    assert seen.verbs == ["shift.handed_over"]
    assert f"team:{cast.teams['service-desk']}" in seen.regions
    assert heard[0].team_id == cast.teams["service-desk"]
    (note,) = queries.unread_shift_notes(actor=cast.second_agent)
    assert (note.author, note.text, note.is_read) == (cast.agent.name, "Watch the VIP.", False)
    assert [each.number for each in note.work] == [number]
    assert queries.unread_shift_note_count(actor=cast.second_agent) == 1
    assert queries.unread_shift_notes(actor=cast.agent) == ()  # one's own is no news


def test_a_note_is_read_once(cast: Cast, witness: Witness) -> None:
    actions.hand_over("service-desk", text="Quiet.", actor=cast.agent, at=AT)
    (note,) = queries.unread_shift_notes(actor=cast.second_agent)
    actions.read_shift_note(note.id, actor=cast.second_agent, at=later(1))
    with witness.unmoved():
        actions.read_shift_note(note.id, actor=cast.second_agent, at=later(2))
    assert queries.unread_shift_note_count(actor=cast.second_agent) == 0
    page = queries.shift_notes("service-desk", actor=cast.lead)
    assert page.items[0].readers == (cast.second_agent.name,)
    for key, who in ((note.id, cast.facilities_agent), (2**62, cast.agent)):
        with witness.refused(NotFound):
            actions.read_shift_note(key, actor=who, at=later(1))


def test_notes_are_of_the_team(cast: Cast, witness: Witness) -> None:
    with witness.refused(NotAllowed):
        actions.hand_over("service-desk", text="x", actor=cast.facilities_agent, at=AT)
    with witness.refused(NotAllowed):
        actions.hand_over("service-desk", text="x", actor=cast.requester, at=AT)
    with witness.refused(NotFound):
        actions.hand_over("nobody", text="x", actor=cast.agent, at=AT)
    with pytest.raises(NotAllowed):
        queries.shift_notes("service-desk", actor=cast.facilities_agent)
    with pytest.raises(NotFound):
        queries.shift_notes("nobody", actor=cast.agent)


def test_what_no_note_can_be(cast: Cast, witness: Witness) -> None:
    hidden = opened(cast.requester, service="heating")
    for text, numbers in ((" ", []), ("x\0", []), ("x", [hidden]), ("x", ["INC9999999"])):
        with witness.refused(Invalid):
            actions.hand_over("service-desk", text=text, numbers=numbers, actor=cast.agent, at=AT)


def test_work_that_a_reader_may_not_see_is_left_out(cast: Cast) -> None:
    number = opened(cast.requester)
    actions.hand_over("service-desk", text="x", numbers=[number], actor=cast.agent, at=AT)
    assign_incident(number, team="facilities-desk", actor=cast.lead, at=later(1))
    (note,) = queries.unread_shift_notes(actor=cast.second_agent)
    assert note.work == ()
