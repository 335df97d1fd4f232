"""What a person types into a record, kept as typed and found again later, on any machine."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid
from timshel.operation.teamwork.access import find_at_desk
from timshel.operation.teamwork.models import Draft
from timshel.operation.teamwork.rules import DRAFTS_KEPT, is_box
from timshel.operation.work.actions import check_text


@transaction.atomic
def save_draft(number: str, *, box: str, text: str, actor: Actor, at: datetime) -> None:
    """Keep what a person typed into a box of a record; nothing typed is nothing kept.

    It leaves no trace in the journal: nobody but the person reads it.

    Args:
        number: the piece of work.
        box: where it was typed, such as ``reply`` or ``note``.
        text: as it stands.
        actor: a person of the desk who sees the work.
        at: when.

    Raises:
        NotAllowed, NotFound: as they say.
        Invalid: a box that is none, or a text that cannot be stored.
    """
    item, person_id = find_at_desk(number, actor=actor)
    if not is_box(box):
        raise Invalid({"box": [_("There is no such box.")]})
    check_text(text, field="text")
    own = Draft.objects.filter(person_id=person_id, work_item=item, box=box)
    if not text.strip():
        own.delete()
        return
    Draft.objects.bulk_create(
        [Draft(person_id=person_id, work_item=item, box=box, text=text, saved_at=at)],
        update_conflicts=True,
        unique_fields=["person", "work_item", "box"],
        update_fields=["text", "saved_at"],
    )


@transaction.atomic
def discard_draft(number: str, *, box: str, actor: Actor, at: datetime) -> None:
    """Throw one's own draft away, as when it was sent; there being none is just as well.

    Args: as for :func:`save_draft`.
    """
    del at  # a draft leaves no trace
    item, person_id = find_at_desk(number, actor=actor)
    if is_box(box):
        Draft.objects.filter(person_id=person_id, work_item=item, box=box).delete()


def forget_old_drafts(*, at: datetime) -> int:
    """Remove drafts that nobody touched for 90 days; returns how many."""
    return Draft.objects.filter(saved_at__lt=at - DRAFTS_KEPT).delete()[0]
