"""Doing a task: whose it is, what it needs before it is done, and what it says when it is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import AT, Cast, later, opened
from tests.ordered import offer_laptop, ordered, simple_diagram, tasks_of
from tests.witness import Witness
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongState
from timshel.operation.process.models import ProcessStep
from timshel.operation.task import actions
from timshel.operation.task.actions import Completion
from timshel.operation.task.models import Task
from timshel.operation.work.access import find
from timshel.operation.work.models import WorkItem
from timshel.resolution_fulfilment.service_request import actions as requests

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_number(cast: Cast) -> str:
    diagram = simple_diagram(checks=("Charged",), form="serial", outcomes="done,impossible")
    offer_laptop(cast, diagram=diagram, process="simple_laptop")
    return ordered(cast.requester)


@pytest.fixture
def number(request_number: str) -> str:
    (task,) = tasks_of(request_number)
    return task.number


def test_a_task_is_seen_by_its_team_and_never_by_the_requester(cast: Cast, number: str) -> None:
    for actor in (cast.agent, cast.lead, cast.manager):
        assert find(number, actor=actor).number == number
    for stranger in (cast.requester, cast.customer, cast.facilities_agent, cast.engineer):
        with pytest.raises(NotFound):
            find(number, actor=stranger)


def test_taking_starts_it_and_its_request(cast: Cast, number: str, witness: Witness) -> None:
    with witness.watching() as seen:
        actions.take_task(number, actor=cast.agent, at=later(1))
    assert seen.verbs == ["task.assigned", "service_request.started"]
    stages = dict(WorkItem.objects.values_list("kind", "stage"))
    assert stages == {"task": "in_progress", "service_request": "in_progress"}
    with witness.unmoved():
        actions.take_task(number, actor=cast.agent, at=later(2))
    with witness.refused(Conflict):
        actions.take_task(number, seen_version=1, actor=cast.second_agent, at=later(2))


def test_an_open_checklist_and_an_empty_form_hold_it_back(
    cast: Cast, number: str, witness: Witness
) -> None:
    by: dict[str, Any] = {"actor": cast.agent, "at": later(3)}
    with witness.refused(Invalid) as caught:
        actions.complete_task(number, completion=Completion(raw={"serial": " "}), **by)
    assert isinstance(caught.value, Invalid)
    assert set(caught.value.fields) == {"serial"}
    with witness.refused(Invalid) as caught:
        actions.complete_task(number, completion=Completion(raw={"serial": "X1"}), **by)
    assert isinstance(caught.value, Invalid)
    assert set(caught.value.fields) == {"checklist"}
    actions.save_task_answers(number, raw={"serial": "X2"}, **by)
    actions.tick_check(number, position=0, is_done=True, **by)
    with witness.unmoved():
        actions.tick_check(number, position=0, is_done=True, **by)
    for position in (-1, 1):
        with witness.refused(Invalid):
            actions.tick_check(number, position=position, is_done=True, **by)
    with witness.watching() as seen:
        actions.complete_task(number, completion=Completion(), **by)
    assert seen.verbs == ["task.completed", "service_request.fulfilled"]
    task = Task.objects.select_related("step").get(work_item__number=number)
    assert (task.answers, task.outcome) == ({"serial": "X2"}, "done")
    assert task.step.result is not None
    assert task.step.result["answers"] == {"serial": "X2"}
    with witness.refused(WrongState):
        actions.complete_task(number, completion=Completion(), **by)


def test_another_outcome_needs_a_word_and_no_form(
    cast: Cast, number: str, witness: Witness
) -> None:
    by: dict[str, Any] = {"actor": cast.agent, "at": later(3)}
    with witness.refused(Invalid) as caught:
        actions.complete_task(number, completion=Completion("impossible", comment=" "), **by)
    assert isinstance(caught.value, Invalid)
    assert set(caught.value.fields) == {"comment"}
    with witness.refused(Invalid) as caught:
        actions.complete_task(number, completion=Completion("lost", comment="So."), **by)
    assert isinstance(caught.value, Invalid)
    assert set(caught.value.fields) == {"outcome"}
    actions.complete_task(number, completion=Completion("impossible", comment="None left."), **by)
    step = ProcessStep.objects.get()
    assert (step.outcome, step.result and step.result["comment"]) == ("impossible", "None left.")


def test_a_question_to_the_requester_waits_for_the_answer(
    cast: Cast, number: str, request_number: str, witness: Witness
) -> None:
    requests.ask_from_task(number, text="Which plug?", actor=cast.agent, at=later(1))
    task = WorkItem.objects.get(number=number)
    assert (task.stage, task.waiting_reason) == ("waiting", "requester")
    with witness.refused(WrongState):
        requests.ask_from_task(number, text="Which?", actor=cast.agent, at=later(2))
    requests.reply_to_request(request_number, text="Flat.", actor=cast.requester, at=later(3))
    task.refresh_from_db()
    assert (task.stage, task.waiting_reason) == ("in_progress", None)


def test_a_task_goes_to_teams_and_members_that_there_are(
    cast: Cast, number: str, witness: Witness
) -> None:
    stranger = cast.facilities_agent.person_id
    for team, assignee in (("unheard-of", None), (None, stranger), ("a\0b", None)):
        with witness.refused(Invalid):
            actions.assign_task(
                number, team=team, assignee_id=assignee, actor=cast.lead, at=later(1)
            )
    actions.assign_task(number, team="facilities-desk", actor=cast.lead, at=later(1))
    assert find(number, actor=cast.facilities_agent).stage == "new"


def test_waiting_is_for_a_reason_that_people_choose(
    cast: Cast, number: str, witness: Witness
) -> None:
    for reason in ("approval", "weather"):
        with witness.refused(Invalid):
            actions.wait_task(number, reason=reason, actor=cast.agent, at=later(1))
    with witness.refused(WrongState):
        actions.resume_task(number, actor=cast.agent, at=later(1))
    actions.wait_task(number, reason="supplier", actor=cast.agent, at=later(1))
    actions.resume_task(number, actor=cast.agent, at=later(2))


VERBS: dict[str, Callable[[str, Actor], object]] = {
    "take": lambda number, who: actions.take_task(number, actor=who, at=AT),
    "assign": lambda number, who: actions.assign_task(number, actor=who, at=AT),
    "tick": lambda number, who: actions.tick_check(
        number, position=0, is_done=True, actor=who, at=AT
    ),
    "wait": lambda number, who: actions.wait_task(number, reason="supplier", actor=who, at=AT),
    "resume": lambda number, who: actions.resume_task(number, actor=who, at=AT),
    "note": lambda number, who: actions.note_on_task(number, text="So.", actor=who, at=AT),
    "fill": lambda number, who: actions.save_task_answers(number, raw={}, actor=who, at=AT),
    "ask": lambda number, who: requests.ask_from_task(number, text="So?", actor=who, at=AT),
    "complete": lambda number, who: actions.complete_task(
        number, completion=Completion("impossible", comment="So."), actor=who, at=AT
    ),
}


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_each_verb_is_for_helpers_of_a_task(
    cast: Cast, number: str, request_number: str, witness: Witness, verb: str
) -> None:
    for who in (cast.requester, cast.facilities_agent, cast.customer):
        with witness.refused(NotFound):
            VERBS[verb](number, who)
    for who in (cast.manager, cast.auditor):
        with witness.refused(NotAllowed):
            VERBS[verb](number, who)
    for other in (request_number, opened(cast.requester), "TSK\0", "TSK9999999"):
        with witness.refused(NotFound):
            VERBS[verb](other, cast.lead)


@pytest.mark.parametrize("verb", sorted({*VERBS} - {"note"}))
def test_what_is_not_needed_any_more_is_not_done(
    cast: Cast, number: str, request_number: str, witness: Witness, verb: str
) -> None:
    requests.cancel_request(request_number, reason="So.", actor=cast.lead, at=AT)
    with witness.refused(WrongState):
        VERBS[verb](number, cast.lead)
