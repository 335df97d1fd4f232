"""Evidence of clauses 8.1 and 8.2: services, their catalogue, dependencies and other parties."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from timshel.improvement.conformity.evidence.building import (
    counted,
    until,
    within,
)
from timshel.improvement.conformity.evidence.rule import Rule
from timshel.operation.process.models import ProcessRun
from timshel.operation.process.states import RunState
from timshel.relationship_agreement.service_level.models import Agreement, Clock
from timshel.relationship_agreement.service_level.states import ClockKind
from timshel.service_portfolio.catalogue.models import Entitlement, Entry, FormVersion, PageVersion
from timshel.service_portfolio.catalogue.states import Audience, VersionState
from timshel.service_portfolio.parties.models import Supplier
from timshel.service_portfolio.service.models import (
    FunctionRelation,
    LifeCycle,
    Offering,
    PriorityMatrix,
    RelationClass,
    Service,
)

_ENTRIES = Entry.objects.filter(offering__is_active=True)


RULES = (
    Rule(
        "service.described",
        _("Live services with a summary of what they are for; retired ones are stale"),
        counted(
            Service.objects.exclude(summary=""),
            current=Q(life_cycle=LifeCycle.LIVE),
            stale=Q(life_cycle=LifeCycle.RETIRED),
        ),
        "catalogue-tree",
    ),
    Rule(
        "service.offering",
        _("Things that live services offer; retired ones are stale"),
        counted(
            Offering.objects.all(),
            current=Q(is_active=True, service__life_cycle=LifeCycle.LIVE),
            stale=Q(is_active=False) | Q(service__life_cycle=LifeCycle.RETIRED),
        ),
        "catalogue-tree",
    ),
    Rule(
        "service.own_priority",
        _("Live services whose criticality shows in priorities of their own"),
        counted(
            PriorityMatrix.objects.filter(service__isnull=False),
            current=Q(service__life_cycle=LifeCycle.LIVE),
            stale=Q(service__life_cycle=LifeCycle.RETIRED),
        ),
        "catalogue-tree",
    ),
    Rule(
        "service.under_agreement",
        _("Live services that an agreement in force names; those of ended agreements are stale"),
        counted(
            Agreement.services.through.objects.filter(agreement__is_draft=False),
            current=lambda moment: (
                Q(service__life_cycle=LifeCycle.LIVE)
                & Q(agreement__valid_from__lte=moment.at)
                & (Q(agreement__valid_until__isnull=True) | Q(agreement__valid_until__gt=moment.at))
            ),
            stale=lambda moment: (
                Q(agreement__valid_until__lte=moment.at) | Q(service__life_cycle=LifeCycle.RETIRED)
            ),
        ),
        "agreements",
    ),
    Rule(
        "service.function_needed",
        _("Dependencies of what services offer on what teams do"),
        counted(
            FunctionRelation.objects.exclude(relation=RelationClass.LEAD),
            current=Q(offering__is_active=True),
            stale=Q(offering__is_active=False),
        ),
        "catalogue-functions",
    ),
    Rule(
        "service.lead_function",
        _("Things on offer with one function, and so one team, that leads"),
        counted(
            FunctionRelation.objects.filter(relation=RelationClass.LEAD),
            current=Q(offering__is_active=True),
            stale=Q(offering__is_active=False),
        ),
        "catalogue-functions",
    ),
    Rule(
        "catalogue.in_review",
        _("Entries of the catalogue whose day of review is not over; overdue ones are stale"),
        until(_ENTRIES, "review_date", latest="published_at"),
        "catalogue-health",
    ),
    Rule(
        "catalogue.shown",
        _("Pages of the catalogue that are published; retired ones are stale"),
        counted(
            PageVersion.objects.all(),
            current=Q(state=VersionState.PUBLISHED),
            stale=Q(state=VersionState.RETIRED),
            latest="published_at",
        ),
        "catalogue-tree",
    ),
    Rule(
        "catalogue.form",
        _("Forms of the catalogue that are published; retired ones are stale"),
        counted(
            FormVersion.objects.all(),
            current=Q(state=VersionState.PUBLISHED),
            stale=Q(state=VersionState.RETIRED),
            latest="published_at",
        ),
        "forms",
    ),
    Rule(
        "catalogue.entitled",
        _("Rules of who sees what in the catalogue"),
        counted(
            Entitlement.objects.all(),
            current=Q(offering__is_active=True),
            stale=Q(offering__is_active=False),
        ),
        "catalogue-tree",
    ),
    Rule(
        "catalogue.limited",
        _("Rules that show a part of the catalogue only to customers, a unit, a site or a role"),
        counted(
            Entitlement.objects.filter(
                Q(audience=Audience.CUSTOMERS)
                | Q(unit__isnull=False)
                | Q(site__isnull=False)
                | Q(role__isnull=False)
                | ~Q(category="")
            ),
            current=Q(offering__is_active=True),
            stale=Q(offering__is_active=False),
        ),
        "catalogue-tree",
    ),
    Rule(
        "catalogue.used",
        _("Entries of the catalogue that were asked for in the last ninety days"),
        counted(
            _ENTRIES,
            current=Q(requests_90_days__gt=0),
            stale=Q(requests_90_days=0, last_requested_at__isnull=False),
            latest="last_requested_at",
        ),
        "catalogue-health",
    ),
    Rule(
        "supplier.known",
        _("Suppliers in use with a way to reach them; former ones are stale"),
        counted(
            Supplier.objects.exclude(email="", phone=""),
            current=Q(is_active=True),
            stale=Q(is_active=False),
        ),
        "suppliers",
    ),
    Rule(
        "supplier.measured",
        _("Parts of work that suppliers had and that were measured in the last twelve months"),
        within(Clock.objects.filter(kind=ClockKind.HOP, supplier__isnull=False), "started_at"),
        "breaches",
    ),
    Rule(
        "process.ended",
        _("Runs of processes that came to an end in the last twelve months"),
        within(ProcessRun.objects.filter(state=RunState.ENDED), "ended_at"),
        "processes",
    ),
)
