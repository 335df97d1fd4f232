"""Who looks at a piece of work now: a heartbeat of each open page, and nothing in the journal."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from timshel.kernel.actor import Actor
from timshel.operation.teamwork.access import find_at_desk
from timshel.operation.teamwork.models import Presence
from timshel.operation.teamwork.rules import PRESENT, is_box


@transaction.atomic
def show_presence(number: str, *, typing_in: str = "", actor: Actor, at: datetime) -> None:
    """Note that a person looks at a piece of work now, as an open page says every ten seconds.

    Rows that are over go with it, those of the work and those of the person, so that the table
    stays as small as the number of pages that are open.

    Args:
        number: the piece of work.
        typing_in: the box that the person types into at the moment, or "".
        actor: a person of the desk who sees the work.
        at: now.

    Raises:
        NotAllowed, NotFound: as they say.
    """
    item, person_id = find_at_desk(number, actor=actor)
    over = Presence.objects.filter(seen_at__lt=at - PRESENT)
    over.filter(Q(work_item=item) | Q(person_id=person_id)).exclude(
        work_item=item, person_id=person_id
    ).delete()
    box = typing_in if is_box(typing_in) else ""
    Presence.objects.bulk_create(
        [Presence(work_item=item, person_id=person_id, seen_at=at, box=box)],
        update_conflicts=True,
        unique_fields=["work_item", "person"],
        update_fields=["seen_at", "box"],
    )


@transaction.atomic
def leave(number: str, *, actor: Actor, at: datetime) -> None:
    """Note that a person no longer looks at a piece of work; twice is just as well.

    Args: as for :func:`show_presence`.
    """
    del at  # whoever left is not there
    item, person_id = find_at_desk(number, actor=actor)
    Presence.objects.filter(work_item=item, person_id=person_id).delete()


def forget_presence(*, at: datetime) -> int:
    """Remove what pages left behind that were closed without a word; returns how many."""
    return Presence.objects.filter(seen_at__lt=at - PRESENT).delete()[0]
