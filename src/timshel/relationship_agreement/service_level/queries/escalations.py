"""Who hears of clocks under agreements without rules of their own."""

from __future__ import annotations

from timshel.kernel.actor import Actor
from timshel.relationship_agreement.service_level import access
from timshel.relationship_agreement.service_level.models import EscalationRule
from timshel.relationship_agreement.service_level.rules.contents import EscalationContent
from timshel.relationship_agreement.service_level.rules.defaults import DEFAULT_ALERTS


def escalation_rules(*, actor: Actor) -> tuple[EscalationContent, ...]:
    """Return the rules of all agreements in the order in which they were set, in one query.

    Where none is set, whoever has the work hears, as :data:`~.defaults.DEFAULT_ALERTS` says.

    Raises:
        NotAllowed: the actor may not see what is promised.
    """
    access.require_view(actor)
    rows = EscalationRule.objects.filter(agreement__isnull=True).order_by("pk")
    return tuple(EscalationContent.of(row) for row in rows) or tuple(
        EscalationContent(
            recipient=alert.recipient,
            percent=alert.percent,
            before=alert.before,
            role_code=alert.role_code,
            at_night=alert.at_night,
        )
        for alert in DEFAULT_ALERTS
    )
