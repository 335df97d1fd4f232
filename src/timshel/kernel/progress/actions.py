"""Asking for long work, doing it step by step, and saying what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.events import publish
from timshel.kernel.progress.events import ErrandBegun
from timshel.kernel.progress.models import Errand

REGION = "errands"


@transaction.atomic
def begin_errand(
    kind: str,
    *,
    title: str,
    arguments: Mapping[str, Any] | None = None,
    total: int | None = None,
    actor: Actor,
    at: datetime,
) -> int:
    """Ask for long work; a worker takes it up once this is kept.

    Args:
        kind: which handler does it.
        title: for people, in the first language; translated when shown.
        arguments: what the handler needs, as plain JSON.
        total: how many steps there are, where that is known.
        actor: who asks.
        at: when.

    Returns:
        The key of the errand.
    """
    errand = Errand.objects.create(
        kind=kind,
        title=title,
        arguments=dict(arguments or {}),
        total=total,
        person_id=actor.person_id,
        requested_by=actor.name,
        created_at=at,
    )
    live.announce([REGION], at=at)
    publish(ErrandBegun(errand_id=errand.pk, kind=kind, at=at))
    return errand.pk
