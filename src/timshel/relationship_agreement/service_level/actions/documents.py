"""The signed document of a version of an agreement: kept beside it, replaced and never changed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.kernel.journal.actions import record
from timshel.operation.work.files import Upload, store
from timshel.relationship_agreement.service_level import access
from timshel.relationship_agreement.service_level.models import Agreement

SUBJECT = "agreement"


@transaction.atomic
def attach_document(code: str, *, number: int, upload: Upload, actor: Actor, at: datetime) -> None:
    """Keep the signed document of a version; one that was kept before stays in the journal.

    Args:
        code: of the agreement.
        number: of the version.
        upload: the document.
        actor: who has the right to configure service levels, for all that the version covers.
        at: when.

    Raises:
        NotFound: there is no such version.
        NotAllowed: without the right.
        Invalid: an empty or too large document.
    """
    version = (
        Agreement.objects.select_for_update(of=("self",)).filter(code=code, number=number).first()
    )
    if version is None:
        raise NotFound
    access.require_configure_all(version.services.all(), version.offerings.all(), actor=actor)
    stored = store(upload)
    before = version.document_sha256 or None
    version.document_name, version.document_media_type = stored.name, stored.media_type
    version.document_size, version.document_sha256 = stored.size, stored.sha256
    version.save(
        update_fields=[
            "document_name",
            "document_media_type",
            "document_size",
            "document_sha256",
        ]
    )
    record(
        "service_level.document_attached",
        subject_kind=SUBJECT,
        subject_id=version.pk,
        changes={"document": (before, stored.sha256), "name": (None, stored.name)},
        actor=actor,
        at=at,
    )
