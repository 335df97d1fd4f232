"""Writing many entries at once, each as :func:`timshel.kernel.journal.actions.record` would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from timshel.kernel.actor import Actor
from timshel.kernel.copying import copy_in
from timshel.kernel.journal.models import Entry


def entry(
    verb: str,
    *,
    subject_kind: str,
    subject_id: int,
    changes: Mapping[str, tuple[Any, Any]],
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Entry:
    """Return an entry that is not written yet; the arguments are those of ``record``."""
    return Entry(
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


def record_many(entries: Sequence[Entry]) -> None:
    """Write entries in their order, in the transaction of the changes they tell of."""
    copy_in(entries)
