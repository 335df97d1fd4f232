"""Who asks: the bearer of a token, and nobody else.

There is no session here, so no page of another site can make a browser act in somebody's name;
and a token is taken from its header only, since addresses end up in logs.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from ninja.security import HttpBearer

from timshel.interfaces.api.door import ApiRequest, origin_of
from timshel.kernel.actor import Actor
from timshel.leadership.authority import actions, queries

TOKENS_REMEMBERED = 10_000


class TokenAuthentication(HttpBearer):
    """A token in the header ``Authorization``; what it may do are its permissions."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Return the actor behind a token, limited to the token's permissions.

        Messages come in the language that the client asks for, or else in the person's own.
        """
        asked = cast("ApiRequest", request)
        actor = queries.actor_for_token(token.strip(), origin=origin_of(request), at=asked.at)
        if actor is None:
            return None
        _note_use(queries.token_digest(token.strip()), _hour(asked.at))
        if "Accept-Language" in request.headers:
            return replace(actor, language=translation.get_language() or actor.language)
        if actor.language in dict(settings.LANGUAGES):
            translation.activate(actor.language)
        return actor


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


@lru_cache(maxsize=TOKENS_REMEMBERED)
def _note_use(digest: bytes, hour: datetime) -> None:
    """Note that a token is in use, once an hour: its row is not written with each request."""
    actions.note_token_use(digest, at=hour)
