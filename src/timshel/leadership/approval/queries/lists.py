"""What waits for somebody, what they had part in, and what was asked about a piece of work."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q, QuerySet

from timshel.kernel.actor import Actor, ActorKind, Channel
from timshel.kernel.errors import NotFound
from timshel.kernel.journal.queries import JournalEntry, history
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.leadership.approval.models import Approval, Delegation, Seat
from timshel.leadership.approval.queries.views import ApprovalView, views, with_people
from timshel.leadership.approval.rules import sight
from timshel.leadership.approval.states import ApprovalState, SeatState

MOST_COUNTED = 100
SUBJECT = "approval"
HANDED_OVER = "approval.handed_over"

BY_DEADLINE: KeysetOrder[Approval] = KeysetOrder(
    SortKey("due_at", nullable=True, is_time=True), SortKey("id")
)
NEWEST_FIRST: KeysetOrder[Approval] = KeysetOrder(SortKey("id", descending=True))


class Which(StrEnum):
    """Which approvals a list shows: what waits for the reader, what they had part in, or all."""

    WAITING = "waiting"
    DECIDED = "decided"
    ALL = "all"


def approval_inbox(
    *,
    actor: Actor,
    at: datetime,
    which: Which = Which.WAITING,
    cursor: str | None = None,
    size: int = 25,
) -> Page[ApprovalView]:
    """Return a page of approvals, in three queries.

    What waits is one's own, that of those in whose place one answers at the moment, and for who
    manages approvals also what nobody was found for; soonest deadline first. What one had part
    in, and all that one may see, come newest first.

    Args:
        actor: who asks.
        at: now.
        which: which of them.
        cursor: where to go on, from an earlier page.
        size: how many to a page.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    found: QuerySet[Approval]
    if which is Which.ALL:
        found = Approval.objects.visible_to(actor, at=at)
    elif actor.person_id is None:
        found = Approval.objects.none()
    elif which is Which.WAITING:
        found = _waiting_for(actor, at=at)
    else:
        found = _decided_by(actor.person_id)
    order = BY_DEADLINE if which is Which.WAITING else NEWEST_FIRST
    page = order.page(with_people(found), cursor=cursor, size=size)
    seen_as = views(page.items, actor=actor, at=at)
    return Page(seen_as, page.next_cursor, page.previous_cursor)


def waiting_count(*, actor: Actor, at: datetime) -> int:
    """Return how many approvals wait for somebody, at most 100, in one query.

    Args:
        actor: who asks; nobody waits for what is no person.
        at: now.
    """
    if actor.person_id is None:
        return 0
    return len(_waiting_for(actor, at=at).values_list("pk")[:MOST_COUNTED])


def approval(approval_id: int, *, actor: Actor, at: datetime) -> ApprovalView:
    """Return one approval, in three queries.

    Raises:
        NotFound: there is none, or the actor may not know that there is.
    """
    visible = Approval.objects.visible_to(actor, at=at).filter(pk=approval_id)
    found = with_people(visible).first()
    if found is None:
        raise NotFound
    return views([found], actor=actor, at=at)[0]


def approvals_of(work_item_id: int, *, actor: Actor, at: datetime) -> tuple[ApprovalView, ...]:
    """Return what was asked about a piece of work, oldest first, in three queries.

    Only what the actor may see of it as an approval; whoever sees the work itself asks
    :func:`standings_of`.
    """
    visible = Approval.objects.visible_to(actor, at=at).filter(work_item_id=work_item_id)
    return views(list(with_people(visible).order_by("pk")), actor=actor, at=at)


def standings_of(work_item_id: int, *, language: str, at: datetime) -> tuple[ApprovalView, ...]:
    """Return how the approvals of a piece of work stand, oldest first, in three queries.

    For pages of the work itself, whose door has made sure that the reader sees it: who is asked
    and who answered, without what was said, but for why something was refused.

    Args:
        work_item_id: the work.
        language: the reader's.
        at: now.
    """
    rows = Approval.objects.filter(work_item_id=work_item_id)
    nobody = Actor(kind=ActorKind.PERSON, name="", channel=Channel.PORTAL, language=language)
    return views(list(with_people(rows).order_by("pk")), actor=nobody, at=at)


def happenings(shown: ApprovalView) -> tuple[JournalEntry, ...]:
    """Return what happened to an approval, oldest first, in one query.

    Why somebody else was asked is for those who are asked themselves and who manage approvals.

    Args:
        shown: the approval as its reader sees it.
    """
    entries = history(SUBJECT, [shown.id])
    return tuple(each for each in entries if shown.reads_all or each.verb != HANDED_OVER)


def _waiting_for(actor: Actor, *, at: datetime) -> QuerySet[Approval]:
    person_id, seen = actor.person_id, sight(actor)
    substituted = Delegation.objects.running(at).filter(substitute=person_id)
    still_open = Seat.objects.filter(approval=OuterRef("pk"), state=SeatState.OPEN)
    mine = Q(Exists(still_open.filter(person=person_id)))
    mine |= Q(Exists(still_open.filter(person__in=substituted.values("person"))))
    if seen.everything or seen.units:
        vacant = Q(Exists(still_open.filter(person__isnull=True)))
        mine |= vacant if seen.everything else vacant & Q(requester__unit_id__in=seen.units)
    spoken = Seat.objects.filter(approval=OuterRef("pk"), decided_by=person_id)
    waiting = Approval.objects.filter(mine, ~Exists(spoken), state=ApprovalState.OPEN)
    return waiting.exclude(requester=person_id).exclude(asked_by=person_id)


def _decided_by(person_id: int) -> QuerySet[Approval]:
    seats = Seat.objects.filter(approval=OuterRef("pk"))
    had_part = Exists(seats.filter(decided_by=person_id))
    was_asked = Exists(seats.filter(person=person_id))
    return Approval.objects.filter(Q(had_part) | (~Q(state=ApprovalState.OPEN) & Q(was_asked)))
