"""Rounding, the same for page, document, spreadsheet and interface: half to even.

A figure is rounded once, where it is made, and never again where it is shown.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import ROUND_HALF_EVEN, Decimal

TENTH = Decimal("0.1")
HUNDREDTH = Decimal("0.01")
THOUSANDTH = Decimal("0.001")
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
HUNDRED = 100


def percent(part: int, whole: int) -> Decimal | None:
    """Return a share in per cent with one decimal, or None of nothing."""
    if whole == 0:
        return None
    return (Decimal(part) * HUNDRED / whole).quantize(TENTH, ROUND_HALF_EVEN)


def share_of_time(part: timedelta, whole: timedelta) -> Decimal | None:
    """Return a share of a span in per cent with three decimals, or None of no time.

    Availability is told finer than other shares: a tenth of a per cent is an hour of a month.
    """
    if not whole:
        return None
    exact = Decimal(_microseconds(part)) * HUNDRED / _microseconds(whole)
    return exact.quantize(THOUSANDTH, ROUND_HALF_EVEN)


def average(total: int, count: int) -> Decimal | None:
    """Return an average with two decimals, or None of nothing."""
    if count == 0:
        return None
    return (Decimal(total) / count).quantize(HUNDREDTH, ROUND_HALF_EVEN)


def whole_minutes(span: timedelta | None) -> timedelta | None:
    """Return a span in whole minutes, or None of none."""
    if span is None:
        return None
    return MINUTE * int((Decimal(_microseconds(span)) / 60_000_000).to_integral_value())


def whole_seconds(span: timedelta | None) -> timedelta | None:
    """Return a span in whole seconds, or None of none."""
    if span is None:
        return None
    return SECOND * int((Decimal(_microseconds(span)) / 1_000_000).to_integral_value())


def plain(value: Decimal) -> Decimal:
    """Return a number without zeros that say nothing."""
    short = value.normalize()
    return short.quantize(Decimal(1)) if short == short.to_integral_value() else short


def _microseconds(span: timedelta) -> int:
    return span // timedelta(microseconds=1)
