"""The book of agreements and the waiting rules, kept in memory for as long as they stay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from timshel.context.organization.models import Customer, Unit
from timshel.relationship_agreement.service_level.models import (
    Agreement,
    BookRevision,
    BusinessCalendar,
    EscalationRule,
    LevelChoice,
    Target,
    WaitingRule,
)
from timshel.relationship_agreement.service_level.rules.book import AgreementBook
from timshel.relationship_agreement.service_level.rules.defaults import DEFAULT_ALERTS
from timshel.relationship_agreement.service_level.rules.precedence import (
    AgreementVersion,
    Choice,
    DatedTerms,
    TargetLine,
    World,
)
from timshel.relationship_agreement.service_level.rules.terms import Alert, Terms, working_time
from timshel.relationship_agreement.service_level.rules.validity import BEGINNING
from timshel.relationship_agreement.service_level.rules.waiting import (
    DEFAULT_WAITING,
    WaitingBook,
    WaitingRules,
    WaitingVersion,
)
from timshel.relationship_agreement.service_level.states import (
    AgreementKind,
    ClockKind,
    DurationUnit,
    Recipient,
)


@dataclass(frozen=True, slots=True)
class Promises:
    """Everything that decides about clocks, but for what happened."""

    book: AgreementBook
    waiting: WaitingBook


_kept: tuple[UUID, Promises] | None = None


def promises(*, unit_ids: Collection[int] = (), customer_ids: Collection[int] = ()) -> Promises:
    """Return what is promised, in one query while nothing of it changes.

    Args:
        unit_ids: units that the book has to know; it is read again where one is new.
        customer_ids: customers that the book has to know.
    """
    global _kept
    revision = BookRevision.objects.values_list("value", flat=True).first()
    if revision is not None and _kept is not None and _kept[0] == revision:
        world = _kept[1].book.world
        if world.units.keys() >= set(unit_ids) and world.categories.keys() >= set(customer_ids):
            return _kept[1]
    read = Promises(read_book(), waiting_book())
    if revision is not None:
        _kept = (revision, read)
    return read


def read_book(*, instead: Mapping[str, int] | None = None) -> AgreementBook:
    """Read the book from the tables, in nine queries.

    Args:
        instead: versions to read as if they had always been the only one of their code, such as
            a draft to be tried; by code their keys.
    """
    tried = instead or {}
    rows = [
        row
        for row in Agreement.objects.prefetch_related("services", "offerings")
        if (row.pk == tried[row.code] if row.code in tried else not row.is_draft)
    ]
    calendars = _calendars()
    targets: dict[int, list[Target]] = defaultdict(list)
    for target in Target.objects.filter(agreement__in=[row.pk for row in rows]):
        targets[target.agreement_id].append(target)
    alerts = _alerts()
    versions = [_version(row, targets[row.pk], calendars, alerts) for row in rows]
    return AgreementBook(
        (_for_all_time(each) if each.code in tried else each for each in versions), _world()
    )


def waiting_book() -> WaitingBook:
    """Return which waiting paused which clock when."""
    stored = WaitingRule.objects.values_list(
        "kind", "reason", "pauses", "valid_from", "valid_until"
    )
    return WaitingBook(
        WaitingVersion(ClockKind(kind), reason, pauses, begins, ends)
        for kind, reason, pauses, begins, ends in stored
    )


def waiting_rules() -> WaitingRules:
    """Return which waiting pauses which clock from now on: the defaults, as changed since."""
    stored = WaitingRule.objects.filter(valid_until__isnull=True)
    changed = stored.values_list("kind", "reason", "pauses")
    return {**DEFAULT_WAITING, **{(ClockKind(kind), reason): on for kind, reason, on in changed}}


def _calendars() -> Mapping[str, list[BusinessCalendar]]:
    found: dict[str, list[BusinessCalendar]] = defaultdict(list)
    for calendar in BusinessCalendar.objects.order_by("code", "valid_from"):
        found[calendar.code].append(calendar)
    return found


def _alerts() -> Mapping[int | None, list[EscalationRule]]:
    found: dict[int | None, list[EscalationRule]] = defaultdict(list)
    for rule in EscalationRule.objects.order_by("pk"):
        found[rule.agreement_id].append(rule)
    return found


def _version(
    row: Agreement,
    targets: Iterable[Target],
    calendars: Mapping[str, list[BusinessCalendar]],
    alerts: Mapping[int | None, list[EscalationRule]],
) -> AgreementVersion:
    return AgreementVersion(
        id=row.pk,
        code=row.code,
        number=row.number,
        kind=AgreementKind(row.kind),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        customer_id=row.customer_id,
        unit_id=row.unit_id,
        category=row.customer_category,
        provider_team_id=row.provider_team_id,
        recipient_team_id=row.recipient_team_id,
        supplier_id=row.supplier_id,
        is_option=row.is_option,
        services=frozenset(each.pk for each in row.services.all()),
        offerings=frozenset(each.pk for each in row.offerings.all()),
        lines=tuple(_line(row, target, calendars, alerts) for target in targets),
    )


def _line(
    row: Agreement,
    target: Target,
    calendars: Mapping[str, list[BusinessCalendar]],
    alerts: Mapping[int | None, list[EscalationRule]],
) -> TargetLine:
    kind = ClockKind(target.kind)
    told = _alerts_for(kind, alerts.get(row.pk) or alerts.get(None))
    percent = target.attainment_percent
    return TargetLine(
        kind=kind,
        priority=target.priority,
        service_id=target.service_id,
        offering_id=target.offering_id,
        versions=tuple(
            DatedTerms(
                calendar.valid_from,
                calendar.valid_until,
                Terms(
                    target=working_time(
                        target.amount,
                        DurationUnit(target.unit),
                        working_day=calendar.working_day,
                    ),
                    calendar=calendar.hours(),
                    alerts=told,
                    restarts_on_reopening=row.restarts_on_reopening,
                    attainment_percent=None if percent is None else float(percent),
                    target_id=target.pk,
                    agreement_id=row.pk,
                    calendar_id=calendar.pk,
                    working_day=calendar.working_day,
                ),
            )
            for calendar in calendars[target.calendar_code or row.calendar_code]
        ),
    )


def _alerts_for(kind: ClockKind, rules: Iterable[EscalationRule] | None) -> tuple[Alert, ...]:
    if rules is None:
        return DEFAULT_ALERTS
    return tuple(
        Alert(
            percent=rule.percent,
            before=rule.before,
            recipient=Recipient(rule.recipient),
            role_code=rule.role_code,
            at_night=rule.at_night,
        )
        for rule in rules
        if rule.clock_kind in ("", kind)
    )


def _for_all_time(version: AgreementVersion) -> AgreementVersion:
    return replace(version, valid_from=BEGINNING, valid_until=None)


def _world() -> World:
    paths = Unit.objects.values_list("pk", "path")
    choices = LevelChoice.objects.values_list(
        "agreement_code", "customer_id", "valid_from", "valid_until"
    )
    return World(
        units={key: _nearest_first(path) for key, path in paths},
        categories=dict(Customer.objects.values_list("pk", "category")),
        choices=tuple(Choice(*row) for row in choices),
    )


def _nearest_first(path: str) -> tuple[int, ...]:
    return tuple(int(key) for key in reversed(path.strip("/").split("/")))
