"""Who reacts to which event: all side effects of the domain on one page.

An event's handler runs inside the transaction of the change and only defers jobs, so that a
mail leaves if and only if the change was kept.
"""

from __future__ import annotations

from datetime import timedelta

from timshel.context.people import searching as people_search
from timshel.interfaces.worker import (
    approvals,
    bulk,
    calls,
    charter,
    notifications,
    outages,
    processes,
    ratings,
    requests,
    tasks,
    text_values,
)
from timshel.kernel.events import subscribe
from timshel.kernel.progress.events import ErrandBegun, ErrandEnded
from timshel.kernel.search import actions as search_words
from timshel.kernel.search import sources as search
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
from timshel.operation.bulk import planning
from timshel.operation.bulk.events import RunEnded
from timshel.operation.call.events import CallBackReminded
from timshel.operation.macro import values
from timshel.operation.macro.queries import planned_deeds
from timshel.operation.process import hosting
from timshel.operation.process.answering import process_facts
from timshel.operation.process.events import CallQueued, RunStuck
from timshel.operation.rating.events import RatingAnswered, WorkRated
from timshel.operation.task.access import WORK as TASK_WORK
from timshel.operation.task.deeds import TaskDeeds
from timshel.operation.task.events import TaskAssigned, TaskFact, TaskOpened
from timshel.operation.task.undoing import TaskUndoing
from timshel.operation.teamwork import access as helping
from timshel.operation.teamwork import deeds as teamwork_deeds
from timshel.operation.teamwork import undoing as teamwork_undoing
from timshel.operation.teamwork.events import PersonMentioned, ShiftHandedOver, WatcherAdded
from timshel.operation.view.fields import FIELDS
from timshel.operation.work import clocks, handling, sharing, undoing
from timshel.operation.work import searching as work_search
from timshel.operation.work.rules import TASK
from timshel.relationship_agreement.service_level.actions import refresh_clocks
from timshel.relationship_agreement.service_level.events import ClockAlerted, ClockBreached
from timshel.relationship_agreement.service_level.queries.work_fields import (
    work_fields as promised_fields,
)
from timshel.resolution_fulfilment.incident.access import WORK as INCIDENT_WORK
from timshel.resolution_fulfilment.incident.access import may_merge
from timshel.resolution_fulfilment.incident.actions.merging import put_back_merger
from timshel.resolution_fulfilment.incident.deeds import IncidentDeeds
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
from timshel.resolution_fulfilment.incident.states import KIND as INCIDENT
from timshel.resolution_fulfilment.incident.undoing import IncidentUndoing
from timshel.resolution_fulfilment.outage.events import OutageEnded
from timshel.resolution_fulfilment.service_request.access import KIND as SERVICE_REQUEST
from timshel.resolution_fulfilment.service_request.deeds import RequestDeeds
from timshel.resolution_fulfilment.service_request.events import (
    RequestAssigned,
    RequestEnded,
    RequestFact,
    RequestOpened,
    RequestReplied,
)
from timshel.resolution_fulfilment.service_request.host import (
    RequestHost,
    approval_decided,
    hold_work,
)
from timshel.resolution_fulfilment.service_request.queries.work_fields import (
    work_fields as process_fields,
)
from timshel.resolution_fulfilment.service_request.undoing import RequestUndoing
from timshel.service_portfolio.catalogue import searching as catalogue_search
from timshel.service_portfolio.catalogue.queries.references import references_for
from timshel.service_portfolio.service.answering import service_facts
from timshel.service_portfolio.service.queries import confidential_services
from timshel.support.communication.events import MessageQueued
from timshel.support.notification.events import PushDue

BULK = "bulk.run"  # says itself what came of it
WATCHED = timedelta(seconds=30)  # whoever began long work looks on for so long


def connect() -> None:
    """Subscribe every reaction; called once when all parts are loaded, and harmless again."""
    clocks.register(refresh_clocks)
    FIELDS.register(*promised_fields(), *process_fields())
    sharing.register(confidential_services)
    subjects.register(SubjectKind.SERVICE, service_facts)
    subjects.register(SubjectKind.PROCESS, process_facts)
    hosting.register(SERVICE_REQUEST, RequestHost)
    register_deeds()
    register_search()
    register_texts()
    register_notices()
    register_approvals()
    subscribe(MessageQueued, send)
    bulk.register_record()
    subscribe(RunEnded, tell_run)
    subscribe(ErrandBegun, do_errand)
    subscribe(PromisePublished, read_promise)
    subscribe(CallQueued, call)
    subscribe(RunStuck, tell_trouble)
    subscribe(RequestOpened, acknowledge_request)
    subscribe(RequestReplied, tell_request_reply)
    subscribe(RequestEnded, tell_request_ending)
    subscribe(RequestAssigned, tell_work_assignment, is_summed_up=True)
    subscribe(TaskAssigned, tell_work_assignment, is_summed_up=True)
    subscribe(TaskOpened, tell_task_arrival)
    subscribe(RequestEnded, go_on_with_bundle)
    subscribe(IncidentOpened, acknowledge)
    subscribe(IncidentReplied, tell_reply)
    subscribe(IncidentResolved, tell_resolution)
    subscribe(IncidentCancelled, tell_cancellation)
    subscribe(IncidentMerged, tell_merger)
    subscribe(IncidentReopened, tell_reopening)
    subscribe(IncidentAssigned, tell_assignment, is_summed_up=True)
    subscribe(ClockAlerted, tell_alert)
    subscribe(ClockBreached, tell_breach)


def register_approvals() -> None:
    """Say what goes on once an approval is answered, and who hears of approvals."""
    outcomes.register(approval_decided, hold=hold_work)
    subscribe(ApprovalAsked, ask)
    subscribe(SeatGiven, ask_further)
    subscribe(ApprovalReminded, remind)
    subscribe(ApprovalDecided, tell_outcome)
    subscribe(DelegationMade, tell_substitute)
    subscribe(DelegationEnded, tell_substitute_no_longer)


def register_notices() -> None:
    """Say what notices are about, and tell people what happened around work."""
    subscribe(IncidentResolved, tell_outage_over)
    subscribe(IncidentCancelled, tell_outage_over)
    subscribe(OutageEnded, tell_outage_over)
    notifications.register_records()
    calls.register_call_backs()
    subscribe(PushDue, push)
    subscribe(ErrandEnded, tell_errand)
    subscribe(ApprovalDecided, settle_approval)
    subscribe(PersonMentioned, tell_mentioned)
    subscribe(WatcherAdded, tell_watcher)
    subscribe(ShiftHandedOver, tell_handed_over)
    subscribe(IncidentOpened, tell_team)
    subscribe(RequestOpened, tell_team)
    subscribe(TaskOpened, tell_team)
    subscribe(IncidentAssigned, tell_team, is_summed_up=True)
    subscribe(RequestAssigned, tell_team, is_summed_up=True)
    subscribe(TaskAssigned, tell_team, is_summed_up=True)
    subscribe(IncidentReplied, tell_watchers_of_reply)
    subscribe(RequestReplied, tell_watchers_of_reply)
    subscribe(IncidentResolved, tell_watchers_of_end)
    subscribe(IncidentCancelled, tell_watchers_of_end)
    subscribe(RequestEnded, tell_watchers_of_end)
    subscribe(CallBackReminded, tell_call_back)
    subscribe(WorkRated, tell_rated)
    subscribe(RatingAnswered, tell_rating_answered)


def register_texts() -> None:
    """Name what saved replies can put in besides what stands in the record."""
    values.register("service", text_values.service)
    values.register("promised", text_values.promised)
    values.register("link", text_values.link)


def register_search() -> None:
    """Name what the one search asks, and whose words it learns to tell typing errors."""
    work_search.know_numbers({"INC": INCIDENT, "REQ": SERVICE_REQUEST, "TSK": TASK})
    search.register(work_search.WorkSource())
    search.register(catalogue_search.CatalogueSource())
    search.register(people_search.PeopleSource())
    search_words.register_reader("work", work_search.words_after)
    search_words.register_reader("comments", work_search.comment_words_after)
    search_words.register_reader("people", people_search.words_after)
    search_words.register_reader("catalogue", catalogue_search.words_after)


def register_deeds() -> None:
    """Say who does to each kind of work what is done to any, and who takes it back."""
    helping.register(INCIDENT, INCIDENT_WORK)
    helping.register(SERVICE_REQUEST, TASK_WORK)
    helping.register(TASK, TASK_WORK)
    handling.register(INCIDENT, IncidentDeeds())
    handling.register(SERVICE_REQUEST, RequestDeeds())
    handling.register(TASK, TaskDeeds(references_for))
    handling.register_common(teamwork_deeds.DONE, teamwork_deeds.TeamworkDeeds())
    undoing.register_around(
        teamwork_undoing.FIELDS, verbs=teamwork_undoing.VERBS, may=helping.may_help
    )
    planning.register(planned_deeds)
    undoing.register(INCIDENT, IncidentUndoing())
    undoing.register_around(
        {"merged_into": put_back_merger}, verbs={"incident.merged"}, may=may_merge
    )
    undoing.register(SERVICE_REQUEST, RequestUndoing())
    undoing.register(TASK, TaskUndoing())


def send(event: MessageQueued) -> None:
    """A queued message is sent."""
    tasks.send_message.defer(message_id=event.message_id)


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
