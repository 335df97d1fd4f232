"""Invitations as they come by mail (RFC 5546): what, when, where and who asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

LONGEST = 200_000  # bytes of a calendar that is read
LONGEST_WORDS = 300
MOST = 5


@dataclass(frozen=True, slots=True)
class Invitation:
    """A meeting that a mail tells of.

    Args:
        method: ``REQUEST``, ``CANCEL``, ``REPLY`` or another of iTIP; empty for none.
        summary: what it is about.
        begins: when, as the calendar writes it: a day, a local time, or one with a zone.
        ends: until when; None where it does not say.
        where: the place.
        organizer: who asks, by name or address.
    """

    method: str
    summary: str
    begins: datetime | date | None
    ends: datetime | date | None
    where: str
    organizer: str


def invitations(content: bytes, *, method: str = "") -> tuple[Invitation, ...]:
    """Return the meetings of a calendar; none of one that cannot be read.

    Args:
        content: a file of iCalendar.
        method: what the part that held it says it is.
    """
    if len(content) > LONGEST:
        return ()
    from icalendar import Calendar

    try:
        calendar: Any = Calendar.from_ical(content)
        events = list(calendar.walk("VEVENT"))[:MOST]
        stated = _words(calendar.get("METHOD")) or method
        return tuple(_invitation(each, stated.upper()[:20]) for each in events)
    except Exception:  # noqa: BLE001 - a calendar is whatever somebody's program wrote
        return ()


def _invitation(event: Any, method: str) -> Invitation:
    organizer = event.get("ORGANIZER")
    name = _words(getattr(organizer, "params", {}).get("CN", "")) if organizer else ""
    address = _words(organizer).removeprefix("mailto:").removeprefix("MAILTO:")
    return Invitation(
        method=method,
        summary=_words(event.get("SUMMARY")),
        begins=_moment(event.get("DTSTART")),
        ends=_moment(event.get("DTEND")),
        where=_words(event.get("LOCATION")),
        organizer=name or address,
    )


def _words(value: object) -> str:
    return "" if value is None else _storable(str(value))[:LONGEST_WORDS]


def _storable(text: str) -> str:
    """Return text in one line, without what the database does not take."""
    return " ".join("".join(each for each in text if each.isprintable() or each.isspace()).split())


def _moment(value: Any) -> datetime | date | None:
    found = getattr(value, "dt", None)
    return found if isinstance(found, date) else None
