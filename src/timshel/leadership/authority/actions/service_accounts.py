"""Service accounts: programs that act in their own name, and the person who answers for each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, Text
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.kernel.text import is_storable
from timshel.kernel.uniqueness import refusing_duplicates
from timshel.leadership.authority import access
from timshel.leadership.authority.access import SCOPES
from timshel.leadership.authority.events import ServiceAccountsHandedOver
from timshel.leadership.authority.models import ServiceAccount, Token

CODE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
LARGEST_RATE = 1_000_000
FIELDS = ("name", "purpose", "owner_id", "scopes", "requests_per_minute", "expires_at")


@dataclass(frozen=True, slots=True)
class AccountContent:
    """What is said of a service account.

    Args:
        name: what the journal shows.
        purpose: why it exists, in a sentence.
        owner: the person who answers for it, by their code or their mail address.
        scopes: what it may do, everywhere, by named scopes.
        requests_per_minute: its own limit, or None for the usual one.
        expires_at: when it ends by itself, or None.
    """

    name: str
    purpose: str
    owner: str
    scopes: tuple[str, ...]
    requests_per_minute: int | None = None
    expires_at: datetime | None = None


@transaction.atomic
def create_service_account(
    code: str, *, content: AccountContent, actor: Actor, at: datetime
) -> str:
    """Make an account for a program, and return its code.

    Args:
        code: small letters, digits and hyphens, at most 40; it stays.
        content: what is said of it.

    Raises:
        NotAllowed: without the right to manage rights.
        Invalid: the code is taken or odd, a field is empty, or there is no such owner or scope.
    """
    access.require(actor, access.MANAGE)
    if not CODE.fullmatch(code):
        message = _("Use small letters, digits and hyphens, at most 40.")
        raise Invalid({"code": [message]})
    account = ServiceAccount(code=code, created_at=at, **_checked(content, at=at))
    with refusing_duplicates({"code": _("This code is already taken.")}):
        account.save(force_insert=True)
    changes = {name: (None, _plain(getattr(account, name))) for name in FIELDS}
    _record("created", account, changes, actor=actor, at=at)
    return code


@transaction.atomic
def change_service_account(
    code: str, *, content: AccountContent, actor: Actor, at: datetime
) -> None:
    """Say other things of a service account; its tokens keep working, with its new rights.

    Raises:
        NotAllowed: without the right to manage rights.
        NotFound: there is no such account.
        Invalid: as for a new one.
    """
    access.require(actor, access.MANAGE)
    account = access.locked_account(code)
    changes: dict[str, tuple[Any, Any]] = {}
    for name, value in _checked(content, at=at).items():
        before = getattr(account, name)
        if before != value:
            changes[name] = (_plain(before), _plain(value))
            setattr(account, name, value)
    if changes:
        account.save(update_fields=list(changes))
        _record("changed", account, changes, actor=actor, at=at)


@transaction.atomic
def end_service_account(code: str, *, actor: Actor, at: datetime) -> None:
    """End an account and with it all its tokens; ending it twice changes nothing.

    Raises:
        NotAllowed: one neither answers for it nor manages rights.
        NotFound: there is no such account.
    """
    account = access.locked_account(code)
    if actor.person_id is None or actor.person_id != account.owner_id:
        access.require(actor, access.MANAGE)
    if account.ended_at is not None:
        return
    account.ended_at = at
    account.save(update_fields=["ended_at"])
    Token.objects.filter(service_account=account, revoked_at__isnull=True).update(revoked_at=at)
    _record("ended", account, {"ended_at": (None, at.isoformat())}, actor=actor, at=at)


@transaction.atomic
def hand_over_service_accounts(person_id: int, *, actor: Actor, at: datetime) -> tuple[str, ...]:
    """Give the accounts of somebody who left to whom that person reported, as far as there is one.

    Without an active manager they stay as they are, and the administration shows them as
    nobody's. Doing it again changes nothing.

    Returns:
        The codes of the accounts that were handed over.

    Raises:
        NotAllowed: without the right to manage rights.
    """
    access.require(actor, access.MANAGE)
    left = Person.objects.select_related("manager").filter(pk=person_id, is_active=False).first()
    successor = left.manager if left is not None else None
    if successor is None or not successor.is_active:
        return ()
    accounts = ServiceAccount.objects.select_for_update().filter(
        owner_id=person_id, ended_at__isnull=True
    )
    codes = []
    for account in accounts.order_by("code"):
        account.owner = successor
        account.save(update_fields=["owner"])
        changes = {"owner_id": (person_id, successor.pk)}
        _record("handed_over", account, changes, actor=actor, at=at)
        codes.append(account.code)
    if codes:
        event = ServiceAccountsHandedOver(
            codes=tuple(codes), from_person_id=person_id, to_person_id=successor.pk, at=at
        )
        publish(event)
    return tuple(codes)


def _checked(content: AccountContent, *, at: datetime) -> dict[str, Any]:
    faults: dict[str, list[Text]] = {}
    for name, text, longest in (("name", content.name, 100), ("purpose", content.purpose, 500)):
        if not text.strip() or len(text) > longest or not is_storable(text):
            faults[name] = [
                _("Please write something, of at most %(n)d characters.") % {"n": longest}
            ]
    named = content.owner.strip()
    by = {"email__iexact": named} if "@" in named else {"code": named}
    owner = Person.objects.filter(**by, is_active=True).order_by("pk").first()
    if owner is None:
        faults["owner"] = [_("There is nobody with this mail address or code.")]
    if not content.scopes or not _known(content.scopes):
        faults["scopes"] = [_("Choose at least one scope.")]
    rate = content.requests_per_minute
    if rate is not None and not 1 <= rate <= LARGEST_RATE:
        faults["requests_per_minute"] = [_("This must be between 1 and 1,000,000.")]
    if content.expires_at is not None and content.expires_at <= at:
        faults["expires_at"] = [_("This moment is over already.")]
    if faults or owner is None:
        raise Invalid(faults)
    return {
        "name": content.name.strip(),
        "purpose": content.purpose.strip(),
        "owner_id": owner.pk,
        "scopes": sorted(set(content.scopes)),
        "requests_per_minute": rate,
        "expires_at": content.expires_at,
    }


def _known(scopes: Iterable[str]) -> bool:
    return all(each in SCOPES for each in scopes)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _record(
    verb: str,
    account: ServiceAccount,
    changes: dict[str, tuple[Any, Any]],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    record(
        f"authority.service_account_{verb}",
        subject_kind="service_account",
        subject_id=account.pk,
        changes=changes,
        actor=actor,
        at=at,
    )
