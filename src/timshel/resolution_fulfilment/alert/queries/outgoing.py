"""What other systems are told of alerts: those of one delivery that their reader may see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from timshel.kernel.actor import Actor
from timshel.operation.work.rules import VIEW
from timshel.resolution_fulfilment.alert.models import Alert, AlertSource
from timshel.resolution_fulfilment.alert.queries.listing import row_of, with_words
from timshel.resolution_fulfilment.alert.states import SEVERITY_CODES


@dataclass(frozen=True, slots=True)
class AlertsTold:
    """Alerts of one delivery as other systems are told of them.

    Args:
        source: the code of what said so.
        plain: plain JSON.
    """

    source: str
    plain: dict[str, Any]


def alerts_told(
    alert_ids: Collection[int], *, source_id: int, count: int, actor: Actor
) -> AlertsTold | None:
    """Return the alerts of a delivery that an actor may see, or None for none; one query.

    Args:
        alert_ids: the first of them.
        source_id: what said so.
        count: how many there are in all; told only to who sees all work.
        actor: whose rights decide.
    """
    rows = Alert.objects.visible_to(actor).filter(pk__in=alert_ids, source_id=source_id)
    shown = [row_of(each, actor) for each in with_words(rows, actor).order_by("pk")]
    if not shown:
        return None
    source = shown[0]
    more = max(0, count - len(alert_ids)) if actor.scope(VIEW).everywhere else None
    return AlertsTold(
        source.source,
        {
            "source": source.source,
            "source_name": source.source_name,
            "alerts": [
                {
                    "id": each.id,
                    "title": each.title,
                    "severity": SEVERITY_CODES[each.severity],
                    "state": each.state,
                    "service": each.service_code or None,
                    "incident": each.incident or None,
                    "started_at": each.started_at.isoformat(),
                    "ended_at": each.ended_at.isoformat() if each.ended_at else None,
                }
                for each in shown
            ],
            "more": more,
        },
    )


def source_told(source_id: int) -> dict[str, Any]:
    """Return code and name of a source as plain JSON; one query. Rights are the caller's."""
    found = AlertSource.objects.filter(pk=source_id).values("code", "name").first()
    return {
        "source": found["code"] if found else None,
        "source_name": found["name"] if found else "",
    }
