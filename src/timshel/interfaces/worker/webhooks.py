"""Calling other systems for processes: only outside our own network, bounded in time and size."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from timshel.kernel import outside
from timshel.kernel.text import is_plain
from timshel.operation.process.actions import CallFailed

LONGEST_TEXT = 1_000  # characters of an answer that is no JSON


def call_webhook(values: Mapping[str, Any], *, key: str) -> Mapping[str, Any]:
    """Post a step's body to its address as JSON.

    Args:
        values: ``url``, ``body`` and the ``number`` of the request.
        key: goes along as ``Idempotency-Key``, the same for each attempt.

    Returns:
        ``status`` and ``body``, read as JSON where it is.

    Raises:
        CallFailed: the address is not allowed, or the other side did not say yes.
    """
    body = json.dumps({"request": values.get("number"), "body": values.get("body")}).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    try:
        answer = outside.call(
            str(values.get("url") or ""), outside.Call(headers=headers, body=body)
        )
    except outside.NotReached as error:
        raise CallFailed(str(error)) from error
    if not 200 <= answer.status < 300:
        raise CallFailed(_("It answered with status %(status)d.") % {"status": answer.status})
    return {"status": answer.status, "body": _read(answer.body)}


def _read(answer: bytes) -> Any:
    """Return what was answered: as JSON where it is some that the database takes, else as text."""
    text = answer.decode("utf-8", "replace").replace("\0", "")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text[:LONGEST_TEXT]
    return found if is_plain(found) else text[:LONGEST_TEXT]
