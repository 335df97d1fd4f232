"""People who are named in a note: each hears of it, if they may read the note at all."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed
from timshel.kernel.events import publish
from timshel.operation.teamwork.access import find_at_desk
from timshel.operation.teamwork.events import PersonMentioned
from timshel.operation.teamwork.models import Mention
from timshel.operation.teamwork.queries.mentions import mentionable
from timshel.operation.teamwork.rules import named_codes
from timshel.operation.work.models import Audience, Comment


@transaction.atomic
def mention_people(note: Comment, *, actor: Actor, at: datetime) -> tuple[int, ...]:
    """Tell those whom an internal note names, as ``@`` and their code, that it does.

    The processes call it with each note that they have written. Who may not read the note is
    passed over in silence, and so is the author; naming somebody twice names them once.

    Args:
        note: just written, with its work.
        actor: its author.
        at: when.

    Returns:
        The keys of the people who were told.

    Raises:
        NotAllowed: it is no internal note.
    """
    if note.audience != Audience.INTERNAL:
        raise NotAllowed
    codes = named_codes(note.text)
    if not codes:
        return ()
    item = note.work_item
    people = Person.objects.filter(code__in=codes, is_active=True, pk__in=mentionable(item))
    keys = sorted(people.exclude(pk=actor.person_id or 0).values_list("pk", flat=True))
    for key in keys:
        row, is_new = Mention.objects.get_or_create(
            comment=note, person_id=key, defaults={"work_item": item, "at": at}
        )
        if is_new:
            publish(
                PersonMentioned(
                    mention_id=row.pk,
                    work_item_id=item.pk,
                    number=item.number,
                    kind=item.kind,
                    comment_id=note.pk,
                    person_id=key,
                    by_person_id=actor.person_id,
                    at=at,
                )
            )
    return tuple(keys)


@transaction.atomic
def see_mentions(number: str, *, actor: Actor, at: datetime) -> int:
    """Note that a person has seen where they are named in a piece of work; returns how many.

    Raises:
        NotAllowed, NotFound: as they say.
    """
    item, person_id = find_at_desk(number, actor=actor)
    unseen = Mention.objects.filter(work_item=item, person_id=person_id, seen_at__isnull=True)
    return unseen.update(seen_at=at)
