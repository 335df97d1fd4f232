"""What an agreement says, as people write it, with codes in the place of keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Protocol

from timshel.relationship_agreement.service_level.states import (
    AgreementKind,
    ClockKind,
    DurationUnit,
    GoalMeasure,
    Recipient,
)


@dataclass(frozen=True, slots=True)
class TargetContent:
    """A target: so much time for a kind of clock.

    Args:
        kind: which clock.
        amount: how many of the unit.
        unit: minutes, hours or working days.
        priority: 1 to 5, or None for each.
        service: the code of a service, where the line is for that alone.
        offering: the code of an offering, where the line is for that alone.
        calendar: the code of a calendar, where it is not that of the agreement.
        attainment_percent: how many of a hundred are to be in time, or None.
    """

    kind: ClockKind
    amount: int
    unit: DurationUnit
    priority: int | None = None
    service: str | None = None
    offering: str | None = None
    calendar: str = ""
    attainment_percent: Decimal | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        """What may stand only once in an agreement."""
        return (self.kind, self.priority, self.service, self.offering)


@dataclass(frozen=True, slots=True)
class GoalContent:
    """A goal that no clock measures; ``value`` is in per cent but for business goals."""

    measure: GoalMeasure
    value: Decimal
    name: str = ""
    unit: str = ""
    is_minimum: bool = True


class StoredRule(Protocol):
    """An escalation rule as its table holds it."""

    clock_kind: str
    percent: int | None
    before: timedelta | None
    recipient: str
    role_code: str
    at_night: bool


@dataclass(frozen=True, slots=True)
class EscalationContent:
    """Who hears when; see :class:`~.terms.Alert`. Without ``clock_kind`` of each clock."""

    recipient: Recipient
    percent: int | None = None
    before: timedelta | None = None
    clock_kind: str = ""
    role_code: str = ""
    at_night: bool = False

    @classmethod
    def of(cls, rule: StoredRule) -> EscalationContent:
        """Return what a stored rule says."""
        return cls(
            recipient=Recipient(rule.recipient),
            percent=rule.percent,
            before=rule.before,
            clock_kind=rule.clock_kind,
            role_code=rule.role_code,
            at_night=rule.at_night,
        )

    def columns(self) -> dict[str, Any]:
        """Return what the table holds of it."""
        return {
            "recipient": self.recipient.value,
            "percent": self.percent,
            "before": self.before,
            "clock_kind": self.clock_kind,
            "role_code": self.role_code,
            "at_night": self.at_night,
        }

    def plain(self) -> dict[str, Any]:
        """Return it as the journal keeps it."""
        before = None if self.before is None else int(self.before.total_seconds())
        return {**self.columns(), "before": before}


@dataclass(frozen=True, slots=True)
class AgreementContent:
    """All that a version of an agreement says.

    Args:
        kind: between whom.
        name: for people.
        calendar: the code of the calendar in which its time is counted.
        text: Markdown, in the customer's words.
        customer: the code of the customer it is made with; or
        unit: the code of the unit; or
        customer_category: the category of customers; none of them for everybody.
        provider_team: the code of the team that promises, for kind ``operational``.
        recipient_team: the code of the team it is promised to, for kind ``operational``; None
            for each.
        supplier: the code of the supplier, for kind ``supplier``.
        services: codes of what it covers; with no offerings either, everything.
        offerings: codes of what it covers.
        targets: what is promised.
        goals: what is aimed at.
        escalations: who hears when; none for the rules of all agreements.
        restarts_on_reopening: whether reopened work gets the whole time again.
        owner_id: the person who answers for it.
        review_date: when to look at it again.
        is_option: a level that customers choose; it applies to those alone who did.
        price: of the level, in ``currency`` per ``price_period`` (``month`` or ``year``).
    """

    kind: AgreementKind
    name: str
    calendar: str
    text: str = ""
    customer: str | None = None
    unit: str | None = None
    customer_category: str = ""
    provider_team: str | None = None
    recipient_team: str | None = None
    supplier: str | None = None
    services: tuple[str, ...] = ()
    offerings: tuple[str, ...] = ()
    targets: tuple[TargetContent, ...] = ()
    goals: tuple[GoalContent, ...] = ()
    escalations: tuple[EscalationContent, ...] = ()
    restarts_on_reopening: bool = False
    owner_id: int | None = None
    review_date: date | None = None
    is_option: bool = False
    price: Decimal | None = None
    currency: str = ""
    price_period: str = ""
