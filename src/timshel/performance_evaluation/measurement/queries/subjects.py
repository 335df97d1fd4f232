"""What report cards are about: services, customers, units and teams, and their cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.models import Customer, Team, Unit
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.kernel.text import is_storable
from timshel.kernel.translation import translated
from timshel.operation.work.models import OPEN, WorkItem, WorkItemQuerySet
from timshel.operation.work.rules import TASK
from timshel.operation.work.rules import VIEW as VIEW_WORK
from timshel.performance_evaluation.measurement.states import SUBJECT_NAMES, SubjectKind
from timshel.resolution_fulfilment.incident.states import KIND as INCIDENT
from timshel.service_portfolio.service.models import LifeCycle, Service

MODELS: dict[SubjectKind, Any] = {
    SubjectKind.SERVICE: Service,
    SubjectKind.CUSTOMER: Customer,
    SubjectKind.UNIT: Unit,
    SubjectKind.TEAM: Team,
}
COLUMNS = {
    SubjectKind.SERVICE: "service_id",
    SubjectKind.CUSTOMER: "customer_id",
    SubjectKind.UNIT: "unit_id",
    SubjectKind.TEAM: "team_id",
}
KINDS = frozenset(MODELS)
EVERYTHING = SubjectKind.EVERYTHING.value
LATELY = timedelta(days=30)
BY_NAME: KeysetOrder[Any] = KeysetOrder(SortKey("name"), SortKey("id"))


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom or what a card is about.

    Args:
        kind: service, customer, unit or team, or everything together.
        id: its key; 0 for everything.
        code: its code; ``everything`` for everything.
        name: in the reader's language.
        path: of a unit, the chain of keys from the root; else empty.
        category: of a customer; else empty.
    """

    kind: SubjectKind
    id: int
    code: str
    name: str
    path: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """A subject in the overview, with what the reader sees of its work.

    Args:
        subject: whom or what.
        open_now: cases open now.
        opened_lately: cases opened within the last thirty days.
    """

    subject: Subject
    open_now: int
    opened_lately: int


def find_subject(kind: str, code: str, *, actor: Actor) -> Subject:
    """Return a subject, in at most two queries.

    Args:
        kind: of ``SubjectKind``.
        code: its code.
        actor: who reads; who may not see all work knows of a subject by its work only.

    Raises:
        NotFound: there is none, or the reader sees nothing of it.
    """
    if kind == EVERYTHING == code:
        return _seen(everything(), actor=actor)
    if kind not in KINDS or not is_storable(code):
        raise NotFound
    chosen = SubjectKind(kind)
    row = MODELS[chosen].objects.filter(code=code).first()
    if row is None:
        raise NotFound
    return _seen(_subject(chosen, row, actor.language), actor=actor)


def everything() -> Subject:
    """Return what all work together belongs to."""
    kind = SubjectKind.EVERYTHING
    return Subject(kind=kind, id=0, code=kind.value, name=str(SUBJECT_NAMES[kind]))


def _seen(subject: Subject, *, actor: Actor) -> Subject:
    """Return a subject of which the reader sees something.

    Raises:
        NotFound: they see nothing of it.
    """
    if sees_everything_of(subject, actor=actor):
        return subject
    if not promised_work(subject, actor=actor).exists():
        raise NotFound
    return subject


def sees_everything_of(subject: Subject, *, actor: Actor) -> bool:
    """Tell whether the reader may see all work of a subject; figures are complete only then."""
    if subject.kind in (SubjectKind.CUSTOMER, SubjectKind.EVERYTHING):
        return actor.may(VIEW_WORK)
    return actor.may(VIEW_WORK, **{subject.kind.value: subject.id})


def cases_of(subject: Subject, *, actor: Actor) -> WorkItemQuerySet:
    """Return the cases of a subject that a reader may see; of a unit with everything below.

    Cases are incidents: what was ordered is told by the promises to deliver it, and counting the
    tasks of an order beside it would count the same thing several times.
    """
    return promised_work(subject, actor=actor).filter(kind=INCIDENT)


def promised_work(subject: Subject, *, actor: Actor) -> WorkItemQuerySet:
    """Return the work of a subject about which its requesters were promised anything, that a
    reader may see; a task is promised by a team, and to nobody outside."""
    return WorkItem.objects.visible_to(actor).filter(belongs_to(subject)).exclude(kind=TASK)


def belongs_to(subject: Subject) -> Q:
    """Return the condition under which work belongs to a subject."""
    if subject.kind is SubjectKind.EVERYTHING:
        return Q()
    if subject.kind is SubjectKind.UNIT:
        below = Unit.objects.filter(path__startswith=subject.path)
        return Q(unit_id__in=below.values("pk"))
    return Q(**{COLUMNS[subject.kind]: subject.id})


def subject_list(
    kind: str, *, actor: Actor, at: datetime, cursor: str | None = None, size: int = 50
) -> Page[SubjectRow]:
    """Return a page of the subjects of one kind that the reader sees, by name; two queries.

    Who may not see all work finds those of whose work they see something. Work of units is shown
    for each unit alone, without those below.

    Args:
        kind: of ``SubjectKind``.
        actor: who reads.
        at: now.
        cursor: where to go on.
        size: lines to a page.

    Raises:
        Invalid: there is no such kind, or the cursor is not one of ours.
    """
    if kind not in KINDS:
        raise Invalid({"kind": [_("There are no report cards of this kind.")]})
    chosen = SubjectKind(kind)
    page = BY_NAME.page(_offered(chosen, actor=actor), cursor=cursor, size=size)
    counts = _counts(chosen, [row.pk for row in page.items], actor=actor, at=at)
    return page.map(
        lambda row: SubjectRow(_subject(chosen, row, actor.language), *counts.get(row.pk, (0, 0)))
    )


def _offered(kind: SubjectKind, *, actor: Actor) -> QuerySet[Any]:
    rows: QuerySet[Any] = MODELS[kind].objects.all()
    if kind is SubjectKind.SERVICE:
        rows = rows.exclude(life_cycle=LifeCycle.PLANNED)
    if actor.may(VIEW_WORK):
        return rows
    seen = WorkItem.objects.visible_to(actor).exclude(kind=TASK)
    seen = seen.filter(**{COLUMNS[kind]: OuterRef("pk")})
    return rows.filter(Exists(seen))


def _counts(
    kind: SubjectKind, keys: list[int], *, actor: Actor, at: datetime
) -> dict[int, tuple[int, int]]:
    column = COLUMNS[kind]
    lately = Q(opened_at__gte=at - LATELY)
    rows = (
        WorkItem.objects.visible_to(actor)
        .filter(OPEN | lately, kind=INCIDENT, **{f"{column}__in": keys})
        .values_list(column)
        .annotate(open_now=Count("pk", filter=OPEN), lately=Count("pk", filter=lately))
        .order_by()
    )
    return {key: (open_now, opened) for key, open_now, opened in rows}


def _subject(kind: SubjectKind, row: Any, language: str) -> Subject:
    return Subject(
        kind=kind,
        id=row.pk,
        code=row.code,
        name=translated(row.name, row.translations, "name", language),
        path=row.path if kind is SubjectKind.UNIT else "",
        category=row.category if kind is SubjectKind.CUSTOMER else "",
    )
