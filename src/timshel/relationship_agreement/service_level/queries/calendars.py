"""Calendars as pages and the interface show them."""

from __future__ import annotations

from timshel.relationship_agreement.service_level.models import BusinessCalendar


def calendar_codes() -> frozenset[str]:
    """Return the codes of all calendars."""
    return frozenset(BusinessCalendar.objects.values_list("code", flat=True))
