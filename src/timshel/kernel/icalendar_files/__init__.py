"""Calendars as iCalendar files (RFC 5545): the one package that knows how these are made.

The library is imported where it is used: it takes a fifth of a second, and most processes never
read or write such a file.
"""
