"""One document with its versions, what they say and how they differ, and its distribution."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.kernel.record_numbers import key_of
from timshel.kernel.translation import translated
from timshel.support.documentation import access
from timshel.support.documentation.models import (
    Confirmation,
    Distribution,
    Document,
    DocumentVersion,
)
from timshel.support.documentation.queries.register import DocumentRow, row_of, with_standing
from timshel.support.documentation.rules import (
    PREFIX,
    Audience,
    MarkedLine,
    differences,
    months_after,
)
from timshel.support.documentation.states import OPEN_STATES, AudienceKind, VersionState

MOST_VERSIONS = 200


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version of a document without its text.

    Args:
        number: of the version.
        state: where it stands.
        change_note: what was new.
        asks_reading: whether it was to be read anew.
        author: who wrote it.
        approver: who was asked to approve it; may be empty.
        approver_code: the same, by code.
        sent_back_reason: why it was sent back, until it is submitted again.
        written_at: when it was last written.
        submitted_at: when its approver was asked, or None.
        approved_at: when it was approved, or None.
        effective_date: its first day, as wished or as it came, or None.
        ended_at: when it was superseded or withdrawn, or None.
        kept_until: the last day on which it must be kept, once it ended.
        file_name: of the file that came with it; empty where there is none.
        file_media_type: under which it is served.
        file_size: in bytes.
        file_sha256: the hash it lies under.
    """

    number: int
    state: VersionState
    change_note: str
    asks_reading: bool
    author: str
    approver: str
    approver_code: str
    sent_back_reason: str
    written_at: datetime
    submitted_at: datetime | None
    approved_at: datetime | None
    effective_date: date | None
    ended_at: datetime | None
    kept_until: date | None
    file_name: str
    file_media_type: str
    file_size: int
    file_sha256: str


@dataclass(frozen=True, slots=True)
class Named:
    """One to whom a document is distributed; the code is empty for all staff."""

    kind: AudienceKind
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class AudienceView:
    """To whom a document is distributed."""

    named: tuple[Named, ...]

    @property
    def audience(self) -> Audience:
        """Return it as an action takes it."""
        return Audience(
            is_staff=any(each.kind is AudienceKind.STAFF for each in self.named),
            roles=self._codes(AudienceKind.ROLE),
            units=self._codes(AudienceKind.UNIT),
            people=self._codes(AudienceKind.PERSON),
        )

    def _codes(self, kind: AudienceKind) -> tuple[str, ...]:
        return tuple(each.code for each in self.named if each.kind is kind)


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document as its page shows it.

    Args:
        row: as in the register.
        review_months: after so many months it is to be looked at again.
        retention_months: so long an ended version is kept.
        reviewed_at: when it was last looked at and found right, or None.
        withdrawn_at: when it was withdrawn, or None.
        withdrawn_reason: why.
        versions: those that the reader may read, the newest first.
        text: of the version in effect; empty where there is none.
        audience: to whom it is distributed.
        may_change: whether the reader may write, distribute and withdraw it.
        may_approve: whether a version waits for the reader.
        may_send_back: whether the reader was asked to approve the next version.
        sees_readers: whether the reader is told who confirmed it.
        is_addressed: whether it is distributed to the reader.
        is_asked: whether it waits to be confirmed by the reader.
        confirmed_at: when the reader last confirmed it, or None.
    """

    row: DocumentRow
    review_months: int
    retention_months: int
    reviewed_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_reason: str
    versions: tuple[VersionRow, ...]
    text: str
    audience: AudienceView
    may_change: bool
    may_approve: bool
    may_send_back: bool
    sees_readers: bool
    is_addressed: bool
    is_asked: bool
    confirmed_at: datetime | None

    @property
    def current(self) -> VersionRow | None:
        """Return the version in effect."""
        return next((row for row in self.versions if row.state is VersionState.EFFECTIVE), None)

    @property
    def coming(self) -> VersionRow | None:
        """Return the next version, where the reader may read it."""
        return next((row for row in self.versions if row.state in OPEN_STATES), None)


@dataclass(frozen=True, slots=True)
class VersionView:
    """What a version says."""

    document: DocumentRow
    version: VersionRow
    text: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Two versions laid over each other.

    Args:
        document: whose versions they are.
        before: the older one.
        after: the newer one.
        lines: of both, marked.
    """

    document: DocumentRow
    before: VersionRow
    after: VersionRow
    lines: tuple[MarkedLine, ...]


def document_view(number: str, *, actor: Actor, at: datetime) -> DocumentView:
    """Return a document with the versions that the actor may read; five queries at most.

    Raises:
        NotFound: there is none, or the actor may not know of it.
    """
    document = _known(number, actor)
    versions = _versions(document, actor)
    addressed, confirmed = _own_reading(document, actor)
    coming = next((each for each in versions if each.state in OPEN_STATES), None)
    is_approver = (
        coming is not None
        and coming.state != VersionState.DRAFT
        and actor.person_id is not None
        and coming.approver_id == actor.person_id
    )
    asked = document.asked_number
    return DocumentView(
        row=row_of(document, at=at),
        review_months=document.review_months,
        retention_months=document.retention_months,
        reviewed_at=document.reviewed_at,
        withdrawn_at=document.withdrawn_at,
        withdrawn_reason=document.withdrawn_reason,
        versions=tuple(_version_row(each, document) for each in versions),
        text=document.current.text if document.current else "",
        audience=audience_of(document, language=actor.language),
        may_change=access.may_change(document, actor=actor),
        may_approve=is_approver and coming is not None and coming.state == VersionState.IN_REVIEW,
        may_send_back=is_approver,
        sees_readers=access.sees_drafts(document, actor=actor),
        is_addressed=addressed,
        is_asked=addressed
        and asked is not None
        and (confirmed is None or confirmed.number < asked),
        confirmed_at=confirmed.at if confirmed else None,
    )


def version_view(number: str, version: int, *, actor: Actor, at: datetime) -> VersionView:
    """Return what a version says; two queries.

    Raises:
        NotFound: there is no such document or version, or the actor may not read it.
    """
    document = _known(number, actor)
    found = _version(document, version, actor)
    return VersionView(row_of(document, at=at), _version_row(found, document), found.text)


def compared(number: str, before: int, after: int, *, actor: Actor, at: datetime) -> Compared:
    """Return two versions laid over each other, line by line; three queries.

    Args:
        number: of the document.
        before: the number of the older version.
        after: the number of the newer version.
        actor: who reads.
        at: now.

    Raises:
        NotFound: there is no such document or version, or the actor may not read it.
    """
    document = _known(number, actor)
    first, second = _version(document, before, actor), _version(document, after, actor)
    return Compared(
        row_of(document, at=at),
        _version_row(first, document),
        _version_row(second, document),
        differences(first.text, second.text),
    )


def audience_of(document: Document, *, language: str) -> AudienceView:
    """Return to whom a document is distributed, by name; one query. Rights are the caller's."""
    rows = Distribution.objects.filter(document=document).select_related("role", "unit", "person")
    return AudienceView(
        tuple(
            sorted(
                (_named(row, language) for row in rows),
                key=lambda each: (list(AudienceKind).index(each.kind), each.name.casefold()),
            )
        )
    )


def _named(row: Distribution, language: str) -> Named:
    kind = AudienceKind(row.kind)
    if row.person is not None:
        return Named(kind, row.person.code, row.person.name)
    held = row.role or row.unit
    if held is None:
        return Named(kind, "", "")
    return Named(kind, held.code, translated(held.name, held.translations, "name", language))


def _known(number: str, actor: Actor) -> Document:
    rows = with_standing(Document.objects.visible_to(actor), actor)
    found = rows.filter(pk=key_of(PREFIX, number)).first()
    if found is None:
        raise NotFound
    return found


def _versions(document: Document, actor: Actor) -> list[DocumentVersion]:
    rows = DocumentVersion.objects.readable_by(actor).filter(document=document).defer("text")
    return list(rows.select_related("author", "approver").order_by("-number")[:MOST_VERSIONS])


def _version(document: Document, number: int, actor: Actor) -> DocumentVersion:
    rows = DocumentVersion.objects.readable_by(actor).filter(document=document, number=number)
    found = rows.select_related("author", "approver").first()
    if found is None:
        raise NotFound
    return found


def _own_reading(document: Document, actor: Actor) -> tuple[bool, Confirmation | None]:
    """Return whether a document is distributed to the actor, and their latest confirmation."""
    if actor.person_id is None or document.current is None:
        return False, None
    mine = Confirmation.objects.filter(document=document, person_id=actor.person_id)
    addressed = Document.objects.addressed_to(actor.person_id).filter(pk=document.pk).exists()
    return addressed, mine.order_by("-number").first()


def _version_row(row: DocumentVersion, document: Document) -> VersionRow:
    kept = months_after(row.ended_at.date(), document.retention_months) if row.ended_at else None
    return VersionRow(
        number=row.number,
        state=VersionState(row.state),
        change_note=row.change_note,
        asks_reading=row.asks_reading,
        author=row.author.name,
        approver=row.approver.name if row.approver else "",
        approver_code=row.approver.code if row.approver else "",
        sent_back_reason=row.sent_back_reason,
        written_at=row.written_at,
        submitted_at=row.submitted_at,
        approved_at=row.approved_at,
        effective_date=row.effective_date,
        ended_at=row.ended_at,
        kept_until=kept,
        file_name=row.file_name,
        file_media_type=row.file_media_type,
        file_size=row.file_size,
        file_sha256=row.file_sha256,
    )
