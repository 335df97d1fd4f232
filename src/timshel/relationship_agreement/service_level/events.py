"""Facts about service levels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from timshel.relationship_agreement.service_level.states import ClockKind, Recipient


@dataclass(frozen=True, slots=True)
class ClockAlerted:
    """A clock came to a moment at which somebody is to hear of it.

    Args:
        work_item_id: the work.
        kind: which clock.
        lap: which run of it.
        due_at: when the target will be, or was, used up.
        key: what the alert is known by; each is told once for a deadline.
        recipient: who is to hear.
        role_code: the role, for the recipient ``role``.
        at_night: whether the mail may leave outside the hours of its reader.
        at: when the sweep saw it.
    """

    work_item_id: int
    kind: ClockKind
    lap: int
    due_at: datetime
    key: str
    recipient: Recipient
    role_code: str
    at_night: bool
    at: datetime

    def plain(self) -> dict[str, Any]:
        """Return it as plain JSON, as jobs carry it."""
        return _plain(self)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> ClockAlerted:
        """Return what :meth:`plain` gave."""
        return cls(
            **{
                **plain,
                "kind": ClockKind(plain["kind"]),
                "recipient": Recipient(plain["recipient"]),
                "due_at": datetime.fromisoformat(plain["due_at"]),
                "at": datetime.fromisoformat(plain["at"]),
            }
        )


@dataclass(frozen=True, slots=True)
class ClockBreached:
    """A promise was broken.

    Args:
        work_item_id: the work.
        kind: which clock.
        lap: which run of it.
        breached_at: the exact moment.
        is_stopped: whether the work was answered or resolved meanwhile, only too late.
        at: when the sweep saw it.
    """

    work_item_id: int
    kind: ClockKind
    lap: int
    breached_at: datetime
    is_stopped: bool
    at: datetime

    def plain(self) -> dict[str, Any]:
        """Return it as plain JSON, as jobs carry it."""
        return _plain(self)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> ClockBreached:
        """Return what :meth:`plain` gave."""
        return cls(
            **{
                **plain,
                "kind": ClockKind(plain["kind"]),
                "breached_at": datetime.fromisoformat(plain["breached_at"]),
                "at": datetime.fromisoformat(plain["at"]),
            }
        )


@dataclass(frozen=True, slots=True)
class AgreementPublished:
    """A version of an agreement is decided; it holds from ``valid_from`` on."""

    agreement_id: int
    code: str
    valid_from: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class AgreementEnded:
    """An agreement holds no longer than until ``valid_until``."""

    agreement_id: int
    code: str
    valid_until: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class CalendarChanged:
    """A calendar has other hours from now on."""

    code: str
    at: datetime


def _plain(fact: ClockAlerted | ClockBreached) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(fact).items()
    }
