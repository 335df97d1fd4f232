"""Facts about calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CallLogged:
    """Somebody wrote down a call, and what came of it."""

    call_id: int
    work_item_id: int | None
    at: datetime
    actor_id: int | None


@dataclass(frozen=True, slots=True)
class CallBackPromised:
    """Somebody is to be called back."""

    call_back_id: int
    at: datetime
    actor_id: int | None


@dataclass(frozen=True, slots=True)
class CallBackReminded:
    """The moment of a call-back has come."""

    call_back_id: int
    at: datetime
