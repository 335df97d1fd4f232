"""Looking back on a register: how many of what, and some records, in two queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Text


@dataclass(frozen=True, slots=True)
class Span:
    """Whose view of which time is asked for.

    Args:
        since: when it begins.
        until: when it ends; nothing later counts.
        actor: who reads; only what they may see counts.
        most: how many records at most.
    """

    since: datetime
    until: datetime
    actor: Actor
    most: int

    def within(self, name: str) -> Q:
        """Return the condition that a moment lies in the time."""
        return Q(**{f"{name}__gte": self.since, f"{name}__lt": self.until})

    def before_end(self, name: str) -> Q:
        """Return the condition that something had happened when the time ended."""
        return Q(**{f"{name}__lt": self.until})


@dataclass(frozen=True, slots=True)
class Seen:
    """A record.

    Args:
        code: by which people know it.
        title: of it.
        state: where it stands, as it does now.
        owner: who answers for it; may be empty.
        day: the day that matters of it.
        note: what else is to be known; may be empty.
    """

    code: str
    title: str
    state: Text
    owner: str = ""
    day: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class LookedBack:
    """What was found.

    Args:
        counts: how many, by what is counted.
        rows: some of the records.
        total: how many records there are of which these are some.
    """

    counts: Mapping[str, int]
    rows: tuple[Seen, ...]
    total: int


def look_back(
    rows: QuerySet[Any],
    span: Span,
    *,
    counts: Mapping[str, Q],
    listed: Q,
    order: Sequence[str],
    shown: Callable[[Any], Seen],
) -> LookedBack:
    """Count and list some of a register; two queries.

    Args:
        rows: what the reader may see of it, with what is read along.
        span: the time.
        counts: the conditions by which records are counted.
        listed: which of them are listed.
        order: of the list.
        shown: makes a row of a record.
    """
    asked = {
        name: Count("pk", filter=condition, distinct=True) for name, condition in counts.items()
    }
    found = rows.order_by().aggregate(total_=Count("pk", filter=listed, distinct=True), **asked)
    total = found.pop("total_")
    some = rows.filter(listed).order_by(*order)[: span.most]
    return LookedBack(found, tuple(map(shown, some)), total)
