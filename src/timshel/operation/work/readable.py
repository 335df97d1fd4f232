"""Which work somebody may read, asked by number: for notices, which are read long after."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from timshel.kernel.actor import Actor
from timshel.operation.work.models import WorkItem
from timshel.operation.work.rules import NOTES


def readable_work(
    numbers: Collection[str],
    /,
    *,
    needs: str,
    actor: Actor,
    at: datetime,  # noqa: ARG001
) -> frozenset[str]:
    """Return those of some numbers whose work an actor may read, in one query.

    Args:
        numbers: of work of any kind.
        needs: ``work.read_notes`` where what is told stands in an internal note; else empty.
        actor: the reader.
        at: now.
    """
    items = WorkItem.objects.filter(number__in=numbers).visible_to(actor)
    if needs == NOTES:
        items = items.covered(actor, NOTES)
    return frozenset(items.values_list("number", flat=True))
