"""Wanting to hear by mail how services do: one click for people of the house, two for strangers.

What a stranger asks is answered in the same way whoever they are and whether they were known, so
that nobody learns who hears of what; and a stranger hears nothing before they confirmed.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, Refused
from timshel.kernel.events import publish
from timshel.kernel.text import is_storable
from timshel.resolution_fulfilment.status import rules
from timshel.resolution_fulfilment.status.access import known_service
from timshel.resolution_fulfilment.status.events import SubscriptionAsked
from timshel.resolution_fulfilment.status.models import Subscriber
from timshel.service_portfolio.service.models import Service

TOKEN_BYTES = 24
LONGEST_ORIGIN = 64
LONGEST_LANGUAGE = 10


class Throttled(Refused):
    """Too much was asked from one origin lately."""

    code = "throttled"
    default = _("Too much was asked from here. Please wait an hour.")


@dataclass(frozen=True, slots=True)
class MailWish:
    """What a stranger asks.

    Args:
        address: theirs.
        service: the code of a service; empty for all that is public.
        language: in which they are written to.
        origin: the network address that they came from.
    """

    address: str
    service: str = ""
    language: str = "en"
    origin: str = ""


@transaction.atomic
def subscribe_status(*, service: str = "", actor: Actor, at: datetime) -> None:
    """Have a person of the house told by mail; harmless again.

    Args:
        service: its code; empty for all that they may know of.
        actor: who wants to hear.
        at: now.

    Raises:
        NotAllowed: the actor is nobody.
        NotFound: there is no such service for them.
    """
    if actor.person_id is None:
        raise NotAllowed
    wanted = known_service(service, actor=actor, at=at) if service else None
    Subscriber.objects.get_or_create(
        person_id=actor.person_id,
        service=wanted,
        defaults={
            "token": _token(),
            "language": actor.language,
            "asked_at": at,
            "confirmed_at": at,
        },
    )


@transaction.atomic
def unsubscribe_status(*, service: str = "", actor: Actor, at: datetime) -> None:  # noqa: ARG001
    """Have a person of the house told no longer; harmless again.

    Raises:
        NotAllowed: the actor is nobody.
    """
    if actor.person_id is None:
        raise NotAllowed
    mine = Subscriber.objects.filter(person_id=actor.person_id)
    if service:
        mine.filter(service__code=service).delete()
    else:
        mine.filter(service__isnull=True).delete()


@transaction.atomic
def ask_by_mail(wish: MailWish, *, actor: Actor, at: datetime) -> None:
    """Take down what a stranger asks, and have them asked to confirm it.

    Raises:
        Invalid: the address is none.
        NotFound: there is no such service for everybody.
        Throttled: too much came from one origin.
    """
    address = wish.address.strip().lower()
    _check_address(address)
    service = known_service(wish.service, actor=actor, at=at) if wish.service else None
    origin = wish.origin[:LONGEST_ORIGIN]
    lately = Subscriber.objects.filter(origin=origin, asked_at__gt=at - rules.WINDOW)
    if lately.count() >= rules.MOST_ASKED:
        raise Throttled
    asked = Subscriber.objects.filter(address=address, asked_at__gt=at - rules.ASKED_AGAIN)
    if asked.count() >= rules.MOST_TO_ONE:
        return  # nobody is written to over and over by strangers; said in the same way as ever
    found, is_new = Subscriber.objects.select_for_update().get_or_create(
        address=address,
        service=service,
        person=None,
        defaults={
            "token": _token(),
            "language": wish.language[:LONGEST_LANGUAGE],
            "origin": origin,
            "asked_at": at,
        },
    )
    if found.confirmed_at is not None:
        return
    if not is_new and found.asked_at > at - rules.ASKED_AGAIN:
        return
    found.asked_at, found.origin = at, origin
    found.save(update_fields=["asked_at", "origin"])
    publish(SubscriptionAsked(found.pk, at))


@transaction.atomic
def confirm_by_mail(token: str, *, at: datetime) -> Service | None:
    """Begin to tell a stranger who followed the link in their mail; harmless again.

    Returns:
        The service, or None for all.

    Raises:
        NotFound: there is nothing to confirm, or not any more.
    """
    found = _by_token(token)
    if found.confirmed_at is None:
        if found.asked_at < at - rules.CONFIRMED_WITHIN:
            raise NotFound
        found.confirmed_at = at
        found.save(update_fields=["confirmed_at"])
    return found.service


@transaction.atomic
def end_by_mail(token: str, *, at: datetime) -> None:  # noqa: ARG001
    """End what a link in a mail belongs to; harmless again."""
    if is_storable(token):
        Subscriber.objects.filter(token=token).delete()


def forget_unconfirmed(*, at: datetime) -> int:
    """Remove what was never confirmed; returns how many."""
    old = Subscriber.objects.filter(
        confirmed_at__isnull=True, asked_at__lt=at - rules.CONFIRMED_WITHIN
    )
    return old.delete()[0]


def _by_token(token: str) -> Subscriber:
    found = None
    if is_storable(token):
        rows = Subscriber.objects.select_for_update(of=("self",)).select_related("service")
        found = rows.filter(token=token, person__isnull=True).first()
    if found is None:
        raise NotFound
    return found


def _check_address(address: str) -> None:
    fault = Invalid({"address": [_("Please give a mail address.")]})
    if len(address) > rules.LONGEST_ADDRESS or not is_storable(address):
        raise fault
    try:
        validate_email(address)
    except ValidationError as error:
        raise fault from error


def _token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)
