"""Writing what a delivery changes, gathered first: one statement for each kind of change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F

from timshel.kernel import live
from timshel.kernel.events import publish
from timshel.resolution_fulfilment.alert.actions.grouping import Groups, Placed, set_due
from timshel.resolution_fulfilment.alert.events import (
    MOST_NAMED,
    AlertFact,
    AlertFired,
    AlertMuted,
    AlertResolved,
)
from timshel.resolution_fulfilment.alert.models import Alert, AlertGroup, AlertMoment, AlertSource
from timshel.resolution_fulfilment.alert.rules.reading import Reading
from timshel.resolution_fulfilment.alert.states import AlertState, Happening

REGION = "alerts"
FACTS: dict[Happening, type[AlertFact]] = {
    Happening.FIRED: AlertFired,
    Happening.UNMUTED: AlertFired,
    Happening.MUTED: AlertMuted,
    Happening.RESOLVED: AlertResolved,
}


class Changes:
    """What one delivery, or the end of planned work, does to alerts.

    Args:
        source: whose alerts.
        at: when.
    """

    def __init__(self, source: AlertSource, *, at: datetime) -> None:
        self._source, self._at = source, at
        self._again: list[int] = []
        self._ended: dict[int, datetime] = {}
        self._begun_anew: list[Alert] = []
        self._made: list[Alert] = []
        self._happened: list[tuple[Alert, Happening]] = []
        self.repeated_unknown = 0

    @property
    def repeated(self) -> int:
        """How many said again what was known."""
        return len(self._again) - self.resolved + self.repeated_unknown

    @property
    def fired(self) -> int:
        """How many began to fire."""
        return self._count(Happening.FIRED)

    @property
    def muted(self) -> int:
        """How many began during planned work."""
        return self._count(Happening.MUTED)

    @property
    def resolved(self) -> int:
        """How many cleared."""
        return self._count(Happening.RESOLVED)

    def _count(self, what: Happening) -> int:
        return sum(each is what for _row, each in self._happened)

    def note(self, row: Alert, reading: Reading) -> None:
        """An alert that is known is told of again, perhaps that it cleared."""
        self._again.append(row.pk)
        if not reading.is_firing and row.state != AlertState.RESOLVED:
            ended = reading.ended_at or self._at
            self._end(row, max(ended, row.started_at))

    def supersede(self, row: Alert, reading: Reading) -> None:
        """An alert must have cleared, since the same began anew."""
        self._again.append(row.pk)
        self._end(row, max(reading.started_at or self._at, row.started_at))

    def _end(self, row: Alert, ended_at: datetime) -> None:
        if row.pk not in self._ended:
            self._ended[row.pk] = ended_at
            self._happened.append((row, Happening.RESOLVED))

    def begin(self, placed: Sequence[Placed], groups: Groups) -> None:
        """Alerts begin to count, or are first heard of as cleared."""
        for each in placed:
            row = self._row(each, groups)
            (self._begun_anew if row.pk else self._made).append(row)
            what = Happening.MUTED if each.muted_by else Happening.FIRED
            self._happened.append((row, what if each.reading.is_firing else Happening.RESOLVED))

    def unmute(self, rows: Iterable[Alert]) -> None:
        """Alerts fire on though the planned work is over."""
        for row in rows:
            row.state, row.muted_by_id, row.fired_at = AlertState.FIRING, None, self._at
            self._begun_anew.append(row)
            self._happened.append((row, Happening.UNMUTED))

    def _row(self, placed: Placed, groups: Groups) -> Alert:
        reading, rule = placed.reading, placed.rule
        row = placed.row or Alert(
            source=self._source,
            fingerprint=reading.fingerprint,
            severity=reading.severity,
            title=reading.title or reading.fingerprint,
            text=reading.text,
            labels=dict(reading.labels),
            address=reading.address,
            raw=reading.raw,
            started_at=reading.started_at or self._at,
        )
        group = groups.get(placed.key)
        row.group_id = group.pk if group else None
        row.service_id = rule.service_id if rule else None
        row.team_id = rule.team_id if rule else self._source.team_id
        row.muted_by_id = placed.muted_by
        row.state = AlertState.MUTED if placed.muted_by else AlertState.FIRING
        row.ended_at, row.fired_at, row.seen_at = None, self._at, self._at
        if not reading.is_firing:
            row.state = AlertState.RESOLVED
            row.ended_at = max(reading.ended_at or self._at, row.started_at)
        return row

    def write(self) -> None:
        """Write it all, have pages drawn anew, have groups looked at, and publish the facts."""
        if self._again:
            Alert.objects.filter(pk__in=self._again).update(
                seen_at=self._at, times_seen=F("times_seen") + 1
            )
        self._write_ended()
        if self._begun_anew:
            self._write_begun_anew()
        if self._made:
            Alert.objects.bulk_create(self._made)
        if not self._happened:
            return
        AlertMoment.objects.bulk_create(
            AlertMoment(
                alert_id=row.pk,
                what=what,
                at=self._at,
                planned_work_id=row.muted_by_id if what is Happening.MUTED else None,
            )
            for row, what in self._happened
        )
        self._wake_groups()
        self._publish()

    def _write_ended(self) -> None:
        if not self._ended:
            return
        keys = sorted(self._ended)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE alert_alert AS each"
                " SET state = 'resolved', muted_by_id = NULL, ended_at = given.ended_at"
                " FROM unnest(%s::bigint[], %s::timestamptz[]) AS given (id, ended_at)"
                " WHERE each.id = given.id",
                [keys, [self._ended[key] for key in keys]],
            )

    def _write_begun_anew(self) -> None:
        rows = sorted(self._begun_anew, key=lambda row: row.pk)
        columns: list[list[Any]] = [
            [row.pk for row in rows],
            [row.state for row in rows],
            [row.group_id for row in rows],
            [row.service_id for row in rows],
            [row.team_id for row in rows],
            [row.muted_by_id for row in rows],
        ]
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE alert_alert AS each SET state = given.state, group_id = given.group_id,"
                " service_id = given.service_id, team_id = given.team_id,"
                " muted_by_id = given.muted_by_id, ended_at = NULL,"
                " fired_at = %s, seen_at = %s, times_seen = each.times_seen + 1"
                " FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[],"
                " %s::bigint[]) AS given (id, state, group_id, service_id, team_id, muted_by_id)"
                " WHERE each.id = given.id",
                [self._at, self._at, *columns],
            )

    def _wake_groups(self) -> None:
        """Have groups looked at of which something cleared, and pages of incidents drawn anew."""
        touched = {row.group_id for row, _what in self._happened if row.group_id}
        cleared = {
            row.group_id
            for row, what in self._happened
            if what is Happening.RESOLVED and row.group_id
        }
        regions, dues = {REGION}, {}
        rows = AlertGroup.objects.filter(pk__in=touched).values_list(
            "pk", "folded_into_id", "incident_id", "folded_into__incident_id", "due_at"
        )
        for key, storm_id, incident_id, storm_incident_id, due_at in rows if touched else ():
            if shown := storm_incident_id or incident_id:
                regions.add(f"work_item:{shown}")
            if key in cleared and (storm_id or incident_id or due_at is None):
                dues[storm_id or key] = self._at
        set_due(dues)
        live.announce(regions, at=self._at)

    def _publish(self) -> None:
        by_fact: dict[type[AlertFact], list[Alert]] = {}
        for row, what in self._happened:
            by_fact.setdefault(FACTS[what], []).append(row)
        for fact, rows in by_fact.items():
            services = {row.service_id for row in rows if row.service_id is not None}
            publish(
                fact(
                    source_id=self._source.pk,
                    alert_ids=tuple(row.pk for row in rows[:MOST_NAMED]),
                    count=len(rows),
                    service_ids=tuple(sorted(services)),
                    at=self._at,
                )
            )
