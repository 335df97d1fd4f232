"""Calendars as iCalendar files (RFC 5545): the one package that knows how these are made."""
