"""Giving seats: who is asked in whose place, and where nobody is left to ask."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from timshel.context.people.models import Person
from timshel.kernel.errors import NotFound
from timshel.leadership.approval.models import Approval, Seat
from timshel.leadership.approval.rules import successor
from timshel.leadership.approval.states import Why


@dataclass(frozen=True, slots=True)
class SeatAsked:
    """One who is to be asked.

    Args:
        person_id: who; None where nobody was found, for those who manage approvals.
        why: as what, of ``states.Why``.
        detail: more about that, such as the name of a role; at most 100 characters.
    """

    person_id: int | None
    why: Why = Why.PERSON
    detail: str = ""


class _Places:
    """Who may still be asked in an approval.

    Args:
        approval: which.
        taken: who is asked in it already.
    """

    def __init__(self, approval: Approval, taken: Iterable[int]) -> None:
        self._barred = {approval.requester_id, approval.asked_by_id}
        self._taken = set(taken)
        self._known: dict[int, tuple[int | None, bool]] = {}

    def possible(self, people: Iterable[int]) -> set[int]:
        """Return those of some people who may be asked, and note that they are.

        Raises:
            NotFound: there is no such person.
        """
        wanted = set(people)
        rows = Person.objects.filter(pk__in=wanted).values_list("pk", "manager_id", "is_active")
        self._known |= {key: (manager_id, is_active) for key, manager_id, is_active in rows}
        found = {each for each in wanted if self._is_possible(each)}
        self._taken |= found
        return found

    def above(self, person_id: int | None) -> int | None:
        """Return the nearest manager above a person who may be asked and is not yet, if any."""
        if person_id is None:
            return None
        found = successor(
            person_id,
            manager_of=lambda key: self._read(key)[0],
            is_possible=lambda key: self._is_possible(key) and key not in self._taken,
        )
        if found is not None:
            self._taken.add(found)
        return found

    def _is_possible(self, person_id: int) -> bool:
        return person_id not in self._barred and self._read(person_id)[1]

    def _read(self, person_id: int) -> tuple[int | None, bool]:
        if person_id not in self._known:
            rows = Person.objects.filter(pk=person_id).values_list("manager_id", "is_active")
            row = rows.first()
            if row is None:
                raise NotFound
            self._known[person_id] = row
        return self._known[person_id]


def take_seats(approval: Approval, asked: Iterable[SeatAsked], *, at: datetime) -> list[Seat]:
    """Give the seats of a new approval, and return them.

    Nobody gets two. Whoever may not be asked is replaced by the next manager above them who is
    not asked anyway, since otherwise two voices would become one. Where fewer chairs than are
    needed come about, empty ones are added.

    Raises:
        NotFound: there is no such person.
    """
    wanted = _each_once(asked)
    places = _Places(approval, ())
    themselves = places.possible(each.person_id for each in wanted if each.person_id is not None)
    holders = [
        each.person_id if each.person_id in themselves else places.above(each.person_id)
        for each in wanted
    ]
    for _missing in range(len(wanted), approval.needed or 1):
        wanted.append(SeatAsked(None, Why.VACANT))
        holders.append(None)
    return Seat.objects.bulk_create(
        Seat(
            approval=approval,
            chair=chair,
            person_id=holder,
            passed_from_id=None if holder == each.person_id else each.person_id,
            why=each.why,
            why_detail=each.detail[:100],
            given_at=at,
        )
        for chair, (each, holder) in enumerate(zip(wanted, holders, strict=True), 1)
    )


def _each_once(asked: Iterable[SeatAsked]) -> list[SeatAsked]:
    """Return those to be asked without repeating a person; several vacancies stay several."""
    found: list[SeatAsked] = []
    seen: set[int] = set()
    for each in asked:
        if each.person_id is not None:
            if each.person_id in seen:
                continue
            seen.add(each.person_id)
        found.append(each)
    return found


def seat_above(seat: Seat, seats: Iterable[Seat], *, at: datetime) -> Seat:
    """Give a second seat on a chair to the manager above, or to nobody where there is none.

    Args:
        seat: on which nobody answered in time.
        seats: all of the approval.
        at: when.
    """
    taken = {each.person_id for each in seats if each.person_id is not None}
    above = _Places(seat.approval, taken).above(seat.person_id)
    return Seat.objects.create(
        approval=seat.approval,
        chair=seat.chair,
        person_id=above,
        passed_from_id=seat.person_id,
        why=Why.ESCALATED,
        given_at=at,
    )
