"""When objectives are to be reached."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from timshel.kernel.due import Asked, Dated, Due, Numbered, due_among
from timshel.planning.objective.models import Objective
from timshel.planning.objective.rules.content import PREFIX
from timshel.planning.objective.states import ObjectiveState

readable_objectives = Numbered(Objective.objects.visible_to, PREFIX)


def due_objectives(asked: Asked, /) -> Iterator[Due]:
    """Return the objectives that were agreed and not judged; one query."""
    rows = Objective.objects.visible_to(asked.actor).filter(state=ObjectiveState.AGREED)
    return due_among(rows, Dated("objective", "due_date", _("Objective")), asked)
