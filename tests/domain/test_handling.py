"""A deed does to each kind of work what a person's click does, under the same rights."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import Cast, later, opened
from tests.incidents import in_stage, own_row, row
from tests.ordered import offer_laptop, ordered, simple_diagram, tasks_of
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.operation.work.handling import DeedKind, perform, perform_all, possible, read_deed
from timshel.operation.work.models import Comment
from timshel.operation.work.states import Stage

pytestmark = pytest.mark.django_db


def do(number: str, actor: Any, /, **plain: Any) -> None:
    """Do one deed a while later."""
    perform(number, read_deed(plain), actor=actor, at=later(5))


def test_an_incident_is_answered_noted_and_moved(cast: Cast) -> None:
    number = opened(cast.requester)
    do(number, cast.agent, do="reply", text="Is the lamp on?", waits=True)
    assert row(number).waiting_reason == "requester"
    do(number, cast.agent, do="note", text="Third time.")
    said = Comment.objects.filter(work_item__number=number).order_by("id")
    assert [(each.audience, each.text) for each in said] == [
        ("public", "Is the lamp on?"),
        ("internal", "Third time."),
    ]
    do(number, cast.agent, do="move", trigger="resume")
    do(number, cast.agent, do="move", trigger="wait", reason="supplier", supplier="northmere")
    do(number, cast.agent, do="move", trigger="resolve", code="fixed", text="New cable.")
    assert own_row(number).resolution_code == "fixed"
    do(number, cast.agent, do="move", trigger="close")
    assert row(number).stage == Stage.CLOSED
    do(number, cast.agent, do="move", trigger="reopen", reason="Black again.")
    assert row(number).stage == Stage.IN_PROGRESS
    do(number, cast.lead, do="move", trigger="cancel", reason="Twice.")
    assert row(number).stage == Stage.CANCELLED


def test_an_incident_is_started_assigned_and_changed(cast: Cast) -> None:
    number = opened(cast.requester)
    do(number, cast.agent, do="move", trigger="start")
    do(number, cast.agent, do="assign", assignee="me")
    assert row(number).assignee_id == cast.agent.person_id
    do(number, cast.lead, do="assign", team="workplace")
    assert (row(number).team.code, row(number).assignee_id) == ("workplace", None)  # type: ignore[union-attr]
    do(number, cast.lead, do="assign", team="service-desk", assignee=cast.agent.person_id)
    assert row(number).assignee_id == cast.agent.person_id
    do(number, cast.agent, do="change", title="Black screen", impact=1, urgency=1)
    assert (row(number).title, row(number).priority) == ("Black screen", 1)


def test_each_deed_asks_for_its_right_and_changes_nothing_without(cast: Cast) -> None:
    number = opened(cast.requester)
    before = row(number).version
    with pytest.raises(NotFound):
        do(number, cast.facilities_agent, do="note", text="Mine?")
    with pytest.raises(NotAllowed):
        do(number, cast.requester, do="note", text="Hello?")
    with pytest.raises(NotAllowed):
        do(number, cast.auditor, do="move", trigger="start")
    assert row(number).version == before


def test_several_deeds_are_done_all_or_none(cast: Cast) -> None:
    number = opened(cast.requester)
    deeds = [
        read_deed({"do": "note", "text": "On it."}),
        read_deed({"do": "move", "trigger": "close"}),
    ]
    with pytest.raises(WrongState):
        perform_all(number, deeds, actor=cast.agent, at=later(5))
    assert not Comment.objects.filter(work_item__number=number).exists()
    deeds.insert(1, read_deed({"do": "move", "trigger": "resolve", "code": "fixed", "text": "Ok."}))
    perform_all(number, deeds, actor=cast.agent, at=later(5))
    assert row(number).stage == Stage.CLOSED


def test_what_is_missing_is_said(cast: Cast) -> None:
    number = opened(cast.requester)
    with pytest.raises(Invalid) as refusal:
        do(number, cast.agent, do="move", trigger="resolve")
    assert set(refusal.value.fields) == {"code", "text"}


def test_what_is_possible_follows_stage_and_rights(cast: Cast) -> None:
    number = opened(cast.requester)
    helps = {DeedKind.REPLY, DeedKind.NOTE, DeedKind.ASSIGN, DeedKind.CHANGE, DeedKind.MOVE}
    assert possible(number, actor=cast.agent) >= helps
    assert possible(number, actor=cast.requester) & helps == set()
    closed = in_stage(Stage.CLOSED, cast)
    assert possible(closed, actor=cast.agent) & helps == {DeedKind.NOTE, DeedKind.MOVE}
    with pytest.raises(NotFound):
        possible(number, actor=cast.facilities_agent)


def test_a_request_and_its_task_are_worked_on(cast: Cast) -> None:
    offer_laptop(cast, diagram=simple_diagram(), process="simple_laptop")
    request = ordered(cast.requester)
    task = tasks_of(request)[0].number
    do(request, cast.agent, do="reply", text="Coming.")
    do(request, cast.agent, do="note", text="Stock is low.")
    do(request, cast.agent, do="assign", assignee="me")
    assert row(request).assignee_id == cast.agent.person_id
    do(task, cast.agent, do="assign", assignee="me")
    do(task, cast.agent, do="note", text="Prepared.")
    do(task, cast.agent, do="move", trigger="wait", reason="supplier")
    do(task, cast.agent, do="move", trigger="resume")
    helps = {DeedKind.NOTE, DeedKind.ASSIGN, DeedKind.MOVE}
    assert possible(task, actor=cast.agent) >= helps
    assert DeedKind.REPLY not in possible(task, actor=cast.agent)
    assert possible(request, actor=cast.agent) >= helps | {DeedKind.REPLY}
    do(task, cast.agent, do="move", trigger="resolve")
    assert (row(task).stage, row(request).stage) == (Stage.CLOSED, Stage.RESOLVED)
    do(request, cast.agent, do="move", trigger="close")
    assert row(request).stage == Stage.CLOSED


@pytest.mark.parametrize(
    "plain",
    [
        {"do": "reply", "text": "Hello"},
        {"do": "change", "impact": 1},
        {"do": "move", "trigger": "start"},
        {"do": "move", "trigger": "cancel", "reason": "No."},
    ],
)
def test_a_task_refuses_what_it_cannot_with_a_sentence(cast: Cast, plain: dict[str, Any]) -> None:
    offer_laptop(cast, diagram=simple_diagram(), process="simple_laptop")
    with pytest.raises(WrongState) as refusal:
        do(tasks_of(ordered(cast.requester))[0].number, cast.agent, **plain)
    assert str(refusal.value) != str(WrongState.default)


@pytest.mark.parametrize(
    "plain", [{"do": "change", "impact": 1}, {"do": "move", "trigger": "start"}]
)
def test_a_request_refuses_what_it_cannot_with_a_sentence(
    cast: Cast, plain: dict[str, Any]
) -> None:
    offer_laptop(cast, diagram=simple_diagram(), process="simple_laptop")
    with pytest.raises(WrongState) as refusal:
        do(ordered(cast.requester), cast.agent, **plain)
    assert str(refusal.value) != str(WrongState.default)
