"""Until when nonconformities are to be dealt with."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from timshel.improvement.nonconformity.models import Nonconformity
from timshel.improvement.nonconformity.rules import KIND, PREFIX
from timshel.kernel.due import Asked, Dated, Due, Numbered, due_among

readable_nonconformities = Numbered(Nonconformity.objects.visible_to, PREFIX)


def due_nonconformities(asked: Asked, /) -> Iterator[Due]:
    """Return the nonconformities that have not ended; one query."""
    rows = Nonconformity.objects.visible_to(asked.actor).open()
    return due_among(rows, Dated(KIND, "due_date", _("Nonconformity")), asked)
