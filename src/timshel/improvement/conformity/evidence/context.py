"""Evidence of clause 4: issues, interested parties, the scope and the system as a whole."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from timshel.context.interested_parties.models import InterestedParty, Need, NeedMetBy, PartyReview
from timshel.context.interested_parties.states import Basis, Standing
from timshel.context.issue.models import Issue, IssueReview
from timshel.context.issue.states import KINDS_OF, IssueState, Origin
from timshel.context.scope.models import ScopeItem, ScopeStatement
from timshel.context.scope.states import ItemKind, ScopeState
from timshel.improvement.conformity.evidence.building import (
    counted,
    until,
    within,
)
from timshel.improvement.conformity.evidence.rule import Rule
from timshel.kernel.journal.models import Entry
from timshel.operation.process.models import ProcessRun, ProcessVersion
from timshel.operation.process.states import VersionState
from timshel.service_portfolio.service.models import LifeCycle, Service

_OPEN_ISSUES = Issue.objects.exclude(state=IssueState.CLOSED)
_LINKED = Exists(NeedMetBy.objects.filter(need=OuterRef("pk")))
_OF_SYSTEM = (
    *("context_issue", "interested_party", "scope_statement", "charter_promise"),
    *("risk", "risk_area", "risk_criteria", "objective", "planned_action", "document"),
    *("meeting", "board", "audit", "audit_finding", "audit_programme"),
    *("nonconformity", "audit_recommendation", "improvement", "improvement_cycle"),
    *("responsibility_matrix", "responsibility_role", "process"),
)
"""Kinds of records by which the management system itself is run."""


def _issues(origin: Origin) -> Rule:
    meanings = {
        Origin.INTERNAL: _("Issues from within the organisation that are not closed"),
        Origin.EXTERNAL: _("Issues from around the organisation that are not closed"),
    }
    return Rule(
        f"issue.{origin.value}",
        meanings[origin],
        counted(
            Issue.objects.filter(kind__in=KINDS_OF[origin]),
            current=~Q(state=IssueState.CLOSED),
            stale=Q(state=IssueState.CLOSED),
            latest="changed_at",
        ),
        "issue-list",
    )


RULES = (
    Rule(
        "issue.in_review",
        _("Issues with an owner whose day of review is not over; those overdue are stale"),
        until(_OPEN_ISSUES.filter(owner__isnull=False), "review_date", latest="changed_at"),
        "issue-list",
    ),
    _issues(Origin.INTERNAL),
    _issues(Origin.EXTERNAL),
    Rule(
        "issue.reviewed",
        _("Reviews of issues with a finding in the last twelve months"),
        within(IssueReview.objects.exclude(finding=""), "reviewed_at"),
        "issue-list",
    ),
    Rule(
        "party.in_review",
        _("Interested parties whose day of review is not over; those overdue are stale"),
        until(InterestedParty.objects.all(), "review_date", latest="changed_at"),
        "party-list",
    ),
    Rule(
        "party.reviewed",
        _("Reviews of interested parties in the last twelve months"),
        within(PartyReview.objects.all(), "reviewed_at"),
        "party-list",
    ),
    Rule(
        "need.decided",
        _(
            "Needs of interested parties that are met, at least in part; those of parties whose "
            "review is overdue are stale"
        ),
        until(
            Need.objects.filter(standing__in=[Standing.MET, Standing.PARTLY]),
            "party__review_date",
            latest="party__changed_at",
        ),
        "need-list",
    ),
    Rule(
        "need.binding",
        _("Needs that a law or a contract makes binding; those of parties overdue are stale"),
        until(
            Need.objects.filter(basis__in=[Basis.LAW, Basis.CONTRACT]),
            "party__review_date",
            latest="party__changed_at",
        ),
        "need-list",
    ),
    Rule(
        "need.traced",
        _(
            "Needs that name the requirement, agreement, control or record that meets them; those "
            "of parties whose review is overdue are stale"
        ),
        until(Need.objects.filter(_LINKED), "party__review_date", latest="party__changed_at"),
        "need-list",
    ),
    Rule(
        "scope.approved",
        _("Approved statements of the scope; those that were superseded are stale"),
        counted(
            ScopeStatement.objects.all(),
            current=Q(state=ScopeState.APPROVED),
            stale=Q(state=ScopeState.SUPERSEDED),
            latest="approved_at",
        ),
        "scope",
    ),
    Rule(
        "scope.unit",
        _("Parts of the organisation that the approved scope names as providers"),
        counted(
            ScopeItem.objects.filter(kind=ItemKind.UNIT, is_excluded=False),
            current=Q(scope__state=ScopeState.APPROVED),
            stale=Q(scope__state=ScopeState.SUPERSEDED),
            latest="scope__approved_at",
        ),
        "scope",
    ),
    Rule(
        "scope.surroundings",
        _("Sites, customers and other things that the approved scope takes into account"),
        counted(
            ScopeItem.objects.filter(
                kind__in=[ItemKind.SITE, ItemKind.CUSTOMER, ItemKind.OTHER],
            ),
            current=Q(scope__state=ScopeState.APPROVED),
            stale=Q(scope__state=ScopeState.SUPERSEDED),
            latest="scope__approved_at",
        ),
        "scope",
    ),
    Rule(
        "scope.excluded",
        _("What the approved scope leaves out, each for a reason that is written down"),
        counted(
            ScopeItem.objects.filter(is_excluded=True).exclude(reason=""),
            current=Q(scope__state=ScopeState.APPROVED),
            stale=Q(scope__state=ScopeState.SUPERSEDED),
            latest="scope__approved_at",
        ),
        "scope",
    ),
    Rule(
        "scope.live_service",
        _("Services of the approved scope that are live; those that are not any more are stale"),
        counted(
            ScopeItem.objects.filter(
                kind=ItemKind.SERVICE, is_excluded=False, scope__state=ScopeState.APPROVED
            ).alias(
                is_live=Exists(
                    Service.objects.filter(code=OuterRef("code"), life_cycle=LifeCycle.LIVE)
                )
            ),
            current=Q(is_live=True),
            stale=Q(is_live=False),
            latest="scope__approved_at",
        ),
        "scope",
    ),
    Rule(
        "process.published",
        _("Processes with a diagram that is published; versions that were retired are stale"),
        counted(
            ProcessVersion.objects.all(),
            current=Q(state=VersionState.PUBLISHED),
            stale=Q(state=VersionState.RETIRED),
            latest="published_at",
        ),
        "processes",
    ),
    Rule(
        "process.run",
        _("Runs of published processes that began in the last twelve months"),
        within(ProcessRun.objects.all(), "started_at"),
        "processes",
    ),
    Rule(
        "system.kept",
        _("Changes of the records of the management system in the last twelve months"),
        within(Entry.objects.filter(subject_kind__in=_OF_SYSTEM), "at"),
        "governance",
    ),
)
