"""Until when improvements are to be made."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from timshel.improvement.initiative.models import Improvement
from timshel.improvement.initiative.rules import PREFIX
from timshel.improvement.initiative.states import OPEN, ImprovementState
from timshel.kernel.due import Asked, Dated, Due, Numbered, due_among

readable_improvements = Numbered(Improvement.objects.visible_to, PREFIX)


def due_improvements(asked: Asked, /) -> Iterator[Due]:
    """Return the improvements that are not done yet; one query."""
    rows = Improvement.objects.visible_to(asked.actor).filter(state__in=OPEN)
    rows = rows.exclude(state=ImprovementState.DONE)
    return due_among(rows, Dated("improvement", "due_date", _("Improvement")), asked)
