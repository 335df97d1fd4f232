"""Requests from stage to stage: approvals, ends, changes, ratings, and what each verb refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.bundles import publish, show
from tests.cast import AT, SYSTEM, Cast, later, opened
from tests.ordered import ANSWERS, offer_laptop, ordered, simple_diagram, tasks_of
from tests.unit.bpmn.drawing import approval as asks
from tests.unit.bpmn.drawing import end, flow, node, start, task, xml
from tests.witness import Witness
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, Refused, WrongState
from timshel.kernel.journal.models import Entry
from timshel.leadership.approval.actions import Absence, decide_approval, delegate
from timshel.leadership.approval.models import Approval
from timshel.leadership.approval.states import Decision
from timshel.operation.process import actions as processes
from timshel.operation.process.models import ProcessRun, ProcessStep
from timshel.operation.rating.actions import rate_work
from timshel.operation.task.actions import Completion, complete_task, take_task
from timshel.operation.work.models import WorkItem
from timshel.resolution_fulfilment.incident import actions as incidents
from timshel.resolution_fulfilment.service_request import actions
from timshel.resolution_fulfilment.service_request.actions import Changed
from timshel.resolution_fulfilment.service_request.models import ServiceRequest

pytestmark = pytest.mark.django_db

Do = Callable[[str, Actor], object]


def standing(number: str) -> tuple[str, str | None]:
    item = WorkItem.objects.get(number=number)
    return item.stage, item.waiting_reason


def outcome(number: str) -> tuple[str, str]:
    request = ServiceRequest.objects.get(work_item__number=number)
    return request.outcome, request.outcome_text


def asked_for(number: str) -> list[Approval]:
    steps = ProcessStep.objects.filter(run__work_item__number=number)
    return list(Approval.objects.filter(pk__in=steps.values("approval_id")).order_by("pk"))


def decide(number: str, decision: Decision, actor: Actor, *, comment: str = "") -> None:
    approval = asked_for(number)[-1]
    decide_approval(approval.pk, decision=decision, comment=comment, actor=actor, at=later(5))


@pytest.fixture
def number(cast: Cast) -> str:
    """A laptop that waits for the line manager, who is the manager."""
    offer_laptop(cast)
    return ordered(cast.requester)


@pytest.fixture
def simple(cast: Cast) -> str:
    """A laptop with one task at the service desk."""
    offer_laptop(cast, diagram=simple_diagram(), process="simple_laptop")
    return ordered(cast.requester)


@pytest.fixture
def delivered(cast: Cast, simple: str) -> str:
    (task,) = tasks_of(simple)
    complete_task(task.number, completion=Completion(), actor=cast.agent, at=later(10))
    return simple


def test_an_approval_leads_on(cast: Cast, number: str) -> None:
    assert standing(number) == ("waiting", "approval")
    assert not tasks_of(number)
    decide(number, Decision.APPROVED, cast.manager)
    (task,) = tasks_of(number)
    assert (task.title, task.team_id) == ("Prepare", cast.teams["service-desk"])
    assert standing(number) == ("in_progress", None)


def test_a_refusal_cancels_with_the_reason(cast: Cast, number: str) -> None:
    decide(number, Decision.REFUSED, cast.manager, comment="There is one in the cupboard.")
    assert standing(number) == ("cancelled", None)
    assert outcome(number) == ("refused", "There is one in the cupboard.")
    assert not tasks_of(number)
    assert ProcessRun.objects.get().state == "ended"


def test_a_substitute_decides(cast: Cast, number: str) -> None:
    manager, lead = cast.manager.person_id, cast.lead.person_id
    assert manager is not None
    assert lead is not None
    days = Absence(manager, lead, date(2026, 3, 2), date(2026, 3, 4), "")
    delegate(days, actor=cast.manager, at=AT)
    decide(number, Decision.APPROVED, cast.lead)
    assert [each.title for each in tasks_of(number)] == ["Prepare"]
    step = ProcessStep.objects.get(kind="approval")
    assert (step.state, step.outcome) == ("done", "approved")


def test_as_many_as_the_diagram_needs(cast: Cast) -> None:
    from timshel.leadership.authority.actions import grant_role

    assert cast.lead.person_id is not None
    grant_role(cast.lead.person_id, role="manager", scope_kind="everything", actor=SYSTEM, at=AT)
    diagram = xml(
        start(),
        asks("approve", by="role", role="manager", needed="2"),
        task("prepare", team="service-desk"),
        end(),
        flow("start", "approve"),
        flow("approve", "prepare"),
        flow("prepare", "end"),
        process="two",
    )
    offer_laptop(cast, diagram=diagram, process="two")
    number = ordered(cast.requester)
    decide(number, Decision.APPROVED, cast.manager)
    assert not tasks_of(number)
    decide(number, Decision.APPROVED, cast.lead)
    assert len(tasks_of(number)) == 1


def test_withdrawing_drops_what_was_asked(cast: Cast, number: str, witness: Witness) -> None:
    for stranger, why in ((cast.other_requester, NotFound), (cast.agent, NotAllowed)):
        with witness.refused(why):
            actions.withdraw_request(number, actor=stranger, at=later(1))
    with witness.watching() as seen:
        actions.withdraw_request(number, reason="Found one.", actor=cast.requester, at=later(1))
    assert seen.verbs == ["service_request.cancelled", "approval.withdrawn"]
    assert outcome(number) == ("withdrawn", "Found one.")
    assert asked_for(number)[0].state == "withdrawn"
    assert ProcessRun.objects.get().state == "cancelled"
    with witness.refused(WrongState):
        actions.withdraw_request(number, actor=cast.requester, at=later(2))


def test_cancelling_needs_a_reason_and_the_right(cast: Cast, simple: str, witness: Witness) -> None:
    by: dict[str, Any] = {"actor": cast.lead, "at": later(1)}
    with witness.refused(Invalid):
        actions.cancel_request(simple, reason=" ", **by)
    with witness.refused(NotAllowed):
        actions.cancel_request(simple, reason="No.", actor=cast.agent, at=later(1))
    with witness.watching() as seen:
        actions.cancel_request(simple, reason="Ordered twice.", **by)
    assert seen.verbs == ["service_request.cancelled", "task.cancelled"]
    assert outcome(simple) == ("cancelled", "Ordered twice.")
    assert [each.stage for each in tasks_of(simple)] == ["cancelled"]


def test_a_change_begins_anew(cast: Cast, number: str, witness: Witness) -> None:
    decide(number, Decision.APPROVED, cast.manager)
    (first,) = tasks_of(number)
    same = Changed(ANSWERS)
    with witness.unmoved():
        actions.change_request(number, changed=same, actor=cast.requester, at=later(6))
    with witness.refused(Invalid):
        wrong = Changed({"model": "15"})
        actions.change_request(number, changed=wrong, actor=cast.requester, at=later(6))
    changed = Changed(ANSWERS | {"model": "16"})
    for stranger, why in ((cast.other_requester, NotFound), (cast.agent, NotAllowed)):
        with witness.refused(why):
            actions.change_request(number, changed=changed, actor=stranger, at=later(6))
    actions.change_request(number, changed=changed, actor=cast.requester, at=later(7))
    first.refresh_from_db()
    assert first.stage == "cancelled"
    assert standing(number) == ("waiting", "approval")
    assert [each.state for each in asked_for(number)] == ["approved", "open"]
    # What was answered may be confidential; the journal, which is never emptied, does not hold it.
    entry = Entry.objects.get(verb="service_request.changed")
    assert entry.changes == {"answers": [None, ["model"]]}
    actions.withdraw_request(number, actor=cast.requester, at=later(8))
    with witness.refused(WrongState):
        changed = Changed(ANSWERS)
        actions.change_request(number, changed=changed, actor=cast.requester, at=later(9))


def test_what_is_delivered_is_confirmed_and_rated(
    cast: Cast, delivered: str, witness: Witness
) -> None:
    assert standing(delivered) == ("resolved", None)
    assert outcome(delivered) == ("fulfilled", "")
    with witness.refused(NotAllowed):
        rate_work(delivered, rating=5, actor=cast.agent, at=later(11))
    for wrong in (0, 6):
        with witness.refused(Invalid):
            rate_work(delivered, rating=wrong, actor=cast.requester, at=later(11))
    rate_work(delivered, rating=2, actor=cast.requester, at=later(11))
    with witness.watching() as seen:
        rate_work(delivered, rating=5, comment=" Quick. ", actor=cast.requester, at=later(12))
    assert seen.entry.changes == {"rating": [2, 5], "rating_comment": ["", "Quick."]}
    with witness.refused(NotAllowed):
        actions.confirm_request(delivered, actor=cast.agent, at=later(13))
    actions.confirm_request(delivered, actor=cast.requester, at=later(13))
    assert standing(delivered) == ("closed", None)
    with witness.refused(WrongState):
        actions.confirm_request(delivered, actor=cast.requester, at=later(14))
    rate_work(delivered, rating=4, actor=cast.requester, at=later(days=59))
    with witness.refused(WrongState):
        rate_work(delivered, rating=3, actor=cast.requester, at=later(days=61))


def test_what_is_open_cannot_be_rated_or_confirmed(
    cast: Cast, simple: str, witness: Witness
) -> None:
    with witness.refused(WrongState):
        rate_work(simple, rating=5, actor=cast.requester, at=later(1))
    with witness.refused(WrongState):
        actions.confirm_request(simple, actor=cast.requester, at=later(1))
    with witness.refused(WrongState):
        actions.reopen_request(simple, reason="No.", actor=cast.requester, at=later(1))


def test_reopening_and_delivering_by_hand(cast: Cast, delivered: str, witness: Witness) -> None:
    with witness.refused(Invalid):
        actions.reopen_request(delivered, reason="", actor=cast.requester, at=later(20))
    with witness.refused(NotFound):
        actions.reopen_request(delivered, reason="Hm", actor=cast.other_requester, at=later(20))
    with witness.refused(WrongState):
        actions.reopen_request(delivered, reason="Hm", actor=cast.requester, at=later(days=31))
    actions.reopen_request(delivered, reason="The wrong one.", actor=cast.requester, at=later(20))
    assert (standing(delivered), outcome(delivered)) == (("in_progress", None), ("", ""))
    with witness.refused(Invalid):
        actions.fulfil_request(delivered, text="", actor=cast.agent, at=later(30))
    with witness.refused(NotAllowed):
        actions.fulfil_request(delivered, text="Here.", actor=cast.requester, at=later(30))
    actions.fulfil_request(delivered, text="Here.", actor=cast.agent, at=later(30))
    assert outcome(delivered) == ("fulfilled", "Here.")


def test_what_its_process_still_delivers_is_not_delivered_by_hand(
    cast: Cast, simple: str, witness: Witness
) -> None:
    with witness.refused(WrongState):
        actions.fulfil_request(simple, text="Here.", actor=cast.agent, at=later(1))


def test_the_sweep_closes_after_a_week_and_once(
    cast: Cast, delivered: str, witness: Witness
) -> None:
    with witness.unmoved():
        assert actions.close_due_requests(actor=SYSTEM, at=later(10, days=6)) == 0
    with witness.watching() as seen:
        assert actions.close_due_requests(actor=SYSTEM, at=later(10, days=7)) == 1
    assert seen.entry.verb == "service_request.closed"
    with witness.unmoved():
        assert actions.close_due_requests(actor=SYSTEM, at=later(10, days=8)) == 0


def test_waiting_that_a_person_chose_stays_when_the_process_moves(
    cast: Cast, simple: str, witness: Witness
) -> None:
    with witness.refused(Invalid):
        actions.wait_request(simple, reason="approval", actor=cast.agent, at=later(1))
    actions.wait_request(simple, reason="supplier", actor=cast.agent, at=later(1))
    (task,) = tasks_of(simple)
    take_task(task.number, actor=cast.agent, at=later(2))
    assert standing(simple) == ("waiting", "supplier")
    actions.resume_request(simple, actor=cast.agent, at=later(3))
    assert standing(simple) == ("in_progress", None)
    with witness.refused(WrongState):
        actions.resume_request(simple, actor=cast.agent, at=later(4))


def test_an_answer_ends_the_waiting_for_it(cast: Cast, simple: str) -> None:
    actions.reply_to_request(
        simple, text="Which?", wait_for_requester=True, actor=cast.agent, at=later(1)
    )
    assert standing(simple) == ("waiting", "requester")
    actions.reply_to_request(simple, text="That one.", actor=cast.requester, at=later(2))
    assert standing(simple) == ("in_progress", None)


def test_assigning_goes_to_members_alone(cast: Cast, simple: str, witness: Witness) -> None:
    stranger = cast.facilities_agent.person_id
    for team, assignee in (("unheard-of", None), (None, stranger), ("a\0b", None)):
        with witness.refused(Invalid):
            actions.assign_request(
                simple, team=team, assignee_id=assignee, actor=cast.lead, at=later(1)
            )
    actions.take_request(simple, actor=cast.agent, at=later(1))
    with witness.unmoved():
        actions.take_request(simple, actor=cast.agent, at=later(2))


REQUEST_VERBS: dict[str, Do] = {
    "take": lambda number, who: actions.take_request(number, actor=who, at=AT),
    "assign": lambda number, who: actions.assign_request(number, actor=who, at=AT),
    "reply": lambda number, who: actions.reply_to_request(number, text="So.", actor=who, at=AT),
    "note": lambda number, who: actions.note_on_request(number, text="So.", actor=who, at=AT),
    "wait": lambda number, who: actions.wait_request(number, reason="supplier", actor=who, at=AT),
    "resume": lambda number, who: actions.resume_request(number, actor=who, at=AT),
    "fulfil": lambda number, who: actions.fulfil_request(number, text="So.", actor=who, at=AT),
    "cancel": lambda number, who: actions.cancel_request(number, reason="So.", actor=who, at=AT),
    "withdraw": lambda number, who: actions.withdraw_request(number, actor=who, at=AT),
    "reopen": lambda number, who: actions.reopen_request(number, reason="So.", actor=who, at=AT),
    "close": lambda number, who: actions.close_request(number, actor=who, at=AT),
    "confirm": lambda number, who: actions.confirm_request(number, actor=who, at=AT),
    "rate": lambda number, who: rate_work(number, rating=3, actor=who, at=AT),
    "change": lambda number, who: actions.change_request(
        number, changed=Changed(ANSWERS), actor=who, at=AT
    ),
    "event": lambda number, who: actions.deliver_event(
        number, name="parcel", values={}, actor=who, at=AT
    ),
    "repeat": lambda number, who: processes.repeat_step(
        number, element="prepare", reason="So.", actor=who, at=AT
    ),
    "move": lambda number, who: processes.move_run(
        number, element="end", reason="So.", actor=who, at=AT
    ),
    "retry": lambda number, who: processes.retry_run(number, actor=who, at=AT),
}
OF_THE_REQUESTER = {"reply", "withdraw", "reopen", "confirm", "rate", "change"}


@pytest.mark.parametrize("verb", sorted({*REQUEST_VERBS} - {"rate"}))  # all work is rated alike
def test_a_number_of_another_kind_is_not_there(
    cast: Cast, simple: str, witness: Witness, verb: str
) -> None:
    (task,) = tasks_of(simple)
    for number in (opened(cast.requester), task.number, "REQ9999999", "REQ\0"):
        with witness.refused(NotFound):
            REQUEST_VERBS[verb](number, cast.lead)


@pytest.mark.parametrize("verb", sorted(REQUEST_VERBS))
def test_who_may_not_see_it_finds_nothing(
    cast: Cast, simple: str, witness: Witness, verb: str
) -> None:
    with witness.refused(NotFound):
        REQUEST_VERBS[verb](simple, cast.other_requester)
    if verb not in OF_THE_REQUESTER:
        with witness.refused(NotAllowed):
            REQUEST_VERBS[verb](simple, cast.requester)


INCIDENT_VERBS: dict[str, Do] = {
    "take": lambda number, who: incidents.take_incident(number, actor=who, at=AT),
    "reply": lambda number, who: incidents.reply_to_incident(number, text="So.", actor=who, at=AT),
    "note": lambda number, who: incidents.note_on_incident(number, text="So.", actor=who, at=AT),
    "wait": lambda number, who: incidents.wait_incident(
        number, reason="supplier", actor=who, at=AT
    ),
    "resolve": lambda number, who: incidents.resolve_incident(
        number, code="fixed", text="So.", actor=who, at=AT
    ),
    "cancel": lambda number, who: incidents.cancel_incident(number, reason="So.", actor=who, at=AT),
    "withdraw": lambda number, who: incidents.withdraw_incident(number, actor=who, at=AT),
    "confirm": lambda number, who: incidents.confirm_incident(number, actor=who, at=AT),
}


@pytest.mark.parametrize("verb", sorted(INCIDENT_VERBS))
def test_a_request_is_no_incident(cast: Cast, simple: str, witness: Witness, verb: str) -> None:
    who = cast.requester if verb in {"withdraw", "confirm"} else cast.lead
    with witness.refused(NotFound):
        INCIDENT_VERBS[verb](simple, who)


def test_an_offering_that_nobody_can_do_is_refused_with_the_helpers_word(cast: Cast) -> None:
    diagram = xml(
        start(),
        task("prepare", team="service-desk", outcomes="done,impossible"),
        node("exclusiveGateway", "how", default="went"),
        end(),
        end("not", "E1"),
        flow("start", "prepare"),
        flow("prepare", "how"),
        flow("how", "end", key="went"),
        flow("how", "not", "steps.prepare.outcome == 'impossible'"),
        process="perhaps",
        top='<bpmn:error id="E1" errorCode="impossible"/>',
    )
    publish(diagram, "perhaps", cast)
    show("laptop-dock", cast, process="perhaps")
    number = ordered(cast.requester, offering="laptop-dock")
    (todo,) = tasks_of(number)
    said = Completion("impossible", comment="No longer made.")
    complete_task(todo.number, completion=said, actor=cast.agent, at=later(1))
    assert (standing(number), outcome(number)) == (
        ("cancelled", None),
        ("impossible", "No longer made."),
    )


def test_nothing_is_refused_by_anything_but_a_refusal(cast: Cast, simple: str) -> None:
    for verb in REQUEST_VERBS.values():
        for who in (cast.other_requester, cast.customer, cast.engineer):
            with pytest.raises(Refused):
                verb(simple, who)
