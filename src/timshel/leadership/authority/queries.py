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
from django.db.models import Max, Q, QuerySet

from timshel.context.organization.models import Unit
from timshel.context.people.models import Person
from timshel.kernel.actor import EVERYWHERE, Actor, ActorKind, Channel, Scope
from timshel.kernel.errors import NotFound
from timshel.kernel.journal.queries import Told, entries_after
from timshel.kernel.translation import translated
from timshel.leadership.authority.access import JOURNAL, MANAGE, permissions_in, require
from timshel.leadership.authority.models import (
    Account,
    Grant,
    Role,
    ScopeKind,
    ServiceAccount,
    Token,
)

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


def password_mark(person_id: int) -> str:
    """Return what changes with a person's password, for addresses that end with it; one query.

    Raises:
        NotFound: the person has no account, or may not sign in any more.
    """
    account = Account.objects.filter(person_id=person_id, is_active=True).first()
    if account is None:
        raise NotFound
    return account.get_session_auth_hash()[:MARK_LENGTH]


def actor_for_account(account_id: int, *, channel: Channel, origin: str = "") -> Actor | None:
    """Return the actor behind an account, or None if the account or person is not active."""
    person_id = (
        Account.objects.filter(pk=account_id, is_active=True)
        .values_list("person_id", flat=True)
        .first()
    )
    return None if person_id is None else actor_for(person_id, channel=channel, origin=origin)


MARK_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who comes with a token.

    Args:
        actor: who acts, limited to what the token may do.
        token: its name in quotas and among idempotency keys.
        scopes: the named scopes it is limited to; empty where only its permissions limit it.
        requests_per_minute: a limit of its own, or None for the usual one.
    """

    actor: Actor
    token: str
    scopes: tuple[str, ...]
    requests_per_minute: int | None


def bearer_of(secret: str, *, origin: str, at: datetime) -> Bearer | None:
    """Return who comes with an API token, in one query, or two for a person's.

    Args:
        secret: what the client sent.
        origin: the client's address.
        at: now; expired and revoked tokens give None, as do those of accounts that ended.
    """
    token = (
        Token.objects.filter(digest=token_digest(secret), revoked_at__isnull=True)
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at))
        .select_related("service_account")
        .first()
    )
    if token is None:
        return None
    if token.service_account is not None:
        return _service_bearer(token.service_account, origin=origin, at=at)
    actor = actor_for(token.person_id or 0, channel=Channel.API, origin=origin)
    if actor is None:
        return None
    allowed = {name: actor.scopes[name] for name in token.permissions if name in actor.scopes}
    limited = replace(actor, scopes=MappingProxyType(allowed))
    return Bearer(limited, f"token:{token.pk}", tuple(token.scopes), None)


def _service_bearer(account: ServiceAccount, *, origin: str, at: datetime) -> Bearer | None:
    actor = service_actor(account, origin=origin, at=at)
    if actor is None:
        return None
    # All tokens of an account share its limit.
    key = f"service:{account.pk}"
    return Bearer(actor, key, tuple(account.scopes), account.requests_per_minute)


def service_actor(account: ServiceAccount, *, origin: str, at: datetime) -> Actor | None:
    """Return the rights of a program by its account; None once that has ended. No query.

    Args:
        account: as it stands.
        origin: the network address, or what else the door saw.
        at: now.
    """
    if account.ended_at is not None or (account.expires_at and account.expires_at <= at):
        return None
    held = dict.fromkeys(permissions_in(account.scopes), EVERYWHERE)
    return Actor(
        kind=ActorKind.SERVICE,
        name=account.name,
        channel=Channel.API,
        origin=origin,
        scopes=MappingProxyType(held),
    )


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


def person_of_account(username: str) -> int | None:
    """Return the key of the person who signs in with a name, or None."""
    accounts = Account.objects.filter(username=username.strip().lower())
    return accounts.values_list("person_id", flat=True).first()


def has_accounts() -> bool:
    """Tell whether anybody can sign in yet."""
    return Account.objects.exists()


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as lists show it; the secret is not kept."""

    id: int
    name: str
    prefix: str
    permissions: tuple[str, ...]
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


def token_list(person_id: int, *, actor: Actor) -> tuple[TokenRow, ...]:
    """Return a person's tokens, newest first: one's own, or with the right to manage rights.

    Raises:
        NotAllowed: they are somebody else's.
    """
    if actor.person_id != person_id:
        require(actor, MANAGE)
    return _rows(Token.objects.filter(person=person_id))


@dataclass(frozen=True, slots=True)
class ServiceAccountRow:
    """A service account as lists show it.

    Args:
        owner_left: whether the person who answers for it is no longer active.
        successor: who would answer for it then, or empty.
        last_used_at: when one of its tokens was last used, by the hour.
        is_active: whether its tokens open anything at the moment asked for.
    """

    code: str
    name: str
    purpose: str
    owner_id: int
    owner_code: str
    owner: str
    owner_left: bool
    successor: str
    scopes: tuple[str, ...]
    requests_per_minute: int | None
    created_at: datetime
    expires_at: datetime | None
    ended_at: datetime | None
    last_used_at: datetime | None
    is_active: bool


def service_account_list(*, actor: Actor, at: datetime) -> tuple[ServiceAccountRow, ...]:
    """Return service accounts by code: all with the right to manage rights, else one's own.

    Args:
        actor: who reads.
        at: now, to tell which have ended.
    """
    accounts = _accounts(actor).order_by("code")
    return tuple(_account_row(account, at=at) for account in accounts)


def service_account(
    code: str, *, actor: Actor, at: datetime
) -> tuple[ServiceAccountRow, tuple[TokenRow, ...]]:
    """Return a service account with its tokens, newest first, in two queries.

    Raises:
        NotFound: there is none, or it is neither one's own nor does one manage rights.
    """
    account = _accounts(actor).filter(code=code).first()
    if account is None:
        raise NotFound
    return _account_row(account, at=at), _rows(Token.objects.filter(service_account=account))


def account_texts(codes: Iterable[str], *, person_id: int) -> tuple[tuple[str, ...], str]:
    """Return the names of service accounts in use, and that of a person, for a notice; two queries.

    Args:
        codes: of the accounts.
        person_id: who answered for them.
    """
    rows = ServiceAccount.objects.filter(code__in=list(codes), ended_at__isnull=True)
    names = tuple(rows.order_by("name").values_list("name", flat=True))
    person = Person.objects.filter(pk=person_id).values_list("name", flat=True).first()
    return names, person or ""


def _accounts(actor: Actor) -> QuerySet[ServiceAccount]:
    found = ServiceAccount.objects.select_related("owner__manager").annotate(
        last_used_at=Max("tokens__last_used_at")
    )
    if actor.scope(MANAGE).everywhere:
        return found
    return found.filter(owner_id=actor.person_id or 0)


def _account_row(account: ServiceAccount, *, at: datetime) -> ServiceAccountRow:
    manager = account.owner.manager
    is_over = account.expires_at is not None and account.expires_at <= at
    return ServiceAccountRow(
        code=account.code,
        name=account.name,
        purpose=account.purpose,
        owner_id=account.owner_id,
        owner_code=account.owner.code,
        owner=account.owner.name,
        owner_left=not account.owner.is_active,
        successor=manager.name if manager is not None and manager.is_active else "",
        scopes=tuple(account.scopes),
        requests_per_minute=account.requests_per_minute,
        created_at=account.created_at,
        expires_at=account.expires_at,
        ended_at=account.ended_at,
        last_used_at=getattr(account, "last_used_at", None),
        is_active=account.ended_at is None and not is_over,
    )


def _rows(tokens: QuerySet[Token]) -> tuple[TokenRow, ...]:
    return tuple(
        TokenRow(
            id=token.pk,
            name=token.name,
            prefix=token.prefix,
            permissions=tuple(token.permissions),
            scopes=tuple(token.scopes),
            created_at=token.created_at,
            expires_at=token.expires_at,
            last_used_at=token.last_used_at,
            revoked_at=token.revoked_at,
        )
        for token in tokens.order_by("-created_at", "-pk")
    )


def journal_after(
    key: int, *, actor: Actor, since: datetime | None, until: datetime | None, size: int
) -> tuple[Told, ...]:
    """Return some entries of the whole journal by their keys, in one query.

    Args:
        key: where to go on; 0 for the first.
        actor: who reads.
        since: only what happened at or after this moment.
        until: only what happened before this moment.
        size: how many at most.

    Raises:
        NotAllowed: without the right to read the journal everywhere.
    """
    require(actor, JOURNAL)
    return entries_after(key, since=since, until=until, size=size)
