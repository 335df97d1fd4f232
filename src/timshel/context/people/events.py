"""Facts about people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PersonCreated:
    """A person became known."""

    person_id: int
    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MemberAdded:
    """A person is now a member of a team, as its lead or not."""

    person_id: int
    team_id: int
    is_lead: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class PreferencesChanged:
    """A person chose another language or time zone."""

    person_id: int
    language: str
    time_zone: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PersonDeactivated:
    """A person left: no more sign-in, no new work; what they did stays theirs."""

    person_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ShiftPlanned:
    """Somebody of a team is to be on call from one moment until another."""

    shift_id: int
    team_id: int
    person_id: int
    starts_at: datetime
    ends_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class ShiftDropped:
    """Somebody is no longer to be on call, or from now on no longer is."""

    shift_id: int
    team_id: int
    person_id: int
    at: datetime
