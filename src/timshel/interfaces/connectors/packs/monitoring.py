"""What monitoring says in the demonstration, and work that was planned and is done."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from timshel.context.people.queries import person_by_code
from timshel.design_transition.maintenance.actions import finish_planned_work, plan_work
from timshel.design_transition.maintenance.queries import planned_work_list
from timshel.design_transition.maintenance.rules import Plan
from timshel.kernel.actor import Actor
from timshel.resolution_fulfilment.alert.actions import (
    RuleContent,
    SourceContent,
    create_source,
    keep_rules,
    receive_alerts,
    settle_due,
)
from timshel.resolution_fulfilment.alert.queries import source_list
from timshel.resolution_fulfilment.alert.rules.conditions import read_conditions

SOURCE = "prometheus"
REPORTER = "adaeze.thornquist"
RULES = (
    ("Mail", "job ^= mail", "mail"),
    ("Network", "job = network | wireless", "wifi"),
    ("Printing", "job = printing", "printing"),
)
# Minutes ago, name, job, instance, severity, what it says.
SAID = (
    (190, "DoorOpen", "network", "cabinet-2", "warning", "A cabinet of switches stands open"),
    (55, "QueueGrows", "mail", "mail-2", "critical", "The queue of outgoing mail grows"),
    (50, "QueueGrows", "mail", "mail-1", "warning", "The queue of outgoing mail grows"),
    (35, "AccessPointDown", "wireless", "ap-harbour-3", "warning", "An access point is gone"),
    (20, "TonerLow", "printing", "printer-4-east", "info", "A printer is short of toner"),
    (15, "BackupLate", "backup", "vault-1", "warning", "The backup of last night is not done"),
)
CLEARED, LASTED = ("DoorOpen",), timedelta(minutes=40)


def load_monitoring(*, actor: Actor, at: datetime) -> int:
    """Listen to a monitoring system that has something to say; and have had work on a service.

    Args:
        actor: who has the right everywhere.
        at: now.

    Returns:
        How much was added; nothing where it was there before.
    """
    reporter = person_by_code(REPORTER)
    added = _planned(actor=actor, at=at)
    if reporter is None or SOURCE in {each.code for each in source_list(actor=actor)}:
        return added
    content = SourceContent("Prometheus", "alertmanager", reporter_id=reporter, team="service-desk")
    create_source(code=SOURCE, content=content, actor=actor, at=at)
    rules = [
        RuleContent(name, read_conditions(conditions), service=service)
        for name, conditions, service in RULES
    ]
    keep_rules(SOURCE, rules=rules, actor=actor, at=at)
    for position, said in enumerate(SAID):
        began_at = at - timedelta(minutes=said[0])
        ends = (None, began_at + LASTED) if said[1] in CLEARED else (None,)
        for ended_at in ends:
            told_at = ended_at or began_at
            body = json.dumps(_delivery(said, position, since=began_at, ended_at=ended_at))
            receive_alerts(SOURCE, body=body.encode(), actor=actor, at=told_at)
            settle_due(at=told_at + timedelta(seconds=30))
    return added + 1 + len(RULES)


def _planned(*, actor: Actor, at: datetime) -> int:
    if planned_work_list(actor=actor, at=at, when="over", size=1).items:
        return 0
    evening = (at - timedelta(days=6)).replace(hour=19, minute=0, second=0, microsecond=0)
    plan = Plan(
        title="New disks for the mail servers",
        message="Mail cannot be read or sent for about an hour. **Nothing is lost**: what is sent "
        "to you meanwhile arrives afterwards.",
        services=("mail",),
        starts_at=evening,
        ends_at=evening + timedelta(hours=2),
        translations={
            "fr": {
                "title": "Nouveaux disques pour les serveurs de courrier",
                "message": "Le courrier est indisponible pendant une heure environ. **Rien ne se "
                "perd** : ce qui vous est envoyé arrive ensuite.",
            }
        },
    )
    planned = plan_work(plan=plan, actor=actor, at=evening - timedelta(days=8))
    finished_at = evening + timedelta(minutes=95)
    finish_planned_work(planned.planned_work_id, actor=actor, at=finished_at)
    return 1


def _delivery(
    said: tuple[int, str, str, str, str, str],
    position: int,
    *,
    since: datetime,
    ended_at: datetime | None,
) -> Mapping[str, Any]:
    _ago, name, job, instance, severity, summary = said
    labels = {"alertname": name, "job": job, "instance": instance, "severity": severity}
    alert = {
        "status": "firing" if ended_at is None else "resolved",
        "labels": labels,
        "annotations": {"summary": f"{summary}: {instance}"},
        "startsAt": since.isoformat(),
        "endsAt": "0001-01-01T00:00:00Z" if ended_at is None else ended_at.isoformat(),
        "generatorURL": "",
        "fingerprint": f"{position + 1:016x}",
    }
    return {"groupKey": f'{{}}:{{alertname="{name}"}}', "alerts": [alert]}
