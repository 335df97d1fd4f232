"""Who may keep webhooks: one's own by a right, everybody's with the right to manage rights."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from django.db.models import Q

from timshel.kernel.actor import BY_TOKEN, Actor, Channel
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.text import is_storable
from timshel.leadership.authority.access import MANAGE as RIGHTS
from timshel.leadership.authority.models import ServiceAccount
from timshel.leadership.authority.queries import actor_for, service_actor
from timshel.support.webhook.models import Delivery, Subscription

MANAGE = "webhook.manage"
ORIGIN = "webhook"


def require_manage(actor: Actor) -> int:
    """Return the person who keeps webhooks.

    Raises:
        NotAllowed: the right is missing, or the actor is nobody.
    """
    if not actor.may_somewhere(MANAGE) or actor.person_id is None:
        raise NotAllowed
    return actor.person_id


def keeps_all(actor: Actor) -> bool:
    """Tell whether an actor keeps the webhooks of others too.

    Whoever sets an address gets what the owner may see, so that takes the right by which they
    could take the owner's place anyhow.
    """
    return actor.scope(RIGHTS).everywhere


def may_own(owner_id: int, *, actor: Actor) -> bool:
    """Tell whether an actor may give somebody a webhook."""
    return owner_id == actor.person_id or keeps_all(actor)


def account_to_own(code: str, *, actor: Actor, at: datetime) -> ServiceAccount | None:
    """Return the account of a program that an actor may give a webhook; None for none such.

    Whoever answers for an account can make its tokens, and so may read what it may anyhow.
    """
    if not is_storable(code):
        return None
    found = ServiceAccount.objects.filter(code=code).first()
    if found is None or not (found.owner_id == actor.person_id or keeps_all(actor)):
        return None
    return found if service_actor(found, origin=ORIGIN, at=at) is not None else None


def kept(actor: Actor) -> Q:
    """Return the condition for the webhooks that an actor keeps.

    Those of a program are kept by whoever answers for it.

    Raises:
        NotAllowed: the right is missing.
    """
    person_id = require_manage(actor)
    if keeps_all(actor):
        return Q()
    own = Q(owner_id=person_id, service_account__isnull=True)
    return own | Q(service_account__owner_id=person_id)


def subscription_of(key: int, *, actor: Actor, is_locked: bool = False) -> Subscription:
    """Return a webhook that the actor keeps.

    Raises:
        NotAllowed: the right is missing.
        NotFound: there is none, or it is somebody else's.
    """
    found = Subscription.objects.filter(kept(actor), pk=key)
    if is_locked:
        found = found.select_for_update(of=("self",))
    subscription = found.select_related("owner", "service_account__owner").first()
    if subscription is None:
        raise NotFound
    return subscription


def delivery_of(subscription_id: int, event_id: str, *, actor: Actor) -> Delivery:
    """Return a delivery of a webhook that the actor keeps.

    Raises:
        NotAllowed: the right is missing.
        NotFound: there is none, or it is somebody else's.
    """
    subscription = subscription_of(subscription_id, actor=actor)
    rows = Delivery.objects.select_related("subscription__service_account")
    found = rows.filter(subscription=subscription, event_id=event_id).first()
    if found is None:
        raise NotFound
    return found


def owner_actor(subscription: Subscription, *, at: datetime) -> Actor | None:
    """Return under whose rights a webhook sends; None once they may keep none any more.

    Args:
        subscription: the webhook.
        at: now, by which the account of a program has ended or not.
    """
    if subscription.service_account is not None:
        return _limited(
            service_actor(subscription.service_account, origin=ORIGIN, at=at), subscription
        )
    actor = actor_for(subscription.owner_id, channel=Channel.API, origin=ORIGIN)
    actor = _limited(actor, subscription)
    return actor if actor is not None and actor.may_somewhere(MANAGE) else None


def _limited(actor: Actor | None, subscription: Subscription) -> Actor | None:
    """Return an actor with no more rights than the token had that set a webhook up."""
    if actor is None or subscription.rights is None:
        return actor
    held = {each: actor.scope(each) for each in subscription.rights if actor.scope(each)}
    return replace(actor, scopes=MappingProxyType(held))


def may_read_all(subscription: Subscription, *, actor: Actor, at: datetime) -> bool:
    """Tell whether an actor may read all that is composed for a webhook: tokens open less."""
    if actor.channel not in BY_TOKEN:
        return True
    owner = owner_actor(subscription, at=at)
    return owner is not None and set(owner.scopes) <= set(actor.scopes)
