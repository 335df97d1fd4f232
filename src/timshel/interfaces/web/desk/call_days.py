"""Days in addresses, and spans of seconds in words, for all pages about calls."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _

from timshel.kernel.errors import Invalid

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 30)


def day_of(text: str, field: str) -> date | None:
    """Return a day as an address writes it, or None where it names none.

    Raises:
        Invalid: it is none.
    """
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Invalid({field: [_("Write a day as 2026-03-31.")]}) from error
    if not EARLIEST <= day <= LATEST:
        raise Invalid({field: [_("Write a day as 2026-03-31.")]})
    return day


def seconds(span: timedelta | None) -> str:
    """Return a short span in words, to the second; a dash where there is none."""
    if span is None:
        return "–"
    whole = round(span.total_seconds())
    if whole < 60:
        return _("%(seconds)d s") % {"seconds": whole}
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return _("%(minutes)d min %(seconds)02d s") % {"minutes": minutes, "seconds": rest}
    hours, minutes = divmod(minutes, 60)
    return _("%(hours)d h %(minutes)02d min") % {"hours": hours, "minutes": minutes}
