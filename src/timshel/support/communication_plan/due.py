"""When something is to be told next."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from timshel.kernel.due import Asked, Dated, Due, Numbered, due_among
from timshel.support.communication_plan.models import PlannedCommunication
from timshel.support.communication_plan.rules import PREFIX, SUBJECT
from timshel.support.communication_plan.states import PlanState

readable_communications = Numbered(PlannedCommunication.objects.visible_to, PREFIX)
heard_communications = Numbered(lambda _actor: PlannedCommunication.objects.told_to_all(), PREFIX)


def due_communications(asked: Asked, /) -> Iterator[Due]:
    """Return what is to be told, for whoever sees to it; one query."""
    rows = PlannedCommunication.objects.visible_to(asked.actor).filter(state=PlanState.PLANNED)
    return due_among(rows, Dated(SUBJECT, "due_date", _("To be told")), asked)
