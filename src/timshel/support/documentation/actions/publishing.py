"""Having a version approved, bringing it into effect, looking at it again and withdrawing it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, WrongState
from timshel.kernel.events import publish
from timshel.support.documentation import access
from timshel.support.documentation.actions.base import (
    colleague,
    move,
    require_not_withdrawn,
    touch,
    written,
)
from timshel.support.documentation.events import (
    DocumentApproved,
    DocumentSentBack,
    DocumentSubmitted,
    DocumentTookEffect,
    DocumentWithdrawn,
)
from timshel.support.documentation.models import Document, DocumentVersion
from timshel.support.documentation.rules import day_of, months_after, reason_faults
from timshel.support.documentation.states import OPEN_STATES, VersionState, VersionTrigger


@transaction.atomic
def submit_draft(number: str, *, approver: str, actor: Actor, at: datetime) -> None:
    """Ask somebody to approve what was written; asking the same person again does nothing.

    Args:
        number: which document.
        approver: the code of a person who is not its author.
        actor: the owner of the document, or who keeps all of them.
        at: when.

    Raises:
        NotFound, NotAllowed: as they say.
        Invalid: the approver is nobody, or wrote it.
        WrongState: nothing was written, or it is withdrawn.
    """
    document = access.document_to_change(number, actor=actor)
    require_not_withdrawn(document)
    version = _to_come(document)
    person = colleague(approver, field="approver")
    if version.state == VersionState.IN_REVIEW and version.approver_id == person.pk:
        return
    if person.pk == version.author_id:
        raise Invalid({"approver": [_("Somebody other than the author approves a version.")]})
    state = move(version, VersionTrigger.SUBMIT)
    version.approver, version.submitted_at, version.sent_back_reason = person, at, ""
    version.save(update_fields=["state", "approver", "submitted_at", "sent_back_reason"])
    touch(document, at=at)
    changes = {"state": state, "approver": (None, person.code), "number": (None, version.number)}
    written("document.submitted", document, changes, actor=actor, at=at)
    publish(DocumentSubmitted(document.pk, version.number, at, actor.person_id, person.pk))


@transaction.atomic
def send_back(number: str, *, reason: str, actor: Actor, at: datetime) -> None:
    """Have a version written anew: by its approver, or by who may change the document.

    Args:
        number: which document.
        reason: why.
        actor: who.
        at: when.

    Raises:
        NotFound, NotAllowed: as they say.
        Invalid: no reason is given.
        WrongState: no version waits for its approver or its day.
    """
    document = access.known_for_change(number, actor=actor)
    version = _to_come(document)
    is_approver = actor.person_id is not None and version.approver_id == actor.person_id
    if not is_approver and not access.may_change(document, actor=actor):
        raise NotAllowed
    if faults := reason_faults(reason):
        raise Invalid(faults)
    state = move(version, VersionTrigger.SEND_BACK)
    version.sent_back_reason, version.approved_at = reason.strip(), None
    version.save(update_fields=["state", "sent_back_reason", "approved_at"])
    touch(document, at=at)
    changes = {
        "state": state,
        "number": (None, version.number),
        "reason": (None, version.sent_back_reason),
    }
    written("document.sent_back", document, changes, actor=actor, at=at)
    publish(DocumentSentBack(document.pk, version.number, at, actor.person_id))


@transaction.atomic
def approve_version(number: str, *, actor: Actor, at: datetime) -> None:
    """Approve the version that waits; it takes effect at once, or on its day if that is later.

    Args:
        number: which document.
        actor: the person who was asked, and nobody else.
        at: when.

    Raises:
        NotFound: there is no such document, or the actor may not know of it.
        NotAllowed: somebody else was asked.
        WrongState: no version waits for its approver.
    """
    document = access.known_for_change(number, actor=actor)
    version = _to_come(document)
    if actor.person_id is None or version.approver_id != actor.person_id:
        raise NotAllowed(_("Only the person who was asked approves a version."))
    if version.state == VersionState.APPROVED:
        return
    state = move(version, VersionTrigger.APPROVE)
    version.approved_at = at
    version.effective_date = max(version.effective_date or day_of(at), day_of(at))
    version.save(update_fields=["state", "approved_at", "effective_date"])
    touch(document, at=at)
    changes = {
        "state": state,
        "number": (None, version.number),
        "effective_date": (None, version.effective_date),
    }
    written("document.approved", document, changes, actor=actor, at=at)
    publish(DocumentApproved(document.pk, version.number, at, actor.person_id))
    if version.effective_date <= day_of(at):
        _take_effect(document, version, actor=actor, at=at)


@transaction.atomic
def bring_into_effect_due(*, actor: Actor, at: datetime, limit: int = 100) -> int:
    """Bring approved versions into effect whose day has come.

    Args:
        actor: the sweep.
        at: now.
        limit: how many at most.

    Returns:
        How many were found; as many as the limit means that there may be more.
    """
    keys = list(
        DocumentVersion.objects.filter(state=VersionState.APPROVED, effective_date__lte=day_of(at))
        .order_by("effective_date", "pk")
        .values_list("pk", "document_id")[:limit]
    )
    # The document is locked first, as everywhere else: two sweeps then never wait for each other.
    for key, document_id in keys:
        documents = Document.objects.select_for_update(of=("self",)).select_related("current")
        document = documents.get(pk=document_id)
        version = DocumentVersion.objects.get(pk=key)
        if version.state == VersionState.APPROVED:
            _take_effect(document, version, actor=actor, at=at)
    return len(keys)


@transaction.atomic
def review_document(number: str, *, note: str, actor: Actor, at: datetime) -> None:
    """Say that the version in effect was looked at and is still right; the next date follows.

    Args:
        number: which document.
        note: what was looked at; may be empty.
        actor: its owner, or who keeps all documents.
        at: when.

    Raises:
        NotFound, NotAllowed: as they say.
        Invalid: the note is too long.
        WrongState: no version is in effect.
    """
    document = access.document_to_change(number, actor=actor)
    faults = reason_faults(note, "note") if note.strip() else {}
    if faults:
        raise Invalid(faults)
    if document.current is None:
        raise WrongState(_("No version is in effect that could be looked at again."))
    following = months_after(day_of(at), document.review_months)
    if document.review_date == following and document.reviewed_at is not None:
        return
    changes: dict[str, tuple[Any, Any]] = {"review_date": (document.review_date, following)}
    if note.strip():
        changes["note"] = (None, note.strip())
    document.review_date, document.reviewed_at = following, at
    touch(document, "review_date", "reviewed_at", at=at)
    written("document.reviewed", document, changes, actor=actor, at=at)


@transaction.atomic
def withdraw_document(number: str, *, reason: str, actor: Actor, at: datetime) -> None:
    """Let a document hold no more, with all that is to come; withdrawing it again does nothing.

    Args:
        number: which.
        reason: why.
        actor: its owner, or who keeps all documents.
        at: when.

    Raises:
        NotFound, NotAllowed: as they say.
        Invalid: no reason is given.
    """
    document = access.document_to_change(number, actor=actor)
    if document.withdrawn_at is not None:
        return
    if faults := reason_faults(reason):
        raise Invalid(faults)
    living = {*OPEN_STATES, VersionState.EFFECTIVE}
    for version in DocumentVersion.objects.select_for_update().filter(
        document=document, state__in=living
    ):
        move(version, VersionTrigger.WITHDRAW)
        version.ended_at = at
        version.save(update_fields=["state", "ended_at"])
    document.current, document.review_date = None, None
    document.withdrawn_at, document.withdrawn_reason = at, reason.strip()
    names = ("current", "review_date", "withdrawn_at", "withdrawn_reason")
    touch(document, *names, at=at)
    changes = {"withdrawn_at": (None, at), "reason": (None, document.withdrawn_reason)}
    written("document.withdrawn", document, changes, actor=actor, at=at)
    publish(DocumentWithdrawn(document.pk, 0, at, actor.person_id))


def _to_come(document: Document) -> DocumentVersion:
    """Return the version of a locked document that is written, waits or is approved.

    Raises:
        WrongState: there is none.
    """
    versions = DocumentVersion.objects.select_for_update().filter(document=document)
    found = versions.filter(state__in=OPEN_STATES).first()
    if found is None:
        raise WrongState(_("No version of this document is being written."))
    return found


def _take_effect(
    document: Document, version: DocumentVersion, *, actor: Actor, at: datetime
) -> None:
    """Let an approved version hold; the one before is superseded."""
    before = document.current
    if before is not None:
        move(before, VersionTrigger.SUPERSEDE)
        before.ended_at = at
        before.save(update_fields=["state", "ended_at"])
    state = move(version, VersionTrigger.TAKE_EFFECT)
    version.effective_at = at
    version.save(update_fields=["state", "effective_at"])
    document.current, document.content = version, version.text
    if version.asks_reading:
        document.asked_number = version.number
    begun = version.effective_date or day_of(at)
    document.review_date = months_after(begun, document.review_months)
    document.reviewed_at = None
    names = ("current", "content", "asked_number", "review_date", "reviewed_at")
    touch(document, *names, at=at)
    changes = {"state": state, "number": (before.number if before else None, version.number)}
    written("document.took_effect", document, changes, actor=actor, at=at)
    publish(
        DocumentTookEffect(document.pk, version.number, at, actor.person_id, version.asks_reading)
    )
