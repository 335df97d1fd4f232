"""The policies: in effect, reviewed, and read by those to whom they are told (clause 5.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Exists, F, Func, IntegerField, OuterRef, QuerySet, Subquery

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.support.documentation import access
from timshel.support.documentation.models import Confirmation, Document, reached_by
from timshel.support.documentation.queries.register import DocumentRow, row_of, with_standing
from timshel.support.documentation.states import DocumentKind

BY_TITLE: KeysetOrder[Document] = KeysetOrder(SortKey("title"), SortKey("id"))


class PolicyGap(StrEnum):
    """What is missing of a policy."""

    NOT_IN_EFFECT = "not_in_effect"
    REVIEW_OVERDUE = "review_overdue"
    NO_READERS = "no_readers"
    NOT_ASKED = "not_asked"
    NOT_READ = "not_read"


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A policy with what is missing of it.

    Args:
        document: as the register shows it.
        addressed: to how many people it is distributed.
        confirmed: how many of them confirmed what is in effect.
        gaps: what is missing.
    """

    document: DocumentRow
    addressed: int
    confirmed: int
    gaps: tuple[PolicyGap, ...]


def policy_list(
    *, actor: Actor, at: datetime, cursor: str | None = None, size: int = 50
) -> Page[PolicyRow]:
    """Return a page of the policies that are not withdrawn, by title; one query.

    Raises:
        NotAllowed: the actor may not read all documents.
        Invalid: the cursor is not one of ours.
    """
    _require_all(actor)
    rows = with_standing(_policies(actor), actor).annotate(
        addressed=_count(_readers()), confirmed=_count(_readers().filter(Exists(_confirmed())))
    )
    page = BY_TITLE.page(rows, cursor=cursor, size=size)
    return page.map(lambda row: _policy(row, at=at))


def has_policy_in_effect(*, actor: Actor) -> bool:
    """Tell whether there is any policy in effect; one query.

    Raises:
        NotAllowed: the actor may not read all documents.
    """
    _require_all(actor)
    return _policies(actor).filter(current__isnull=False).exists()


def _require_all(actor: Actor) -> None:
    if not access.sees_all(actor):
        raise NotAllowed


def _policies(actor: Actor) -> QuerySet[Document]:
    rows = Document.objects.visible_to(actor)
    return rows.filter(kind=DocumentKind.POLICY, withdrawn_at__isnull=True)


def _readers() -> QuerySet[Person]:
    """Return those to whom the document of the query around it is distributed."""
    return reached_by(OuterRef(OuterRef("pk")))


def _confirmed() -> QuerySet[Confirmation]:
    """Return the confirmations that count; none where nobody was asked."""
    return Confirmation.objects.filter(
        document_id=OuterRef(OuterRef("pk")),
        person_id=OuterRef("pk"),
        number__gte=OuterRef(OuterRef("asked_number")),
    )


def _count(people: QuerySet[Person]) -> Subquery:
    counted = people.order_by().annotate(
        count=Func(F("pk"), function="COUNT", output_field=IntegerField())
    )
    return Subquery(counted.values("count"), output_field=IntegerField())


def _policy(row: Any, *, at: datetime) -> PolicyRow:
    document = row_of(row, at=at)
    gaps = _gaps(document, row.addressed, row.confirmed, is_asked=row.asked_number is not None)
    return PolicyRow(document, row.addressed, row.confirmed, gaps)


def _gaps(
    document: DocumentRow, addressed: int, confirmed: int, *, is_asked: bool
) -> tuple[PolicyGap, ...]:
    if document.current_number is None:
        return (PolicyGap.NOT_IN_EFFECT,)
    found = [PolicyGap.REVIEW_OVERDUE] if document.is_overdue else []
    if not addressed:
        found.append(PolicyGap.NO_READERS)
    elif not is_asked:
        found.append(PolicyGap.NOT_ASKED)
    elif confirmed < addressed:
        found.append(PolicyGap.NOT_READ)
    return tuple(found)
