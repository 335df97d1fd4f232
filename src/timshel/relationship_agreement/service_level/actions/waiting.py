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
from timshel.relationship_agreement.service_level.models import (
    EscalationRule,
    WaitingRule,
)
from timshel.relationship_agreement.service_level.queries.book import waiting_rules
from timshel.relationship_agreement.service_level.rules.contents import EscalationContent
from timshel.relationship_agreement.service_level.rules.validity import BEGINNING
from timshel.relationship_agreement.service_level.rules.writing import escalation_faults, refuse
from timshel.relationship_agreement.service_level.states import ClockKind


@transaction.atomic
def set_waiting_rule(
    kind: ClockKind,
    *,
    reason: WaitingReason,
    pauses: bool,
    since_ever: bool = False,
    actor: Actor,
    at: datetime,
) -> None:
    """Say whether waiting for a reason pauses a kind of clock from now on; open work is read again.

    What was counted or not until now stays as it was.

    Args:
        kind: which clock.
        reason: what is waited for.
        pauses: whether the clock stands still meanwhile.
        since_ever: the rule holds for all the past, too, so that a history can be measured by it;
            what was set before is gone.
        actor: who has the right to configure service levels everywhere.
        at: when.

    Raises:
        NotAllowed: without the right.
    """
    access.require_configure(actor)
    before = waiting_rules().get((kind, reason.value), False)
    rules = WaitingRule.objects.filter(kind=kind, reason=reason)
    if since_ever:
        rules.delete()
    else:
        rules.filter(valid_from__gte=at).delete()
        rules.filter(valid_until__isnull=True).update(valid_until=at)
    rule = WaitingRule.objects.create(
        kind=kind, reason=reason, pauses=pauses, valid_from=BEGINNING if since_ever else at
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
    if since_ever:
        queue_refresh(since=BEGINNING, services=None, actor=actor, at=at)
    elif before != pauses:
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
