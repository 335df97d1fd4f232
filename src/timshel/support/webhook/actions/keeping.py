"""Setting webhooks up, changing, pausing and ending them, and giving them another secret."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.people.models import Person
from timshel.kernel import outside, sealing
from timshel.kernel.actor import BY_TOKEN, Actor
from timshel.kernel.errors import Invalid, NotAllowed, Text, WrongState
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.kernel.text import is_storable
from timshel.leadership.authority.models import ServiceAccount
from timshel.support.webhook import access, rules
from timshel.support.webhook.events import DeliveriesDue, SubscriptionStopped
from timshel.support.webhook.kinds import kinds
from timshel.support.webhook.models import Delivery, SigningSecret, Subscription
from timshel.support.webhook.rules import OVERLAP, SECRET_BYTES, secret_text
from timshel.support.webhook.states import AGAIN, DeliveryState, StopReason, SubscriptionState

SUBJECT = "webhook"
PURPOSE = "webhook"
LONGEST_NAME = 100
LONGEST_ADDRESS = 2_000
MOST = 100  # webhooks of one owner


@dataclass(frozen=True, slots=True)
class WebhookWanted:
    """What a webhook is to be.

    Args:
        name: what it is for.
        address: where it is sent to, of ``https`` or ``http``.
        kinds: names of kinds of events.
        condition: CEL over ``data``, ``type`` and ``subject``; empty for every event.
        owner_id: whose rights decide what is sent; None for the actor, or whoever it was.
        service_account: the code of the account of a program whose rights decide instead; empty
            for those of a person, None for what it was.
    """

    name: str
    address: str
    kinds: tuple[str, ...]
    condition: str = ""
    owner_id: int | None = None
    service_account: str | None = None


@dataclass(frozen=True, slots=True)
class WebhookMade:
    """A webhook that was set up, with its secret, which is shown this once."""

    id: int
    secret: str


@transaction.atomic
def create_webhook(wanted: WebhookWanted, *, actor: Actor, at: datetime) -> WebhookMade:
    """Set a webhook up.

    Raises:
        NotAllowed: without the right, or for an owner whom the actor may not stand for.
        Invalid: something of it is wrong.
    """
    person_id = access.require_manage(actor)
    owner_id = wanted.owner_id or person_id
    _check(wanted)
    _check_owner(owner_id, actor=actor)
    account = _account(wanted.service_account or "", actor=actor, at=at)
    if Subscription.objects.filter(owner_id=owner_id).count() >= MOST:
        raise Invalid({"": [_("At most %(count)d are possible.") % {"count": MOST}]})
    subscription = Subscription.objects.create(
        name=wanted.name.strip(),
        address=wanted.address.strip(),
        kinds=sorted(set(wanted.kinds)),
        condition=wanted.condition.strip(),
        owner_id=owner_id,
        service_account=account,
        rights=_rights(actor, None),
        created_at=at,
    )
    secret = _new_secret(subscription, at=at)
    _note("webhook.created", subscription, _words(subscription), actor=actor, at=at)
    return WebhookMade(subscription.pk, secret)


@transaction.atomic
def change_webhook(key: int, *, wanted: WebhookWanted, actor: Actor, at: datetime) -> None:
    """Change what a webhook is; what is the same already changes nothing.

    Raises:
        NotAllowed, NotFound: as ``access`` says.
        Invalid: something of it is wrong.
    """
    subscription = access.subscription_of(key, actor=actor, is_locked=True)
    _check(wanted)
    owner_id = wanted.owner_id or subscription.owner_id
    if owner_id != subscription.owner_id:
        _check_owner(owner_id, actor=actor)
    account = subscription.service_account
    if wanted.service_account is not None and wanted.service_account != _code(account):
        account = _account(wanted.service_account, actor=actor, at=at)
    before = _words(subscription)
    subscription.service_account = account
    subscription.name = wanted.name.strip()
    subscription.address = wanted.address.strip()
    subscription.kinds = sorted(set(wanted.kinds))
    subscription.condition = wanted.condition.strip()
    subscription.owner_id = owner_id
    after = _words(subscription)
    changes = {name: (before[name][1], said[1]) for name, said in after.items()}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if not changes:
        return
    if {"owner", "service_account"} & set(changes):
        _withhold(subscription, at=at)
    subscription.rights = _rights(actor, subscription.rights)
    subscription.condition_trouble = ""
    subscription.version += 1
    subscription.save()
    _note("webhook.changed", subscription, changes, actor=actor, at=at)


@transaction.atomic
def pause_webhook(key: int, *, actor: Actor, at: datetime) -> None:
    """Send nothing more for now; what happens meanwhile can be sent later. Harmless again.

    Raises:
        NotAllowed, NotFound: as ``access`` says.
    """
    subscription = access.subscription_of(key, actor=actor, is_locked=True)
    if subscription.state == SubscriptionState.PAUSED:
        return
    _move(subscription, SubscriptionState.PAUSED, "webhook.paused", actor=actor, at=at)


@transaction.atomic
def resume_webhook(key: int, *, actor: Actor, at: datetime) -> None:
    """Send again, beginning with what waits. Harmless again.

    Raises:
        NotAllowed, NotFound: as ``access`` says.
        WrongState: nobody is there any more whose rights decide.
    """
    subscription = access.subscription_of(key, actor=actor, is_locked=True)
    if subscription.state == SubscriptionState.ACTIVE:
        return
    if access.owner_actor(subscription, at=at) is None:
        raise WrongState(_("Its owner may keep none any more. Choose another owner first."))
    subscription.failing_since = None
    _move(subscription, SubscriptionState.ACTIVE, "webhook.resumed", actor=actor, at=at)
    publish(DeliveriesDue(subscription.pk, at))


@transaction.atomic
def stop_of_leaver(person_id: int, *, actor: Actor, at: datetime) -> int:
    """Pause the webhooks of somebody who left, which are theirs alone; again changes nothing.

    Nobody inherits them unasked: under another's rights they would tell more, or less.

    Args:
        person_id: who left; nothing happens while they are here.
        actor: the job.
        at: now.

    Returns:
        How many were paused.
    """
    if Person.objects.filter(pk=person_id, is_active=True).exists():
        return 0
    theirs = Subscription.objects.select_for_update(of=("self",)).filter(
        owner_id=person_id, service_account__isnull=True
    )
    found = list(theirs.exclude(stop_reason=StopReason.LEFT).order_by("pk"))
    for subscription in found:
        _move(subscription, SubscriptionState.STOPPED, "webhook.stopped", actor=actor, at=at)
        Subscription.objects.filter(pk=subscription.pk).update(stop_reason=StopReason.LEFT)
        publish(SubscriptionStopped(subscription.pk, at))
    return len(found)


@transaction.atomic
def delete_webhook(key: int, *, actor: Actor, at: datetime) -> None:
    """End a webhook, with its log.

    Raises:
        NotAllowed, NotFound: as ``access`` says.
    """
    subscription = access.subscription_of(key, actor=actor, is_locked=True)
    changes = {name: (said[1], None) for name, said in _words(subscription).items()}
    _note("webhook.deleted", subscription, changes, actor=actor, at=at)
    subscription.delete()


@transaction.atomic
def rotate_secret(key: int, *, actor: Actor, at: datetime) -> str:
    """Give a webhook another secret and return it; the old one goes on signing for a day.

    Raises:
        NotAllowed, NotFound: as ``access`` says.
        WrongState: the one before is still signing; a third would only confuse.
    """
    subscription = access.subscription_of(key, actor=actor, is_locked=True)
    held = SigningSecret.objects.filter(subscription=subscription)
    held.filter(ends_at__lte=at).delete()
    if held.filter(ends_at__gt=at).exists():
        raise WrongState(_("The secret was changed within the last day; both sign until then."))
    held.filter(ends_at__isnull=True).update(ends_at=at + OVERLAP)
    secret = _new_secret(subscription, at=at)
    _note("webhook.secret_rotated", subscription, {}, actor=actor, at=at)
    return secret


def secrets_in_force(subscription_id: int, *, at: datetime) -> tuple[str, ...]:
    """Return the secrets that a webhook signs with at a moment, the newest first."""
    held = SigningSecret.objects.filter(subscription_id=subscription_id).order_by("-made_at", "-pk")
    return tuple(
        sealing.unseal(bytes(each.sealed), purpose=PURPOSE).decode()
        for each in held
        if each.ends_at is None or each.ends_at > at
    )


def _check(wanted: WebhookWanted) -> None:
    faults: dict[str, list[Text]] = {}
    if not wanted.name.strip() or len(wanted.name) > LONGEST_NAME or not is_storable(wanted.name):
        faults["name"] = [_("Please say in a few words what it is for.")]
    if not _is_callable(wanted.address.strip()):
        faults["address"] = [_("Please give an address that begins with https:// or http://.")]
    known = {each.name for each in kinds()}
    if not wanted.kinds or not known.issuperset(wanted.kinds):
        faults["kinds"] = [_("Please choose at least one kind of event.")]
    if not is_storable(wanted.condition):
        faults["condition"] = [_("This holds characters that cannot be stored.")]
    elif found := rules.condition_faults(wanted.condition):
        faults["condition"] = found
    if faults:
        raise Invalid(faults)


def _is_callable(address: str) -> bool:
    """Tell whether an address may be called by its looks; what it means is asked at each call."""
    if len(address) > LONGEST_ADDRESS or not address.isprintable() or not is_storable(address):
        return False
    try:
        parts = outside.readable_address(address)
    except outside.NotReached:
        return False
    return parts.username is None and parts.password is None and " " not in address


def _check_owner(owner_id: int, *, actor: Actor) -> None:
    if not access.may_own(owner_id, actor=actor):
        raise NotAllowed
    if not Person.objects.filter(pk=owner_id, is_active=True).exists():
        raise Invalid({"owner": [_("Please choose somebody who is here.")]})


def _account(code: str, *, actor: Actor, at: datetime) -> ServiceAccount | None:
    if not code:
        return None
    found = access.account_to_own(code, actor=actor, at=at)
    if found is None:
        raise Invalid({"owner": [_("There is no such account that you answer for.")]})
    return found


def _code(account: ServiceAccount | None) -> str:
    return "" if account is None else account.code


def _withhold(subscription: Subscription, *, at: datetime) -> None:
    """Send nothing more of what was composed under the rights of whoever it belonged to before."""
    unsent = [DeliveryState.WAITING, *sorted(AGAIN)]
    Delivery.objects.filter(subscription=subscription, state__in=unsent).update(
        state=DeliveryState.WITHHELD, next_attempt_at=None, settled_at=at
    )


def _rights(actor: Actor, before: Iterable[str] | None) -> list[str] | None:
    """Return what limits a webhook: a token never opens more than it was made for."""
    if actor.channel not in BY_TOKEN:
        return None
    held = set(actor.scopes)
    return sorted(held if before is None else held & set(before))


def _new_secret(subscription: Subscription, *, at: datetime) -> str:
    secret = secret_text(secrets.token_bytes(SECRET_BYTES))
    sealed = sealing.seal(secret.encode(), purpose=PURPOSE)
    SigningSecret.objects.create(subscription=subscription, sealed=sealed, made_at=at)
    return secret


def _move(
    subscription: Subscription, state: SubscriptionState, verb: str, *, actor: Actor, at: datetime
) -> None:
    before = subscription.state
    subscription.state, subscription.stop_reason = state, StopReason.NONE
    subscription.version += 1
    subscription.save()
    _note(verb, subscription, {"state": (before, state.value)}, actor=actor, at=at)


def _words(subscription: Subscription) -> dict[str, tuple[Any, Any]]:
    """Return what the journal tells of a webhook, as if all of it were new."""
    return {
        "name": (None, subscription.name),
        "address": (None, subscription.address),
        "kinds": (None, list(subscription.kinds)),
        "condition": (None, subscription.condition),
        "owner": (None, subscription.owner_id),
        "service_account": (None, _code(subscription.service_account)),
    }


def _note(
    verb: str,
    subscription: Subscription,
    changes: dict[str, tuple[Any, Any]],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    record(
        verb,
        subject_kind=SUBJECT,
        subject_id=subscription.pk,
        changes=changes,
        actor=actor,
        at=at,
        version=subscription.version,
    )


def forget_deliveries(*, before: datetime, limit: int) -> int:
    """Remove what was settled long ago, and what waits since then for nobody; returns how many.

    Args:
        before: when it was made.
        limit: at most.
    """
    old = Delivery.objects.filter(created_at__lt=before).exclude(
        state=DeliveryState.WAITING, subscription__state=SubscriptionState.ACTIVE
    )
    keys = list(old.order_by("created_at").values_list("pk", flat=True)[:limit])
    Delivery.objects.filter(pk__in=keys).delete()
    return len(keys)
