"""What waiting does to clocks, and who hears of any clock where no agreement says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from timshel.kernel.actor import Actor
from timshel.kernel.journal.actions import record
from timshel.operation.work.states import WaitingReason
from timshel.relationship_agreement.service_level import access
from timshel.relationship_agreement.service_level.actions.revisions import (
    queue_refresh,
    touch_book,
)
from timshel.relationship_agreement.service_level.models import EscalationRule, WaitingRule
from timshel.relationship_agreement.service_level.queries.book import waiting_rules
from timshel.relationship_agreement.service_level.rules.contents import EscalationContent
from timshel.relationship_agreement.service_level.rules.writing import escalation_faults, refuse
from timshel.relationship_agreement.service_level.states import ClockKind


@transaction.atomic
def set_waiting_rule(
    kind: ClockKind, *, reason: WaitingReason, pauses: bool, actor: Actor, at: datetime
) -> None:
    """Say whether waiting for a reason pauses a kind of clock; open work is read again.

    The rule holds for the whole life of the open work: there is one meaning of waiting.

    Args:
        kind: which clock.
        reason: what is waited for.
        pauses: whether the clock stands still meanwhile.
        actor: who has the right to configure service levels everywhere.
        at: when.

    Raises:
        NotAllowed: without the right.
    """
    access.require_configure(actor)
    before = waiting_rules().get((kind, reason.value), False)
    rule, _created = WaitingRule.objects.update_or_create(
        kind=kind, reason=reason, defaults={"pauses": pauses}
    )
    record(
        "service_level.waiting_rule_set",
        subject_kind="waiting_rule",
        subject_id=rule.pk,
        changes={"rule": (None, f"{kind} {reason}"), "pauses": (before, pauses)},
        actor=actor,
        at=at,
    )
    touch_book()
    if before != pauses:
        queue_refresh(since=None, services=None, actor=actor, at=at)


@transaction.atomic
def set_escalation_rules(rules: Sequence[EscalationContent], *, actor: Actor, at: datetime) -> None:
    """Say who hears of clocks under agreements without rules of their own.

    Args:
        rules: all of them; what was set before is gone.
        actor: who has the right to configure service levels everywhere.
        at: when.

    Raises:
        NotAllowed: without the right.
        Invalid: what is wrong, by the number of the rule.
    """
    access.require_configure(actor)
    refuse(escalation_faults(rules))
    old = EscalationRule.objects.filter(agreement__isnull=True).order_by("pk")
    before = [EscalationContent.of(rule).plain() for rule in old]
    old.delete()
    EscalationRule.objects.bulk_create(
        EscalationRule(agreement=None, **rule.columns()) for rule in rules
    )
    record(
        "service_level.escalation_rules_set",
        subject_kind="escalation_rules",
        subject_id=0,
        changes={"rules": (before, [rule.plain() for rule in rules])},
        actor=actor,
        at=at,
    )
    touch_book()
    queue_refresh(since=None, services=None, actor=actor, at=at)
