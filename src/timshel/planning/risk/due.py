"""When risks and opportunities are to be looked at again."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from timshel.kernel.due import Asked, Dated, Due, Numbered, due_among
from timshel.planning.risk.models import Risk
from timshel.planning.risk.rules import PREFIX

readable_risks = Numbered(Risk.objects.visible_to, PREFIX)


def due_risks(asked: Asked, /) -> Iterator[Due]:
    """Return the reviews of open risks; one query."""
    rows = Risk.objects.visible_to(asked.actor).still_open()
    return due_among(rows, Dated("risk", "review_date", _("Review of a risk")), asked)
