"""One's own drafts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from timshel.kernel.actor import Actor
from timshel.operation.teamwork.models import Draft
from timshel.operation.work.models import WorkItem


@dataclass(frozen=True, slots=True)
class DraftView:
    """What a person has typed into a box of a record and not sent yet."""

    number: str
    kind: str
    title: str
    box: str
    text: str
    saved_at: datetime


def drafts_of(number: str, *, actor: Actor) -> dict[str, DraftView]:
    """Return one's own drafts on a piece of work by box, in one query.

    Args:
        number: as people know it; work that is not there or hidden has none.
        actor: whose drafts.
    """
    found = _own(actor).filter(work_item__number=number.upper())
    return {row.box: _view(row) for row in found.order_by("box")}


def draft_list(*, actor: Actor, limit: int = 50) -> tuple[DraftView, ...]:
    """Return one's own drafts on all work, the latest first, in one query."""
    return tuple(_view(row) for row in _own(actor).order_by("-saved_at", "-pk")[:limit])


def _own(actor: Actor) -> QuerySet[Draft]:
    seen = WorkItem.objects.visible_to(actor).values("pk")
    own = Draft.objects.filter(person_id=actor.person_id or 0, work_item__in=seen)
    return own.select_related("work_item").defer("work_item__search", "work_item__description")


def _view(row: Draft) -> DraftView:
    item = row.work_item
    return DraftView(item.number, item.kind, item.title, row.box, row.text, row.saved_at)
