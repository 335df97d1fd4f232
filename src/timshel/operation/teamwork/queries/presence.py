"""Who looks at a piece of work now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.db.models.functions import Lower

from timshel.kernel.actor import Actor
from timshel.operation.teamwork.access import find_at_desk
from timshel.operation.teamwork.models import Presence
from timshel.operation.teamwork.rules import PRESENT
from timshel.operation.work.access import Known


@dataclass(frozen=True, slots=True)
class PresentPerson:
    """Somebody else who looks at the work; ``typing_in`` is the box they type into, or ""."""

    person_id: int
    name: str
    typing_in: str


def present(work: Known, *, actor: Actor, at: datetime) -> tuple[PresentPerson, ...]:
    """Return who else of the desk looks at a piece of work, by name; two queries, or one where
    the work was found before.

    Raises:
        NotAllowed, NotFound: as they say.
    """
    item, person_id = find_at_desk(work, actor=actor)
    rows = others_here(person_id, at=at).filter(work_item=item)
    return tuple(
        PresentPerson(*row) for row in rows.values_list("person_id", "person__name", "box")
    )


def others_here(person_id: int, *, at: datetime) -> QuerySet[Presence]:
    """Return who looks at any work now beside a person, by name."""
    here = Presence.objects.filter(seen_at__gte=at - PRESENT).exclude(person_id=person_id)
    return here.order_by(Lower("person__name"), "person_id")
