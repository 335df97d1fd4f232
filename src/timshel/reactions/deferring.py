"""The handlers of facts: each defers one job, inside the transaction of the change."""

from __future__ import annotations

from datetime import timedelta

from timshel.context.people.events import PersonDeactivated
from timshel.interfaces.worker import (
    approvals,
    bulk,
    calls,
    charter,
    mail,
    messages,
    notifications,
    outages,
    processes,
    ratings,
    requests,
    service_accounts,
    tasks,
)
from timshel.kernel.progress.events import ErrandBegun, ErrandEnded
from timshel.leadership.approval.events import (
    ApprovalAsked,
    ApprovalDecided,
    ApprovalReminded,
    DelegationEnded,
    DelegationMade,
    SeatGiven,
)
from timshel.leadership.approval.states import Outcome
from timshel.leadership.authority.events import ServiceAccountsHandedOver
from timshel.leadership.policy.events import PromisePublished
from timshel.operation.bulk.events import RunEnded
from timshel.operation.call.events import CallBackReminded
from timshel.operation.process.events import CallQueued, RunStuck
from timshel.operation.rating.events import RatingAnswered, WorkRated
from timshel.operation.task.events import TaskAssigned, TaskFact, TaskOpened
from timshel.operation.teamwork.events import PersonMentioned, ShiftHandedOver, WatcherAdded
from timshel.relationship_agreement.service_level.events import ClockAlerted, ClockBreached
from timshel.resolution_fulfilment.incident.events import (
    IncidentAssigned,
    IncidentCancelled,
    IncidentFact,
    IncidentMerged,
    IncidentOpened,
    IncidentReopened,
    IncidentReplied,
    IncidentResolved,
)
from timshel.resolution_fulfilment.outage.events import OutageEnded
from timshel.resolution_fulfilment.service_request.events import (
    RequestAssigned,
    RequestEnded,
    RequestFact,
    RequestOpened,
    RequestReplied,
)
from timshel.support.communication.events import (
    AddressMarked,
    MailboxAsked,
    MailboxTroubled,
    MessageQueued,
    MessageReceived,
)
from timshel.support.notification.events import PushDue

BULK = "bulk.run"  # says itself what came of it
WATCHED = timedelta(seconds=30)  # whoever began long work looks on for so long


def send(event: MessageQueued) -> None:
    """A queued message is sent."""
    tasks.send_message.defer(message_id=event.message_id)


def route_mail(event: MessageReceived) -> None:
    """What arrived is taken up."""
    mail.route_message.defer(message_id=event.message_id)


def try_mailbox(event: MailboxAsked) -> None:
    """Somebody wants to know whether a mailbox can be reached."""
    mail.try_mailbox.defer(mailbox_id=event.mailbox_id)


def tell_mailbox_trouble(event: MailboxTroubled) -> None:
    """Those who keep mailboxes hear of one that was not reached several times in a row."""
    mail.tell_trouble.defer(mailbox_id=event.mailbox_id, happened_at=event.at.isoformat())


def tell_marked(event: AddressMarked) -> None:
    """Those who look after messages hear of an address at which nothing arrives."""
    messages.tell_marked.defer(address=event.address, happened_at=event.at.isoformat())


def tell_errand(event: ErrandEnded) -> None:
    """Who began long work hears that it is done, if they will not have waited for it."""
    if event.kind != BULK and (event.has_failed or event.took > WATCHED):
        notifications.tell_finished.defer(
            errand_id=event.errand_id,
            person_id=event.person_id,
            title=event.title,
            has_failed=event.has_failed,
        )


def settle_approval(event: ApprovalDecided) -> None:
    """Who was asked for what is decided need not hurry any more."""
    approvals.settle.defer(approval_id=event.approval_id)


def tell_mentioned(event: PersonMentioned) -> None:
    """Who was named in a note hears of it."""
    notifications.tell_mentioned.defer(
        comment_id=event.comment_id,
        person_id=event.person_id,
        by_person_id=event.by_person_id,
    )


def tell_watcher(event: WatcherAdded) -> None:
    """With whom a case is shared hears of it."""
    if event.person_id != event.by_person_id:
        notifications.tell_watcher.defer(
            work_item_id=event.work_item_id,
            person_id=event.person_id,
            by_person_id=event.by_person_id,
        )


def tell_handed_over(event: ShiftHandedOver) -> None:
    """A team hears what the shift before left for it."""
    notifications.tell_handed_over.defer(note_id=event.note_id)


def tell_team(event: IncidentFact | RequestFact | TaskFact) -> None:
    """A team hears of work that nobody of them has yet."""
    if getattr(event, "assignee_id", None) is None:
        notifications.tell_team.defer(
            work_item_id=event.work_item_id,
            happened_at=event.at.isoformat(),
            by_person_id=event.by_person_id,
        )


def tell_watchers_of_reply(event: IncidentReplied | RequestReplied) -> None:
    """Those who watch a case hear of a public reply."""
    notifications.tell_watchers_of_reply.defer(comment_id=event.comment_id)


def tell_watchers_of_end(event: IncidentFact | RequestFact) -> None:
    """Those who watch a case hear that it has come to its end."""
    notifications.tell_watchers_of_end.defer(
        work_item_id=event.work_item_id,
        happened_at=event.at.isoformat(),
        by_person_id=event.by_person_id,
    )


def push(event: PushDue) -> None:
    """Somebody is told on their devices."""
    notifications.push.defer(person_id=event.person_id)


def do_errand(event: ErrandBegun) -> None:
    """Long work is taken up by a worker."""
    tasks.run_errand.defer(errand_id=event.errand_id)


def tell_call_back(event: CallBackReminded) -> None:
    """Whoever is to call somebody back is told that the moment has come."""
    calls.tell_call_back.defer(call_back_id=event.call_back_id)


def tell_run(event: RunEnded) -> None:
    """Who did one deed to many hears that it is over, who got work by it of all of it at once."""
    bulk.tell_ended.defer(run_id=event.run_id)


def hand_over_accounts(event: PersonDeactivated) -> None:
    """Somebody left: another person answers for their programs, and nothing is sent for them."""
    service_accounts.hand_over_accounts.defer(person_id=event.person_id)
    service_accounts.stop_webhooks.defer(person_id=event.person_id)
    service_accounts.hand_over_alerts.defer(person_id=event.person_id)


def tell_accounts_handed_over(event: ServiceAccountsHandedOver) -> None:
    """Whoever answers for programs from now on hears of it."""
    service_accounts.tell_handed_over.defer(
        codes=list(event.codes),
        from_person_id=event.from_person_id,
        to_person_id=event.to_person_id,
        happened_at=event.at.isoformat(),
    )


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


def tell_outage_over(event: IncidentResolved | IncidentCancelled | OutageEnded) -> None:
    """Whoever said that they are hit by an outage hears that it is over."""
    outages.tell_over.defer(
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


def tell_merger(event: IncidentMerged) -> None:
    """The requester hears that the case goes on in another."""
    tasks.tell_merger.defer(
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


def tell_rated(event: WorkRated) -> None:
    """Where somebody was not content, the leads of the team hear of it."""
    ratings.tell_rated.defer(work_item_id=event.work_item_id, by_person_id=event.by_person_id)


def tell_rating_answered(event: RatingAnswered) -> None:
    """Who rated hears what came of it."""
    ratings.tell_answered.defer(work_item_id=event.work_item_id, by_person_id=event.by_person_id)
