"""Recording what was measured elsewhere, and keeping the figures of the charter.

Nothing is ever filled in for a value that is missing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound, Text
from timshel.kernel.journal.actions import record
from timshel.kernel.text import is_storable
from timshel.performance_evaluation.measurement.access import require_record
from timshel.performance_evaluation.measurement.models import CharterReading, MeasuredValue
from timshel.performance_evaluation.measurement.queries.charter import count_promises
from timshel.relationship_agreement.service_level.queries.agreements import agreement_codes
from timshel.relationship_agreement.service_level.states import GoalMeasure
from timshel.service_portfolio.service.models import Service

SUBJECT = "measured_value"
LARGEST = Decimal(10) ** 12
PLACES = Decimal("0.0001")
HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured.

    Args:
        measure: what kind of goal it speaks of.
        first_day: the first day for which it was measured.
        last_day: the last day, which belongs to it.
        value: in per cent for availability and satisfaction, else in ``unit``; at most four
            decimals.
        source: who or what measured it, for readers.
        agreement: the code of the agreement, or nothing.
        service: the code of the service, or nothing; one of the two is needed.
        name: of the goal, where the agreement has several of this kind.
        unit: of the value.
    """

    measure: GoalMeasure
    first_day: date
    last_day: date
    value: Decimal
    source: str
    agreement: str = ""
    service: str = ""
    name: str = ""
    unit: str = ""


@transaction.atomic
def record_value(measured: Measured, *, actor: Actor, at: datetime) -> int:
    """Record a measured value; the same measure for the same days takes the new value.

    Args:
        measured: what was measured.
        actor: who records it.
        at: when.

    Returns:
        The key of the value. Recording the same again changes nothing.

    Raises:
        NotAllowed: the right is missing, or holds for other services only.
        NotFound: there is no such service.
        Invalid: the value, its days or what it belongs to.
    """
    service = _service(measured.service)
    require_record(actor, service_id=service.pk if service else None)
    _check(measured)
    columns: dict[str, Any] = {
        "agreement_code": measured.agreement,
        "service": service,
        "measure": measured.measure,
        "name": measured.name.strip(),
        "first_day": measured.first_day,
        "last_day": measured.last_day,
    }
    given: dict[str, Any] = {
        "value": measured.value.quantize(PLACES),
        "unit": measured.unit.strip(),
        "source": measured.source.strip(),
    }
    row, is_new = MeasuredValue.objects.select_for_update().get_or_create(
        **columns, defaults={**given, "recorded_at": at, "recorded_by_id": actor.person_id}
    )
    changes = {
        name: (None if is_new else _plain(getattr(row, name)), _plain(value))
        for name, value in given.items()
        if is_new or getattr(row, name) != value
    }
    if not changes:
        return row.pk
    if not is_new:
        for name, value in given.items():
            setattr(row, name, value)
        row.recorded_at, row.recorded_by_id = at, actor.person_id
        row.save()
    record(
        "measurement.recorded",
        subject_kind=SUBJECT,
        subject_id=row.pk,
        changes={**(_identity(measured) if is_new else {}), **changes},
        actor=actor,
        at=at,
    )
    return row.pk


@transaction.atomic
def read_due_promises(*, at: datetime, only: Collection[int] | None = None) -> int:
    """Count the figures of the charter anew and keep them for its pages.

    Reading twice gives the same rows; nothing of the charter itself is changed.

    Args:
        at: now.
        only: the versions of promises to read; all that are in force where None.

    Returns:
        How many figures were kept.
    """
    rows = [
        CharterReading(
            promise_id=each.promise_id,
            first_day=each.period.first_day,
            last_day=each.period.last_day,
            value=each.value,
            is_kept=each.is_kept,
            listed=each.listed,
            read_at=at,
        )
        for each in count_promises(at=at, only=only)
    ]
    CharterReading.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["promise", "first_day"],
        update_fields=["last_day", "value", "is_kept", "listed", "read_at"],
    )
    return len(rows)


def _service(code: str) -> Service | None:
    if not code:
        return None
    found = Service.objects.filter(code=code).first()
    if found is None:
        raise NotFound
    return found


def _identity(measured: Measured) -> dict[str, tuple[Any, Any]]:
    return {
        "agreement": (None, measured.agreement),
        "service": (None, measured.service),
        "measure": (None, measured.measure.value),
        "name": (None, measured.name.strip()),
        "first_day": (None, measured.first_day.isoformat()),
        "last_day": (None, measured.last_day.isoformat()),
    }


def _plain(value: Any) -> Any:
    return str(value)


def _check(measured: Measured) -> None:
    faults: dict[str, list[Text]] = {}
    for check in (_check_of_what, _check_days, _check_value, _check_texts):
        for field, sentence in check(measured):
            faults.setdefault(field, []).append(sentence)
    if faults:
        raise Invalid(faults)


def _check_of_what(measured: Measured) -> list[tuple[str, Text]]:
    if not measured.agreement and not measured.service:
        return [("agreement", _("Name the agreement or the service that was measured."))]
    if measured.agreement and measured.agreement not in agreement_codes():
        return [("agreement", _("There is no such agreement."))]
    return []


def _check_days(measured: Measured) -> list[tuple[str, Text]]:
    if measured.last_day < measured.first_day:
        return [("last_day", _("The last day lies before the first."))]
    return []


def _check_value(measured: Measured) -> list[tuple[str, Text]]:
    value = measured.value
    if not value.is_finite() or abs(value) >= LARGEST or value != value.quantize(PLACES):
        return [("value", _("Give a number with at most four decimals."))]
    is_share = measured.measure is not GoalMeasure.BUSINESS
    if is_share and not 0 <= value <= HUNDRED:
        return [("value", _("A share lies between 0 and 100 per cent."))]
    return []


def _check_texts(measured: Measured) -> list[tuple[str, Text]]:
    faults: list[tuple[str, Text]] = []
    if not measured.source.strip():
        faults.append(("source", _("Say who or what measured it.")))
    longest = {"source": 200, "name": 200, "unit": 40}
    for field, length in longest.items():
        text = getattr(measured, field)
        if len(text.strip()) > length or not is_storable(text):
            faults.append((field, _("This is too long, or holds what cannot be stored.")))
    return faults
