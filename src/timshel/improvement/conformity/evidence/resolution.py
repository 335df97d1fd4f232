"""Evidence of clauses 8.5 to 8.7: planned work, incidents, requests, availability, security."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from timshel.design_transition.maintenance.models import PlannedService, PlannedWork
from timshel.improvement.conformity.evidence.building import counted, within
from timshel.improvement.conformity.evidence.rule import Rule
from timshel.improvement.nonconformity.models import Nonconformity
from timshel.improvement.nonconformity.states import SourceKind
from timshel.kernel.journal.models import Entry
from timshel.leadership.authority.models import Role
from timshel.operation.call.models import Call, CallTemplate
from timshel.operation.process.models import ProcessStep
from timshel.operation.process.states import StepKind, StepState
from timshel.operation.teamwork.models import CheckLine, WorkLink
from timshel.operation.teamwork.states import WorkLinkKind
from timshel.operation.work.models import Audience, Comment, WorkItem
from timshel.operation.work.states import Stage
from timshel.planning.risk.models import RiskAnalysis, RiskReview
from timshel.relationship_agreement.service_level.models import Clock
from timshel.relationship_agreement.service_level.states import ClockKind, ClockState
from timshel.resolution_fulfilment.alert.models import Alert, AlertGroup, AlertRule
from timshel.resolution_fulfilment.incident.models import Incident
from timshel.resolution_fulfilment.service_request.models import ServiceRequest
from timshel.resolution_fulfilment.service_request.states import Outcome
from timshel.resolution_fulfilment.status.models import Happening, StatusSetting
from timshel.service_portfolio.catalogue.models import Entry as CatalogueEntry
from timshel.service_portfolio.service.models import PriorityMatrix
from timshel.support.meeting.models import AgendaItem, Decision, Meeting
from timshel.support.meeting.states import BoardKind, MeetingState
from timshel.support.notification.models import Notice

_INCIDENT = "incident"
_INCIDENTS = WorkItem.objects.filter(kind=_INCIDENT)
_ENDED = _INCIDENTS.filter(stage__in=[Stage.RESOLVED, Stage.CLOSED])
_REQUESTS = ServiceRequest.objects.all()
_COMMENTS = Comment.objects.filter(work_item__kind=_INCIDENT)
_JOURNALED = Entry.objects.filter(subject_kind="work_item")
_TOLD_BEFORE = PlannedWork.objects.filter(planned_at__lt=F("starts_at"))

_CHANGES = (
    Rule(
        "change.planned_work",
        _("Planned work that was told before it began, in the last twelve months or ahead"),
        counted(
            _TOLD_BEFORE,
            current=lambda moment: Q(cancelled_at__isnull=True, ends_at__gt=moment.earlier()),
            stale=lambda moment: Q(cancelled_at__isnull=False) | Q(ends_at__lte=moment.earlier()),
            latest="planned_at",
        ),
        "planned-work-list",
    ),
    Rule(
        "change.ahead",
        _("Planned work that is told of and still to come, with its services"),
        counted(
            PlannedWork.objects.filter(
                Exists(PlannedService.objects.filter(planned_work=OuterRef("pk")))
            ),
            current=lambda moment: Q(cancelled_at__isnull=True, starts_at__gt=moment.at),
            latest="changed_at",
        ),
        "planned-work-list",
    ),
    Rule(
        "change.board_met",
        _("Meetings of the board that weighs changes in the last twelve months"),
        within(
            Meeting.objects.filter(
                board__kind=BoardKind.CHANGE_ADVISORY,
                state__in=[MeetingState.HELD, MeetingState.MINUTED],
            ),
            "starts_at",
        ),
        "meeting-list",
    ),
    Rule(
        "change.board_decision",
        _("Decisions of the board that weighs changes in the last twelve months"),
        within(
            Decision.objects.filter(meeting__board__kind=BoardKind.CHANGE_ADVISORY),
            "meeting__starts_at",
        ),
        "meeting-list",
    ),
    Rule(
        "change.board_agenda",
        _("Minuted items of the board that weighs changes in the last twelve months"),
        within(
            AgendaItem.objects.filter(meeting__board__kind=BoardKind.CHANGE_ADVISORY).exclude(
                minutes=""
            ),
            "meeting__starts_at",
        ),
        "meeting-list",
    ),
    Rule(
        "change.failed",
        _("Failed changes that were treated as a nonconformity in the last twelve months"),
        within(Nonconformity.objects.filter(source=SourceKind.FAILED_CHANGE), "raised_at"),
        "nonconformity-list",
    ),
)

_HANDLING = (
    Rule(
        "incident.recorded",
        _("Incidents with a service and a team that were opened in the last twelve months"),
        within(
            _INCIDENTS.filter(service_id__isnull=False, team__isnull=False),
            "opened_at",
        ),
        "governance-cases",
    ),
    Rule(
        "incident.classified",
        _("Incidents tied to what the service offers that were opened in the last twelve months"),
        within(Incident.objects.filter(offering__isnull=False), "work_item__opened_at"),
        "governance-cases",
    ),
    Rule(
        "incident.resolved",
        _("Incidents that were resolved with words of how in the last twelve months"),
        within(
            Incident.objects.exclude(resolution_text="").filter(resolution_code__isnull=False),
            "work_item__resolved_at",
        ),
        "governance-cases",
    ),
    Rule(
        "incident.closed",
        _("Incidents that were closed in the last twelve months"),
        within(_INCIDENTS.filter(stage=Stage.CLOSED), "closed_at"),
        "governance-cases",
    ),
    Rule(
        "incident.escalated",
        _("Escalations of work to the next team in the last twelve months"),
        within(_JOURNALED.filter(verb="incident.escalated"), "at"),
        "governance-cases",
    ),
    Rule(
        "incident.noted",
        _("Internal notes on incidents in the last twelve months"),
        within(_COMMENTS.filter(audience=Audience.INTERNAL), "at"),
        "governance-cases",
    ),
    Rule(
        "incident.journaled",
        _("Changes of work that the journal holds with who and when, in the last twelve months"),
        within(_JOURNALED, "at"),
        "governance-cases",
    ),
    Rule(
        "incident.replied",
        _("Replies to those who asked for help in the last twelve months"),
        within(_COMMENTS.filter(audience=Audience.PUBLIC, by_requester=False), "at"),
        "governance-cases",
    ),
    Rule(
        "incident.checked",
        _("Steps of checklists on work that were done in the last twelve months"),
        within(CheckLine.objects.filter(done_by__isnull=False), "done_at"),
        "governance-cases",
    ),
    Rule(
        "incident.update_kept",
        _("Promised updates on work that came in time in the last twelve months"),
        within(Clock.objects.filter(kind=ClockKind.UPDATE, state=ClockState.MET), "stopped_at"),
        "measures",
    ),
    Rule(
        "incident.told",
        _("Notices of answers and solutions to people in the last twelve months"),
        within(Notice.objects.filter(topic__in=["work.replied", "work.resolved"]), "at"),
        "notification-list",
    ),
    Rule(
        "incident.warned",
        _("Warnings that a promise was about to be broken in the last twelve months"),
        within(Notice.objects.filter(topic="clock.near"), "at"),
        "notification-list",
    ),
    Rule(
        "priority.rule",
        _("Tables that give the priority by impact and urgency"),
        counted(PriorityMatrix.objects.filter(service__isnull=True), current=Q(pk__isnull=False)),
        "catalogue-tree",
    ),
    Rule(
        "incident.urgent",
        _("Incidents of the highest priority that were resolved in the last twelve months"),
        within(_ENDED.filter(priority=1), "resolved_at"),
        "governance-cases",
    ),
    Rule(
        "outage.authority",
        _("Roles with the right to declare an outage"),
        counted(Role.objects.all(), current=Q(permissions__contains=["incident.declare_outage"])),
        "catalogue-people",
    ),
    Rule(
        "incident.call",
        _("Calls and visits that were taken in the last twelve months"),
        within(Call.objects.filter(logged_at__isnull=False), "began_at"),
        "call-list",
    ),
    Rule(
        "incident.template",
        _("Frequent reasons for a call with what is usually done at once; retired ones are stale"),
        counted(
            CallTemplate.objects.exclude(description="", solution=""),
            current=Q(is_active=True),
            stale=Q(is_active=False),
        ),
        "telephone",
    ),
    Rule(
        "incident.linked",
        _("Links between pieces of work about the same matter, of the last twelve months"),
        within(
            WorkLink.objects.filter(kind__in=[WorkLinkKind.RELATED, WorkLinkKind.DUPLICATE]),
            "at",
        ),
        "governance-cases",
    ),
    Rule(
        "incident.reopened",
        _("Cases that came back and were reopened in the last twelve months"),
        within(_JOURNALED.filter(verb="incident.reopened"), "at"),
        "measures",
    ),
    Rule(
        "request.recorded",
        _("Requests from the catalogue that were made in the last twelve months"),
        within(_REQUESTS, "work_item__opened_at"),
        "governance-cases",
    ),
    Rule(
        "request.fulfilled",
        _("Requests that were fulfilled in the last twelve months"),
        within(_REQUESTS.filter(outcome=Outcome.FULFILLED), "work_item__resolved_at"),
        "governance-cases",
    ),
    Rule(
        "request.task",
        _("Tasks of requests that were done in the last twelve months"),
        within(ProcessStep.objects.filter(kind=StepKind.TASK, state=StepState.DONE), "left_at"),
        "processes",
    ),
    Rule(
        "request.orderable",
        _("Entries of the catalogue that can be ordered, told apart from incidents"),
        counted(
            CatalogueEntry.objects.filter(purpose="order"),
            current=Q(offering__is_active=True),
            stale=Q(offering__is_active=False),
            latest="published_at",
        ),
        "catalogue-tree",
    ),
)

_SECURITY = (
    Rule(
        "availability.happening",
        _("Times in which something was the matter with a service, of the last twelve months"),
        within(Happening.objects.all(), "began_at"),
        "status",
    ),
    Rule(
        "availability.ended",
        _("Outages with their beginning and end, of the last twelve months"),
        within(Happening.objects.filter(kind="outage", ended_at__isnull=False), "ended_at"),
        "status",
    ),
    Rule(
        "availability.told",
        _("Trouble of services of which people were told in words, in the last twelve months"),
        within(Happening.objects.exclude(title="").exclude(message=""), "began_at"),
        "status",
    ),
    Rule(
        "availability.status_shown",
        _("Services whose state is shown to those concerned; hidden ones are stale"),
        counted(StatusSetting.objects.all(), current=Q(is_shown=True), stale=Q(is_shown=False)),
        "status-settings",
    ),
    Rule(
        "availability.alert",
        _("Alerts of monitoring of the last twelve months"),
        within(Alert.objects.all(), "started_at"),
        "alert-list",
    ),
    Rule(
        "availability.alert_incident",
        _("Alerts of monitoring that became an incident in the last twelve months"),
        within(AlertGroup.objects.filter(incident__isnull=False), "incident_at"),
        "alert-list",
    ),
    Rule(
        "availability.alert_rule",
        _("Rules of what becomes of alerts; those switched off are stale"),
        counted(
            AlertRule.objects.all(),
            current=Q(is_active=True, source__is_active=True),
            stale=Q(is_active=False) | Q(source__is_active=False),
        ),
        "alert-sources",
    ),
    Rule(
        "security.risk_analysed",
        _("Analyses of risks of information security in the last twelve months"),
        within(RiskAnalysis.objects.filter(risk__area__code="information_security"), "at"),
        "risk-list",
    ),
    Rule(
        "security.risk_reviewed",
        _("Reviews of risks of information security in the last twelve months"),
        within(RiskReview.objects.filter(risk__area__code="information_security"), "at"),
        "risk-list",
    ),
)

RULES = (*_CHANGES, *_HANDLING, *_SECURITY)
