"""Pure decisions about webhooks: when to try again, how it is signed, what an event looks like.

Signatures and the times of attempts follow the Standard Webhooks specification, events the
CloudEvents specification 1.0 in its structured JSON form.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from timshel.kernel import conditions
from timshel.kernel.errors import Invalid, Text

PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""After the first, second, … failed attempt: some three days in all, as the standard has it."""

JITTER = 0.2  # at most so much of a pause comes on top, so that what failed together comes apart
LONGEST_WAIT = timedelta(hours=24)  # however long a receiver asks to be left in peace
LEASE = timedelta(seconds=60)  # after which an attempt of which nothing was heard is made again
PATIENCE = timedelta(days=5)  # of nothing but failure, after which a webhook is paused
KEPT = timedelta(days=30)  # how long deliveries can be looked at and sent again
OVERLAP = timedelta(hours=24)  # for which an old secret goes on signing beside the new one
MOST_AT_ONCE = 2  # deliveries to one receiver
MOST_FAILURES = 3  # in a row, after which a receiver is left until the next look
SECRET_MARK = "whsec_"  # noqa: S105 - what all secrets of the specification begin with
SECRET_BYTES = 32
CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
SPEC_VERSION = "1.0"
EXCERPT = 1_000  # characters of an answer that are kept
LARGEST_EVENT = 200_000  # bytes
GONE = 410
NAMES = frozenset({"data", "type", "subject"})  # that a condition may speak of
_SIGNATURE = "v1,"
_SECONDS_LIMIT = 10**9


def next_pause(attempts: int, *, event_id: str) -> timedelta | None:
    """Return how long to wait after so many failed attempts, or None where it is given up.

    Args:
        attempts: made so far, at least 1.
        event_id: spreads the jitter; the same event waits the same time.
    """
    if attempts > len(PAUSES):
        return None
    pause = PAUSES[attempts - 1]
    digest = hashlib.sha256(f"{event_id} {attempts}".encode()).digest()
    return pause + pause * JITTER * (int.from_bytes(digest[:4]) / 2**32)


def retry_after(said: str, *, at: datetime) -> timedelta:
    """Return how long a receiver asks to be left in peace, within bounds; nought if unreadable.

    Args:
        said: its header ``Retry-After``: seconds, or a date of HTTP.
        at: now.
    """
    text = said.strip()
    if text.isascii() and text.isdigit():
        wanted = timedelta(seconds=min(int(text[:10]), _SECONDS_LIMIT))
    else:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, TypeError):
            return timedelta()
        wanted = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - at
    return max(timedelta(), min(wanted, LONGEST_WAIT))


def signature(secret: str, *, event_id: str, at: datetime, body: bytes) -> str:
    """Return the signature of a message by one secret.

    Args:
        secret: as it is shown, ``whsec_`` and its bytes in base64.
        event_id: the ``webhook-id``.
        at: the ``webhook-timestamp``.
        body: exactly as it is sent.
    """
    signed = f"{event_id}.{int(at.timestamp())}.".encode() + body
    digest = hmac.new(secret_bytes(secret), signed, hashlib.sha256).digest()
    return _SIGNATURE + base64.b64encode(digest).decode()


def headers(secrets: Iterable[str], *, event_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the headers of a message, signed by each secret in force.

    Args:
        secrets: the newest first.
        event_id: the same for each attempt.
        at: the moment of this attempt.
        body: exactly as it is sent.
    """
    signed = (signature(each, event_id=event_id, at=at, body=body) for each in secrets)
    return {
        "Content-Type": CONTENT_TYPE,
        "webhook-id": event_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signed),
    }


def secret_text(secret: bytes) -> str:
    """Return a secret as it is shown."""
    return SECRET_MARK + base64.b64encode(secret).decode()


def secret_bytes(secret: str) -> bytes:
    """Return what a secret signs with.

    Raises:
        ValueError: it is none.
    """
    try:
        return base64.b64decode(secret.removeprefix(SECRET_MARK), validate=True)
    except binascii.Error as error:
        raise ValueError("no secret") from error


def cloud_event(
    *, event_id: str, kind: str, source: str, subject: str, schema: str, at: datetime, data: Any
) -> str:
    """Return an event as the text that is sent.

    Args:
        event_id: unique within the source.
        kind: its type.
        source: the address of this installation.
        subject: what it is about.
        schema: the address of the schema of its data.
        at: when it happened.
        data: plain JSON.
    """
    event: Mapping[str, Any] = {
        "specversion": SPEC_VERSION,
        "id": event_id,
        "source": source,
        "type": kind,
        "subject": subject,
        "time": at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "dataschema": schema,
        "data": data,
    }
    return json.dumps(
        {name: value for name, value in event.items() if value != ""}, ensure_ascii=False
    )


def schema_address(base: str, *, kind: str, version: int) -> str:
    """Return where the schema of a kind of event can be read.

    Args:
        base: the address of this installation.
        kind: its name, without what all begin with.
        version: of its fields.
    """
    return f"{base}/api/v1/webhooks/kinds/{kind}/schema?version={version}"


def condition_faults(condition: str) -> list[Text]:
    """Return what is wrong with a condition, in sentences."""
    if not condition.strip():
        return []
    try:
        conditions.check(condition, names=NAMES)
    except Invalid as refusal:
        return list(refusal.fields["condition"])
    unknown = sorted(conditions.unknown_functions(condition))
    if unknown:
        return [_("There is no function %(names)s.") % {"names": ", ".join(unknown)}]
    return []
