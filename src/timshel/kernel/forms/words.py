"""Numbers and days written for people, in a language that is given."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils import translation
from django.utils.formats import date_format, number_format


def number_words(value: Decimal | float, language: str, *, unit: str = "") -> str:
    """Write a number as its language does, with as many decimals as it has.

    Args:
        value: the number.
        language: whose separators are used.
        unit: written behind it, such as the three letters of a currency; "" for none.
    """
    number = Decimal(str(value))
    number = number.quantize(Decimal(1)) if number == number.to_integral_value() else number
    places = max(0, -int(number.normalize().as_tuple().exponent))
    with translation.override(language):
        written = number_format(number, decimal_pos=places, force_grouping=True)
    return f"{written}\u00a0{unit}" if unit else written


def money_words(amount: str, currency: str, language: str) -> str:
    """Write an amount with two decimals and its currency, as in ``1,250.00 GBP``."""
    with translation.override(language):
        written = number_format(Decimal(amount), decimal_pos=2, force_grouping=True)
    return f"{written}\u00a0{currency}" if currency else written


def day_words(day: date, language: str) -> str:
    """Write a day as in ``2 March 2026``."""
    with translation.override(language):
        return date_format(day, "j F Y")
