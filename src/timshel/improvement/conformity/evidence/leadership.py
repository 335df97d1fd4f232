"""Evidence of clause 5: top management, policy, roles and authorities."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from timshel.improvement.conformity.evidence.building import (
    Condition,
    Moment,
    counted,
    until,
    within,
)
from timshel.improvement.conformity.evidence.rule import Rule
from timshel.leadership.approval.models import Approval
from timshel.leadership.approval.states import ApprovalState
from timshel.leadership.authority.models import Account, Grant, ServiceAccount, Token
from timshel.leadership.policy.models import CharterPromise
from timshel.leadership.policy.states import PromiseState
from timshel.leadership.responsibility.models import Activity, Assignment, Part, ProcessRole
from timshel.leadership.responsibility.states import HolderSource, SubjectKind
from timshel.planning.planned_action.models import PlannedAction
from timshel.planning.planned_action.states import ActionKind, ActionState
from timshel.service_portfolio.service.models import LifeCycle, Service
from timshel.support.documentation.models import Confirmation, Distribution, Document
from timshel.support.documentation.states import DocumentKind
from timshel.support.meeting.models import Attendance, Decision, Meeting
from timshel.support.meeting.states import BoardKind, MeetingState, Presence

_POLICIES = Document.objects.filter(kind=DocumentKind.POLICY, current__isnull=False)
_TOP = BoardKind.MANAGEMENT_REVIEW
_TOOK_PLACE = (MeetingState.HELD, MeetingState.MINUTED)
_OF_MEETINGS = PlannedAction.objects.filter(about_kind="meeting", kind=ActionKind.DECISION)
_LIVE = Service.objects.filter(life_cycle=LifeCycle.LIVE, owner__isnull=False)


def _running(moment: Moment) -> Q:
    """Return the condition for an assignment that holds."""
    held = Q(person__is_active=True) | Q(team__is_active=True)
    return held & Q(valid_from__lte=moment.today) & _not_over(moment)


def _not_over(moment: Moment) -> Q:
    return Q(valid_until__isnull=True) | Q(valid_until__gte=moment.today)


def _ended(moment: Moment) -> Q:
    gone = Q(person__is_active=False) | Q(team__is_active=False)
    return gone | Q(valid_until__lt=moment.today)


def _accountable(kind: SubjectKind) -> Condition:
    """Return the condition for activities of a kind for which some role is accountable."""
    parts = Part.objects.filter(activity=OuterRef("pk"), letters__contains="A")
    return Q(Exists(parts)) & Q(matrix__kind=kind)


RULES = (
    Rule(
        "review.held",
        _("Management reviews that took place in the last twelve months"),
        within(
            Meeting.objects.filter(board__kind=_TOP, state__in=_TOOK_PLACE),
            "starts_at",
        ),
        "meeting-list",
    ),
    Rule(
        "review.attended",
        _("Seats at management reviews that somebody took in the last twelve months"),
        within(
            Attendance.objects.filter(meeting__board__kind=_TOP, presence=Presence.PRESENT),
            "meeting__starts_at",
        ),
        "meeting-list",
    ),
    Rule(
        "review.decision",
        _("Decisions of management reviews in the last twelve months"),
        within(Decision.objects.filter(meeting__board__kind=_TOP), "meeting__starts_at"),
        "meeting-list",
    ),
    Rule(
        "decision.carried_out",
        _("Decisions of meetings that were carried out in the last twelve months"),
        within(_OF_MEETINGS.filter(state=ActionState.DONE), "ended_at"),
        "action-list",
    ),
    Rule(
        "decision.followed",
        _("Decisions of meetings with an owner that are on their way; those overdue are stale"),
        until(_OF_MEETINGS.filter(state=ActionState.OPEN), "due_date", latest="planned_at"),
        "action-list",
    ),
    Rule(
        "policy.in_force",
        _("Policies in effect and not overdue for review; overdue or withdrawn ones are stale"),
        counted(
            Document.objects.filter(kind=DocumentKind.POLICY),
            current=lambda moment: Q(current__isnull=False, review_date__gte=moment.today),
            stale=lambda moment: (
                Q(withdrawn_at__isnull=False)
                | Q(current__isnull=False, review_date__lt=moment.today)
            ),
            latest=Greatest("current__effective_at", "reviewed_at"),
        ),
        "document-list",
    ),
    Rule(
        "policy.distributed",
        _("Roles, units and people to whom policies in effect are distributed"),
        counted(
            Distribution.objects.filter(document__kind=DocumentKind.POLICY),
            current=Q(document__current__isnull=False),
            stale=Q(document__current__isnull=True),
            latest="document__current__effective_at",
        ),
        "document-list",
    ),
    Rule(
        "policy.confirmed",
        _(
            "People who confirmed that they read the version of a policy that is in effect; "
            "confirmations of earlier versions are stale"
        ),
        counted(
            Confirmation.objects.filter(document__kind=DocumentKind.POLICY),
            current=Q(number=F("document__current__number")),
            stale=Q(document__current__isnull=True) | ~Q(number=F("document__current__number")),
            latest="at",
        ),
        "document-reading",
    ),
    Rule(
        "charter.in_force",
        _("Promises of the service charter that are published; retired or ended ones are stale"),
        counted(
            CharterPromise.objects.all(),
            current=lambda moment: (
                Q(state=PromiseState.PUBLISHED, valid_from__lte=moment.today) & _not_over(moment)
            ),
            stale=lambda moment: (
                Q(state=PromiseState.RETIRED)
                | Q(state=PromiseState.PUBLISHED, valid_until__lt=moment.today)
            ),
            latest="published_at",
        ),
        "charter-list",
    ),
    Rule(
        "service.owned",
        _("Live services with an owner who is here; those whose owner has left are stale"),
        counted(_LIVE, current=Q(owner__is_active=True), stale=Q(owner__is_active=False)),
        "catalogue-tree",
    ),
    Rule(
        "role.held",
        _("Roles that somebody or a team holds today; holdings that ended or of leavers are stale"),
        counted(Assignment.objects.all(), current=_running, stale=_ended, latest="valid_from"),
        "responsibility-roles",
    ),
    Rule(
        "role.defined",
        _("Roles with a summary of what they are for, to which people are assigned"),
        counted(ProcessRole.objects.exclude(summary=""), current=Q(source=HolderSource.ASSIGNED)),
        "responsibility-roles",
    ),
    Rule(
        "process.accountable",
        _("Activities of processes for which a role is accountable"),
        counted(Activity.objects.all(), current=_accountable(SubjectKind.PROCESS)),
        "responsibilities",
    ),
    Rule(
        "service.accountable",
        _("Activities of services for which a role is accountable"),
        counted(Activity.objects.all(), current=_accountable(SubjectKind.SERVICE)),
        "responsibilities",
    ),
    Rule(
        "authority.system",
        _(
            "People with the right to judge the conformity of the management system; rights that "
            "leavers still hold are stale"
        ),
        counted(
            Grant.objects.filter(role__permissions__contains=["conformity.judge"]),
            current=Q(person__is_active=True),
            stale=Q(person__is_active=False),
        ),
        "catalogue-people",
    ),
    Rule(
        "authority.account",
        _("Accounts of people who are here; accounts that leavers could still use are stale"),
        counted(
            Account.objects.filter(is_active=True),
            current=Q(person__is_active=True),
            stale=Q(person__is_active=False),
        ),
        "catalogue-people",
    ),
    Rule(
        "authority.grant",
        _("Roles granted to people who are here; those still granted to leavers are stale"),
        counted(
            Grant.objects.all(), current=Q(person__is_active=True), stale=Q(person__is_active=False)
        ),
        "catalogue-people",
    ),
    Rule(
        "authority.program",
        _("Programs with an owner who is here; expired ones or those of leavers are stale"),
        counted(
            ServiceAccount.objects.filter(ended_at__isnull=True),
            current=lambda moment: (
                Q(owner__is_active=True)
                & (Q(expires_at__isnull=True) | Q(expires_at__gt=moment.at))
            ),
            stale=lambda moment: Q(owner__is_active=False) | Q(expires_at__lte=moment.at),
            latest="created_at",
        ),
        "service-accounts",
    ),
    Rule(
        "authority.token",
        _("Keys to the interface for programs that end by themselves; ended ones are stale"),
        counted(
            Token.objects.all(),
            current=lambda moment: Q(revoked_at__isnull=True, expires_at__gt=moment.at),
            stale=lambda moment: Q(revoked_at__isnull=False) | Q(expires_at__lte=moment.at),
            latest="created_at",
        ),
        "service-accounts",
    ),
    Rule(
        "approval.decided",
        _("Approvals that were decided in the last twelve months"),
        within(
            Approval.objects.filter(state__in=[ApprovalState.APPROVED, ApprovalState.REFUSED]),
            "decided_at",
        ),
        "approval-list",
    ),
)
