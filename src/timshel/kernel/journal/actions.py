"""Writing the journal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from timshel.kernel.actor import Actor
from timshel.kernel.journal.models import Entry


def record(
    verb: str,
    *,
    subject_kind: str,
    subject_id: int,
    changes: Mapping[str, tuple[Any, Any]],
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Entry:
    """Write one entry in the transaction of the change it tells of.

    Args:
        verb: namespaced, in the past tense, such as ``incident.resolved``.
        subject_kind: what kind of record changed, such as ``work_item``.
        subject_id: its key.
        changes: for each field the old and the new value, as plain JSON values.
        actor: who did it.
        at: when.
        version: the record's version after the change.
    """
    return Entry.objects.create(
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.person_id,
        actor_name=actor.name[:200],
        channel=actor.channel,
        origin=actor.origin[:100],
        verb=verb,
        subject_kind=subject_kind,
        subject_id=subject_id,
        version=version,
        changes={name: list(pair) for name, pair in changes.items()},
    )
