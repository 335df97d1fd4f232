"""Evidence of clauses 8.3 and 8.4: customers, service levels, suppliers, demand."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from timshel.context.interested_parties.models import InterestedParty
from timshel.context.interested_parties.states import PartyKind
from timshel.context.people.models import Person
from timshel.improvement.conformity.evidence.building import (
    Moment,
    counted,
    until,
    within,
    within_days,
)
from timshel.improvement.conformity.evidence.rule import Rule
from timshel.improvement.nonconformity.models import Nonconformity
from timshel.improvement.nonconformity.states import NonconformityState, SourceKind
from timshel.operation.rating.models import Rating
from timshel.operation.work.models import WorkItem
from timshel.performance_evaluation.measurement.models import MeasuredValue
from timshel.performance_evaluation.reporting.models import Remediation, ReportSubscription
from timshel.relationship_agreement.service_level.models import (
    Agreement,
    BusinessCalendar,
    CalendarUse,
    Clock,
    EscalationRule,
    Goal,
    Target,
    in_force,
)
from timshel.relationship_agreement.service_level.states import (
    AgreementKind,
    ClockKind,
    ClockState,
    GoalMeasure,
)
from timshel.support.meeting.models import Meeting
from timshel.support.meeting.states import BoardKind, MeetingState

_PUBLISHED = Agreement.objects.filter(is_draft=False)
_CLOCKS = Clock.objects.filter(stopped_at__isnull=False)
_COMPLAINTS = Nonconformity.objects.filter(source=SourceKind.COMPLAINT)
_BREACHES = Nonconformity.objects.filter(source=SourceKind.BREACH)


def _holds(moment: Moment) -> Q:
    """Return the condition for an agreement in force that is not overdue for review."""
    return in_force(moment.at) & (Q(review_date__isnull=True) | Q(review_date__gte=moment.today))


def _held(moment: Moment) -> Q:
    return Q(valid_until__lte=moment.at) | Q(review_date__lt=moment.today)


def _parts_hold(moment: Moment) -> Q:
    """Return the condition for a part of an agreement that is in force."""
    not_over = Q(agreement__valid_until__isnull=True) | Q(agreement__valid_until__gt=moment.at)
    return Q(agreement__is_draft=False, agreement__valid_from__lte=moment.at) & not_over


def _parts_held(moment: Moment) -> Q:
    return Q(agreement__is_draft=False, agreement__valid_until__lte=moment.at)


RULES = (
    Rule(
        "agreement.service",
        _("Agreements with customers in force; ended ones and those overdue for review are stale"),
        counted(
            _PUBLISHED.filter(kind=AgreementKind.SERVICE),
            current=_holds,
            stale=_held,
            latest="took_effect_at",
        ),
        "agreements",
    ),
    Rule(
        "agreement.operational",
        _("Agreements with own teams in force; ended ones and those overdue for review are stale"),
        counted(
            _PUBLISHED.filter(kind=AgreementKind.OPERATIONAL),
            current=_holds,
            stale=_held,
            latest="took_effect_at",
        ),
        "agreements",
    ),
    Rule(
        "agreement.supplier",
        _("Contracts with suppliers in force; ended ones and those overdue for review are stale"),
        counted(
            _PUBLISHED.filter(kind=AgreementKind.SUPPLIER),
            current=_holds,
            stale=_held,
            latest="took_effect_at",
        ),
        "agreements",
    ),
    Rule(
        "agreement.owned_contract",
        _("Contracts with suppliers in force for which a person answers; ended ones are stale"),
        counted(
            _PUBLISHED.filter(kind=AgreementKind.SUPPLIER, owner__is_active=True).exclude(text=""),
            current=lambda moment: in_force(moment.at),
            stale=lambda moment: Q(valid_until__lte=moment.at),
            latest="took_effect_at",
        ),
        "agreements",
    ),
    Rule(
        "agreement.in_review",
        _("Agreements in force with a day of review ahead; overdue ones are stale"),
        counted(
            _PUBLISHED.filter(review_date__isnull=False),
            current=lambda moment: in_force(moment.at) & Q(review_date__gte=moment.today),
            stale=lambda moment: in_force(moment.at) & Q(review_date__lt=moment.today),
            latest="took_effect_at",
        ),
        "agreements",
    ),
    Rule(
        "agreement.contract_in_review",
        _("Contracts with suppliers in force with a day of review ahead; overdue ones are stale"),
        counted(
            _PUBLISHED.filter(kind=AgreementKind.SUPPLIER, review_date__isnull=False),
            current=lambda moment: in_force(moment.at) & Q(review_date__gte=moment.today),
            stale=lambda moment: in_force(moment.at) & Q(review_date__lt=moment.today),
            latest="took_effect_at",
        ),
        "agreements",
    ),
    Rule(
        "agreement.internal",
        _("Agreements with the house itself in force, in words; ended ones are stale"),
        counted(
            _PUBLISHED.filter(
                kind=AgreementKind.SERVICE, customer__isnull=True, customer_category=""
            ).exclude(text=""),
            current=lambda moment: in_force(moment.at),
            stale=lambda moment: Q(valid_until__lte=moment.at),
            latest="took_effect_at",
        ),
        "agreements",
    ),
    Rule(
        "agreement.target",
        _("Targets of agreements with customers in force; those of ended ones are stale"),
        counted(
            Target.objects.filter(agreement__kind=AgreementKind.SERVICE),
            current=_parts_hold,
            stale=_parts_held,
        ),
        "agreements",
    ),
    Rule(
        "agreement.supplier_target",
        _("Targets of contracts with suppliers in force; those of ended ones are stale"),
        counted(
            Target.objects.filter(agreement__kind=AgreementKind.SUPPLIER),
            current=_parts_hold,
            stale=_parts_held,
        ),
        "agreements",
    ),
    Rule(
        "agreement.team_target",
        _("Targets of agreements with own teams in force; those of ended ones are stale"),
        counted(
            Target.objects.filter(agreement__kind=AgreementKind.OPERATIONAL),
            current=_parts_hold,
            stale=_parts_held,
        ),
        "agreements",
    ),
    Rule(
        "agreement.goal",
        _("Goals of availability, satisfaction and business in agreements in force"),
        counted(Goal.objects.all(), current=_parts_hold, stale=_parts_held),
        "agreements",
    ),
    Rule(
        "availability.goal",
        _("Goals of availability in agreements in force; those of ended ones are stale"),
        counted(
            Goal.objects.filter(measure=GoalMeasure.AVAILABILITY),
            current=_parts_hold,
            stale=_parts_held,
        ),
        "agreements",
    ),
    Rule(
        "agreement.calendar",
        _("Calendars of service hours in force; earlier versions are stale"),
        counted(
            BusinessCalendar.objects.all(),
            current=lambda moment: in_force(moment.at),
            stale=lambda moment: Q(valid_until__lte=moment.at),
        ),
        "calendars",
    ),
    Rule(
        "agreement.hours",
        _("Services, teams, customers, suppliers and channels whose hours are decided"),
        counted(CalendarUse.objects.all(), current=~Q(calendar_code="")),
        "calendars",
    ),
    Rule(
        "agreement.escalation",
        _("Rules of who hears when a promise is about to be broken"),
        counted(EscalationRule.objects.all(), current=~Q(recipient="")),
        "escalations",
    ),
    Rule(
        "clock.kept",
        _("Promises that were kept in the last twelve months"),
        within(_CLOCKS.filter(state=ClockState.MET), "stopped_at"),
        "measures",
    ),
    Rule(
        "clock.broken",
        _("Promises that were broken, and told of as such, in the last twelve months"),
        within(Clock.objects.filter(breached_at__isnull=False), "breached_at"),
        "breaches",
    ),
    Rule(
        "clock.team",
        _("Parts of work that own teams had and that were measured in the last twelve months"),
        within(Clock.objects.filter(kind=ClockKind.HOP, team__isnull=False), "started_at"),
        "breaches",
    ),
    Rule(
        "clock.exact",
        _("Clocks that say by which agreement and calendar they ran, in the last twelve months"),
        within(_CLOCKS.exclude(kind=ClockKind.HOP), "stopped_at"),
        "measures",
    ),
    Rule(
        "breach.followed",
        _("Broken promises that were treated as a nonconformity in the last twelve months"),
        within(_BREACHES, "raised_at"),
        "nonconformity-list",
    ),
    Rule(
        "breach.remedied",
        _("Broken promises of which it was written down in the last twelve months what is done"),
        within(Remediation.objects.all(), "at"),
        "breaches",
    ),
    Rule(
        "measured.value",
        _("Figures from elsewhere, with their source, in the last twelve months"),
        within_days(MeasuredValue.objects.exclude(source=""), "last_day"),
        "measures",
    ),
    Rule(
        "measured.satisfaction",
        _("Figures of satisfaction that were recorded in the last twelve months"),
        within_days(MeasuredValue.objects.filter(measure=GoalMeasure.SATISFACTION), "last_day"),
        "measures",
    ),
    Rule(
        "measured.business",
        _("Figures of what customers consume that were recorded in the last twelve months"),
        within_days(MeasuredValue.objects.filter(measure=GoalMeasure.BUSINESS), "last_day"),
        "measures",
    ),
    Rule(
        "report.subscribed",
        _("Reports that people get after each period; ended subscriptions are stale"),
        counted(
            ReportSubscription.objects.all(),
            current=Q(ended_at__isnull=True),
            stale=Q(ended_at__isnull=False),
            latest="created_at",
        ),
        "measures",
    ),
    Rule(
        "customer.party",
        _("Customers and users among the interested parties; those overdue for review are stale"),
        until(
            InterestedParty.objects.filter(kind__in=[PartyKind.CUSTOMER, PartyKind.USER]).exclude(
                spoken_for_by=""
            ),
            "review_date",
            latest="changed_at",
        ),
        "party-list",
    ),
    Rule(
        "customer.contact",
        _("People at active customers whom we know; those who left are stale"),
        counted(
            Person.objects.filter(customer__is_active=True),
            current=Q(is_active=True),
            stale=Q(is_active=False),
        ),
        "catalogue-people",
    ),
    Rule(
        "customer.review",
        _("Service reviews with customers in the last twelve months"),
        within(
            Meeting.objects.filter(
                board__kind=BoardKind.SERVICE_REVIEW,
                state__in=[MeetingState.HELD, MeetingState.MINUTED],
            ),
            "starts_at",
        ),
        "meeting-list",
    ),
    Rule(
        "customer.rating",
        _("Ratings by those who asked for help in the last twelve months"),
        within(Rating.objects.all(), "at"),
        "rating-list",
    ),
    Rule(
        "customer.rating_answered",
        _("Ratings to which somebody answered in the last twelve months"),
        within(Rating.objects.exclude(answer=""), "answered_at"),
        "rating-list",
    ),
    Rule(
        "complaint.recorded",
        _("Complaints that were treated as a nonconformity in the last twelve months"),
        within(_COMPLAINTS, "raised_at"),
        "nonconformity-list",
    ),
    Rule(
        "complaint.settled",
        _("Complaints corrected in the last twelve months with proven effect"),
        within(
            _COMPLAINTS.filter(state__in=[NonconformityState.EFFECTIVE, NonconformityState.CLOSED]),
            "corrected_at",
        ),
        "nonconformity-list",
    ),
    Rule(
        "demand.work",
        _("Pieces of work about a service that were opened in the last twelve months"),
        within(WorkItem.objects.filter(service_id__isnull=False), "opened_at"),
        "measures",
    ),
    Rule(
        "demand.customer",
        _("Pieces of work for outside customers that were opened in the last twelve months"),
        within(WorkItem.objects.filter(customer__isnull=False), "opened_at"),
        "measures",
    ),
)
