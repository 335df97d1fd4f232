"""Resolving who someone is into an actor, once per request."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from django.db import connection
from django.db.models import Q, QuerySet

from timshel.context.organization.models import Unit
from timshel.kernel.actor import EVERYWHERE, Actor, ActorKind, Channel, Scope
from timshel.kernel.translation import translated
from timshel.leadership.authority.access import MANAGE, require
from timshel.leadership.authority.models import Account, Grant, Role, ScopeKind, Token

REQUESTER_ROLE = "requester"


# One statement, since every request begins with it: the person, the teams, and each role with the
# scope in which it is granted. A unit counts with everything below it, which is a prefix of paths.
ACTOR = """
    SELECT person.name, person.language,
           coalesce(nullif(person.time_zone, ''), site.time_zone, 'UTC'),
           ARRAY(SELECT team_id FROM people_membership WHERE person_id = person.id),
           (
               SELECT jsonb_agg(jsonb_build_array(role.permissions, granted.scope_kind, CASE
                   WHEN role.code = %(everybody)s OR granted.scope_kind = 'everything' THEN NULL
                   WHEN granted.scope_kind = 'unit' THEN (
                       SELECT coalesce(jsonb_agg(below.id), '[]') FROM organization_unit AS unit
                       JOIN organization_unit AS below ON starts_with(below.path, unit.path)
                       WHERE unit.id = granted.scope_id
                   )
                   ELSE jsonb_build_array(granted.scope_id)
               END))
               FROM authority_role AS role
               LEFT JOIN authority_grant AS granted
                   ON granted.role_id = role.id AND granted.person_id = person.id
               WHERE granted.id IS NOT NULL OR role.code = %(everybody)s
           )
    FROM people_person AS person LEFT JOIN organization_site AS site ON site.id = person.site_id
    WHERE person.id = %(person)s AND person.is_active
"""


def actor_for(person_id: int, *, channel: Channel, origin: str = "") -> Actor | None:
    """Return a person's frozen rights, or None if the person is not active.

    Everybody holds the role ``requester`` everywhere without a grant. A scope of units counts
    with everything below. Takes one query.

    Args:
        person_id: the person's key.
        channel: the door.
        origin: the network address the door saw.
    """
    with connection.cursor() as cursor:
        cursor.execute(ACTOR, {"person": person_id, "everybody": REQUESTER_ROLE})
        row = cursor.fetchone()
    if row is None:
        return None
    name, language, time_zone, team_ids, roles = row
    return Actor(
        kind=ActorKind.PERSON,
        name=name,
        channel=channel,
        person_id=person_id,
        origin=origin,
        language=language,
        time_zone=time_zone,
        scopes=MappingProxyType(_scopes(json.loads(roles or "[]"))),
        team_ids=frozenset(team_ids),
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


def holders_of(
    role: str, *, team_id: int | None, unit_id: int | None, service_id: int | None
) -> frozenset[int]:
    """Return the keys of the active people who hold a role for a thing with these keys.

    A grant for a unit counts with everything below it. Takes at most two queries.

    Args:
        role: the role's code; an unknown one is held by nobody.
        team_id: the team that has the thing.
        unit_id: the unit it belongs to.
        service_id: the service it is about.
    """
    within = _held_for(team_id=team_id, unit_id=unit_id, service_id=service_id)
    held = Grant.objects.filter(within, role__code=role, person__is_active=True)
    return frozenset(held.values_list("person_id", flat=True))


def grantees(
    permission: str, *, team_id: int | None, unit_id: int | None, service_id: int | None
) -> QuerySet[Grant, int]:
    """Return the keys of the active people who were granted a permission for a thing, as a query.

    A grant for a unit counts with everything below it; what everybody holds without a grant is
    not told. Takes at most one query before it is used itself.

    Args:
        permission: its name; an unknown one is held by nobody.
        team_id: the team that has the thing.
        unit_id: the unit it belongs to.
        service_id: the service it is about.
    """
    within = _held_for(team_id=team_id, unit_id=unit_id, service_id=service_id)
    held = Grant.objects.filter(
        within, role__permissions__contains=[permission], person__is_active=True
    )
    return held.values_list("person_id", flat=True)


def _held_for(*, team_id: int | None, unit_id: int | None, service_id: int | None) -> Q:
    within = Q(scope_kind=ScopeKind.EVERYTHING)
    for kind, key in ((ScopeKind.TEAM, team_id), (ScopeKind.SERVICE, service_id)):
        if key is not None:
            within |= Q(scope_kind=kind, scope_id=key)
    if unit_id is not None:
        path = Unit.objects.values_list("path", flat=True).filter(pk=unit_id).first() or ""
        above = [int(key) for key in path.strip("/").split("/") if key]
        within |= Q(scope_kind=ScopeKind.UNIT, scope_id__in=above)
    return within


def permissions_of(person_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """Return the permissions that some people hold anywhere at all, in two queries.

    Args:
        person_ids: the keys of the people.
    """
    wanted = set(person_ids)
    everybody = Role.objects.filter(code=REQUESTER_ROLE).values_list("permissions", flat=True)
    common = frozenset(everybody.first() or ())
    found = dict.fromkeys(wanted, common)
    held = Grant.objects.filter(person_id__in=wanted)
    for person_id, permissions in held.values_list("person_id", "role__permissions"):
        found[person_id] |= frozenset(permissions)
    return found


def people_with(permission: str) -> frozenset[int]:
    """Return the keys of the active people who hold a permission everywhere, in one query.

    What everybody holds without a grant is not told.

    Args:
        permission: its name; an unknown one is held by nobody.
    """
    grants = Grant.objects.filter(
        scope_kind=ScopeKind.EVERYTHING,
        role__permissions__contains=[permission],
        person__is_active=True,
    )
    return frozenset(grants.values_list("person_id", flat=True))


def role_list(*, language: str) -> tuple[tuple[str, str], ...]:
    """Return code and name of all roles, by name, in one query."""
    rows = Role.objects.values_list("code", "name", "translations")
    named = [(code, translated(name, more, "name", language)) for code, name, more in rows]
    return tuple(sorted(named, key=lambda row: row[1].casefold()))


def account_names() -> frozenset[str]:
    """Return the names of all accounts."""
    return frozenset(Account.objects.values_list("username", flat=True))


def token_digest(secret: str) -> bytes:
    """Return what is stored of a token: its SHA-256; tokens are long random texts."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _scopes(roles: list[tuple[list[str], str, list[int] | None]]) -> dict[str, Scope]:
    """Return where each permission holds, from roles with the keys of their scopes."""
    scopes: dict[str, Scope] = defaultdict(Scope)
    for permissions, kind, keys in roles:
        for permission in permissions:
            scopes[permission] |= _scope(kind, keys)
    return dict(scopes)


def _scope(kind: str, keys: list[int] | None) -> Scope:
    """Return a scope; without keys it is everything."""
    if keys is None:
        return EVERYWHERE
    return Scope(within=MappingProxyType({kind: frozenset(keys)}))


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
