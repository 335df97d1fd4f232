"""Sources, deliveries and sweeps for tests of alerts; payloads as monitoring systems send them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from tests.cast import AT, SYSTEM, Cast
from timshel.kernel.actor import Actor, ActorKind, Channel
from timshel.resolution_fulfilment.alert import actions
from timshel.resolution_fulfilment.alert.access import SEND
from timshel.resolution_fulfilment.alert.actions import (
    Received,
    RuleContent,
    SourceContent,
    create_source,
    keep_rules,
    receive_alerts,
)
from timshel.resolution_fulfilment.alert.models import AlertGroup
from timshel.resolution_fulfilment.alert.queries import sending_scope
from timshel.resolution_fulfilment.alert.rules.conditions import read_conditions
from timshel.resolution_fulfilment.alert.rules.deciding import GATHER
from timshel.resolution_fulfilment.incident.models import Incident

NEVER = "0001-01-01T00:00:00Z"
CODE = "prometheus"


def made_source(cast: Cast, code: str = CODE, **content: Any) -> str:
    """Listen to a source, by default an Alertmanager's; returns its token."""
    assert cast.service_owner.person_id is not None
    given = {
        "name": "Prometheus",
        "kind": "alertmanager",
        "reporter_id": cast.service_owner.person_id,
        "team": "service-desk",
        **content,
    }
    return create_source(code=code, content=SourceContent(**given), actor=SYSTEM, at=AT)


def with_rules(*rules: RuleContent, code: str = CODE) -> None:
    """Set the rules of a source."""
    keep_rules(code, rules=rules, actor=SYSTEM, at=AT)


def rule(name: str, conditions: str = "", service: str | None = "mail", **more: Any) -> RuleContent:
    """A rule with its conditions as people write them."""
    return RuleContent(name=name, conditions=read_conditions(conditions), service=service, **more)


def sender(token: str) -> Actor:
    """Whoever holds a source's token."""
    found = sending_scope(token)
    assert found is not None
    name, scope = found
    return Actor(ActorKind.ROBOT, name, Channel.MONITORING, scopes={SEND: scope})


def fired(
    name: str = "DiskFull",
    instance: str = "srv1",
    *,
    since: datetime = AT,
    until: datetime | None = None,
    summary: str = "",
    **labels: str,
) -> dict[str, Any]:
    """An alert as Alertmanager tells of it; with ``until`` it has cleared."""
    said = {"alertname": name, "instance": instance, "severity": "critical", **labels}
    written = since.isoformat().replace("+00:00", "Z")
    annotations = {"summary": summary or f"{name} on {instance}"}
    return {
        "status": "resolved" if until else "firing",
        "labels": said,
        "annotations": {} if until else annotations,
        "startsAt": written,
        "endsAt": until.isoformat() if until else NEVER,
        "generatorURL": "",
        "fingerprint": f"{hash_of(said):016x}",
    }


def hash_of(labels: Mapping[str, str]) -> int:
    """Some number that follows from labels."""
    import zlib

    text = json.dumps(sorted(labels.items())).encode()
    return zlib.crc32(text) << 32 | zlib.adler32(text)


def delivery(alerts: Iterable[Mapping[str, Any]], *, group: str = "") -> bytes:
    """A delivery as Alertmanager 0.25 sends it."""
    listed = list(alerts)
    firing = any(each["status"] == "firing" for each in listed)
    name = listed[0]["labels"]["alertname"] if listed else ""
    payload = {
        "receiver": "timshel",
        "status": "firing" if firing else "resolved",
        "alerts": listed,
        "groupLabels": {"alertname": name},
        "commonLabels": {"alertname": name},
        "commonAnnotations": {},
        "externalURL": "http://monitoring.timshel.example:9093",
        "version": "4",
        "groupKey": group or f'{{}}:{{alertname="{name}"}}',
        "truncatedAlerts": 0,
    }
    return json.dumps(payload).encode()


def told(
    *alerts: Mapping[str, Any],
    at: datetime = AT,
    group: str = "",
    code: str = CODE,
    actor: Actor = SYSTEM,
) -> Received:
    """Have a source tell of alerts."""
    return receive_alerts(code, body=delivery(alerts, group=group), actor=actor, at=at)


def settled(at: datetime = AT) -> int:
    """Let the sweep look at what is due, gathered long enough."""
    return actions.settle_due(at=at + GATHER)


def incidents() -> list[str]:
    """The numbers of the incidents that alerts became, oldest first."""
    rows = Incident.objects.filter(alert_groups__isnull=False).distinct().order_by("pk")
    return list(rows.values_list("work_item__number", flat=True))


def group() -> AlertGroup:
    """The only group."""
    return AlertGroup.objects.get()


def minutes(count: float) -> timedelta:
    """So many minutes."""
    return timedelta(minutes=count)
