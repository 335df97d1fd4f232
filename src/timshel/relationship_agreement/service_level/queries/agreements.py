"""Agreements as pages and the interface show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from timshel.relationship_agreement.service_level.models import (
    Agreement,
    EscalationRule,
    Goal,
    Target,
)
from timshel.relationship_agreement.service_level.rules.contents import (
    AgreementContent,
    EscalationContent,
    GoalContent,
    TargetContent,
)
from timshel.relationship_agreement.service_level.states import (
    AgreementKind,
    ClockKind,
    DurationUnit,
    GoalMeasure,
)


def agreement_codes() -> frozenset[str]:
    """Return the codes of all agreements, drafts too."""
    return frozenset(Agreement.objects.values_list("code", flat=True))


def agreement_content(agreement_id: int) -> AgreementContent | None:
    """Return all that a version of an agreement says, as ``save_draft`` takes it, or None.

    Args:
        agreement_id: the key of the version.
    """
    row = (
        Agreement.objects.select_related(
            "customer", "unit", "provider_team", "recipient_team", "supplier"
        )
        .prefetch_related("services", "offerings")
        .filter(pk=agreement_id)
        .first()
    )
    return None if row is None else _content(row, _lines(row.pk))


def _lines(agreement_id: int) -> Mapping[str, tuple[object, ...]]:
    found: dict[str, tuple[object, ...]] = defaultdict(tuple)
    targets = Target.objects.filter(agreement=agreement_id).select_related("service", "offering")
    found["targets"] = tuple(_target(target) for target in targets.order_by("pk"))
    goals = Goal.objects.filter(agreement=agreement_id).order_by("pk")
    found["goals"] = tuple(
        GoalContent(
            measure=GoalMeasure(goal.measure),
            value=goal.value,
            name=goal.name,
            unit=goal.unit,
            is_minimum=goal.is_minimum,
        )
        for goal in goals
    )
    rules = EscalationRule.objects.filter(agreement=agreement_id).order_by("pk")
    found["escalations"] = tuple(EscalationContent.of(rule) for rule in rules)
    return found


def _target(target: Target) -> TargetContent:
    return TargetContent(
        kind=ClockKind(target.kind),
        amount=target.amount,
        unit=DurationUnit(target.unit),
        priority=target.priority,
        service=target.service.code if target.service else None,
        offering=target.offering.code if target.offering else None,
        calendar=target.calendar_code,
        attainment_percent=target.attainment_percent,
    )


def _content(row: Agreement, lines: Mapping[str, tuple[object, ...]]) -> AgreementContent:
    return AgreementContent(
        kind=AgreementKind(row.kind),
        name=row.name,
        calendar=row.calendar_code,
        text=row.text,
        customer=row.customer.code if row.customer else None,
        unit=row.unit.code if row.unit else None,
        customer_category=row.customer_category,
        provider_team=row.provider_team.code if row.provider_team else None,
        recipient_team=row.recipient_team.code if row.recipient_team else None,
        supplier=row.supplier.code if row.supplier else None,
        services=tuple(sorted(each.code for each in row.services.all())),
        offerings=tuple(sorted(each.code for each in row.offerings.all())),
        targets=lines["targets"],  # type: ignore[arg-type]
        goals=lines["goals"],  # type: ignore[arg-type]
        escalations=lines["escalations"],  # type: ignore[arg-type]
        restarts_on_reopening=row.restarts_on_reopening,
        owner_id=row.owner_id,
        review_date=row.review_date,
        is_option=row.is_option,
        price=row.price,
        currency=row.currency,
        price_period=row.price_period,
    )
