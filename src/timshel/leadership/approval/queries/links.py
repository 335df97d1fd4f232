"""What a link in a mail asks, and whether it can still be used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from timshel.kernel.actor import EVERYWHERE, Actor, ActorKind, Channel
from timshel.leadership.approval import access
from timshel.leadership.approval.models import ApprovalLink
from timshel.leadership.approval.queries.lists import approval
from timshel.leadership.approval.queries.views import ApprovalView
from timshel.leadership.approval.rules import link_digest
from timshel.leadership.approval.states import ApprovalState, LinkState, SeatState


@dataclass(frozen=True, slots=True)
class LinkView:
    """What a link in a mail asks.

    Args:
        approval_id: the approval.
        seat_id: the seat for which it answers.
        person_id: to whom it was sent.
        person: their name.
        language: theirs.
        time_zone: theirs.
        state: whether it can still be used.
        approval: what is asked, as that person sees it; None where they no longer may.
    """

    approval_id: int
    seat_id: int
    person_id: int
    person: str
    language: str
    time_zone: str
    state: LinkState
    approval: ApprovalView | None


def link_view(secret: str, *, at: datetime) -> LinkView | None:
    """Return what a link in a mail asks, or None where there is no such link.

    Args:
        secret: as it stands in the address.
        at: now.
    """
    links = ApprovalLink.objects.select_related(
        "person__site", "seat__approval__requester", "seat__person"
    )
    link = links.filter(digest=link_digest(secret)).first()
    if link is None:
        return None
    person = link.person
    site_zone = person.site.time_zone if person.site else "UTC"
    state = _link_state(link, at=at)
    reader = Actor(
        kind=ActorKind.PERSON,
        name=person.name,
        channel=Channel.MAIL,
        person_id=person.pk,
        language=person.language,
        time_zone=person.time_zone or site_zone,
        scopes=MappingProxyType({access.DECIDE: EVERYWHERE}),
    )
    return LinkView(
        approval_id=link.seat.approval_id,
        seat_id=link.seat_id,
        person_id=person.pk,
        person=person.name,
        language=reader.language,
        time_zone=reader.time_zone,
        state=state,
        approval=approval(link.seat.approval_id, actor=reader, at=at)
        if state is LinkState.OPEN
        else None,
    )


def _link_state(link: ApprovalLink, *, at: datetime) -> LinkState:
    """Return whether a link can be used; what was done with it comes before its time."""
    seat, asked = link.seat, link.seat.approval
    is_asked = link.person_id == seat.person_id or (
        seat.person_id in access.principals_of(link.person_id, at=at)
    )
    reasons = (
        (link.used_at is not None, LinkState.USED),
        (seat.state == SeatState.HANDED_OVER, LinkState.NOT_YOURS),
        (not link.person.is_active or not is_asked, LinkState.NOT_YOURS),
        (asked.state == ApprovalState.WITHDRAWN, LinkState.WITHDRAWN),
        (asked.state == ApprovalState.EXPIRED, LinkState.EXPIRED),
        (asked.state != ApprovalState.OPEN or seat.state != SeatState.OPEN, LinkState.DECIDED),
        (link.expires_at <= at, LinkState.EXPIRED),
    )
    return next((state for is_so, state in reasons if is_so), LinkState.OPEN)
