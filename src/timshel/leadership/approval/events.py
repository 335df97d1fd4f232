"""Facts about approvals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ApprovalFact:
    """What all facts about approvals tell.

    Args:
        approval_id: the approval.
        work_item_id: the work that it is about.
        step: what in that work asked, as whoever asked calls it.
        at: when.
    """

    approval_id: int
    work_item_id: int
    step: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ApprovalAsked(ApprovalFact):
    """People are asked to approve something."""


@dataclass(frozen=True, slots=True)
class SeatGiven(ApprovalFact):
    """Somebody further is asked: a seat was handed over, or nobody answered in time."""

    seat_id: int


@dataclass(frozen=True, slots=True)
class ApprovalReminded(ApprovalFact):
    """Those who have not answered yet are to be reminded."""


@dataclass(frozen=True, slots=True)
class ApprovalDecided(ApprovalFact):
    """An approval came to an end.

    Args:
        outcome: of ``states.Outcome``.
        by_person_id: whose answer settled it, or None where time or a process did.
        comment: why it was refused; may be empty.
    """

    outcome: str
    by_person_id: int | None
    comment: str


@dataclass(frozen=True, slots=True)
class DelegationMade:
    """Somebody stands in for somebody else for some days."""

    delegation_id: int
    person_id: int
    substitute_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class DelegationEnded:
    """Somebody no longer stands in for somebody else."""

    delegation_id: int
    person_id: int
    substitute_id: int
    at: datetime
