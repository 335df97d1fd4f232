"""For whom an assistant acts: the bearer of an API token, and nothing beyond that token."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import NotAllowed
from timshel.kernel.origin import neighbourhood
from timshel.kernel.quota.actions import Taken, take
from timshel.leadership.authority.access import covers
from timshel.leadership.authority.actions import note_token_use
from timshel.leadership.authority.queries import bearer_of, token_digest

LONGEST_ORIGIN = 60


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks.

    Args:
        actor: with the rights that the token has of its person's.
        scopes: the named scopes of the token; without any it is limited by its permissions only.
        owner: whose keys of idempotency these are.
        quota: whose quota is used.
        limit: requests in a minute; 0 for no limit.
    """

    actor: Actor
    scopes: tuple[str, ...]
    owner: str
    quota: str
    limit: int

    def require_scope(self, needed: str) -> None:
        """Refuse what the token's scopes do not open.

        Raises:
            NotAllowed: names the scope that is missing.
        """
        if self.scopes and not covers(self.scopes, needed):
            raise NotAllowed(_("This token lacks the scope %(scope)s.") % {"scope": needed})


def caller_of(secret: str, *, origin: str, at: datetime) -> Caller | None:
    """Return who comes with a token, or None where it is none.

    Args:
        secret: the token.
        origin: the network address it came from; empty where it came from none.
        at: now.
    """
    bearer = bearer_of(secret, origin=origin, at=at)
    if bearer is None:
        return None
    digest = token_digest(secret)
    note_token_use(digest, at=at.replace(minute=0, second=0, microsecond=0))
    own = bearer.requests_per_minute
    return Caller(
        actor=replace(bearer.actor, channel=Channel.ASSISTANT),
        scopes=tuple(bearer.scopes),
        owner=f"token:{digest.hex()[:32]}",
        quota=bearer.token,
        limit=settings.API_REQUESTS_PER_MINUTE if own is None else own,
    )


def taken_of(caller: Caller, *, at: datetime) -> Taken | None:
    """Count a request of a caller; None where nothing is limited."""
    return take(caller.quota, limit=caller.limit, at=at) if caller.limit else None


def taken_of_stranger(origin: str, *, at: datetime) -> Taken | None:
    """Count a request that came without a valid token; None where nothing is limited."""
    limit = settings.API_STRANGERS_PER_MINUTE
    if not limit:
        return None
    return take(f"origin:{neighbourhood(origin)[:LONGEST_ORIGIN]}", limit=limit, at=at)
