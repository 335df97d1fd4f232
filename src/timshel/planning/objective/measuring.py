"""Whoever counts the figures of measures: a later clause says here how.

Objectives name a measure by its code and know nothing of how it is counted. The source is
registered once at start-up (in ``timshel.reactions``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from timshel.kernel.errors import Text


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted.

    Args:
        measure: the code of a measure.
        subject_kind: whose figures.
        subject_code: its code; empty for everything.
    """

    measure: str
    subject_kind: str
    subject_code: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a month.

    Args:
        day: the last of the month.
        value: in the unit of the measure; minutes for times.
    """

    day: date
    value: Decimal


class Source(Protocol):
    """Counts figures."""

    def faults(self, counted: Counted, /) -> dict[str, list[Text]]:
        """Return what is wrong with what is to be counted, by field of an objective."""

    def has(self, kind: str, code: str, /) -> bool:
        """Tell whether there is a service or a customer with a code."""

    def figures(self, counted: Counted, /, *, since: date, at: datetime) -> tuple[Figure, ...]:
        """Return the figures of the whole months from a day until now, oldest first.

        A month in which there was nothing to count has none.
        """


_sources: list[Source] = []


def register(source: Source) -> None:
    """Say who counts; registering again replaces."""
    _sources[:] = [source]


def source() -> Source | None:
    """Return who counts; None where nobody was registered."""
    return _sources[0] if _sources else None
