"""ISO 8601 durations and moments, as timers use them."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

_DURATION = re.compile(
    r"P(?=\d|T\d)(?:(?P<years>\d{1,3})Y)?(?:(?P<months>\d{1,4})M)?(?:(?P<weeks>\d{1,4})W)?"
    r"(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,8})M)?(?:(?P<seconds>\d{1,9})S)?)?"
)


@dataclass(frozen=True, slots=True)
class Duration:
    """Calendar months, and a span."""

    months: int
    span: timedelta

    def after(self, moment: datetime) -> datetime:
        """Return the moment that lies the duration after another one.

        Months are calendar months: a month after 31 January is the last day of February.
        """
        count = moment.year * 12 + moment.month - 1 + self.months
        year, month = divmod(count, 12)
        day = min(moment.day, monthrange(year, month + 1)[1])
        return moment.replace(year=year, month=month + 1, day=day) + self.span


def parse_duration(text: str) -> Duration | None:
    """Read ``P2D``, ``PT4H``, ``P1Y2M`` …; nothing if the text is no such duration."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        return None
    parts = {name: int(number or 0) for name, number in match.groupdict().items()}
    months = parts.pop("years") * 12 + parts.pop("months")
    return Duration(months, timedelta(**parts))


def parse_moment(text: str) -> datetime | None:
    """Read an ISO 8601 day or moment; one without a zone is UTC; nothing if it is neither."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return as_moment(moment)


def as_moment(value: date) -> datetime:
    """Return a day (its beginning) or moment as an aware moment in UTC."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
