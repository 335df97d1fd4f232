"""Finding the group of each alert that begins to count, or beginning one; no query per alert."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from timshel.resolution_fulfilment.alert.models import Alert, AlertGroup, AlertSource
from timshel.resolution_fulfilment.alert.rules.deciding import GATHER, Rule
from timshel.resolution_fulfilment.alert.rules.reading import Reading, line

Groups = Mapping[str, AlertGroup]


@dataclass(frozen=True, slots=True)
class Placed:
    """An alert that begins to count, and where it belongs.

    Args:
        reading: what was said of it; None where it is known and unmuted.
        rule: that took it, or None.
        muted_by: the planned work that mutes it, or None.
        key: of its group; empty where it makes no incident.
        title: of its group, if that is new.
        severity: of the alert.
        row: the alert, where it is known already.
    """

    reading: Reading
    rule: Rule | None
    muted_by: int | None
    key: str
    row: Alert | None = None


def place_in_groups(source: AlertSource, placed: Sequence[Placed], *, at: datetime) -> Groups:
    """Return the group of each key, having begun those that were not there.

    One that cleared too long ago, or before it became an incident, is over: another follows it.
    """
    wanted: dict[str, Placed] = {}
    for each in placed:
        if each.key:
            wanted.setdefault(each.key, each)
    if not wanted:
        return {}
    standing = AlertGroup.objects.select_related("folded_into").filter(
        source=source, is_current=True, key__in=list(wanted)
    )
    groups: dict[str, AlertGroup] = {}
    over: dict[str, AlertGroup] = {}
    for group in standing:
        (over if is_over(group, source, at=at) else groups)[group.key] = group
    if over:
        AlertGroup.objects.filter(pk__in=[each.pk for each in over.values()]).update(
            is_current=False, due_at=None
        )
    made = [
        _begun(source, each, over.get(key), at=at)
        for key, each in wanted.items()
        if key not in groups
    ]
    if made:
        AlertGroup.objects.bulk_create(made)
    wake([group for group in groups.values() if _is_fed(group, placed)], wanted, at=at)
    return {**groups, **{group.key: group for group in made}}


def is_over(group: AlertGroup, source: AlertSource, *, at: datetime) -> bool:
    """Tell whether what fires now is no longer the same matter."""
    storm = group.folded_into
    if storm is not None:
        return not storm.is_current or is_over(storm, source, at=at)
    if group.cleared_at is None:
        return False
    return group.incident_id is None or at - group.cleared_at > source.reopen_within


def _is_fed(group: AlertGroup, placed: Iterable[Placed]) -> bool:
    return any(each.key == group.key and each.muted_by is None for each in placed)


def _begun(
    source: AlertSource, placed: Placed, before: AlertGroup | None, *, at: datetime
) -> AlertGroup:
    rule = placed.rule
    wait = max(rule.wait if rule else GATHER, GATHER)
    previous = None
    if before is not None:
        follows = before.incident_id or before.folded_into_id
        previous = before.pk if follows else before.previous_id
    return AlertGroup(
        source=source,
        rule_id=rule.id if rule else None,
        service_id=rule.service_id if rule else None,
        team_id=rule.team_id if rule else source.team_id,
        key=placed.key,
        title=line(placed.reading.title),
        severity=placed.reading.severity,
        opened_at=at,
        fed_at=at,
        due_at=None if placed.muted_by else at + wait,
        previous_id=previous,
    )


def wake(groups: Sequence[AlertGroup], by_key: Mapping[str, Placed], *, at: datetime) -> None:
    """Have groups looked at that sleep: one with an incident now, another after its wait."""
    dues: dict[int, datetime] = {}
    for group in groups:
        if group.folded_into_id is not None:
            dues[group.folded_into_id] = at
        elif group.incident_id is not None:
            dues[group.pk] = at
        elif group.due_at is None:
            rule = by_key[group.key].rule
            dues[group.pk] = at + max(rule.wait if rule else GATHER, GATHER)
    set_due(dues)


def set_due(dues: Mapping[int, datetime]) -> None:
    """Have groups looked at no later than at these moments; one query, or none."""
    if not dues:
        return
    keys = sorted(dues)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE alert_alertgroup AS each SET due_at = LEAST(each.due_at, given.due_at)"
            " FROM unnest(%s::bigint[], %s::timestamptz[]) AS given (id, due_at)"
            " WHERE each.id = given.id",
            [keys, [dues[key] for key in keys]],
        )
