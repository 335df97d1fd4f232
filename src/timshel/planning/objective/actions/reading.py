"""Reading how far objectives are: by hand, and from the figures that are counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, WrongState
from timshel.kernel.text import text_faults
from timshel.planning.objective import access, measuring
from timshel.planning.objective.actions.setting import journal
from timshel.planning.objective.models import Objective, ObjectiveReading
from timshel.planning.objective.rules.content import LONGEST_NOTE, PLACES, number_faults
from timshel.planning.objective.states import OPEN, Level, ObjectiveState, ReadingSource

ONE_DAY = timedelta(days=1)
LONGEST_BACK = timedelta(days=731)


@dataclass(frozen=True, slots=True)
class ReadingGiven:
    """What somebody read.

    Args:
        day: when.
        value: in the unit of the objective.
        note: what is to be known of it; may be empty.
    """

    day: date
    value: Decimal
    note: str = ""


@transaction.atomic
def record_reading(number: str, *, reading: ReadingGiven, actor: Actor, at: datetime) -> None:
    """Record what was read on a day, instead of what was recorded for it; the same does nothing.

    Raises:
        Invalid: what is wrong with it, by field.
        WrongState: the objective has ended, or is not measured.
        NotAllowed, NotFound: as they say.
    """
    row = _measured(number, actor=actor)
    faults = {
        "value": number_faults(reading.value),
        "note": text_faults(reading.note, longest=LONGEST_NOTE),
    }
    # Somewhere the next day of UTC has begun already.
    if reading.day > at.date() + ONE_DAY:
        faults["day"] = [_("This day is still to come.")]
    if any(faults.values()):
        raise Invalid({name: texts for name, texts in faults.items() if texts})
    value, note = reading.value.quantize(PLACES), reading.note.strip()
    before = row.readings.filter(day=reading.day).first()
    if before and (before.value, before.note, before.source) == (value, note, ReadingSource.HAND):
        return
    row.readings.update_or_create(
        day=reading.day,
        defaults={
            "value": value,
            "note": note,
            "source": ReadingSource.HAND,
            "read_by_id": actor.person_id,
            "read_at": at,
        },
    )
    changes = {str(reading.day): (str(before.value) if before else None, str(value))}
    journal(row, "objective.reading_recorded", changes, actor=actor, at=at)


@transaction.atomic
def remove_reading(number: str, *, day: date, actor: Actor, at: datetime) -> None:
    """Take away what was recorded for a wrong day; what was never recorded stays away.

    Raises:
        WrongState: the objective has ended, or is not measured.
        NotAllowed, NotFound: as they say.
    """
    row = _measured(number, actor=actor)
    found = row.readings.filter(day=day).first()
    if found is None:
        return
    found.delete()
    changes = {str(day): (str(found.value), None)}
    journal(row, "objective.reading_removed", changes, actor=actor, at=at)


@transaction.atomic
def read_objective(number: str, *, actor: Actor, at: datetime) -> int:
    """Count the figures of the whole months since it began, and keep them.

    What was recorded by hand for a day is kept instead of what is counted.

    Returns:
        How many readings are new or otherwise.

    Raises:
        WrongState: the objective has ended, or no measure is counted for it.
        NotAllowed, NotFound: as they say.
    """
    row = access.objective_to_read(number, actor=actor)
    if row.state not in OPEN or not row.measure:
        raise WrongState(_("No figures are counted for this objective."))
    return _count(row, actor=actor, at=at)


def read_due(*, actor: Actor, at: datetime, limit: int = 100) -> int:
    """Count the figures of agreed objectives whose last month was not counted yet.

    Args:
        actor: the sweep.
        at: now; months are those of UTC.
        limit: how many objectives at most, each in a transaction of its own.

    Returns:
        How many objectives were counted.
    """
    last_day = last_of_month_before(at.date())
    is_due = Q(counted_until__isnull=True) | Q(counted_until__lt=last_day)
    wanted = Objective.objects.filter(is_due, state=ObjectiveState.AGREED).exclude(measure="")
    keys = list(wanted.order_by("pk").values_list("pk", flat=True)[:limit])
    return sum(_count_one(key, is_due, actor=actor, at=at) for key in keys)


@transaction.atomic
def _count_one(key: int, is_due: Q, *, actor: Actor, at: datetime) -> bool:
    rows = Objective.objects.select_for_update(skip_locked=True)
    row = rows.filter(is_due, pk=key, state=ObjectiveState.AGREED).exclude(measure="").first()
    if row is None:
        return False
    _count(row, actor=actor, at=at)
    return True


def last_of_month_before(day: date) -> date:
    """Return the last day of the month before that of a day."""
    return day.replace(day=1) - ONE_DAY


def _measured(number: str, *, actor: Actor) -> Objective:
    row = access.objective_to_read(number, actor=actor)
    if row.state not in OPEN:
        raise WrongState(_("This has ended. Open it again first."))
    if row.level != Level.OBJECTIVE:
        raise WrongState(_("A goal or a result is measured by what stands below it."))
    return row


def _count(row: Objective, *, actor: Actor, at: datetime) -> int:
    source = measuring.source()
    if source is None:
        return 0
    began = row.baseline_date or row.start_date or row.made_at.date()
    since = max(began, (at - LONGEST_BACK).date())
    counted = measuring.Counted(row.measure, row.subject_kind, row.subject_code)
    known = {each.day: each for each in row.readings.filter(day__gte=since)}
    written = []
    for figure in source.figures(counted, since=since, at=at):
        value, before = figure.value.quantize(PLACES), known.get(figure.day)
        is_by_hand = before is not None and before.source == ReadingSource.HAND
        if is_by_hand or (before is not None and before.value == value):
            continue
        written.append(
            ObjectiveReading(
                objective=row,
                day=figure.day,
                value=value,
                source=ReadingSource.REGISTRY,
                read_by_id=actor.person_id,
                read_at=at,
            )
        )
    ObjectiveReading.objects.bulk_create(
        written,
        update_conflicts=True,
        unique_fields=["objective", "day"],
        update_fields=["value", "read_by", "read_at"],
    )
    row.counted_until = last_of_month_before(at.date())
    row.save(update_fields=["counted_until"])
    if written:
        changes = {
            str(each.day): (
                str(known[each.day].value) if each.day in known else None,
                str(each.value),
            )
            for each in written
        }
        journal(row, "objective.counted", changes, actor=actor, at=at)
    return len(written)
