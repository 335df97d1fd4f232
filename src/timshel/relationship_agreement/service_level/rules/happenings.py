"""What happens to a piece of work, as far as a clock reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from timshel.relationship_agreement.service_level.states import DurationUnit


class Phase(StrEnum):
    """What a stage of work means to a clock."""

    ACTIVE = "active"
    WAITING = "waiting"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class OwnTarget:
    """What a step of a process promises for its task, in the place of what agreements say.

    Args:
        amount: how much, in ``unit``.
        unit: minutes, hours, or working days of the calendar that counts it.
    """

    amount: int
    unit: DurationUnit


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides which agreement and which target apply.

    Args:
        priority: 1 (first) to 5 (last).
        process: the kind of the work, such as ``incident``.
        service_id: the service, or None.
        offering_id: the offering, or None.
        customer_id: the outside customer who asked, or None.
        unit_id: the unit of whoever asked, or None.
        target: the promise of its own that a task has, or None.
    """

    priority: int
    process: str = "incident"
    service_id: int | None = None
    offering_id: int | None = None
    customer_id: int | None = None
    unit_id: int | None = None
    target: OwnTarget | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has the work for a while: a team, or a supplier that is waited for.

    Args:
        team_id: the team, or None for a supplier.
        supplier_id: the supplier, or None for a team.
        from_team_id: the team that had it before, or None.
    """

    team_id: int | None = None
    supplier_id: int | None = None
    from_team_id: int | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """The work was opened; every clock begins here."""

    at: datetime
    facts: Facts
    team_id: int | None = None


@dataclass(frozen=True, slots=True)
class StageChanged:
    """The work entered a stage, or waits for another reason; leaving DONE means reopening."""

    at: datetime
    phase: Phase
    waiting_reason: str | None = None
    supplier_id: int | None = None


@dataclass(frozen=True, slots=True)
class FactsChanged:
    """Another priority, service or requester, so perhaps another agreement and target.

    ``changes`` maps fields of :class:`Facts` that are numbers to their new values.
    """

    at: datetime
    changes: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Another team has the work, or none."""

    at: datetime
    team_id: int | None


@dataclass(frozen=True, slots=True)
class Answered:
    """A helper answered so that the requester can read it; assigning somebody is no answer."""

    at: datetime


@dataclass(frozen=True, slots=True)
class TakenUp:
    """A helper began with a part of it, or finished one; the requester sees that it moves."""

    at: datetime


@dataclass(frozen=True, slots=True)
class RequesterWrote:
    """The requester added something, whatever the door."""

    at: datetime


@dataclass(frozen=True, slots=True)
class TermsChanged:
    """Another version of an agreement or a calendar took effect; made while reading."""

    at: datetime


ClockEvent = (
    Opened
    | StageChanged
    | FactsChanged
    | HandedOver
    | Answered
    | TakenUp
    | RequesterWrote
    | TermsChanged
)
