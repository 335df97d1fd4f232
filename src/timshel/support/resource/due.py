"""Until when the figures of the present quarter are to be given."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from timshel.kernel.due import Asked, Due
from timshel.support.resource.models import Resource, ResourceFigure
from timshel.support.resource.rules.quarters import last_day_of, quarter_of


def due_figures(asked: Asked, /) -> Iterator[Due]:
    """Yield the resources of which it is not said how much there is and is needed; one query.

    They are due to whoever answers for them, on the last day of the quarter (in UTC).
    """
    quarter = quarter_of(asked.at.date())
    day = last_day_of(quarter)
    if day > asked.until:
        return
    given = ResourceFigure.objects.filter(
        resource=OuterRef("pk"), quarter=quarter, available__isnull=False, needed__isnull=False
    )
    rows = Resource.objects.visible_to(asked.actor).filter(~Exists(given), is_retired=False)
    if asked.is_own:
        rows = rows.filter(owner_id=asked.actor.person_id or 0)
    for row in rows.select_related("owner").order_by("pk")[: asked.limit]:
        yield Due(
            day, "resource", row.number, row.name, _("Figures of the quarter"), row.owner.name
        )
