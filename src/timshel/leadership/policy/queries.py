"""The charter as its readers see it, and as those who keep it do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, OuterRef, Q, QuerySet

from timshel.context.organization.models import CustomerCategory, Unit
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.kernel.text import is_storable
from timshel.kernel.translation import translated
from timshel.leadership.policy.access import require_manage
from timshel.leadership.policy.models import CharterPromise
from timshel.leadership.policy.rules import EVERYBODY, PromiseContent, Reader, is_made_to
from timshel.leadership.policy.states import (
    WITH_CODE,
    AudienceKind,
    Bound,
    PeriodLength,
    PromiseState,
)


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """A version of a promise in the reader's language.

    Args:
        id: of the version; figures are kept by it.
        code: of the promise.
        number: of the version.
        state: draft, published or retired.
        audience: to whom it is made.
        audience_code: of a unit or category, else empty.
        audience_name: of a unit or category, else empty.
        title: the promise.
        detail: what stands behind it.
        remedy: what is done when it is missed.
        measure: the code of the measure.
        subject_kind: whose figure.
        subject_code: its code, or empty.
        period: for how long it is measured at a time.
        zone: of its days.
        bound: at least or at most.
        target: in the unit of the measure; minutes for times.
        position: in the charter.
        valid_from: its first day.
        valid_until: its last day, or None.
        owner: the name of who answers for it, or empty.
        owner_code: the code of that person, or empty.
        is_owner_active: whether they are still here; True where nobody is named.
    """

    id: int
    code: str
    number: int
    state: PromiseState
    audience: AudienceKind
    audience_code: str
    audience_name: str
    title: str
    detail: str
    remedy: str
    measure: str
    subject_kind: str
    subject_code: str
    period: PeriodLength
    zone: str
    bound: Bound
    target: Decimal
    position: int
    valid_from: date
    valid_until: date | None
    owner: str
    owner_code: str
    is_owner_active: bool
    created_at: datetime
    published_at: datetime | None
    retired_at: datetime | None

    def is_in_force(self, day: date) -> bool:
        """Tell whether it is promised on a day."""
        is_over = self.valid_until is not None and self.valid_until < day
        return self.state is PromiseState.PUBLISHED and self.valid_from <= day and not is_over


@dataclass(frozen=True, slots=True)
class KeptPromise:
    """A promise with its versions, as those who keep the charter see it.

    Args:
        code: of the promise.
        current: the version that is published and holds today, or None.
        coming: the version that is published for a later day, or None.
        draft: the version that is being written, or None.
        versions: all, newest first.
    """

    code: str
    current: PromiseRow | None
    coming: PromiseRow | None
    draft: PromiseRow | None
    versions: tuple[PromiseRow, ...]

    @property
    def shown(self) -> PromiseRow:
        """The version by which a list names it."""
        return self.current or self.draft or self.coming or self.versions[0]


def reader_of(actor: Actor) -> Reader:
    """Return what decides which promises are made to somebody; at most one query."""
    if actor.person_id is None:
        return EVERYBODY
    is_above = Func(
        OuterRef("unit__path"), F("path"), function="starts_with", output_field=BooleanField()
    )
    above = Unit.objects.filter(is_above).values("code")
    person = Person.objects.filter(pk=actor.person_id).annotate(units=ArraySubquery(above))
    row = person.values_list("customer__category", "units").first()
    if row is None:
        return EVERYBODY
    category, units = row
    return Reader(category or "", frozenset(units))


def reader_in(audience: AudienceKind, code: str) -> Reader:
    """Return a reader as whom the charter can be looked at beforehand; at most one query.

    Args:
        audience: which audience; ``everybody`` is somebody of the staff without a unit.
        code: of the unit or category.

    Raises:
        NotFound: there is no such unit or category.
    """
    if audience is AudienceKind.CUSTOMERS:
        return Reader(category=CustomerCategory.PORTAL_ONLY)
    if audience is AudienceKind.CATEGORY:
        if code not in CustomerCategory.values:
            raise NotFound
        return Reader(category=code)
    if audience is not AudienceKind.UNIT:
        return EVERYBODY
    paths = Unit.objects.filter(code=code) if is_storable(code) else Unit.objects.none()
    path = paths.values_list("path", flat=True).first()
    if path is None:
        raise NotFound
    return Reader(units=_codes_above(path))


def _codes_above(path: str) -> frozenset[str]:
    keys = [int(key) for key in path.strip("/").split("/") if key]
    if not keys:
        return frozenset()
    return frozenset(Unit.objects.filter(pk__in=keys).values_list("code", flat=True))


def charter(
    reader: Reader, *, language: str, zone: str, at: datetime, limit: int | None = None
) -> tuple[PromiseRow, ...]:
    """Return the promises that are made to somebody today, in their order; one query.

    Units are named by their code alone: whoever reads a promise knows where they belong.

    Args:
        reader: to whom.
        language: theirs.
        zone: in whose days "today" is meant.
        at: now.
        limit: how many at most.
    """
    rows = [
        row
        for row in _in_force(at.astimezone(ZoneInfo(zone)).date())
        if is_made_to(reader, AudienceKind(row.audience), row.audience_code)
    ]
    return tuple(_row(each, {}, language) for each in rows[:limit])


def promises_in_force(*, at: datetime) -> tuple[PromiseRow, ...]:
    """Return all promises that are made by now, whoever they are made to; one query.

    It is the one question of the reading of figures, which has no reader.
    """
    return tuple(_row(each, {}, "en") for each in _in_force(at.date()))


def _in_force(day: date) -> QuerySet[CharterPromise]:
    still = Q(valid_until__isnull=True) | Q(valid_until__gte=day)
    rows = CharterPromise.objects.filter(still, state=PromiseState.PUBLISHED, valid_from__lte=day)
    return rows.select_related("owner").order_by("position", "code")


def kept_promises(*, actor: Actor, at: datetime) -> tuple[KeptPromise, ...]:
    """Return all promises with their versions, in their order; two queries.

    Raises:
        NotAllowed: without the right to keep the charter.
    """
    require_manage(actor)
    return _kept(CharterPromise.objects.all(), actor=actor, at=at)


def kept_promise(code: str, *, actor: Actor, at: datetime) -> KeptPromise:
    """Return a promise with its versions; two queries.

    Raises:
        NotAllowed: without the right to keep the charter.
        NotFound: there is none.
    """
    require_manage(actor)
    known = CharterPromise.objects.filter(code=code) if is_storable(code) else None
    found = _kept(known, actor=actor, at=at) if known is not None else ()
    if not found:
        raise NotFound
    return found[0]


def _kept(rows: QuerySet[CharterPromise], *, actor: Actor, at: datetime) -> tuple[KeptPromise, ...]:
    day = actor.day_at(at)
    ordered = rows.select_related("owner").order_by("code", "-number")
    by_code: dict[str, list[PromiseRow]] = {}
    for row in _rows(ordered, language=actor.language):
        by_code.setdefault(row.code, []).append(row)
    found = [_with_versions(code, tuple(versions), day) for code, versions in by_code.items()]
    return tuple(sorted(found, key=lambda each: (each.shown.position, each.code)))


def _with_versions(code: str, versions: tuple[PromiseRow, ...], day: date) -> KeptPromise:
    published = [each for each in versions if each.state is PromiseState.PUBLISHED]
    return KeptPromise(
        code=code,
        current=next((each for each in published if each.is_in_force(day)), None),
        coming=next((each for each in published if each.valid_from > day), None),
        draft=next((each for each in versions if each.state is PromiseState.DRAFT), None),
        versions=versions,
    )


def promise_content(row_id: int) -> PromiseContent:
    """Return what a version says in the first language, with all translations; one query.

    Raises:
        NotFound: there is none.
    """
    row = CharterPromise.objects.select_related("owner").filter(pk=row_id).first()
    if row is None:
        raise NotFound
    return content_of(row)


def content_of(row: CharterPromise) -> PromiseContent:
    """Return what a version says; its owner was read with it."""
    return PromiseContent(
        title=row.title,
        detail=row.detail,
        remedy=row.remedy,
        audience=AudienceKind(row.audience),
        audience_code=row.audience_code,
        measure=row.measure,
        subject_kind=row.subject_kind,
        subject_code=row.subject_code,
        period=PeriodLength(row.period),
        zone=row.zone,
        bound=Bound(row.bound),
        target=row.target,
        position=row.position,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        owner=row.owner.code if row.owner else "",
        translations=row.translations,
    )


def promise_codes() -> frozenset[str]:
    """Return the codes of all promises there ever were."""
    return frozenset(CharterPromise.objects.values_list("code", flat=True))


def translated_into(row_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """Return the languages, beside the first, in which versions have their sentence; one query."""
    rows = CharterPromise.objects.filter(pk__in=row_ids).values_list("pk", "translations")
    return {
        key: frozenset(language for language, texts in more.items() if texts.get("title"))
        for key, more in rows
    }


def unit_choices(*, language: str) -> tuple[tuple[str, str], ...]:
    """Return code and name of the units in use, by name; one query."""
    rows = Unit.objects.filter(is_active=True).values_list("code", "name", "translations")
    named = [(code, translated(name, more, "name", language)) for code, name, more in rows]
    return tuple(sorted(named, key=lambda each: each[1].casefold()))


def _rows(
    rows: QuerySet[CharterPromise] | list[CharterPromise], *, language: str
) -> tuple[PromiseRow, ...]:
    found = list(rows)
    names = _unit_names(found, language)
    return tuple(_row(each, names, language) for each in found)


def _unit_names(rows: list[CharterPromise], language: str) -> dict[str, str]:
    codes = {row.audience_code for row in rows if row.audience == AudienceKind.UNIT}
    if not codes:
        return {}
    units = Unit.objects.filter(code__in=codes).values_list("code", "name", "translations")
    return {code: translated(name, more, "name", language) for code, name, more in units}


def _row(row: CharterPromise, units: dict[str, str], language: str) -> PromiseRow:
    name = ""
    if row.audience in WITH_CODE:
        is_unit = row.audience == AudienceKind.UNIT
        name = units.get(row.audience_code, row.audience_code) if is_unit else row.audience_code
    return PromiseRow(
        id=row.pk,
        code=row.code,
        number=row.number,
        state=PromiseState(row.state),
        audience=AudienceKind(row.audience),
        audience_code=row.audience_code,
        audience_name=name,
        title=row.text("title", language),
        detail=row.text("detail", language),
        remedy=row.text("remedy", language),
        measure=row.measure,
        subject_kind=row.subject_kind,
        subject_code=row.subject_code,
        period=PeriodLength(row.period),
        zone=row.zone,
        bound=Bound(row.bound),
        target=row.target,
        position=row.position,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        owner=row.owner.name if row.owner else "",
        owner_code=row.owner.code if row.owner else "",
        is_owner_active=row.owner is None or row.owner.is_active,
        created_at=row.created_at,
        published_at=row.published_at,
        retired_at=row.retired_at,
    )
