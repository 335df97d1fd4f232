"""When the parts of the plan are to be looked at again."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from timshel.kernel.due import Asked, Dated, Due, Numbered, due_among
from timshel.planning.plan.models import PlanPart
from timshel.planning.plan.queries import PART_SUBJECT

readable_parts = Numbered(PlanPart.objects.visible_to, column="part")


def due_parts(asked: Asked, /) -> Iterator[Due]:
    """Return the reviews of the parts of the plan; one query."""
    rows = PlanPart.objects.visible_to(asked.actor).filter(review_date__isnull=False)
    dated = Dated(PART_SUBJECT, "review_date", _("Review of a part of the plan"))
    return due_among(rows, dated, asked)
