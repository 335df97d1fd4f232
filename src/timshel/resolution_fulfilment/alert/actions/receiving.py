"""Taking what monitoring delivers: each alert once, in a number of queries that never grows.

No incident is made here: groups are marked to be looked at, and the sweep does that, so that an
answer is quick and a storm shows before there are many incidents.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, Q

from timshel.design_transition.maintenance.queries import running_windows
from timshel.kernel.actor import Actor
from timshel.resolution_fulfilment.alert import access
from timshel.resolution_fulfilment.alert.actions.grouping import Placed, place_in_groups
from timshel.resolution_fulfilment.alert.actions.writing import Changes
from timshel.resolution_fulfilment.alert.models import Alert, AlertSource, RefusedPayload
from timshel.resolution_fulfilment.alert.queries.rules import rules_of
from timshel.resolution_fulfilment.alert.rules.alertmanager import read_alertmanager
from timshel.resolution_fulfilment.alert.rules.deciding import (
    asked_labels,
    first_match,
    group_key,
    muting,
)
from timshel.resolution_fulfilment.alert.rules.mapping import mapped, read_mapped
from timshel.resolution_fulfilment.alert.rules.reading import (
    Delivery,
    Reading,
    Unreadable,
    parse_json,
)
from timshel.resolution_fulfilment.alert.states import AlertState, PayloadState, SourceKind

LARGEST_BODY = 20 * 1024 * 1024
MOST_REFUSED = 500  # of one source, that nobody has looked at
MOST_REFUSED_BYTES = 200 * 1024 * 1024
LOCKS = 0x616C_6572 << 32  # deliveries of one source, one after the other


@dataclass(frozen=True, slots=True)
class Received:
    """What came of a delivery.

    Args:
        alerts: how many alerts were read in it.
        fired: how many of them began to fire, or fire again.
        muted: how many began during planned work.
        resolved: how many cleared by it.
        repeated: how many said again what was known.
        faults: a sentence for each part that could not be read; kept to be looked at.
        is_refused: whether nothing at all could be taken.
    """

    alerts: int = 0
    fired: int = 0
    muted: int = 0
    resolved: int = 0
    repeated: int = 0
    faults: tuple[str, ...] = ()
    is_refused: bool = False
    left_out: int = 0


def read_body(kind: str, mapping: dict[str, object], body: bytes) -> Delivery:
    """Return what a body says by the kind and the mapping of its source.

    Raises:
        Unreadable: it says nothing that can be taken.
    """
    payload = parse_json(body)
    if kind == SourceKind.ALERTMANAGER:
        return read_alertmanager(payload)
    return read_mapped(payload, mapped(mapping))


@transaction.atomic
def receive_alerts(code: str, *, body: bytes, actor: Actor, at: datetime) -> Received:
    """Take a delivery; a second one of the same changes nothing but how often it was seen.

    What cannot be read is kept as it came. The answer says so and nothing is raised, so that what
    was kept stays.

    Args:
        code: of the source.
        body: as it came.
        actor: the source by its own token, or somebody who may tell of alerts.
        at: when it came.

    Raises:
        NotFound: there is no such source, or it is out of use.
        NotAllowed: the actor may not speak for it.
    """
    source = access.source_to_send(code, actor=actor)
    try:
        delivery = read_body(source.kind, source.mapping, body)
    except Unreadable as fault:
        _keep(source, body, (str(fault),), at=at)
        return Received(faults=(str(fault),), is_refused=True)
    if delivery.faults:
        _keep(source, body, delivery.faults, at=at)
    if delivery.left_out:
        AlertSource.objects.filter(pk=source.pk).update(left_out=delivery.left_out, left_out_at=at)
    counts = take(source, delivery.readings, at=at)
    return Received(
        alerts=len(delivery.readings),
        left_out=delivery.left_out,
        fired=counts.fired,
        muted=counts.muted,
        resolved=counts.resolved,
        repeated=counts.repeated,
        faults=delivery.faults,
        is_refused=bool(delivery.faults) and not delivery.readings,
    )


def take(source: AlertSource, readings: Sequence[Reading], *, at: datetime) -> Received:
    """Store what a source says, in the transaction of the caller; returns how much it was."""
    told = list({(each.fingerprint, each.started_at): each for each in readings}.values())
    if not told:
        return Received()
    lock_source(source.pk)
    rules = rules_of(source)
    standing = _Standing(source, told)
    changes = Changes(source, at=at)
    beginning: list[tuple[Reading, Alert | None]] = []
    for reading in told:
        row = standing.find(reading)
        if row is None and not reading.is_firing and reading.started_at is None:
            changes.repeated_unknown += 1  # it cleared, and nobody had heard that it fired
        elif row is not None and (is_open(row) or not reading.is_firing):
            changes.note(row, reading)
        else:
            if earlier := standing.superseded(reading):
                changes.supersede(earlier, reading)
            beginning.append((reading, row))
    windows = running_windows(at=at) if beginning else ()
    placed = []
    for reading, row in beginning:
        rule = first_match(rules, asked_labels(reading))
        muted_by = None
        if rule is not None and reading.is_firing:
            muted_by = muting(windows, rule.service_id, reading.labels)
        is_grouped = rule is not None and rule.opens_incident and reading.is_firing
        key = group_key(rule, reading) if rule is not None and is_grouped else ""
        placed.append(Placed(reading, rule, muted_by, key, row))
    groups = place_in_groups(source, placed, at=at)
    changes.begin(placed, groups)
    changes.write()
    return Received(
        fired=changes.fired,
        muted=changes.muted,
        resolved=changes.resolved,
        repeated=changes.repeated,
    )


def lock_source(source_id: int) -> None:
    """Let nobody else store alerts of a source until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCKS | (source_id & 0xFFFF_FFFF)])


def is_open(row: Alert) -> bool:
    """Tell whether an alert has not cleared."""
    return row.state != AlertState.RESOLVED


class _Standing:
    """What is known of the alerts that a delivery tells of, in one query.

    Args:
        source: who says so.
        told: what is said.
    """

    def __init__(self, source: AlertSource, told: Sequence[Reading]) -> None:
        # What says its beginning tells a new occurrence by it only where that never moves.
        self._is_exact = source.kind == SourceKind.ALERTMANAGER
        self._by_beginning: dict[tuple[str, datetime], Alert] = {}
        self._open: dict[str, Alert] = {}
        started = list({each.started_at for each in told if each.started_at is not None})
        rows = Alert.objects.defer("raw", "text", "labels").filter(
            Q(started_at__in=started) | ~Q(state=AlertState.RESOLVED),
            source=source,
            fingerprint__in=list({each.fingerprint for each in told}),
        )
        for row in rows.order_by("started_at", "pk"):
            self._by_beginning[row.fingerprint, row.started_at] = row
            if is_open(row):
                self._open[row.fingerprint] = row

    def find(self, reading: Reading) -> Alert | None:
        """Return the alert that a reading tells of, or None for one that is not known."""
        still_open = self._open.get(reading.fingerprint)
        if reading.started_at is None:
            return still_open
        found = self._by_beginning.get((reading.fingerprint, reading.started_at))
        if found is None and (not self._is_exact or not reading.is_firing):
            return still_open
        return found

    def superseded(self, reading: Reading) -> Alert | None:
        """Return the open alert that must have cleared unheard, since the same began anew."""
        if not reading.is_firing:
            return None
        found = self._open.get(reading.fingerprint)
        return found if found is None or found.started_at != reading.started_at else None


def _keep(source: AlertSource, body: bytes, faults: tuple[str, ...], *, at: datetime) -> None:
    """Keep what could not be read, as it came; the same again is counted."""
    kept = RefusedPayload(
        source=source,
        sha256=hashlib.sha256(body).hexdigest(),
        body=body[:LARGEST_BODY],
        size=len(body),
        faults=list(faults[:100]),
        first_at=at,
        last_at=at,
    )
    _row, is_new = RefusedPayload.objects.get_or_create(
        source=source,
        sha256=kept.sha256,
        defaults={
            name: getattr(kept, name) for name in ("body", "size", "faults", "first_at", "last_at")
        },
    )
    if not is_new:
        RefusedPayload.objects.filter(source=source, sha256=kept.sha256).update(
            times=F("times") + 1,
            last_at=at,
            faults=kept.faults,
            state=PayloadState.REFUSED,
            settled_at=None,
        )
    else:
        _make_room(source)


def _make_room(source: AlertSource) -> None:
    """Remove what waited longest to be looked at, where a source sends more and more of it.

    A source that is set up wrongly sends another unreadable body every few seconds for months,
    and the latest tell as much as the first.
    """
    waiting = RefusedPayload.objects.filter(source=source, state=PayloadState.REFUSED)
    held, beyond = 0, []
    for place, (key, size) in enumerate(
        waiting.order_by("-last_at", "-pk").values_list("pk", "size")
    ):
        held += size
        if place and (place >= MOST_REFUSED or held > MOST_REFUSED_BYTES):
            beyond.append(key)
    if beyond:
        waiting.filter(pk__in=beyond).delete()
