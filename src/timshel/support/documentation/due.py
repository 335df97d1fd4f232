"""When controlled documents are to be looked at again."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from timshel.kernel.due import Asked, Dated, Due, Numbered, due_among
from timshel.support.documentation.models import Document
from timshel.support.documentation.rules import PREFIX

readable_documents = Numbered(Document.objects.visible_to, PREFIX)


def due_documents(asked: Asked, /) -> Iterator[Due]:
    """Return the reviews of documents in effect; one query."""
    rows = Document.objects.visible_to(asked.actor).filter(current__isnull=False)
    return due_among(rows, Dated("document", "review_date", _("Review of a document")), asked)
