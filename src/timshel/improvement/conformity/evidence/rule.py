"""What a rule of evidence is: something to be counted in the live records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from timshel.kernel.errors import Text


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a rule found.

    Args:
        current: records that prove something now.
        stale: records that did once: expired, retired, not reviewed in time.
        latest: when the newest of the current ones was made or last confirmed; None without one.
    """

    current: int
    stale: int = 0
    latest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that can be found in the live records.

    Args:
        code: by which questions name it, such as ``risk.reviewed``.
        meaning: what is counted, in the reader's words: a sentence without a full stop.
        find: returns what there is at a moment, in one query or two.
        page: the name of the URL of the page on which it is looked at and mended, one without
            arguments; empty where there is none.
    """

    code: str
    meaning: Text
    find: Callable[[datetime], Evidence]
    page: str = ""
