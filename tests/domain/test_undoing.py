"""What was done under an origin is put back exactly, as far as it still stands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.cast import Cast, later, opened
from tests.incidents import in_stage, own_row, row
from tests.ordered import offer_laptop, ordered, simple_diagram, tasks_of
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Conflict, NotAllowed, NotFound, WrongState
from timshel.operation.teamwork.models import WorkLink, WorkTag
from timshel.operation.work.handling import perform, read_deed
from timshel.operation.work.models import Comment, Watcher, WorkItem
from timshel.operation.work.states import Stage
from timshel.operation.work.undoing import take_back
from timshel.relationship_agreement.service_level.actions import refresh_many
from timshel.relationship_agreement.service_level.models import Clock
from timshel.resolution_fulfilment.incident.actions import change_incident, note_on_incident
from timshel.resolution_fulfilment.service_request.models import ServiceRequest

pytestmark = pytest.mark.django_db

ORIGIN = "run 17"
MOVING = {"version", "updated_at"}
READ = {"id", "read_at", "elapsed"}


def do(number: str, actor: Actor, /, *, minutes: int = 5, **plain: Any) -> None:
    """Do one deed under the origin."""
    perform(
        number,
        read_deed(plain),
        actor=replace(actor, origin=ORIGIN),
        at=later(minutes),
    )


def undo(number: str, actor: Actor) -> None:
    """Take back what was done under the origin, an hour later."""
    take_back(number, origin=ORIGIN, actor=actor, at=later(hours=1))


def state(number: str) -> dict[str, Any]:
    """Return all that a piece of work says but what moves with every change."""
    refresh_many([row(number).pk], at=later(hours=1))
    found = WorkItem.objects.filter(number=number).values().get()
    clocks = Clock.objects.filter(work_item__number=number).order_by("kind", "lap")
    rows = [{k: v for k, v in each.items() if k not in READ} for each in clocks.values()]
    own = own_row(number).__dict__ if found["kind"] == "incident" else {}
    return {
        **{name: value for name, value in found.items() if name not in MOVING},
        "clocks": rows,
        "own": {k: v for k, v in own.items() if not k.startswith("_")},
    }


CASES = [
    (Stage.NEW, {"do": "move", "trigger": "start"}),
    (Stage.NEW, {"do": "move", "trigger": "wait", "reason": "supplier", "supplier": "northmere"}),
    (Stage.IN_PROGRESS, {"do": "move", "trigger": "wait", "reason": "requester"}),
    (Stage.WAITING, {"do": "move", "trigger": "resume"}),
    (Stage.WAITING, {"do": "move", "trigger": "resolve", "code": "fixed", "text": "New cable."}),
    (Stage.RESOLVED, {"do": "move", "trigger": "close"}),
    (Stage.RESOLVED, {"do": "move", "trigger": "reopen", "reason": "Black again."}),
    (Stage.CLOSED, {"do": "move", "trigger": "reopen", "reason": "Black again."}),
    (Stage.NEW, {"do": "move", "trigger": "cancel", "reason": "Twice."}),
    (Stage.IN_PROGRESS, {"do": "assign", "assignee": "me"}),
    (Stage.NEW, {"do": "assign", "assignee": "me"}),
    (Stage.NEW, {"do": "assign", "team": "workplace"}),
    (Stage.NEW, {"do": "change", "impact": 1, "urgency": 1, "title": "Black"}),
    (Stage.NEW, {"do": "change", "priority": 1, "priority_reason": "Term begins."}),
    (Stage.NEW, {"do": "change", "service": "mail", "symptom": "black"}),
    (Stage.NEW, {"do": "change", "service_state": "down"}),
    (Stage.NEW, {"do": "change", "service": None}),
]


@pytest.mark.parametrize(("stage", "plain"), CASES)
def test_an_incident_is_exactly_as_it_was(cast: Cast, stage: Stage, plain: dict[str, Any]) -> None:
    number = in_stage(stage, cast)
    before = state(number)
    do(number, cast.lead, **plain)
    assert state(number) != before
    undo(number, cast.lead)
    assert state(number) == before
    with pytest.raises(WrongState):
        undo(number, cast.lead)
    assert state(number) == before


def test_a_parent_is_put_back(cast: Cast) -> None:
    first, second = opened(cast.requester), opened(cast.requester)
    number = opened(cast.requester)
    change = {"changes": {"parent": first}, "seen_version": 1}
    change_incident(number, **change, actor=cast.agent, at=later(1))
    before = state(number)
    do(number, cast.agent, do="change", parent=second)
    undo(number, cast.agent)
    assert state(number) == before
    assert row(number).parent_id == row(first).pk


def test_several_deeds_are_taken_back_together(cast: Cast) -> None:
    number = opened(cast.requester)
    before = state(number)
    do(number, cast.lead, do="assign", team="workplace", assignee=cast.engineer.person_id)
    do(number, cast.lead, minutes=6, do="assign", team="service-desk", assignee="me")
    do(number, cast.lead, minutes=7, do="move", trigger="resolve", code="fixed", text="Ok.")
    do(number, cast.lead, minutes=8, do="move", trigger="close")
    assert row(number).reassignments == 2
    undo(number, cast.lead)
    assert state(number) == before


def test_what_was_said_stays_said(cast: Cast) -> None:
    number = opened(cast.requester)
    do(number, cast.agent, do="reply", text="Is the lamp on?", waits=True)
    do(number, cast.agent, do="note", text="Third time.")
    undo(number, cast.agent)
    assert row(number).stage == Stage.NEW
    assert Comment.objects.filter(work_item__number=number).count() == 2
    alone = opened(cast.requester)
    do(alone, cast.agent, do="note", text="Third time.")
    with pytest.raises(WrongState, match="stays said"):
        undo(alone, cast.agent)


def test_what_somebody_changed_since_is_left(cast: Cast) -> None:
    number = opened(cast.requester)
    do(number, cast.lead, do="change", title="Black", impact=1)
    change = {"changes": {"title": "White"}, "seen_version": row(number).version}
    change_incident(number, **change, actor=cast.agent, at=later(20))
    before = state(number)
    with pytest.raises(Conflict, match=cast.agent.name) as refusal:
        undo(number, cast.lead)
    assert [each.field for each in refusal.value.differences] == ["title"]
    assert state(number) == before


def test_what_others_did_beside_it_is_kept(cast: Cast) -> None:
    number = opened(cast.requester)
    do(number, cast.lead, do="assign", team="workplace")
    note_on_incident(number, text="Ask for the cable.", actor=cast.engineer, at=later(20))
    change = {"changes": {"title": "White"}, "seen_version": row(number).version}
    change_incident(number, **change, actor=cast.engineer, at=later(20))
    undo(number, cast.lead)
    assert row(number).team.code == "service-desk"  # type: ignore[union-attr]
    assert row(number).title == "White"


def test_whoever_gave_it_away_may_take_it_back(cast: Cast) -> None:
    number = opened(cast.requester)
    do(number, cast.agent, do="assign", team="facilities-desk")
    undo(number, cast.agent)
    assert row(number).team.code == "service-desk"  # type: ignore[union-attr]


def test_others_may_not(cast: Cast) -> None:
    number = opened(cast.requester)
    do(number, cast.lead, do="assign", team="workplace")
    before = state(number)
    with pytest.raises(NotFound):
        undo(number, cast.facilities_agent)
    with pytest.raises(NotAllowed):
        undo(number, cast.auditor)
    with pytest.raises(NotAllowed):
        undo(number, cast.requester)
    assert state(number) == before


def test_whoever_watches_it_is_told_that_they_may_not(cast: Cast) -> None:
    number = opened(cast.requester)
    do(number, cast.lead, do="assign", team="workplace")
    watcher = cast.facilities_agent.person_id
    Watcher.objects.create(work_item=row(number), person_id=watcher, at=later(6))
    before = state(number)
    with pytest.raises(NotAllowed):
        undo(number, cast.facilities_agent)
    assert state(number) == before


def test_a_request_and_a_task_are_as_they_were(cast: Cast) -> None:
    offer_laptop(cast, diagram=simple_diagram(), process="simple_laptop")
    number = ordered(cast.requester)
    task = tasks_of(number)[0].number
    before = state(number), state(task)
    do(number, cast.agent, do="assign", team="workplace")
    do(task, cast.agent, do="assign", team="workplace")
    do(number, cast.lead, do="move", trigger="wait", reason="supplier")
    do(task, cast.lead, do="move", trigger="wait", reason="supplier")
    undo(number, cast.lead)
    undo(task, cast.lead)
    assert (state(number), state(task)) == before


def test_the_end_of_a_request_is_taken_back_only_where_nothing_followed(cast: Cast) -> None:
    offer_laptop(cast, diagram=simple_diagram(), process="simple_laptop")
    number = ordered(cast.requester)
    task = tasks_of(number)[0].number
    perform(task, read_deed({"do": "move", "trigger": "resolve"}), actor=cast.agent, at=later(1))
    before = state(number), ServiceRequest.objects.values("outcome", "outcome_text").get()
    do(number, cast.agent, do="move", trigger="reopen", reason="No charger.")
    undo(number, cast.agent)
    after = state(number), ServiceRequest.objects.values("outcome", "outcome_text").get()
    assert after == before
    other = ordered(cast.requester)
    do(other, cast.lead, do="move", trigger="cancel", reason="No.")
    with pytest.raises(WrongState, match="followed"):
        undo(other, cast.lead)
    finished = tasks_of(ordered(cast.requester))[0].number
    do(finished, cast.agent, do="move", trigger="resolve")
    with pytest.raises(WrongState, match="followed"):
        undo(finished, cast.agent)


def test_tags_links_and_watchers_are_put_back(cast: Cast) -> None:
    number, other, third = (opened(cast.requester) for _ in range(3))
    kept = read_deed({"do": "tag", "tags": ["campus"]})
    perform(number, kept, actor=cast.agent, at=later(1))
    before = around(number)
    assert before == (["campus"], [], [])
    do(number, cast.agent, do="tag", tags=["network", "vip"])
    do(number, cast.agent, do="untag", tags=["campus"])
    do(number, cast.agent, do="link", to=other)
    do(number, cast.agent, do="link", to=third, kind="caused_by")
    do(number, cast.agent, do="watch", person="me")
    assert around(number) == (
        ["network", "vip"],
        [(other, "related"), (third, "caused_by")],
        [cast.agent.person_id],
    )
    later_on = read_deed({"do": "watch", "person": "me"})
    perform(number, later_on, actor=cast.second_agent, at=later(20))
    undo(number, cast.agent)
    assert around(number) == (["campus"], [], [cast.second_agent.person_id])


def around(number: str) -> tuple[list[str], list[tuple[str, str]], list[int]]:
    """Return the tags, the links and the watchers of a piece of work."""
    links = WorkLink.objects.filter(source__number=number).order_by("pk")
    return (
        sorted(
            WorkTag.objects.filter(work_item__number=number).values_list("tag__name", flat=True)
        ),
        list(links.values_list("target__number", "kind")),
        list(Watcher.objects.filter(work_item__number=number).values_list("person_id", flat=True)),
    )
