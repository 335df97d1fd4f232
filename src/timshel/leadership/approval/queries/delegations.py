"""Who stands in for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.leadership.approval import access
from timshel.leadership.approval.models import Delegation


@dataclass(frozen=True, slots=True)
class DelegationRow:
    """Somebody stands in for somebody.

    Args:
        id: its key.
        person_id: who is away.
        person: their name.
        substitute_id: who answers meanwhile.
        substitute: their name.
        from_date: the first day.
        until_date: the last day.
        reason: as it was given.
        starts_at: its first moment.
        ends_at: the first moment after it.
        is_running: whether it holds now.
        is_over: whether it is over.
        is_mine: whether the reader is who is away.
    """

    id: int
    person_id: int
    person: str
    substitute_id: int
    substitute: str
    from_date: date
    until_date: date
    reason: str
    starts_at: datetime
    ends_at: datetime
    is_running: bool
    is_over: bool
    is_mine: bool


def delegation_list(*, actor: Actor, at: datetime) -> tuple[DelegationRow, ...]:
    """Return where the actor is away or stands in, running and coming ones first, in one query."""
    if actor.person_id is None:
        return ()
    mine = Delegation.objects.filter(Q(person=actor.person_id) | Q(substitute=actor.person_id))
    rows = mine.select_related("person", "substitute").order_by("-ends_at", "-pk")[:50]
    found = [_delegation(row, actor=actor, at=at) for row in rows]
    return tuple(sorted(found, key=lambda row: (row.is_over, -row.starts_at.timestamp())))


def delegations_of(person_id: int, *, actor: Actor, at: datetime) -> tuple[DelegationRow, ...]:
    """Return who stands in for somebody now or later: for themselves and who manages approvals.

    Raises:
        NotFound: there is no such person.
        NotAllowed: it is somebody else, and the right is missing.
    """
    unit = Person.objects.filter(pk=person_id).values_list("unit_id", flat=True)
    if not unit:
        raise NotFound
    access.require_delegate(person_id, unit_id=unit[0], actor=actor)
    rows = Delegation.objects.filter(person=person_id, ends_at__gt=at)
    rows = rows.select_related("person", "substitute").order_by("starts_at", "pk")
    return tuple(_delegation(row, actor=actor, at=at) for row in rows)


def _delegation(row: Delegation, *, actor: Actor, at: datetime) -> DelegationRow:
    return DelegationRow(
        id=row.pk,
        person_id=row.person_id,
        person=row.person.name,
        substitute_id=row.substitute_id,
        substitute=row.substitute.name,
        from_date=row.from_date,
        until_date=row.until_date,
        reason=row.reason,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        is_running=row.starts_at <= at < row.ends_at,
        is_over=row.ends_at <= at,
        is_mine=row.person_id == actor.person_id,
    )
