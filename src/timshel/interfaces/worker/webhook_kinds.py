"""What other systems can be told: each published fact with what is composed of it, and for whom.

The one list of events that leave. A fact becomes plain JSON in the transaction of the change; a
job reads the record under the rights of each webhook's owner, so what is told is how it stands
when it is told, and whoever may not see the record is told nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields as parts_of
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from timshel.design_transition.maintenance import events as maintenance
from timshel.interfaces.worker import webhook_cases as cases
from timshel.interfaces.worker import webhook_fields as shapes
from timshel.interfaces.worker import webhook_operations as operations
from timshel.kernel.errors import Text
from timshel.leadership.approval.events import ApprovalAsked, ApprovalDecided
from timshel.operation.process.events import RunStuck
from timshel.operation.rating.events import RatingAnswered, WorkRated
from timshel.operation.task import events as tasks
from timshel.relationship_agreement.service_level.events import ClockAlerted, ClockBreached
from timshel.resolution_fulfilment.alert import events as alerts
from timshel.resolution_fulfilment.incident import events as incidents
from timshel.resolution_fulfilment.outage import events as outages
from timshel.resolution_fulfilment.service_request import events as requests
from timshel.resolution_fulfilment.status.events import StatusChanged
from timshel.service_portfolio.catalogue.events import PagePublished, PageRetired
from timshel.support.communication import events as mail
from timshel.support.webhook.kinds import TRIAL, Composing, Field, Kind

INCIDENTS, REQUESTS, TASKS = _("Incidents"), _("Requests"), _("Tasks")
ALERTS, PLANNED, MAIL = _("Alerts"), _("Planned work"), _("Mail")
SILENT = frozenset({"at", "number", "by_person_id"})  # told by the event itself, or by nobody

SEES_WORK = _("To owners who may see the work.")
OVERSEES_WORK = _("To owners who oversee the work; having asked for it is not enough.")
EVERYBODY = _("To every owner, as everybody in the house is told.")
KEEPS_MESSAGES = _("To owners who look after messages that could not be sent.")
TOLD_TO: Mapping[Composing, Text] = {
    cases.work: SEES_WORK,
    cases.work_ended: SEES_WORK,
    cases.work_changed: SEES_WORK,
    cases.work_merged: SEES_WORK,
    cases.replied: SEES_WORK,
    cases.rated: SEES_WORK,
    cases.approval: SEES_WORK,
    cases.clock: OVERSEES_WORK,
    cases.outage: EVERYBODY,
    cases.offering: _("To owners who write or publish pages of the catalogue."),
    cases.status: _("To owners who may know of the service."),
    cases.trial: _("To the owner of the webhook that is tried."),
    operations.alerts: _(
        "To owners who see the work of the service or of the team; each hears of no other alerts."
    ),
    operations.alert_incident: OVERSEES_WORK,
    operations.planned_work: _(
        "To every owner, as everybody in the house is told; where a confidential service is"
        " touched, to those who see its work or plan for it."
    ),
    operations.held: _("To owners who look after held mail, or that of the team of the mailbox."),
    operations.unsent: KEEPS_MESSAGES,
    operations.address: KEEPS_MESSAGES,
    operations.mailbox: _("To owners who keep mailboxes."),
    operations.stuck: OVERSEES_WORK,
}


def plain(fact: Any) -> dict[str, Any]:
    """Return a fact as plain JSON, by which a job finds again what it is about."""
    return {
        part.name: _plain(getattr(fact, part.name))
        for part in parts_of(fact)
        if part.name not in SILENT
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _kinds(
    group: Text, fields: tuple[Field, ...], composing: Composing, *named: tuple[str, Text]
) -> Iterable[Kind]:
    told_to = TOLD_TO[composing]
    return [Kind(name, group, text, fields, composing, told_to) for name, text in named]


KINDS: tuple[Kind, ...] = (
    *_kinds(
        INCIDENTS,
        shapes.WORK,
        cases.work,
        ("incident.opened", _("Something was reported.")),
        ("incident.assigned", _("An incident was given to a team or a person.")),
        ("incident.moved", _("Work began, waits, or goes on.")),
        ("incident.resolved", _("It is believed to work again.")),
        ("incident.reopened", _("It does not work after all.")),
        ("incident.closed", _("An incident is finished.")),
        ("incident.cancelled", _("An incident was withdrawn.")),
    ),
    *_kinds(
        INCIDENTS,
        (*shapes.WORK, shapes.REPLY),
        cases.replied,
        ("incident.replied", _("A public reply.")),
    ),
    *_kinds(
        INCIDENTS,
        (*shapes.WORK, shapes.CHANGED),
        cases.work_changed,
        ("incident.changed", _("Properties of an incident were changed.")),
    ),
    *_kinds(
        INCIDENTS,
        (*shapes.WORK, shapes.MERGED),
        cases.work_merged,
        ("incident.merged", _("An incident goes on in another.")),
        ("incident.unmerged", _("An incident goes on by itself again.")),
    ),
    *_kinds(
        REQUESTS,
        shapes.WORK,
        cases.work,
        ("request.opened", _("Somebody asked for something.")),
        ("request.assigned", _("A request was given to a team or a person.")),
        ("request.reopened", _("What was delivered is not as it should be.")),
        ("request.closed", _("A request is finished.")),
    ),
    *_kinds(
        REQUESTS,
        (*shapes.WORK, shapes.REPLY),
        cases.replied,
        ("request.replied", _("A public reply.")),
    ),
    *_kinds(
        REQUESTS,
        (*shapes.WORK, shapes.OUTCOME),
        cases.work_ended,
        ("request.ended", _("A request was delivered, refused or withdrawn.")),
    ),
    *_kinds(
        TASKS,
        shapes.WORK,
        cases.work,
        ("task.opened", _("A process came to a step that a team has to do.")),
        ("task.assigned", _("A task was given to a team or a person.")),
        ("task.cancelled", _("A task is not needed any more.")),
    ),
    *_kinds(
        TASKS,
        (*shapes.WORK, shapes.OUTCOME),
        cases.work_ended,
        ("task.completed", _("A task is done, or cannot be done.")),
    ),
    *_kinds(
        _("Approvals"),
        (*shapes.WORK, *shapes.APPROVAL),
        cases.approval,
        ("approval.asked", _("People are asked to approve something.")),
        ("approval.decided", _("An approval came to an end.")),
    ),
    *_kinds(
        _("Promised times"),
        (*shapes.WORK, *shapes.CLOCK),
        cases.clock,
        ("clock.warned", _("A promised time runs out, or somebody is told that it has.")),
        ("clock.breached", _("A promised time was exceeded.")),
    ),
    *_kinds(
        _("Outages"),
        shapes.OUTAGE,
        cases.outage,
        ("outage.declared", _("Everybody is told that something is out of order.")),
        ("outage.changed", _("What everybody is told was changed.")),
        ("outage.ended", _("Everybody is told no longer.")),
    ),
    *_kinds(
        _("Ratings"),
        (*shapes.WORK, shapes.RATING),
        cases.rated,
        ("rating.given", _("Somebody said how it was.")),
        ("rating.answered", _("Somebody said what came of a rating.")),
    ),
    *_kinds(
        _("Catalogue"),
        shapes.CATALOGUE,
        cases.offering,
        ("catalogue.published", _("A page of the catalogue is in force.")),
        ("catalogue.retired", _("An offering is no longer shown.")),
    ),
    *_kinds(
        _("Status"),
        shapes.STATUS,
        cases.status,
        ("status.changed", _("A service does better or worse than before.")),
    ),
    *_kinds(
        ALERTS,
        shapes.ALERTS,
        operations.alerts,
        ("alert.fired", _("Monitoring found something wrong, or still does after planned work.")),
        ("alert.muted", _("Monitoring found something wrong during planned work.")),
        ("alert.resolved", _("Monitoring says that something is well again.")),
    ),
    *_kinds(
        ALERTS,
        (*shapes.WORK, *shapes.ALERT_INCIDENT),
        operations.alert_incident,
        ("alert.incident_opened", _("Alerts became an incident.")),
    ),
    *_kinds(
        PLANNED,
        shapes.PLANNED_WORK,
        operations.planned_work,
        ("planned_work.planned", _("Work on services was planned.")),
        ("planned_work.changed", _("Planned work was changed.")),
        ("planned_work.begun", _("Planned work has begun.")),
        ("planned_work.ended", _("Planned work is over.")),
        ("planned_work.withdrawn", _("Planned work was called off.")),
    ),
    *_kinds(
        MAIL,
        shapes.HELD_MAIL,
        operations.held,
        ("mail.held", _("A mail arrived that a person has to look at.")),
    ),
    *_kinds(
        MAIL,
        shapes.UNSENT_MAIL,
        operations.unsent,
        ("mail.given_up", _("A mail could not be sent.")),
    ),
    *_kinds(
        MAIL,
        shapes.ADDRESS,
        operations.address,
        ("mail.address_marked", _("Nothing arrives at an address any more.")),
    ),
    *_kinds(
        MAIL,
        shapes.MAILBOX,
        operations.mailbox,
        ("mail.mailbox_troubled", _("No mail can be fetched from a mailbox.")),
    ),
    *_kinds(
        _("Processes"),
        shapes.WORK,
        operations.stuck,
        ("process.stuck", _("A process cannot go on until somebody mends it.")),
    ),
    *_kinds(
        _("Trial"), shapes.TRIAL_FIELDS, cases.trial, (TRIAL, _("Somebody tries a webhook out."))
    ),
)

FACTS: Mapping[type[Any], str] = {
    incidents.IncidentOpened: "incident.opened",
    incidents.IncidentAssigned: "incident.assigned",
    incidents.IncidentMoved: "incident.moved",
    incidents.IncidentResolved: "incident.resolved",
    incidents.IncidentReopened: "incident.reopened",
    incidents.IncidentClosed: "incident.closed",
    incidents.IncidentCancelled: "incident.cancelled",
    incidents.IncidentReplied: "incident.replied",
    incidents.IncidentChanged: "incident.changed",
    incidents.IncidentMerged: "incident.merged",
    incidents.IncidentUnmerged: "incident.unmerged",
    requests.RequestOpened: "request.opened",
    requests.RequestAssigned: "request.assigned",
    requests.RequestReopened: "request.reopened",
    requests.RequestClosed: "request.closed",
    requests.RequestReplied: "request.replied",
    requests.RequestEnded: "request.ended",
    tasks.TaskOpened: "task.opened",
    tasks.TaskAssigned: "task.assigned",
    tasks.TaskCancelled: "task.cancelled",
    tasks.TaskCompleted: "task.completed",
    ApprovalAsked: "approval.asked",
    ApprovalDecided: "approval.decided",
    ClockAlerted: "clock.warned",
    ClockBreached: "clock.breached",
    outages.OutageDeclared: "outage.declared",
    outages.OutageChanged: "outage.changed",
    outages.OutageEnded: "outage.ended",
    WorkRated: "rating.given",
    RatingAnswered: "rating.answered",
    PagePublished: "catalogue.published",
    PageRetired: "catalogue.retired",
    StatusChanged: "status.changed",
    alerts.AlertFired: "alert.fired",
    alerts.AlertMuted: "alert.muted",
    alerts.AlertResolved: "alert.resolved",
    alerts.AlertIncidentOpened: "alert.incident_opened",
    maintenance.WorkPlanned: "planned_work.planned",
    maintenance.PlannedWorkChanged: "planned_work.changed",
    maintenance.PlannedWorkBegun: "planned_work.begun",
    maintenance.PlannedWorkEnded: "planned_work.ended",
    maintenance.PlannedWorkCancelled: "planned_work.withdrawn",
    mail.MessageHeld: "mail.held",
    mail.MessageGivenUp: "mail.given_up",
    mail.AddressMarked: "mail.address_marked",
    mail.MailboxTroubled: "mail.mailbox_troubled",
    RunStuck: "process.stuck",
}
