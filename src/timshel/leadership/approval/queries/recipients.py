"""Whom a mail about an approval goes to, each with what they may see of it and in their words."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor, Channel
from timshel.leadership.approval.models import Approval, Delegation, Seat
from timshel.leadership.approval.queries.lists import approval
from timshel.leadership.approval.queries.views import ApprovalView
from timshel.leadership.approval.rules import MANAGE
from timshel.leadership.approval.states import ApprovalState, SeatState
from timshel.leadership.authority.queries import actor_for, people_with


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who gets a mail about an approval.

    Args:
        actor: who, with language and time zone.
        address: their mail address; may be empty.
        seat_id: for which seat they are asked; None for who manages approvals, and for those who
            are told what came of it.
        in_place_of: for whom they stand in, or empty.
        approval: as they see it.
    """

    actor: Actor
    address: str
    seat_id: int | None
    in_place_of: str
    approval: ApprovalView

    @property
    def person_id(self) -> int:
        """The key of the person."""
        assert self.actor.person_id is not None  # noqa: S101 - recipients are people
        return self.actor.person_id


@dataclass(frozen=True, slots=True)
class SubstituteNews:
    """Somebody who is to hear that they stand in, or no longer do.

    Args:
        actor: the substitute, with language and time zone.
        address: their mail address; may be empty.
        person: who is away.
        starts_at: from when.
        ends_at: until when.
        reason: as it was given.
    """

    actor: Actor
    address: str
    person: str
    starts_at: datetime
    ends_at: datetime
    reason: str


def asked_people(
    approval_id: int, *, seat_id: int | None = None, at: datetime
) -> tuple[Recipient, ...]:
    """Return who is to hear that they are asked: holders of open seats, and who stands in.

    For a seat that nobody holds these are the people who manage approvals everywhere.

    Args:
        approval_id: what is asked; nobody hears of it once it is decided.
        seat_id: which seat alone; None for all.
        at: now.
    """
    asked = Approval.objects.filter(pk=approval_id, state=ApprovalState.OPEN).first()
    if asked is None:
        return ()
    seats = list(Seat.objects.filter(approval=asked).select_related("person"))
    silent = {seat.decided_by_id for seat in seats} | {asked.requester_id, asked.asked_by_id}
    wanted = [
        seat
        for seat in seats
        if seat.state == SeatState.OPEN and (seat_id is None or seat.pk == seat_id)
    ]
    found: dict[int, tuple[Person, int | None, str]] = {}
    for seat in wanted:
        if seat.person is not None:
            found.setdefault(seat.person.pk, (seat.person, seat.pk, ""))
    for seat, substitute in _substitutes(wanted, at=at):
        name = seat.person.name if seat.person else ""
        found.setdefault(substitute.pk, (substitute, seat.pk, name))
    if any(seat.person_id is None for seat in wanted):
        managers = Person.objects.filter(pk__in=people_with(MANAGE))
        for manager in managers.order_by("pk"):
            found.setdefault(manager.pk, (manager, None, ""))
    return tuple(
        recipient
        for person, for_seat, name in found.values()
        if person.pk not in silent
        and (recipient := _recipient(asked.pk, person, for_seat, name, at=at)) is not None
    )


def outcome_people(approval_id: int, *, but: int | None, at: datetime) -> tuple[Recipient, ...]:
    """Return who is to hear what came of an approval: the requester, and who asked for them.

    Args:
        approval_id: the approval.
        but: whose answer it was, if that is one of them.
        at: now.
    """
    asked = Approval.objects.filter(pk=approval_id).first()
    if asked is None or asked.state == ApprovalState.OPEN:
        return ()
    wanted = [key for key in (asked.requester_id, asked.asked_by_id) if key and key != but]
    people = Person.objects.filter(pk__in=wanted).order_by("pk")
    found = (_recipient(asked.pk, person, None, "", at=at) for person in people)
    return tuple(each for each in found if each is not None)


def substitute_told(delegation_id: int) -> SubstituteNews | None:
    """Return who is to hear of standing in for somebody, or None where they have left.

    Args:
        delegation_id: for whom and for how long.
    """
    found = Delegation.objects.select_related("person", "substitute").filter(pk=delegation_id)
    row = found.first()
    actor = actor_for(row.substitute_id, channel=Channel.MAIL) if row else None
    if row is None or actor is None:
        return None
    return SubstituteNews(
        actor=actor,
        address=row.substitute.email,
        person=row.person.name,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        reason=row.reason,
    )


def _substitutes(seats: list[Seat], *, at: datetime) -> list[tuple[Seat, Person]]:
    by_holder: dict[int, list[Seat]] = defaultdict(list)
    for seat in seats:
        if seat.person_id is not None:
            by_holder[seat.person_id].append(seat)
    running = Delegation.objects.running(at).filter(person__in=by_holder)
    rows = running.select_related("substitute").order_by("pk")
    return [(seat, row.substitute) for row in rows for seat in by_holder[row.person_id]]


def _recipient(
    approval_id: int, person: Person, seat_id: int | None, in_place_of: str, *, at: datetime
) -> Recipient | None:
    actor = actor_for(person.pk, channel=Channel.MAIL)
    if actor is None:
        return None
    return Recipient(
        actor=actor,
        address=person.email,
        seat_id=seat_id,
        in_place_of=in_place_of,
        approval=approval(approval_id, actor=actor, at=at),
    )
