"""Access tokens for mail servers that take no passwords (OAuth 2.0, RFC 6749).

Given for a refresh token, as a person once agreed to, or for the client itself, as the
administrators of a large mail service allow.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from timshel.kernel.outside import Bounds, Call, NotReached, call
from timshel.support.communication import actions
from timshel.support.communication.queries import MailboxAccess
from timshel.support.communication.states import OAuthGrant
from timshel.support.communication.troubles import MailboxFailed, MailboxTrouble

SPARE = timedelta(minutes=2)  # a token that ends sooner is not used any more
USUAL = timedelta(hours=1)  # of one that does not say how long it lasts
LONGEST = timedelta(days=30)
OK = 200
SECONDS = 20.0


def access_token(mailbox: MailboxAccess, *, at: datetime) -> str:
    """Return a token that holds: the one that is kept, or another that is asked for.

    Raises:
        MailboxFailed: none was given.
    """
    until = mailbox.access_token_until
    if mailbox.access_token and until is not None and until > at + SPARE:
        return mailbox.access_token
    given = _ask(mailbox)
    token = given.get("access_token")
    if not isinstance(token, str) or not token:
        raise MailboxFailed(MailboxTrouble.TOKEN, "The answer holds no access_token.")
    refresh_token = given.get("refresh_token")
    actions.note_token(
        mailbox.id,
        access_token=token,
        lasts=_span(given.get("expires_in")),
        refresh_token=refresh_token if isinstance(refresh_token, str) else None,
        at=at,
    )
    return token


def _ask(mailbox: MailboxAccess) -> dict[str, Any]:
    form = {"grant_type": str(mailbox.grant), "client_id": mailbox.client_id}
    if mailbox.client_secret:
        form["client_secret"] = mailbox.client_secret
    if mailbox.grant == OAuthGrant.REFRESH_TOKEN:
        form["refresh_token"] = mailbox.refresh_token
    if mailbox.token_scope:
        form["scope"] = mailbox.token_scope
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    asked = Call(headers=headers, body=urlencode(form).encode())
    try:
        answer = call(mailbox.token_address, asked, bounds=Bounds(seconds=SECONDS))
    except NotReached as error:
        raise MailboxFailed(MailboxTrouble.TOKEN, str(error)) from error
    try:
        given = json.loads(answer.body)
    except ValueError:
        given = None
    if answer.status != OK or not isinstance(given, dict):
        raise MailboxFailed(MailboxTrouble.TOKEN, _refusal(answer.status, given))
    return given


def _refusal(status: int, given: object) -> str:
    """Return what whoever gives tokens says of why it gave none (RFC 6749, section 5.2)."""
    said = given if isinstance(given, dict) else {}
    words = [str(said[name]) for name in ("error", "error_description") if said.get(name)]
    return f"{status} {': '.join(words)}".strip()


def _span(seconds: object) -> timedelta:
    try:
        span = timedelta(seconds=float(str(seconds)))
    except (ValueError, OverflowError):
        return USUAL
    return min(span, LONGEST) if span > timedelta(0) else USUAL
