"""When what is said of processes is to be looked at again."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from timshel.kernel.due import Asked, Due
from timshel.leadership.process_profile.access import day_of
from timshel.leadership.process_profile.models import ProcessProfile
from timshel.leadership.process_profile.rules import SUBJECT
from timshel.leadership.responsibility.owning import process_owners


def due_processes(asked: Asked, /) -> Iterator[Due]:
    """Yield the reviews of processes in use, with who answers for each; a dozen queries."""
    actor = asked.actor
    rows = ProcessProfile.objects.visible_to(actor, day=day_of(asked.at)).in_use()
    wanted = list(
        rows.filter(review_date__lte=asked.until).order_by("review_date", "pk")[: asked.limit]
    )
    owners = process_owners([row.code for row in wanted], actor=actor, at=asked.at)
    for row in wanted:
        owner = owners.get(row.code)
        if row.review_date is None or (
            asked.is_own and not (owner and owner.is_held_by(actor.person_id))
        ):
            continue
        yield Due(
            day=row.review_date,
            kind=SUBJECT,
            code=row.code,
            title=row.text("name", actor.language),
            what=_("Review of a process"),
            owner=", ".join(each.name for each in owner.holders) if owner else "",
        )
