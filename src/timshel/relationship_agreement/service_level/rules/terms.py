"""What is promised at a moment: an amount of working time, and who is told before it is used up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from timshel.kernel.calendar import BusinessCalendar
from timshel.relationship_agreement.service_level.rules.happenings import (
    Facts,
    Holder,
    OwnTarget,
)
from timshel.relationship_agreement.service_level.states import (
    ClockKind,
    DurationUnit,
    Recipient,
)

NOTHING = timedelta(0)
DAY = timedelta(hours=8)  # where nothing else is said; a stored calendar always says it


def working_time(amount: int, unit: DurationUnit, *, working_day: timedelta) -> timedelta:
    """Return what an amount comes to in working time.

    Args:
        amount: how much, in ``unit``.
        unit: minutes, hours or working days.
        working_day: what one working day comes to on the calendar that counts it.
    """
    match unit:
        case DurationUnit.MINUTES:
            return timedelta(minutes=amount)
        case DurationUnit.HOURS:
            return timedelta(hours=amount)
        case DurationUnit.WORKING_DAYS:
            return amount * working_day


@dataclass(frozen=True, slots=True)
class Alert:
    """Somebody is to hear of a clock once, at a share of its target or so long before its end.

    Args:
        percent: of the target; more than 100 is after the due moment. None where ``before`` is
            given.
        before: working time before the due moment.
        recipient: who hears.
        role_code: the role, for the recipient ``role``.
        at_night: whether the mail leaves outside the hours of whoever is to read it, too.
    """

    percent: int | None
    recipient: Recipient
    before: timedelta | None = None
    role_code: str = ""
    at_night: bool = False

    @property
    def key(self) -> str:
        """What it is known by, the same in each version of an agreement."""
        moment = f"{self.percent}%" if self.before is None else f"-{self.before}"
        return f"{moment} {self.recipient} {self.role_code}".strip()

    def amount(self, target: timedelta) -> timedelta:
        """Return after how much used time it is due."""
        if self.before is not None:
            return max(NOTHING, target - self.before)
        return target * (self.percent or 0) // 100


@dataclass(frozen=True, slots=True)
class Terms:
    """What is promised: an amount of working time on a calendar.

    Args:
        target: the amount.
        calendar: where it is counted.
        alerts: who hears when.
        restarts_on_reopening: whether reopened work gets the whole amount again.
        attainment_percent: how many of a hundred are to be in time, or None.
        target_id: key of the stored target, for whoever shows where this came from.
        agreement_id: key of the version of the agreement.
        calendar_id: key of the version of the calendar.
        working_day: what one working day comes to on that calendar.
    """

    target: timedelta
    calendar: BusinessCalendar
    alerts: tuple[Alert, ...] = ()
    restarts_on_reopening: bool = False
    attainment_percent: float | None = None
    target_id: int | None = None
    agreement_id: int | None = None
    calendar_id: int | None = None
    working_day: timedelta = DAY

    def instead(self, target: OwnTarget) -> Terms:
        """Return terms of the work's own amount, on the same calendar with the same alerts."""
        amount = working_time(target.amount, target.unit, working_day=self.working_day)
        return replace(self, target=amount, target_id=None, attainment_percent=None)


class TermsBook(Protocol):
    """Which terms hold for which work at which time."""

    def terms(
        self, kind: ClockKind, *, facts: Facts, at: datetime, holder: Holder | None = None
    ) -> Terms | None:
        """Return the terms in force at a moment, or None where nothing is promised."""

    def changes(self, *, after: datetime, until: datetime) -> Iterable[datetime]:
        """Return the moments after one and up to another at which any terms changed."""
