"""One approval as its reader sees it: what is asked, by whom, and what they can do with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.leadership.approval import access
from timshel.leadership.approval.models import Approval, Delegation, Seat
from timshel.leadership.approval.rules import Line, Price
from timshel.leadership.approval.states import ApprovalState, SeatState


@dataclass(frozen=True, slots=True)
class SeatView:
    """Somebody who is or was asked, and what they answered.

    Args:
        id: the key of the seat.
        person_id: who is asked; None where nobody was found.
        person: their name.
        passed_from: in whose place, or empty.
        why: of ``states.Why``.
        why_detail: more about that.
        state: of ``states.SeatState``.
        decided_by: who answered; differs from ``person`` for substitutes and managers.
        capacity: of ``states.Capacity``, as what they answered; empty before.
        decided_at: when.
        comment: what was said, as far as the reader may read it.
        channel: through which door.
        substitute: who stands in for the person at present, or empty.
    """

    id: int
    person_id: int | None
    person: str
    passed_from: str
    why: str
    why_detail: str
    state: str
    decided_by: str
    capacity: str
    decided_at: datetime | None
    comment: str
    channel: str
    substitute: str


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """One approval as its reader sees it.

    Args:
        id: its key.
        work_item_id: the work that it is about.
        step: what in that work asked.
        reference: what people call the work.
        title: in the reader's language.
        summary: labels and values of what is approved, in the reader's language.
        price: what it costs, or None.
        requester_id: for whom it is wanted.
        requester: their name.
        requester_unit: the name of their unit or customer.
        asked_by: who wanted it, where that is somebody else; otherwise empty.
        needed: how many must approve.
        chairs: of how many.
        approved: how many did.
        state: of ``states.ApprovalState``.
        outcome: of ``states.Outcome``; empty before the end.
        on_expiry: of ``states.OnExpiry``.
        asked_at: when.
        due_at: until when an answer is expected, or None.
        decided_at: when it came to its end.
        seats: those who are and were asked, in order.
        may_decide: whether the reader may answer, as holder of a seat or as a substitute.
        may_decide_for_others: whether the reader may answer by managing approvals.
        in_place_of: for whom the reader would answer, where it is not for themselves.
        may_hand_over: whether the reader may ask somebody else instead.
        reads_all: whether the reader is or was asked, or manages it, and so reads what was said.
    """

    id: int
    work_item_id: int
    step: str
    reference: str
    title: str
    summary: tuple[tuple[str, str], ...]
    price: Price | None
    requester_id: int
    requester: str
    requester_unit: str
    asked_by: str
    needed: int
    chairs: int
    approved: int
    state: str
    outcome: str
    on_expiry: str
    asked_at: datetime
    due_at: datetime | None
    decided_at: datetime | None
    seats: tuple[SeatView, ...]
    may_decide: bool
    may_decide_for_others: bool
    in_place_of: str
    may_hand_over: bool
    reads_all: bool


def with_people(rows: QuerySet[Approval]) -> QuerySet[Approval]:
    """Read with approvals whom they are about."""
    return rows.select_related("requester__unit", "requester__customer", "asked_by")


def views(
    approvals: Collection[Approval], *, actor: Actor, at: datetime
) -> tuple[ApprovalView, ...]:
    """Return approvals as an actor sees them, in their order; their seats take two queries."""
    seats = Seat.objects.filter(approval__in=[each.pk for each in approvals])
    seats = seats.select_related("person", "passed_from", "decided_by").order_by("chair", "pk")
    by_approval: dict[int, list[Seat]] = defaultdict(list)
    for seat in seats:
        by_approval[seat.approval_id].append(seat)
    holders = {seat.person_id for seat in seats if seat.person_id is not None}
    running = Delegation.objects.running(at).filter(person__in=holders)
    substitutes: dict[int, list[Person]] = defaultdict(list)
    for row in running.select_related("substitute").order_by("pk"):
        substitutes[row.person_id].append(row.substitute)
    return tuple(
        _view(each, by_approval[each.pk], substitutes=substitutes, actor=actor)
        for each in approvals
    )


def _view(
    asked: Approval,
    seats: Collection[Seat],
    *,
    substitutes: Mapping[int, list[Person]],
    actor: Actor,
) -> ApprovalView:
    places = _Places(asked, seats, substitutes=substitutes, actor=actor)
    requester = asked.requester
    home = requester.unit or requester.customer
    chairs: dict[int, set[str]] = defaultdict(set)
    for seat in seats:
        chairs[seat.chair].add(seat.state)
    is_for_another = asked.asked_by is not None and asked.asked_by_id != asked.requester_id
    return ApprovalView(
        id=asked.pk,
        work_item_id=asked.work_item_id,
        step=asked.step,
        reference=asked.reference,
        title=asked.text("title", actor.language),
        summary=tuple(Line.from_plain(line).words(actor.language) for line in asked.summary),
        price=_price(asked),
        requester_id=asked.requester_id,
        requester=requester.name,
        requester_unit=home.text("name", actor.language) if home else "",
        asked_by=asked.asked_by.name if asked.asked_by and is_for_another else "",
        needed=asked.needed or len(chairs),
        chairs=len(chairs),
        approved=sum(SeatState.APPROVED in states for states in chairs.values()),
        state=asked.state,
        outcome=asked.outcome,
        on_expiry=asked.on_expiry,
        asked_at=asked.asked_at,
        due_at=asked.due_at,
        decided_at=asked.decided_at,
        seats=tuple(map(places.seat, seats)),
        may_decide=places.own is not None,
        may_decide_for_others=places.may_decide_for_others,
        in_place_of=places.in_place_of,
        may_hand_over=places.is_open and places.manages,
        reads_all=places.reads_all,
    )


class _Places:
    """What an actor can do with one approval, from its seats.

    Args:
        asked: the approval.
        seats: all of it, in order.
        substitutes: who stands in for the holders at present.
        actor: who reads.
    """

    def __init__(
        self,
        asked: Approval,
        seats: Collection[Seat],
        *,
        substitutes: Mapping[int, list[Person]],
        actor: Actor,
    ) -> None:
        self._substitutes = substitutes
        self._actor = actor
        self.is_open = asked.state == ApprovalState.OPEN
        self.manages = access.manages_approval(asked, actor=actor)
        me = actor.person_id
        may_answer = (
            self.is_open
            and me is not None
            and actor.may_somewhere(access.DECIDE)
            and not access.is_barred(asked, me)
            and all(seat.decided_by_id != me for seat in seats)
        )
        still_open = [seat for seat in seats if may_answer and seat.state == SeatState.OPEN]
        mine = [seat for seat in still_open if self._is_mine(seat)]
        mine.sort(key=lambda seat: seat.person_id != me)
        self.own = mine[0] if mine else None
        self.may_decide_for_others = self.manages and bool(still_open) and not mine
        self.reads_all = self.manages or any(
            self._is_mine(seat) or (me is not None and seat.decided_by_id == me) for seat in seats
        )

    @property
    def in_place_of(self) -> str:
        """For whom the actor would answer, where it is not for themselves."""
        if self.own is None or self.own.person is None:
            return ""
        return "" if self.own.person_id == self._actor.person_id else self.own.person.name

    def seat(self, seat: Seat) -> SeatView:
        """Return a seat as the actor sees it."""
        reads = self.reads_all or seat.state == SeatState.REFUSED
        standing_in = self._substitutes.get(seat.person_id or 0, ())
        shows_substitute = seat.state == SeatState.OPEN
        return SeatView(
            id=seat.pk,
            person_id=seat.person_id,
            person=seat.person.name if seat.person else "",
            passed_from=seat.passed_from.name if seat.passed_from else "",
            why=seat.why,
            why_detail=seat.why_detail,
            state=seat.state,
            decided_by=seat.decided_by.name if seat.decided_by else "",
            capacity=seat.capacity,
            decided_at=seat.decided_at,
            comment=seat.comment if reads else "",
            channel=seat.channel,
            substitute=", ".join(each.name for each in standing_in) if shows_substitute else "",
        )

    def _is_mine(self, seat: Seat) -> bool:
        me = self._actor.person_id
        if me is None or seat.person_id is None:
            return False
        standing_in = self._substitutes.get(seat.person_id, ())
        return seat.person_id == me or any(each.pk == me for each in standing_in)


def _price(asked: Approval) -> Price | None:
    if asked.price_amount is None:
        return None
    return Price(asked.price_amount, asked.price_currency, asked.price_per)
