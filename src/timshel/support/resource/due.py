"""Until when the figures of the present quarter are to be given."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from timshel.kernel.due import Asked, Due, Numbered
from timshel.support.resource.models import Resource, ResourceFigure
from timshel.support.resource.rules.content import PREFIX
from timshel.support.resource.rules.quarters import last_day_of, quarter_of

readable_resources = Numbered(Resource.objects.visible_to, PREFIX)


def due_figures(asked: Asked, /) -> Iterator[Due]:
    """Yield the resources of which it is not said how much there is and is needed; one query.

    They are due to whoever answers for them, on the last day of the quarter (in UTC).
    """
    quarter = quarter_of(asked.at.date())
    day = last_day_of(quarter)
    if day > asked.until or (asked.since is not None and day < asked.since):
        return
    given = ResourceFigure.objects.filter(
        resource=OuterRef("pk"), quarter=quarter, available__isnull=False, needed__isnull=False
    )
    rows = Resource.objects.visible_to(asked.actor).filter(~Exists(given), is_retired=False)
    if asked.is_own:
        rows = rows.filter(owner_id=asked.actor.person_id or 0)
    wanted = rows.select_related("owner").order_by("pk")
    for row in wanted[asked.skip : asked.skip + asked.limit]:
        yield Due(
            day=day,
            kind="resource",
            code=row.number,
            title=row.name,
            what=_("Figures of the quarter"),
            owner=row.owner.name,
            owner_id=row.owner_id,
        )
