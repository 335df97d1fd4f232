"""Doing a thing once per key."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.errors import Conflict, Invalid
from timshel.kernel.idempotency.models import IdempotencyKey

KEPT = timedelta(days=7)
LONGEST = 200


class KeyUsed(Conflict):
    """The key was used for something else."""


def once(
    key: str,
    do: Callable[[], Any],
    *,
    owner: str,
    content: bytes,
    at: datetime,
) -> tuple[Any, bool]:
    """Do a thing once, and give its first answer again when it is asked again.

    The key is written before the thing is done, in the same transaction: a second request with
    the key waits for the first, then finds its answer; if the first failed, the key is gone and
    the second does it.

    Args:
        key: what the client chose; at most 200 characters.
        do: what to do; its answer must be a plain JSON value.
        owner: whose key it is, such as ``token:5``; keys of two owners never meet.
        content: what was asked, to refuse the same key for something else.
        at: now.

    Returns:
        The answer, and whether it is a repetition.

    Raises:
        Invalid: the key is empty, too long, or holds what cannot be printed.
        KeyUsed: the key was used for something else.
    """
    if not (0 < len(key) <= LONGEST and key.isprintable()):
        raise Invalid({"Idempotency-Key": [_("The key must have 1 to 200 printable characters.")]})
    fingerprint = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        record, created = IdempotencyKey.objects.get_or_create(
            owner=owner, key=key, defaults={"fingerprint": fingerprint, "at": at}
        )
        if not created:
            if record.fingerprint != fingerprint:
                raise KeyUsed(message=_("This key was already used for another request."))
            return record.answer, True
        record.answer = do()
        record.save(update_fields=["answer"])
        return record.answer, False


def forget(*, at: datetime) -> int:
    """Remove keys that no client will repeat any more; returns how many."""
    return IdempotencyKey.objects.filter(at__lt=at - KEPT).delete()[0]
