"""Calendars as iCalendar files, and what such a file would change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from timshel.kernel.actor import Actor
from timshel.kernel.icalendar_files.reading import Unusable, read_icalendar
from timshel.relationship_agreement.service_level.queries.calendars import calendar_content
from timshel.relationship_agreement.service_level.rules.exchange import (
    YEARS_READ,
    ReadDay,
    calendar_file,
    days_read,
)


@dataclass(frozen=True, slots=True)
class FilePreview:
    """What a file would change in a calendar.

    Args:
        name: of the calendar.
        version: the key of its version in force, to be named when the days are taken over.
        days: of the file, in order; those that change nothing included.
        unusable: what cannot be used, with the reasons.
    """

    name: str
    version: int
    days: tuple[ReadDay, ...]
    unusable: tuple[Unusable, ...]


def calendar_ics(code: str, *, actor: Actor, at: datetime) -> bytes:
    """Return a calendar as an iCalendar file.

    Raises:
        NotAllowed: without the right to see service levels.
        NotFound: there is no such calendar.
    """
    content, _version = calendar_content(code, actor=actor)
    return calendar_file(code, content.name, content.hours(), at=at)


def file_preview(code: str, content: bytes, *, actor: Actor, at: datetime) -> FilePreview:
    """Return what an iCalendar file would change in a calendar; nothing is changed yet.

    Raises:
        NotAllowed: without the right to see service levels.
        NotFound: there is no such calendar.
        Invalid: at ``file``, where it is no iCalendar file or too large.
    """
    standing, version = calendar_content(code, actor=actor)
    today = at.astimezone(ZoneInfo(standing.time_zone)).date()
    last = date(today.year + YEARS_READ, 12, 31)
    read = read_icalendar(content, zone=standing.time_zone, last=last)
    days, left = days_read(read.occasions, standing.hours(), today=today)
    return FilePreview(standing.name, version, days, (*read.unusable, *left))
