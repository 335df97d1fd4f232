"""The register of documents, and what a management review is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from timshel.kernel.actor import Actor
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.kernel.record_numbers import number_of
from timshel.kernel.search.conditions import text_query
from timshel.kernel.search.language import read
from timshel.kernel.text import is_storable
from timshel.support.documentation.models import (
    Document,
    DocumentVersion,
    DocumentVersionQuerySet,
)
from timshel.support.documentation.rules import PREFIX, day_of
from timshel.support.documentation.states import (
    OPEN_STATES,
    AboutKind,
    DocumentKind,
    VersionState,
)

BY_TITLE: KeysetOrder[Document] = KeysetOrder(SortKey("title"), SortKey("id"))
YEAR = timedelta(days=365)
MOST_OVERDUE = 20


@dataclass(frozen=True, slots=True)
class DocumentFilter:
    """What a register is narrowed to; the empty value of each narrows nothing.

    Args:
        kind: of documents.
        state: documents with a version in this state that the reader may read.
        clause: of the standard, with all below it.
        about_kind: about a thing of this kind.
        about_code: about this thing.
        owner: the code of a person.
        is_overdue: only those that should have been looked at again.
        text: words of title and text.
    """

    kind: DocumentKind | None = None
    state: VersionState | None = None
    clause: str = ""
    about_kind: AboutKind | None = None
    about_code: str = ""
    owner: str = ""
    is_overdue: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """What a document is about.

    Args:
        kind: of which kind.
        code: which one; empty where it is about nothing in particular.
    """

    kind: AboutKind
    code: str


@dataclass(frozen=True, slots=True)
class DocumentFacets:
    """By what documents can be narrowed.

    Args:
        owners: who answers for one of them: code and name, by name.
        subjects: what one of them is about.
    """

    owners: tuple[tuple[str, str], ...]
    subjects: tuple[About, ...]


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document in the register.

    Args:
        number: by which people name it.
        code: by which references name it.
        kind: what it is.
        title: in the words of its owner.
        owner_code: who answers for it.
        owner_name: the same, for people.
        clause: of the standard; may be empty.
        about_kind: what it is about.
        about_code: which one; may be empty.
        current_number: of the version in effect, or None.
        effective_date: the first day of the version in effect, or None.
        coming: where the next version stands, or None; told to those who may read it alone.
        is_withdrawn: whether it holds no more.
        review_date: by when it is to be looked at again, or None.
        is_overdue: whether that day is over.
        revision: grows with each change.
    """

    number: str
    code: str
    kind: DocumentKind
    title: str
    owner_code: str
    owner_name: str
    clause: str
    about_kind: AboutKind
    about_code: str
    current_number: int | None
    effective_date: date | None
    coming: VersionState | None
    is_withdrawn: bool
    review_date: date | None
    is_overdue: bool
    revision: int


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """What a management review is told of the documents.

    Args:
        in_effect: documents with a version in effect.
        being_written: documents whose next version is being written.
        in_review: documents whose next version waits for its approver.
        approved: documents whose next version waits for its day.
        withdrawn: documents that hold no more.
        renewed: versions that took effect within the last year.
        overdue: documents that should have been looked at again.
        longest_overdue: some of them, the longest first.
    """

    in_effect: int
    being_written: int
    in_review: int
    approved: int
    withdrawn: int
    renewed: int
    overdue: int
    longest_overdue: tuple[DocumentRow, ...]


def document_list(
    *,
    actor: Actor,
    at: datetime,
    narrowed: DocumentFilter | None = None,
    cursor: str | None = None,
    size: int = 50,
) -> Page[DocumentRow]:
    """Return a page of the documents that the actor may know of, by title; one query.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    wanted = narrowed or DocumentFilter()
    rows = _narrowed(Document.objects.visible_to(actor), wanted, actor=actor, at=at)
    page = BY_TITLE.page(with_standing(rows, actor), cursor=cursor, size=size)
    return page.map(lambda row: row_of(row, at=at))


def document_facets(*, actor: Actor) -> DocumentFacets:
    """Return by what the documents can be narrowed that the actor may know of; two queries."""
    rows = Document.objects.visible_to(actor).order_by()
    owners = rows.values_list("owner__code", "owner__name").distinct()
    subjects = rows.exclude(about_kind=AboutKind.NONE).values_list("about_kind", "about_code")
    return DocumentFacets(
        owners=tuple(sorted(owners, key=lambda each: each[1].casefold())),
        subjects=tuple(About(AboutKind(kind), code) for kind, code in subjects.distinct()),
    )


def documentation_summary(at: datetime) -> DocumentSummary:
    """Return how the documents of the management system stand; rights are the caller's.

    Three queries.
    """
    today = day_of(at)
    counts = Document.objects.aggregate(
        in_effect=Count("pk", filter=Q(current__isnull=False)),
        withdrawn=Count("pk", filter=Q(withdrawn_at__isnull=False)),
        overdue=Count("pk", filter=Q(current__isnull=False, review_date__lt=today)),
    )
    versions = DocumentVersion.objects.aggregate(
        being_written=Count("pk", filter=Q(state=VersionState.DRAFT)),
        in_review=Count("pk", filter=Q(state=VersionState.IN_REVIEW)),
        approved=Count("pk", filter=Q(state=VersionState.APPROVED)),
        renewed=Count("pk", filter=Q(effective_at__gt=at - YEAR, effective_at__lte=at)),
    )
    late = Document.objects.overdue(today).order_by("review_date", "pk")
    rows = late.select_related("owner", "current").annotate(
        coming=_coming(DocumentVersion.objects.all())
    )
    longest = tuple(row_of(row, at=at) for row in rows[:MOST_OVERDUE])
    return DocumentSummary(**counts, **versions, longest_overdue=longest)


def number_by_code(code: str, *, actor: Actor) -> str | None:
    """Return the number of a document by its code, or None where the actor knows of none."""
    rows = Document.objects.visible_to(actor)
    found = rows.filter(code=code).values_list("pk", flat=True).first() if is_storable(code) else 0
    return number_of(PREFIX, found) if found else None


def with_standing(rows: QuerySet[Document], actor: Actor) -> QuerySet[Document]:
    """Read owner, the version in effect and where the next one stands along."""
    coming = _coming(DocumentVersion.objects.readable_by(actor))
    return rows.select_related("owner", "current").annotate(coming=coming)


def row_of(row: Document, *, at: datetime) -> DocumentRow:
    """Return a document as the register shows it; it was read by ``with_standing``."""
    coming = getattr(row, "coming", None)
    current = row.current
    is_overdue = (
        current is not None and row.review_date is not None and row.review_date < day_of(at)
    )
    return DocumentRow(
        number=number_of(PREFIX, row.pk),
        code=row.code,
        kind=DocumentKind(row.kind),
        title=row.title,
        owner_code=row.owner.code,
        owner_name=row.owner.name,
        clause=row.clause,
        about_kind=AboutKind(row.about_kind),
        about_code=row.about_code,
        current_number=current.number if current else None,
        effective_date=current.effective_date if current else None,
        coming=VersionState(coming) if coming else None,
        is_withdrawn=row.withdrawn_at is not None,
        review_date=row.review_date,
        is_overdue=is_overdue,
        revision=row.revision,
    )


def _coming(versions: DocumentVersionQuerySet) -> Subquery:
    to_come = versions.filter(document=OuterRef("pk"), state__in=OPEN_STATES)
    return Subquery(to_come.values("state")[:1])


def _narrowed(
    rows: QuerySet[Document], wanted: DocumentFilter, *, actor: Actor, at: datetime
) -> QuerySet[Document]:
    texts = (wanted.clause, wanted.about_code, wanted.owner)
    if not all(map(is_storable, texts)):
        return rows.none()
    if wanted.kind is not None:
        rows = rows.filter(kind=wanted.kind)
    if wanted.state is not None:
        versions = DocumentVersion.objects.readable_by(actor)
        in_state = versions.filter(document=OuterRef("pk"), state=wanted.state)
        rows = rows.filter(Exists(in_state))
    if wanted.clause:
        rows = rows.filter(Q(clause=wanted.clause) | Q(clause__startswith=f"{wanted.clause}."))
    if wanted.about_kind is not None:
        rows = rows.filter(about_kind=wanted.about_kind)
    if wanted.about_code:
        rows = rows.filter(about_code=wanted.about_code)
    if wanted.owner:
        rows = rows.filter(owner__code=wanted.owner)
    if wanted.is_overdue:
        rows = rows.filter(current__isnull=False, review_date__lt=day_of(at))
    if wanted.text.strip():
        found = text_query(read(wanted.text))
        rows = rows.none() if found is None else rows.filter(search=found)
    return rows
