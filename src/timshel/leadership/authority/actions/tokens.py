"""Tokens: keys to the API of a person or of a program, shown once and kept as a hash."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from timshel.context.people.models import Person
from timshel.kernel.actor import BY_TOKEN, Actor
from timshel.kernel.errors import Invalid, NotFound
from timshel.kernel.journal.actions import record
from timshel.kernel.text import is_storable
from timshel.leadership.authority import access
from timshel.leadership.authority.access import SCOPES, permissions_in
from timshel.leadership.authority.models import Token
from timshel.leadership.authority.queries import actor_for, token_digest

TOKEN_MARK = "tsh_"  # noqa: S105 - a mark by which leaked tokens are recognised
TOKEN_BYTES = 32
PREFIX_LENGTH = 10
LONGEST_TOKEN_NAME = 100


@transaction.atomic
def issue_token(
    person_id: int,
    *,
    name: str,
    permissions: Iterable[str] = (),
    scopes: Iterable[str] = (),
    expires_at: datetime | None,
    actor: Actor,
    at: datetime,
) -> str:
    """Make a token for the API and return its secret, which is not kept and never shown again.

    Args:
        person_id: for whom; oneself, or anybody with the right to manage rights.
        name: what the token is for.
        permissions: what it may do; it never does more than its person may.
        scopes: the named scopes it is limited to; without permissions it gets those that belong
            to the scopes today, and no later ones.
        expires_at: when it ends, or None.

    Raises:
        NotAllowed: it is for somebody else, or one comes with a token that opens less.
        NotFound, Invalid: as it says.
    """
    if actor.person_id != person_id:
        access.require(actor, access.MANAGE)
    named = _scopes(scopes)
    wanted = _permissions(permissions, named)
    if _opens_less(actor, wanted):
        access.require(actor, access.MANAGE)
    _check_name(name)
    if not Person.objects.filter(pk=person_id).exists():
        raise NotFound
    secret, token = _make(name, wanted, named, expires_at=expires_at, at=at)
    token.person_id = person_id
    token.save(force_insert=True)
    _record_token("authority.token_issued", token, actor=actor, at=at)
    return secret


@transaction.atomic
def issue_service_token(
    code: str, *, name: str, expires_at: datetime | None, actor: Actor, at: datetime
) -> str:
    """Make a token of a service account and return its secret, which is shown this once.

    It may do what the account may, now and after the account is changed.

    Args:
        code: the account's.
        name: what or where the token is for.
        expires_at: when it ends, or None; it ends with its account in any case.

    Raises:
        NotAllowed: one neither answers for the account nor manages rights; or the one who answers
            for it comes with a token that does not open all that the account may do.
        NotFound: there is no such account.
        Invalid: no name, or the account has ended.
    """
    account = access.locked_account(code)
    is_owner = actor.person_id is not None and actor.person_id == account.owner_id
    if not is_owner or _opens_less(actor, permissions_in(account.scopes)):
        access.require(actor, access.MANAGE)
    _check_name(name)
    if account.ended_at is not None or (account.expires_at and account.expires_at <= at):
        raise Invalid({"code": [_("This account has ended.")]})
    secret, token = _make(name, [], [], expires_at=expires_at, at=at)
    token.service_account = account
    token.save(force_insert=True)
    _record_token("authority.token_issued", token, actor=actor, at=at)
    return secret


@transaction.atomic
def revoke_token(token_id: int, *, actor: Actor, at: datetime) -> None:
    """End a token; ending it twice changes nothing.

    Raises:
        NotAllowed: it is somebody else's.
        NotFound: there is none.
    """
    token = Token.objects.select_for_update(of=("self",)).filter(pk=token_id).first()
    if token is None:
        raise NotFound
    account = token.service_account
    owner_id = token.person_id if account is None else account.owner_id
    if actor.person_id is None or actor.person_id != owner_id:
        access.require(actor, access.MANAGE)
    if token.revoked_at is None:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
        _record_token("authority.token_revoked", token, actor=actor, at=at)


def note_token_use(digest: bytes, *, at: datetime) -> None:
    """Note that a token is in use; neither earlier moments nor repetitions write anything.

    Args:
        digest: of the token's secret, as ``queries.token_digest`` gives it.
        at: since when it is known to be in use; doors round it, so that a token that is used all
            the time is not written all the time.
    """
    Token.objects.filter(digest=digest).filter(
        Q(last_used_at__isnull=True) | Q(last_used_at__lt=at)
    ).update(last_used_at=at)


def _opens_less(actor: Actor, permissions: Iterable[str]) -> bool:
    """Tell whether an actor comes with a token that does not open all of some permissions.

    Such a token makes no others: whoever finds it would have what its person never gave it. One
    that opens all that its person may do is as good as the person.
    """
    if actor.channel not in BY_TOKEN or set(permissions) <= set(actor.scopes):
        return False
    person = actor_for(actor.person_id or 0, channel=actor.channel)
    return person is None or not set(person.scopes) <= set(actor.scopes)


def _scopes(scopes: Iterable[str]) -> list[str]:
    named = sorted(set(scopes))
    if any(each not in SCOPES for each in named):
        raise Invalid({"scopes": [_("There is no such scope.")]})
    return named


def _permissions(permissions: Iterable[str], scopes: list[str]) -> list[str]:
    wanted = sorted(set(permissions)) or sorted(permissions_in(scopes))
    if not (wanted or scopes) or any(each not in access.PERMISSIONS for each in wanted):
        raise Invalid({"permissions": [_("Choose at least one existing permission.")]})
    return wanted


def _check_name(name: str) -> None:
    if not is_storable(name):
        raise Invalid({"name": [_("This holds characters that cannot be stored.")]})


def _make(
    name: str,
    permissions: list[str],
    scopes: list[str],
    *,
    expires_at: datetime | None,
    at: datetime,
) -> tuple[str, Token]:
    secret = TOKEN_MARK + secrets.token_urlsafe(TOKEN_BYTES)
    token = Token(
        name=name[:LONGEST_TOKEN_NAME],
        prefix=secret[:PREFIX_LENGTH],
        digest=token_digest(secret),
        permissions=permissions,
        scopes=scopes,
        created_at=at,
        expires_at=expires_at,
    )
    return secret, token


def _record_token(verb: str, token: Token, *, actor: Actor, at: datetime) -> None:
    record(
        verb,
        subject_kind="service_account" if token.person_id is None else "person",
        subject_id=token.person_id or token.service_account_id or 0,
        changes={"token": (None, [token.prefix, token.name, token.scopes or token.permissions])},
        actor=actor,
        at=at,
    )
