"""How rules are put together: records, the condition now, the condition once, a date."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import Greatest

from timshel.improvement.conformity.evidence.rule import Evidence

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Moment:
    """When evidence is looked for. Its day is that of Greenwich, as for all that nobody reads."""

    at: datetime

    @property
    def today(self) -> date:
        """The day."""
        return self.at.astimezone(UTC).date()

    def earlier(self, years: int = 1) -> datetime:
        """The moment so many years of 365 days before."""
        return self.at - years * YEAR


Condition = Q | Callable[[Moment], Q]
Find = Callable[[datetime], Evidence]
Dated = str | Greatest


def counted(
    records: QuerySet[Any],
    *,
    current: Condition,
    stale: Condition | None = None,
    latest: Dated = "",
) -> Find:
    """Return how to count records, in one query.

    Args:
        records: all that may count; each row once.
        current: which of them prove something now.
        stale: which of them did once; None where none can.
        latest: the field with the moment or the day of each, or the greatest of some; empty where
            there is none.
    """

    def find(at: datetime) -> Evidence:
        moment = Moment(at)
        now = _at(current, moment)
        figures: dict[str, Any] = {"proven": Count("pk", filter=now)}
        if stale is not None:
            figures["past"] = Count("pk", filter=_at(stale, moment))
        if latest:
            figures["newest"] = Max(latest, filter=now)
        found = records.aggregate(**figures)
        return Evidence(found["proven"], found.get("past", 0), _moment(found.get("newest")))

    return find


def within(records: QuerySet[Any], field: str, *, years: int = 1) -> Find:
    """Return how to count what was done in the last years; what was done before is stale."""
    return counted(
        records,
        current=lambda moment: Q(
            **{f"{field}__gt": moment.earlier(years), f"{field}__lte": moment.at}
        ),
        stale=lambda moment: Q(**{f"{field}__lte": moment.earlier(years)}),
        latest=field,
    )


def within_days(records: QuerySet[Any], field: str, *, years: int = 1) -> Find:
    """Return the same as ``within`` for what is dated by a day."""
    return counted(
        records,
        current=lambda moment: Q(
            **{f"{field}__gt": moment.earlier(years).date(), f"{field}__lte": moment.today}
        ),
        stale=lambda moment: Q(**{f"{field}__lte": moment.earlier(years).date()}),
        latest=field,
    )


def until(records: QuerySet[Any], day: str, *, latest: Dated = "") -> Find:
    """Return how to count what holds until a day; where that day is over it is stale."""
    return counted(
        records,
        current=lambda moment: Q(**{f"{day}__gte": moment.today}),
        stale=lambda moment: Q(**{f"{day}__lt": moment.today}),
        latest=latest,
    )


def _at(condition: Condition, moment: Moment) -> Q:
    return condition if isinstance(condition, Q) else condition(moment)


def _moment(found: date | datetime | None) -> datetime | None:
    """Return a day as its first moment."""
    if found is None or isinstance(found, datetime):
        return found
    return datetime.combine(found, time(), tzinfo=UTC)
