"""Who asks: the bearer of a token, and nobody else.

There is no session here, so no page of another site can make a browser act in somebody's name;
and a token is taken from its header only, since addresses end up in logs.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from ninja.security import HttpBearer

from timshel.interfaces.api import quotas
from timshel.interfaces.api.door import ApiRequest, origin_of
from timshel.interfaces.api.scopes import require_scope
from timshel.kernel.actor import Actor, ActorKind, Channel
from timshel.kernel.origin import neighbourhood
from timshel.leadership.authority import actions, queries
from timshel.resolution_fulfilment.alert.access import SEND
from timshel.resolution_fulfilment.alert.queries import sending_scope

TOKENS_REMEMBERED = 10_000
TELLING = "api-read_alert"  # its address is that of reading one: methods share a name here


class TokenAuthentication(HttpBearer):
    """A token in the header ``Authorization``; what it may do are its permissions and scopes."""

    def __call__(self, request: HttpRequest) -> Any:
        """Return the actor, and count those who are nobody by where they come from.

        Raises:
            TooManyRequests: too many came from there without a valid token.
        """
        actor = super().__call__(request)
        if actor is None:
            asked = cast("ApiRequest", request)
            limit = settings.API_STRANGERS_PER_MINUTE
            who = neighbourhood(origin_of(request))[:60]
            quotas.count(f"origin:{who}", limit=limit, at=asked.at)
        return actor

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Return the actor behind a token, limited to the token's permissions.

        Messages come in the language that the client asks for, or else in the person's own.

        Raises:
            TooManyRequests: the token's quota is used up.
            NotAllowed: it lacks the scope of what is asked.
        """
        asked = cast("ApiRequest", request)
        secret = token.strip()
        bearer = queries.bearer_of(secret, origin=origin_of(request), at=asked.at)
        if bearer is None:
            return self._source(request, secret)
        if not asked.is_counted:
            own = bearer.requests_per_minute
            limit = settings.API_REQUESTS_PER_MINUTE if own is None else own
            asked.quota = quotas.count(bearer.token, limit=limit, at=asked.at)
            asked.is_counted = True
        _note_use(queries.token_digest(secret), _hour(asked.at))
        actor = bearer.actor
        if "Accept-Language" in request.headers:
            actor = replace(actor, language=translation.get_language() or actor.language)
        elif actor.language in dict(settings.LANGUAGES):
            translation.activate(actor.language)
        require_scope(bearer.scopes, asked.scope)
        return actor

    @staticmethod
    def _source(request: HttpRequest, secret: str) -> Actor | None:
        """Return the monitoring system of a token of its own, which opens its own door alone.

        It is not counted: what is refused for its number would be lost there.
        """
        match = request.resolver_match
        if match is None or match.url_name != TELLING or request.method != "POST":
            return None
        found = sending_scope(secret)
        if found is None:
            return None
        name, scope = found
        origin = origin_of(request)
        scopes = {SEND: scope}
        return Actor(ActorKind.ROBOT, name, Channel.MONITORING, origin=origin, scopes=scopes)


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


@lru_cache(maxsize=TOKENS_REMEMBERED)
def _note_use(digest: bytes, hour: datetime) -> None:
    """Note that a token is in use, once an hour: its row is not written with each request."""
    actions.note_token_use(digest, at=hour)
