"""Bringing push messages to browsers: encrypted, signed, and only to addresses of the internet."""

from __future__ import annotations

import hashlib
import ssl
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings

from timshel.kernel import outside
from timshel.support.notification import encryption
from timshel.support.notification.actions import PushFailed, PushTarget, SubscriptionGone

KEPT_SECONDS = 12 * 60 * 60  # how long the service tries to reach a device that is switched off
GONE = frozenset({404, 410})
BOUNDS = outside.Bounds(seconds=10, answer=300)
TOPIC_LENGTH = 32  # the longest that push services take


class WebPush:
    """The push services of the makers of browsers (RFC 8030).

    Args:
        context: for tests, whom to trust; else the authorities that the system trusts.
    """

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self._context = context

    def push(
        self, target: PushTarget, payload: bytes, /, *, topic: str, is_urgent: bool, at: datetime
    ) -> None:
        """Hand a message to the push service of a browser.

        The address is looked up once and the very address that was checked is called.

        Args:
            target: the browser.
            payload: what it is told.
            topic: a later message of the same topic takes the place of one not yet shown.
            is_urgent: whether a sleeping device is to be woken.
            at: now.

        Raises:
            PushFailed: the service did not take it, or its address is not allowed.
            SubscriptionGone: the browser no longer wants any.
        """
        address = urlsplit(target.endpoint)
        if address.scheme != "https" or not address.hostname:
            raise SubscriptionGone
        try:
            body = encryption.encrypted(payload, public_key=target.public_key, secret=target.secret)
            headers = {
                "Content-Type": "application/octet-stream",
                "Content-Encoding": "aes128gcm",
                "TTL": str(KEPT_SECONDS),
                "Urgency": "high" if is_urgent else "normal",
                "Topic": hashlib.sha256(topic.encode()).hexdigest()[:TOPIC_LENGTH],
                "Authorization": encryption.authorization(
                    target.endpoint, contact=_contact(), secret_key=settings.SECRET_KEY, at=at
                ),
            }
            asked = outside.Call(headers=headers, body=body)
            answer = outside.call(target.endpoint, asked, bounds=BOUNDS, trust=self._context)
        except (ValueError, outside.NotReached) as error:
            raise PushFailed(str(error)) from error
        if answer.status in GONE:
            raise SubscriptionGone
        if not 200 <= answer.status < 300:
            raise PushFailed(f"{answer.status} {answer.body.decode('utf-8', 'replace')}")


def _contact() -> str:
    """Return how a push service reaches whoever runs this installation."""
    if settings.BASE_ADDRESS.startswith("https:"):
        return str(settings.BASE_ADDRESS)
    return f"mailto:postmaster@{settings.MAIL_DOMAIN}"
