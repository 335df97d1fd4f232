"""Who reacts to which event: all side effects of the domain on one page.

An event's handler runs inside the transaction of the change and only defers jobs, so that a
mail leaves if and only if the change was kept.
"""

from __future__ import annotations

from timshel.context.people.events import PersonDeactivated
from timshel.interfaces.worker import (
    bulk,
    calls,
    notifications,
)
from timshel.kernel.events import subscribe
from timshel.kernel.progress.events import ErrandBegun, ErrandEnded
from timshel.leadership.approval import outcomes
from timshel.leadership.approval.events import (
    ApprovalAsked,
    ApprovalDecided,
    ApprovalReminded,
    DelegationEnded,
    DelegationMade,
    SeatGiven,
)
from timshel.leadership.authority.events import ServiceAccountsHandedOver
from timshel.leadership.policy.events import PromisePublished
from timshel.leadership.responsibility import subjects
from timshel.leadership.responsibility.states import SubjectKind
from timshel.operation.bulk.events import RunEnded
from timshel.operation.call.events import CallBackReminded
from timshel.operation.process import hosting
from timshel.operation.process.answering import process_facts
from timshel.operation.process.events import CallQueued, RunStuck
from timshel.operation.rating.events import RatingAnswered, WorkRated
from timshel.operation.task.events import TaskAssigned, TaskOpened
from timshel.operation.teamwork.events import PersonMentioned, ShiftHandedOver, WatcherAdded
from timshel.operation.view.fields import FIELDS
from timshel.operation.work import clocks, sharing
from timshel.reactions import deferring, management, registering, status, webhooks
from timshel.relationship_agreement.service_level.actions import refresh_clocks
from timshel.relationship_agreement.service_level.events import ClockAlerted, ClockBreached
from timshel.relationship_agreement.service_level.queries.work_fields import (
    work_fields as promised_fields,
)
from timshel.resolution_fulfilment.incident.events import (
    IncidentAssigned,
    IncidentCancelled,
    IncidentMerged,
    IncidentOpened,
    IncidentReopened,
    IncidentReplied,
    IncidentResolved,
)
from timshel.resolution_fulfilment.outage.events import OutageEnded
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
from timshel.resolution_fulfilment.service_request.queries.work_fields import (
    work_fields as process_fields,
)
from timshel.service_portfolio.service.answering import service_facts
from timshel.service_portfolio.service.queries import confidential_services
from timshel.support.communication.events import (
    AddressMarked,
    MailboxAsked,
    MailboxTroubled,
    MessageQueued,
    MessageReceived,
)
from timshel.support.notification.events import PushDue


def connect() -> None:
    """Subscribe every reaction; called once when all parts are loaded, and harmless again."""
    clocks.register(refresh_clocks)
    FIELDS.register(*promised_fields(), *process_fields())
    sharing.register(confidential_services)
    subjects.register(SubjectKind.SERVICE, service_facts)
    subjects.register(SubjectKind.PROCESS, process_facts)
    hosting.register(SERVICE_REQUEST, RequestHost)
    registering.register_deeds()
    registering.register_search()
    registering.register_reader()
    registering.register_texts()
    registering.register_letters()
    register_notices()
    register_approvals()
    register_outside()
    management.register()
    register_mail()
    bulk.register_record()
    subscribe(RunEnded, deferring.tell_run)
    subscribe(ErrandBegun, deferring.do_errand)
    register_leaving()
    subscribe(PromisePublished, deferring.read_promise)
    subscribe(CallQueued, deferring.call)
    subscribe(RunStuck, deferring.tell_trouble)
    subscribe(RequestOpened, deferring.acknowledge_request)
    subscribe(RequestReplied, deferring.tell_request_reply)
    subscribe(RequestEnded, deferring.tell_request_ending)
    subscribe(RequestAssigned, deferring.tell_work_assignment, is_summed_up=True)
    subscribe(TaskAssigned, deferring.tell_work_assignment, is_summed_up=True)
    subscribe(TaskOpened, deferring.tell_task_arrival)
    subscribe(RequestEnded, deferring.go_on_with_bundle)
    subscribe(IncidentOpened, deferring.acknowledge)
    subscribe(IncidentReplied, deferring.tell_reply)
    subscribe(IncidentResolved, deferring.tell_resolution)
    subscribe(IncidentCancelled, deferring.tell_cancellation)
    subscribe(IncidentMerged, deferring.tell_merger)
    subscribe(IncidentReopened, deferring.tell_reopening)
    subscribe(IncidentAssigned, deferring.tell_assignment, is_summed_up=True)
    subscribe(ClockAlerted, deferring.tell_alert)
    subscribe(ClockBreached, deferring.tell_breach)


def register_outside() -> None:
    """Say what leaves for other systems, and what the status page hears of."""
    webhooks.register()
    status.register()


def register_leaving() -> None:
    """Say what happens to what belonged to somebody who left."""
    subscribe(PersonDeactivated, deferring.hand_over_accounts)
    subscribe(ServiceAccountsHandedOver, deferring.tell_accounts_handed_over)


def register_mail() -> None:
    """Say what happens to mail that leaves and that arrives."""
    subscribe(MessageQueued, deferring.send)
    subscribe(AddressMarked, deferring.tell_marked)
    subscribe(MessageReceived, deferring.route_mail)
    subscribe(MailboxAsked, deferring.try_mailbox)
    subscribe(MailboxTroubled, deferring.tell_mailbox_trouble)


def register_approvals() -> None:
    """Say what goes on once an approval is answered, and who hears of approvals."""
    outcomes.register(approval_decided, hold=hold_work)
    subscribe(ApprovalAsked, deferring.ask)
    subscribe(SeatGiven, deferring.ask_further)
    subscribe(ApprovalReminded, deferring.remind)
    subscribe(ApprovalDecided, deferring.tell_outcome)
    subscribe(DelegationMade, deferring.tell_substitute)
    subscribe(DelegationEnded, deferring.tell_substitute_no_longer)


def register_notices() -> None:
    """Say what notices are about, and tell people what happened around work."""
    subscribe(IncidentResolved, deferring.tell_outage_over)
    subscribe(IncidentCancelled, deferring.tell_outage_over)
    subscribe(OutageEnded, deferring.tell_outage_over)
    notifications.register_records()
    calls.register_call_backs()
    subscribe(PushDue, deferring.push)
    subscribe(ErrandEnded, deferring.tell_errand)
    subscribe(ApprovalDecided, deferring.settle_approval)
    subscribe(PersonMentioned, deferring.tell_mentioned)
    subscribe(WatcherAdded, deferring.tell_watcher)
    subscribe(ShiftHandedOver, deferring.tell_handed_over)
    subscribe(IncidentOpened, deferring.tell_team)
    subscribe(RequestOpened, deferring.tell_team)
    subscribe(TaskOpened, deferring.tell_team)
    subscribe(IncidentAssigned, deferring.tell_team, is_summed_up=True)
    subscribe(RequestAssigned, deferring.tell_team, is_summed_up=True)
    subscribe(TaskAssigned, deferring.tell_team, is_summed_up=True)
    subscribe(IncidentReplied, deferring.tell_watchers_of_reply)
    subscribe(RequestReplied, deferring.tell_watchers_of_reply)
    subscribe(IncidentResolved, deferring.tell_watchers_of_end)
    subscribe(IncidentCancelled, deferring.tell_watchers_of_end)
    subscribe(RequestEnded, deferring.tell_watchers_of_end)
    subscribe(CallBackReminded, deferring.tell_call_back)
    subscribe(WorkRated, deferring.tell_rated)
    subscribe(RatingAnswered, deferring.tell_rating_answered)
