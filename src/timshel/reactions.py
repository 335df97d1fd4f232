"""Who reacts to which event: all side effects of the domain on one page.

An event's handler runs inside the transaction of the change and only defers jobs, so that a
mail leaves if and only if the change was kept.
"""

from __future__ import annotations

from timshel.interfaces.worker import approvals, charter, processes, requests, tasks
from timshel.kernel.events import subscribe
from timshel.kernel.progress.events import ErrandBegun
from timshel.leadership.approval import outcomes
from timshel.leadership.approval.events import (
    ApprovalAsked,
    ApprovalDecided,
    ApprovalReminded,
    DelegationEnded,
    DelegationMade,
    SeatGiven,
)
from timshel.leadership.approval.states import Outcome
from timshel.leadership.policy.events import PromisePublished
from timshel.leadership.responsibility import subjects
from timshel.leadership.responsibility.states import SubjectKind
from timshel.operation.process import hosting
from timshel.operation.process.answering import process_facts
from timshel.operation.process.events import CallQueued, RunStuck
from timshel.operation.task.events import TaskAssigned, TaskOpened
from timshel.operation.work import clocks
from timshel.relationship_agreement.service_level.actions import refresh_clocks
from timshel.relationship_agreement.service_level.events import ClockAlerted, ClockBreached
from timshel.resolution_fulfilment.incident.events import (
    IncidentAssigned,
    IncidentCancelled,
    IncidentOpened,
    IncidentReopened,
    IncidentReplied,
    IncidentResolved,
)
from timshel.resolution_fulfilment.service_request.access import KIND as SERVICE_REQUEST
from timshel.resolution_fulfilment.service_request.events import (
    RequestAssigned,
    RequestEnded,
    RequestOpened,
    RequestReplied,
)
from timshel.resolution_fulfilment.service_request.host import (
    RequestHost,
    approval_decided,
    hold_work,
)
from timshel.service_portfolio.service.answering import service_facts
from timshel.support.communication.events import MessageQueued


def connect() -> None:
    """Subscribe every reaction; called once when all parts are loaded, and harmless again."""
    clocks.register(refresh_clocks)
    subjects.register(SubjectKind.SERVICE, service_facts)
    subjects.register(SubjectKind.PROCESS, process_facts)
    hosting.register(SERVICE_REQUEST, RequestHost())
    outcomes.register(approval_decided, hold=hold_work)
    subscribe(MessageQueued, send)
    subscribe(ErrandBegun, do_errand)
    subscribe(PromisePublished, read_promise)
    subscribe(CallQueued, call)
    subscribe(RunStuck, tell_trouble)
    subscribe(RequestOpened, acknowledge_request)
    subscribe(RequestReplied, tell_request_reply)
    subscribe(RequestEnded, tell_request_ending)
    subscribe(RequestAssigned, tell_work_assignment)
    subscribe(TaskAssigned, tell_work_assignment)
    subscribe(TaskOpened, tell_task_arrival)
    subscribe(RequestEnded, go_on_with_bundle)
    subscribe(ApprovalAsked, ask)
    subscribe(SeatGiven, ask_further)
    subscribe(ApprovalReminded, remind)
    subscribe(ApprovalDecided, tell_outcome)
    subscribe(DelegationMade, tell_substitute)
    subscribe(DelegationEnded, tell_substitute_no_longer)
    subscribe(IncidentOpened, acknowledge)
    subscribe(IncidentReplied, tell_reply)
    subscribe(IncidentResolved, tell_resolution)
    subscribe(IncidentCancelled, tell_cancellation)
    subscribe(IncidentReopened, tell_reopening)
    subscribe(IncidentAssigned, tell_assignment)
    subscribe(ClockAlerted, tell_alert)
    subscribe(ClockBreached, tell_breach)


def send(event: MessageQueued) -> None:
    """A queued message is sent."""
    tasks.send_message.defer(message_id=event.message_id)


def do_errand(event: ErrandBegun) -> None:
    """Long work is taken up by a worker."""
    tasks.run_errand.defer(errand_id=event.errand_id)


def read_promise(event: PromisePublished) -> None:
    """The figures of a promise of the charter are counted as soon as it is made."""
    charter.read_promise.defer(promise_id=event.promise_id)


def call(event: CallQueued) -> None:
    """A step of a process calls another system."""
    processes.perform_call.defer(step_id=event.step_id)


def tell_trouble(event: RunStuck) -> None:
    """Who answers for a process hears that one of its runs is stuck."""
    requests.tell_trouble.defer(work_item_id=event.work_item_id, happened_at=event.at.isoformat())


def acknowledge_request(event: RequestOpened) -> None:
    """The requester hears that the request arrived."""
    if event.parent_id is None:
        requests.acknowledge.defer(work_item_id=event.work_item_id)


def tell_request_reply(event: RequestReplied) -> None:
    """A helper's reply reaches the requester, a requester's those who work on it."""
    requests.tell_reply.defer(work_item_id=event.work_item_id, comment_id=event.comment_id)


def tell_request_ending(event: RequestEnded) -> None:
    """The requester hears how it ended; of the parts of an order, with the order."""
    if event.parent_id is None:
        requests.tell_ending.defer(
            work_item_id=event.work_item_id,
            happened_at=event.at.isoformat(),
            by_person_id=event.by_person_id,
        )


def tell_work_assignment(event: RequestAssigned | TaskAssigned) -> None:
    """Who is given a request or a task by someone else hears of it."""
    if event.assignee_id is not None and event.assignee_id != event.by_person_id:
        requests.tell_assignment.defer(
            work_item_id=event.work_item_id,
            assignee_id=event.assignee_id,
            happened_at=event.at.isoformat(),
            by_person_id=event.by_person_id,
        )


def tell_task_arrival(event: TaskOpened) -> None:
    """A team that has an address of its own hears of a new task."""
    requests.tell_arrival.defer(work_item_id=event.work_item_id)


def go_on_with_bundle(event: RequestEnded) -> None:
    """A bundle hears that one of its parts has come to its end."""
    if event.parent_id is not None:
        processes.go_on_with_bundle.defer(parent_id=event.parent_id)


def ask(event: ApprovalAsked) -> None:
    """Those who are asked to approve something hear of it, and who stands in for them."""
    approvals.tell_asked.defer(approval_id=event.approval_id)


def ask_further(event: SeatGiven) -> None:
    """Somebody who is asked later hears of it like the first."""
    approvals.tell_asked.defer(approval_id=event.approval_id, seat_id=event.seat_id)


def remind(event: ApprovalReminded) -> None:
    """Those who have not answered yet are reminded."""
    approvals.tell_reminder.defer(approval_id=event.approval_id, happened_at=event.at.isoformat())


def tell_outcome(event: ApprovalDecided) -> None:
    """The requester hears what came of an approval, unless it is no longer asked."""
    if event.outcome != Outcome.WITHDRAWN:
        approvals.tell_outcome.defer(
            approval_id=event.approval_id,
            outcome=event.outcome,
            by_person_id=event.by_person_id,
            comment=event.comment,
        )


def tell_substitute(event: DelegationMade) -> None:
    """Who stands in for somebody hears of it."""
    approvals.tell_substitute.defer(delegation_id=event.delegation_id)


def tell_substitute_no_longer(event: DelegationEnded) -> None:
    """Who no longer stands in for somebody hears of it."""
    approvals.tell_substitute.defer(delegation_id=event.delegation_id, is_over=True)


def acknowledge(event: IncidentOpened) -> None:
    """The requester hears that the report arrived."""
    tasks.acknowledge.defer(work_item_id=event.work_item_id)


def tell_reply(event: IncidentReplied) -> None:
    """A helper's reply reaches the requester, a requester's the assignee."""
    tasks.tell_reply.defer(work_item_id=event.work_item_id, comment_id=event.comment_id)


def tell_resolution(event: IncidentResolved) -> None:
    """The requester hears that it is believed to work again."""
    tasks.tell_resolution.defer(
        work_item_id=event.work_item_id,
        happened_at=event.at.isoformat(),
        by_person_id=event.by_person_id,
    )


def tell_cancellation(event: IncidentCancelled) -> None:
    """The requester hears that nobody goes on working on it."""
    tasks.tell_cancellation.defer(
        work_item_id=event.work_item_id,
        happened_at=event.at.isoformat(),
        by_person_id=event.by_person_id,
    )


def tell_reopening(event: IncidentReopened) -> None:
    """The assignee hears that it does not work after all."""
    tasks.tell_reopening.defer(
        work_item_id=event.work_item_id,
        happened_at=event.at.isoformat(),
        by_person_id=event.by_person_id,
    )


def tell_assignment(event: IncidentAssigned) -> None:
    """Who is given an incident by someone else hears of it."""
    if event.assignee_id is not None and event.assignee_id != event.by_person_id:
        tasks.tell_assignment.defer(
            work_item_id=event.work_item_id,
            assignee_id=event.assignee_id,
            happened_at=event.at.isoformat(),
            by_person_id=event.by_person_id,
        )


def tell_alert(event: ClockAlerted) -> None:
    """Whoever the escalation names hears that the time is running out, or has."""
    tasks.tell_alert.defer(alert=event.plain())


def tell_breach(event: ClockBreached) -> None:
    """The assignee, or else the leads of the team, hear that a promise was broken."""
    tasks.tell_breach.defer(breach=event.plain())
