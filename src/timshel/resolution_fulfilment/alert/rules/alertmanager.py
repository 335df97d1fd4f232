"""What Prometheus Alertmanager sends to a webhook, version 4 of its payload."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from timshel.resolution_fulfilment.alert.rules.reading import (
    LONGEST_GROUP,
    Delivery,
    Reading,
    Unreadable,
    each_readable,
    labels_of,
    line,
    moment,
    plain,
    severity_of,
    short_fingerprint,
    storable,
    web_address,
)

FIRING, RESOLVED = "firing", "resolved"
MOST_LEFT_OUT = 1_000_000_000


def read_alertmanager(payload: Any) -> Delivery:
    """Return what a delivery of Alertmanager says.

    A message of clearing repeats fingerprint and beginning, and may repeat no words.

    Raises:
        Unreadable: it is not such a delivery.
    """
    if not isinstance(payload, dict):
        raise Unreadable(_("This is no object, as Alertmanager sends one."))
    group = plain(payload.get("groupKey"), longest=LONGEST_GROUP)
    delivery = each_readable(payload.get("alerts"), partial(_reading, group=group))
    return replace(delivery, left_out=_left_out(payload.get("truncatedAlerts")))


def _reading(item: Any, *, group: str) -> Reading:
    if not isinstance(item, dict):
        raise Unreadable(_("It is no object."))
    status = item.get("status")
    if status not in (FIRING, RESOLVED):
        words = {"value": line(status, longest=60)}
        raise Unreadable(_("“%(value)s” is neither firing nor resolved.") % words)
    labels = labels_of(item.get("labels"))
    annotations = labels_of(item.get("annotations"))
    is_firing = status == FIRING
    return Reading(
        fingerprint=_fingerprint(item, labels),
        is_firing=is_firing,
        started_at=moment(item.get("startsAt")),
        ended_at=None if is_firing else moment(item.get("endsAt")),
        severity=severity_of(labels.get("severity", "")),
        title=line(_first(annotations, "summary", "title") or labels.get("alertname", "")),
        text=_first(annotations, "description", "message"),
        labels=labels,
        address=web_address(_first(annotations, "runbook_url") or item.get("generatorURL")),
        group=group,
        raw=storable(item),
    )


def _fingerprint(item: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    """Return the fingerprint: Alertmanager's own, or one of the labels, which make it."""
    given = line(item.get("fingerprint"), longest=1_000)
    if given:
        return short_fingerprint(given)
    if not labels:
        raise Unreadable(_("It has neither a fingerprint nor labels."))
    ordered = json.dumps(sorted(labels.items()), ensure_ascii=False)
    return hashlib.sha256(ordered.encode()).hexdigest()[:16]


def _left_out(said: Any) -> int:
    """Return how many alerts were left away by ``max_alerts``; none where it says nothing sound."""
    return min(max(said, 0), MOST_LEFT_OUT) if type(said) is int else 0


def _first(texts: Mapping[str, str], *names: str) -> str:
    return next((texts[name] for name in names if texts.get(name)), "")
