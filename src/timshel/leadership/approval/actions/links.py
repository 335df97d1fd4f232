"""Answering by a link in a mail: for one seat, by one person, once, until the deadline.

A link only ever shows what is asked: programs that look through mail open every link, so the
answer is sent by a form on the page behind it. Its secret follows from the installation's key
(HMAC-SHA256 over seat and person), so that a reminder carries the same link and no table holds
anything that could be used; what is kept is a hash to find it by.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import NotFound, Refused, WrongState
from timshel.leadership.approval.actions.deciding import Standing, decide_approval
from timshel.leadership.approval.models import ApprovalLink, LinkAttempt, Seat
from timshel.leadership.approval.queries import LinkView, link_view
from timshel.leadership.approval.rules import (
    ATTEMPT_WINDOW,
    DECIDE,
    WITHOUT_DEADLINE,
    is_throttled,
    link_digest,
)
from timshel.leadership.approval.states import Decision, LinkState
from timshel.leadership.authority.queries import actor_for

SALT = "timshel.approval-link"
LONGEST_ORIGIN = 100


class Throttled(Refused):
    """Too many wrong links came from one address."""

    code = "throttled"
    default = _("Too many links that do not exist. Please wait a quarter of an hour.")


@transaction.atomic
def issue_link(seat_id: int, *, person_id: int, at: datetime) -> str:
    """Return the secret of the link with which a person may answer for a seat.

    Asked again, it is the same secret, which then holds for as long as an answer is expected.

    Args:
        seat_id: the seat.
        person_id: who will get the link: its holder or somebody who stands in.
        at: now.

    Raises:
        NotFound: there is no such seat.
    """
    seat = Seat.objects.select_related("approval").filter(pk=seat_id).first()
    if seat is None:
        raise NotFound
    code = salted_hmac(SALT, f"{seat_id}:{person_id}", algorithm="sha256").digest()
    secret = urlsafe_b64encode(code).decode().rstrip("=")
    ApprovalLink.objects.update_or_create(
        seat=seat,
        person_id=person_id,
        defaults={
            "digest": link_digest(secret),
            "expires_at": seat.approval.due_at or at + WITHOUT_DEADLINE,
        },
        create_defaults={
            "digest": link_digest(secret),
            "expires_at": seat.approval.due_at or at + WITHOUT_DEADLINE,
            "created_at": at,
        },
    )
    return secret


def open_link(secret: str, *, origin: str, at: datetime) -> LinkView:
    """Return what a link asks and whether it can still be answered; decides nothing.

    Args:
        secret: as it stands in the address.
        origin: the network address that asks; wrong links count against it.
        at: now.

    Raises:
        Throttled: too many wrong links came from there lately.
        NotFound: there is no such link.
    """
    attempts = LinkAttempt.objects.filter(origin=origin[:LONGEST_ORIGIN])
    if is_throttled(attempts.filter(at__gt=at - ATTEMPT_WINDOW).count()):
        raise Throttled
    found = link_view(secret, at=at)
    if found is None:
        LinkAttempt.objects.create(origin=origin[:LONGEST_ORIGIN], at=at)
        raise NotFound
    return found


@transaction.atomic
def decide_by_link(
    secret: str, *, decision: Decision, comment: str, origin: str, at: datetime
) -> Standing:
    """Answer by a link from a mail, as the person it was sent to and for its seat only.

    Args:
        secret: as it stands in the address; to be looked at by :func:`open_link` before.
        decision: the answer.
        comment: why; needed to refuse.
        origin: the network address that answers, for the journal.
        at: when.

    Returns:
        How the approval stands now.

    Raises:
        NotFound: there is no such link.
        WrongState: it was used, its time is over, or the answer is no longer asked of them.
        Invalid: a comment is missing or too long.
    """
    view = link_view(secret, at=at)
    if view is None:
        raise NotFound
    if view.state is not LinkState.OPEN:
        raise WrongState
    actor = _bearer(view.person_id, origin=origin)
    standing = decide_approval(
        view.approval_id,
        decision=decision,
        comment=comment,
        seat_id=view.seat_id,
        actor=actor,
        at=at,
    )
    ApprovalLink.objects.filter(digest=link_digest(secret)).update(used_at=at)
    return standing


def forget_link_attempts(*, at: datetime) -> int:
    """Remove wrong links that no longer count; returns how many."""
    return LinkAttempt.objects.filter(at__lt=at - ATTEMPT_WINDOW).delete()[0]


def _bearer(person_id: int, *, origin: str) -> Actor:
    """Return the person a link was sent to, with no other right than that to answer."""
    actor = actor_for(person_id, channel=Channel.MAIL, origin=origin)
    if actor is None:
        raise NotFound
    scopes = {name: scope for name, scope in actor.scopes.items() if name == DECIDE}
    return replace(actor, scopes=MappingProxyType(scopes))
