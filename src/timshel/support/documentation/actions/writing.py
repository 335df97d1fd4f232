"""Beginning documents, changing what is known of them, and writing their next version."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, WrongState
from timshel.kernel.files import Empty, TooLarge, clean_name, keep
from timshel.kernel.record_numbers import number_of
from timshel.support.documentation import access
from timshel.support.documentation.actions.base import (
    colleague,
    require_not_withdrawn,
    require_unchanged,
    touch,
    written,
)
from timshel.support.documentation.models import Document, DocumentVersion
from timshel.support.documentation.rules import (
    PREFIX,
    DocumentFacts,
    GivenFile,
    VersionContent,
    content_faults,
    facts_faults,
    months_after,
)
from timshel.support.documentation.states import OPEN_STATES, VersionState

FACTS = (
    "code", "kind", "title", "clause", "about_kind", "about_code", "review_months",
    "retention_months",
)  # fmt: skip
CONTENT = ("text", "change_note", "asks_reading", "effective_date")
# What a browser shows by itself and cannot run; everything else is only ever saved.
SAFE_TYPES = frozenset({"application/pdf", "image/png", "image/jpeg", "text/plain"})
OTHER_TYPE = "application/octet-stream"


@transaction.atomic
def create_document(*, facts: DocumentFacts, actor: Actor, at: datetime) -> str:
    """Begin a document; it is empty until its first version is written.

    Args:
        facts: what is known of it.
        actor: who has the right to keep documents; one who has it in a part only, for their own.
        at: when.

    Returns:
        Its number.

    Raises:
        NotAllowed: without the right.
        Invalid: what is wrong, by field.
    """
    access.require_create(None, actor=actor)
    owner = _checked(facts)
    access.require_create(owner, actor=actor)
    _require_free(facts.code, None)
    document = Document(owner_id=owner, created_at=at, changed_at=at)
    _set_facts(document, facts)
    try:
        with transaction.atomic():
            document.save(force_insert=True)
    except IntegrityError as error:
        raise _taken() from error
    changes: dict[str, tuple[Any, Any]] = {
        name: (None, value) for name, value in _plain(facts).items() if value != ""
    }
    written("document.created", document, changes, actor=actor, at=at)
    return number_of(PREFIX, document.pk)


@transaction.atomic
def change_document(
    number: str, *, facts: DocumentFacts, actor: Actor, at: datetime, revision: int | None = None
) -> None:
    """Say what is known of a document anew; the same again changes nothing.

    Args:
        number: which.
        facts: all of it, as it shall be.
        actor: its owner, or who keeps all documents.
        at: when.
        revision: what the writer saw; None does not ask.

    Raises:
        NotFound, NotAllowed: as they say; only who keeps all documents gives one to another owner.
        Invalid: what is wrong, by field.
        WrongState: it is withdrawn, or was changed meanwhile.
    """
    document = access.document_to_change(number, actor=actor)
    require_not_withdrawn(document)
    owner = _checked(facts)
    _require_free(facts.code, document.pk)
    before, after = _plain(_standing(document)), _plain(facts)
    changes = {name: (before[name], after[name]) for name in after if before[name] != after[name]}
    if not changes:
        return
    require_unchanged(document, revision)
    if owner != document.owner_id and not actor.may(access.MANAGE):
        raise NotAllowed
    _set_facts(document, facts)
    document.owner_id = owner
    _plan_review(document, at)
    touch(document, *FACTS, "owner", "review_date", at=at)
    written("document.changed", document, changes, actor=actor, at=at)


@transaction.atomic
def save_draft(
    number: str,
    *,
    content: VersionContent,
    actor: Actor,
    at: datetime,
    file: GivenFile | None = None,
    without_file: bool = False,
    revision: int | None = None,
) -> int:
    """Write the next version of a document, or the first; the same again changes nothing.

    Args:
        number: which document.
        content: what the version shall say.
        actor: its owner, or who keeps all documents; becomes its author.
        at: when.
        file: what comes with it; takes the place of the one before.
        without_file: whether the file that came before is left out.
        revision: what the writer saw; None does not ask.

    Returns:
        The number of the version.

    Raises:
        NotFound, NotAllowed: as they say.
        Invalid: what is wrong, by field.
        WrongState: it is withdrawn, waits for its approver or its day, or was changed meanwhile.
    """
    document = access.document_to_change(number, actor=actor)
    require_not_withdrawn(document)
    if actor.person_id is None:
        raise NotAllowed(_("A version is written by a person."))
    version = _to_write(document, at=at)
    had_file = bool(version.file_sha256) and not without_file
    if faults := content_faults(content, has_file=had_file or file is not None):
        raise Invalid(faults)
    changes = _content_changes(version, content, file=file, without_file=without_file)
    if not changes:
        return version.number
    require_unchanged(document, revision)
    is_new = version.pk is None
    for name in CONTENT:
        setattr(version, name, getattr(content, name))
    version.text = content.text.replace("\r\n", "\n")
    version.change_note = content.change_note.strip()
    version.author_id, version.written_at, version.approver_id = actor.person_id, at, None
    version.save()
    touch(document, at=at)
    verb = "document.drafted" if is_new else "document.draft_changed"
    written(verb, document, {"number": (None, version.number), **changes}, actor=actor, at=at)
    return version.number


def _to_write(document: Document, *, at: datetime) -> DocumentVersion:
    """Return the draft of a document, or its next version, not saved yet."""
    versions = DocumentVersion.objects.select_for_update().filter(document=document)
    latest = versions.order_by("-number").first()
    if latest is not None and latest.state == VersionState.DRAFT:
        return latest
    if latest is not None and latest.state in OPEN_STATES:
        raise WrongState(
            _("A version waits for its approver or for its day. Have it sent back to change it.")
        )
    following = latest.number + 1 if latest else 1
    return DocumentVersion(document=document, number=following, written_at=at)


def _content_changes(
    version: DocumentVersion,
    content: VersionContent,
    *,
    file: GivenFile | None,
    without_file: bool,
) -> dict[str, tuple[Any, Any]]:
    """Return what is written anew, texts by their length; the file is kept and set."""
    is_new = version.pk is None
    changes: dict[str, tuple[Any, Any]] = {}
    given = {name: getattr(content, name) for name in CONTENT}
    given["text"] = content.text.replace("\r\n", "\n")
    given["change_note"] = content.change_note.strip()
    for name, value in given.items():
        before = None if is_new else getattr(version, name)
        if is_new or before != value:
            changes[name] = (before, value)
    if "text" in changes:
        changes["text"] = tuple(  # the journal tells that it changed; the versions hold the texts
            None if text is None else len(text) for text in changes["text"]
        )  # type: ignore[assignment]
    before_hash = version.file_sha256
    if file is not None:
        _take_file(version, file)
    elif without_file:
        version.file_name = version.file_media_type = version.file_sha256 = ""
        version.file_size = 0
    if version.file_sha256 != before_hash:
        changes["file"] = (before_hash or None, version.file_sha256 or None)
    return changes


def _take_file(version: DocumentVersion, file: GivenFile) -> None:
    name = clean_name(file.name)
    try:
        kept = keep(file.content, largest=settings.ATTACHMENT_MAX_BYTES)
    except TooLarge as fault:
        raise Invalid({"file": [_("“%(name)s” is too large.") % {"name": name}]}) from fault
    except Empty as fault:
        raise Invalid({"file": [_("“%(name)s” is empty.") % {"name": name}]}) from fault
    plain = file.media_type.split(";", 1)[0].strip().lower()
    version.file_name, version.file_sha256, version.file_size = name, kept.sha256, kept.size
    version.file_media_type = plain if plain in SAFE_TYPES else OTHER_TYPE


def _checked(facts: DocumentFacts) -> int:
    """Return the key of the owner of sound facts."""
    faults: dict[str, list[Any]] = dict(facts_faults(facts))
    owner = 0
    try:
        owner = colleague(facts.owner, field="owner").pk
    except Invalid as refusal:
        faults.update({name: list(texts) for name, texts in refusal.fields.items()})
    if faults:
        raise Invalid(faults)
    return owner


def _require_free(code: str, key: int | None) -> None:
    if Document.objects.filter(code=code).exclude(pk=key or 0).exists():
        raise _taken()


def _taken() -> Invalid:
    return Invalid({"code": [_("This code is already taken.")]})


def _set_facts(document: Document, facts: DocumentFacts) -> None:
    for name in FACTS:
        setattr(document, name, getattr(facts, name))
    document.title = facts.title.strip()
    document.about_code = facts.about_code.strip()


def _plan_review(document: Document, at: datetime) -> None:
    """Let the next review follow from the last one, or from the day of the version in effect."""
    if document.current is None:
        return
    last = (document.reviewed_at or at).date() if document.reviewed_at else None
    begun = document.current.effective_date
    since = max(day for day in (last, begun) if day is not None) if last or begun else None
    if since is not None:
        document.review_date = months_after(since, document.review_months)


def _standing(document: Document) -> DocumentFacts:
    given = {name: getattr(document, name) for name in FACTS}
    return DocumentFacts(owner=document.owner.code, **given)


def _plain(facts: DocumentFacts) -> dict[str, Any]:
    values = {name: getattr(facts, name) for name in FACTS}
    values |= {"title": facts.title.strip(), "about_code": facts.about_code.strip()}
    values |= {"kind": str(facts.kind), "about_kind": str(facts.about_kind), "owner": facts.owner}
    return values
