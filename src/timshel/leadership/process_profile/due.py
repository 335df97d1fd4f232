"""When what is said of processes is to be looked at again."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.due import Asked, Due
from timshel.leadership.process_profile.access import day_of
from timshel.leadership.process_profile.models import ProcessProfile
from timshel.leadership.process_profile.rules import SUBJECT
from timshel.leadership.responsibility.owning import process_owners


def due_processes(asked: Asked, /) -> Iterator[Due]:
    """Yield the reviews of processes in use, with who answers for each; a dozen queries."""
    actor = asked.actor
    rows = ProcessProfile.objects.visible_to(actor, day=day_of(asked.at)).in_use()
    wanted = list(asked.within(rows, "review_date"))
    owners = process_owners([row.code for row in wanted], actor=actor, at=asked.at)
    for row in wanted:
        owner = owners.get(row.code)
        if row.review_date is None or (
            asked.is_own and not (owner and owner.is_held_by(actor.person_id))
        ):
            continue
        holders = owner.holders if owner else ()
        people = [each.id for each in holders if not each.is_team]
        yield Due(
            day=row.review_date,
            kind=SUBJECT,
            code=row.code,
            title=row.text("name", actor.language),
            what=_("Review of a process"),
            owner=", ".join(each.name for each in holders),
            owner_id=people[0] if people else None,
        )


def readable_processes(
    keys: Collection[str],
    /,
    *,
    needs: str,  # noqa: ARG001 - nothing of what is due is apart from its record
    actor: Actor,
    at: datetime,
) -> Collection[str]:
    """Return those of some codes whose process the actor may read; one query."""
    rows = ProcessProfile.objects.visible_to(actor, day=day_of(at)).filter(code__in=keys)
    return set(rows.values_list("code", flat=True))
