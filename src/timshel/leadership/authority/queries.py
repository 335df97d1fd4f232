"""Resolving who someone is into an actor, once per request."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from django.db.models import Q

from timshel.context.organization.models import Unit
from timshel.context.people.models import Membership, Person
from timshel.kernel.actor import EVERYWHERE, Actor, ActorKind, Channel, Scope
from timshel.leadership.authority.access import MANAGE, require
from timshel.leadership.authority.models import Account, Grant, Role, ScopeKind, Token

REQUESTER_ROLE = "requester"


def actor_for(person_id: int, *, channel: Channel, origin: str = "") -> Actor | None:
    """Return a person's frozen rights, or None if the person is not active.

    Everybody holds the role ``requester`` everywhere without a grant. A scope of units counts
    with everything below. Takes four queries, and a fifth where a role holds in a unit.

    Args:
        person_id: the person's key.
        channel: the door.
        origin: the network address the door saw.
    """
    person = (
        Person.objects.filter(pk=person_id, is_active=True)
        .select_related("site")
        .only("name", "language", "time_zone", "site__time_zone")
        .first()
    )
    if person is None:
        return None
    site_zone = person.site.time_zone if person.site else "UTC"
    return Actor(
        kind=ActorKind.PERSON,
        name=person.name,
        channel=channel,
        person_id=person.pk,
        origin=origin,
        language=person.language,
        time_zone=person.time_zone or site_zone,
        scopes=MappingProxyType(_scopes(person_id)),
        team_ids=frozenset(
            Membership.objects.filter(person=person_id).values_list("team_id", flat=True)
        ),
    )


def actor_for_account(account_id: int, *, channel: Channel, origin: str = "") -> Actor | None:
    """Return the actor behind an account, or None if the account or person is not active."""
    person_id = (
        Account.objects.filter(pk=account_id, is_active=True)
        .values_list("person_id", flat=True)
        .first()
    )
    return None if person_id is None else actor_for(person_id, channel=channel, origin=origin)


def actor_for_token(secret: str, *, origin: str, at: datetime) -> Actor | None:
    """Return the actor behind an API token, limited to the token's permissions.

    Args:
        secret: what the client sent.
        origin: the client's address.
        at: now; expired and revoked tokens give None.
    """
    token = (
        Token.objects.filter(digest=token_digest(secret), revoked_at__isnull=True)
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at))
        .first()
    )
    if token is None:
        return None
    actor = actor_for(token.person_id, channel=Channel.API, origin=origin)
    if actor is None:
        return None
    allowed = {name: actor.scopes[name] for name in token.permissions if name in actor.scopes}
    return replace(actor, scopes=MappingProxyType(allowed))


def role_codes() -> frozenset[str]:
    """Return the codes of all roles."""
    return frozenset(Role.objects.values_list("code", flat=True))


def account_names() -> frozenset[str]:
    """Return the names of all accounts."""
    return frozenset(Account.objects.values_list("username", flat=True))


def token_digest(secret: str) -> bytes:
    """Return what is stored of a token: its SHA-256; tokens are long random texts."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _scopes(person_id: int) -> dict[str, Scope]:
    roles = Role.objects.filter(Q(code=REQUESTER_ROLE) | Q(grants__person=person_id)).distinct()
    permissions = {role.pk: (role.code, role.permissions) for role in roles}
    grants = list(
        Grant.objects.filter(person=person_id).values_list("role_id", "scope_kind", "scope_id")
    )
    below = _units_below({key for _, kind, key in grants if kind == ScopeKind.UNIT and key})
    scopes: dict[str, Scope] = defaultdict(Scope)
    for code, names in permissions.values():
        if code == REQUESTER_ROLE:
            for name in names:
                scopes[name] |= EVERYWHERE
    for role_id, kind, key in grants:
        scope = _scope(kind, key, below)
        for name in permissions[role_id][1]:
            scopes[name] |= scope
    return dict(scopes)


def _scope(kind: str, key: int | None, below: Mapping[int, frozenset[int]]) -> Scope:
    if key is None:
        return EVERYWHERE
    keys = below.get(key, frozenset()) if kind == ScopeKind.UNIT else frozenset({key})
    return Scope(within=MappingProxyType({str(kind): keys}))


def _units_below(unit_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """Return, for each unit, its own key and those of all units below it."""
    wanted = set(unit_ids)
    if not wanted:
        return {}
    found: dict[int, set[int]] = {unit_id: {unit_id} for unit_id in wanted}
    for key, path in Unit.objects.values_list("pk", "path"):
        for ancestor in wanted.intersection(int(part) for part in path.split("/") if part):
            found[ancestor].add(key)
    return {key: frozenset(keys) for key, keys in found.items()}


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as lists show it; the secret is not kept."""

    id: int
    name: str
    prefix: str
    permissions: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


def person_of_account(username: str) -> int | None:
    """Return the key of the person who signs in with a name, or None."""
    accounts = Account.objects.filter(username=username.strip().lower())
    return accounts.values_list("person_id", flat=True).first()


def has_accounts() -> bool:
    """Tell whether anybody can sign in yet."""
    return Account.objects.exists()


def token_list(person_id: int, *, actor: Actor) -> tuple[TokenRow, ...]:
    """Return a person's tokens, newest first: one's own, or with the right to manage rights.

    Raises:
        NotAllowed: they are somebody else's.
    """
    if actor.person_id != person_id:
        require(actor, MANAGE)
    return tuple(
        TokenRow(
            id=token.pk,
            name=token.name,
            prefix=token.prefix,
            permissions=tuple(token.permissions),
            created_at=token.created_at,
            expires_at=token.expires_at,
            revoked_at=token.revoked_at,
        )
        for token in Token.objects.filter(person=person_id).order_by("-created_at", "-pk")
    )
