"""When mandates run out."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from timshel.kernel.due import Asked, Dated, Due, Numbered, due_among
from timshel.leadership.mandate.models import Mandate
from timshel.leadership.mandate.rules import PREFIX
from timshel.leadership.mandate.states import MandateState

readable_mandates = Numbered(Mandate.objects.visible_to, PREFIX)


def due_mandates(asked: Asked, /) -> Iterator[Due]:
    """Return the last days of mandates in force, for whoever granted them; one query."""
    rows = Mandate.objects.visible_to(asked.actor).filter(state=MandateState.IN_FORCE)
    told = Dated("mandate", "valid_until", _("Renew or end a mandate"), owner="granted_by")
    return due_among(rows, told, asked)
