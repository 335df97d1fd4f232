"""Numbers, amounts, dates and times as people type them, in their language.

Nothing is guessed: what could mean two things is refused with a sentence that shows how to write
it.
"""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal

from django.utils import dates, translation
from django.utils.translation import gettext as _

LONGEST = 60
# Years that a person can mean; a typed 0204 is a slip of the finger.
FIRST_YEAR, LAST_YEAR = 1900, 2200

_SPACES = re.compile(r"[\s\u00a0\u202f\u2009'’]")
_PLAIN = re.compile(r"[+-]?\d+(?:\.\d+)?")
_NUMBER = re.compile(r"[+-]?[\d.,]*\d[\d.,]*")
_CURRENCIES = {"£": "GBP", "€": "EUR", "$": "USD"}
_MONEY = re.compile(
    r"^([^\d\s.,+-]{0,3})\s*([-+\d.,\s\u00a0\u202f\u2009'’−]+?)\s*([^\d\s.,+-]{0,3})$"
)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMERIC_DATE = re.compile(r"(\d{1,2})[./\s-]+(\d{1,2})[./\s-]+(\d{4})")
_WORDED_DATE = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er|\.)?\s+([^\W\d]+)\.?,?\s+(\d{4})")
_TIME = re.compile(r"(\d{1,2})(?:\s*[:.h]\s*(\d{2})?)?(?::\d{2})?\s*([ap]\.?m\.?)?", re.IGNORECASE)


class Mistyped(Exception):  # noqa: N818 - named for what it says of the text
    """A text is not what was asked for; the message says what to do."""


def read_number(text: str, language: str) -> Decimal:
    """Read a number such as ``1 234,50`` or ``1,234.50``.

    The last of two kinds of separators is the decimal one. Where there is one kind, French takes
    a comma for the decimal separator, and English takes one for a separator of thousands where
    three digits follow it each time. A point followed by three digits could be both in French,
    and is refused.

    Args:
        text: as typed.
        language: in which it was typed.

    Raises:
        Mistyped: it is no number, or could be two.
    """
    bare = _SPACES.sub("", text.replace("−", "-"))
    if len(bare) > LONGEST or not _NUMBER.fullmatch(bare) or not _is_ascii(bare):
        raise Mistyped(_("Please write a number, with digits only, such as 1250 or 12.5."))
    written = _with_point(bare, language)
    if written is None or not _PLAIN.fullmatch(written):
        raise Mistyped(
            _("It is not clear which number this is. Please write it without separators.")
        )
    return Decimal(written)


def read_money(text: str, currency: str, language: str) -> Decimal:
    """Read an amount with or without its currency, such as ``£1,250`` or ``1 250,00 GBP``.

    Args:
        text: as typed.
        currency: the three letters of the one currency that is taken; "" takes any.
        language: in which it was typed.

    Raises:
        Mistyped: it is no amount, has more than two decimals, or is in another currency.
    """
    found = _MONEY.match(text.strip())
    if len(text) > LONGEST or not found:
        raise Mistyped(_("Please write an amount with digits only, such as 1250 or 12.50."))
    before, amount, after = found.groups()
    named = {_CURRENCIES.get(each, each.upper()) for each in (before, after) if each}
    if currency and named - {currency}:
        raise Mistyped(_("Please give the amount in %(currency)s.") % {"currency": currency})
    value = read_number(amount, language)
    if value != round(value, 2):
        raise Mistyped(_("Please write at most two digits after the decimal point."))
    return value.quantize(Decimal("0.01"))


def read_date(text: str, language: str) -> date:
    """Read a day: ``2026-03-02``, ``2/3/2026`` (day first) or ``2 March 2026``.

    Args:
        text: as typed, or as a browser's date field gives it.
        language: of the names of months; English is understood as well.

    Raises:
        Mistyped: it is no day.
    """
    bare = text.strip()
    if found := _ISO.fullmatch(bare):
        parts = tuple(int(each) for each in found.groups())
        return _day(*parts)
    if found := _NUMERIC_DATE.fullmatch(bare):
        day, month, year = (int(each) for each in found.groups())
        return _day(year, month, day)
    if found := _WORDED_DATE.fullmatch(bare):
        number = _month(found[2], language)
        if number is not None:
            return _day(int(found[3]), number, int(found[1]))
    raise Mistyped(_("Please write a day such as 2 March 2026 or 2026-03-02."))


def read_time(text: str) -> time:
    """Read a time of day: ``9:30``, ``9h30``, ``0930`` or ``2 pm``.

    Raises:
        Mistyped: it is no time.
    """
    bare = text.strip()
    if re.fullmatch(r"\d{4}", bare):
        bare = f"{bare[:2]}:{bare[2:]}"
    found = _TIME.fullmatch(bare)
    if found and found[0].isascii():
        hour, minute = int(found[1]), int(found[2] or 0)
        half = (found[3] or "").lower()[:1]
        if half and not 1 <= hour <= 12:
            hour = 99
        elif half:
            hour = hour % 12 + (12 if half == "p" else 0)
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise Mistyped(_("Please write a time such as 9:30 or 14:00."))


def _is_ascii(text: str) -> bool:
    """Tell whether the digits are those that a number can be made of."""
    return text.isascii()


def _with_point(bare: str, language: str) -> str | None:
    """Return a number with a decimal point and no other separators, or None if it is unclear."""
    points, commas = bare.count("."), bare.count(",")
    if points and commas:
        last = max(bare, key=lambda each: bare.rfind(each) if each in ".," else -1)
        return _split(bare, decimal=last)
    if not points and not commas:
        return bare
    separator = "." if points else ","
    if points + commas > 1:
        return _ungrouped(bare, separator)
    is_grouped = _ungrouped(bare, separator) is not None
    is_french = language.startswith("fr")
    if is_grouped and separator == "," and not is_french:
        return bare.replace(",", "")
    if is_grouped and separator == "." and is_french and not bare.lstrip("+-").startswith("0"):
        return None
    return _completed(bare.replace(separator, "."))


def _split(bare: str, *, decimal: str) -> str | None:
    whole, _sign, fraction = bare.rpartition(decimal)
    grouping = "," if decimal == "." else "."
    if decimal in whole:
        return None
    ungrouped = _ungrouped(whole, grouping)
    return None if ungrouped is None or not fraction.isdecimal() else f"{ungrouped}.{fraction}"


def _ungrouped(bare: str, separator: str) -> str | None:
    """Return a number without its separators of thousands, or None if they stand elsewhere."""
    pattern = rf"[+-]?\d{{1,3}}(?:{re.escape(separator)}\d{{3}})+"
    return bare.replace(separator, "") if re.fullmatch(pattern, bare) else None


def _completed(written: str) -> str:
    """Write ``.5`` as ``0.5`` and ``5.`` as ``5``."""
    sign = written[:1] if written[:1] in "+-" else ""
    digits = written[len(sign) :].rstrip(".")
    return f"{sign}0{digits}" if digits.startswith(".") else f"{sign}{digits}"


def _day(year: int, month: int, day: int) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Mistyped(_("Please write the year with four digits, such as 2026."))
    try:
        return date(year, month, day)
    except ValueError:
        raise Mistyped(_("There is no such day. Please check it.")) from None


def _month(name: str, language: str) -> int | None:
    wanted = name.casefold()
    for each in dict.fromkeys((language, "en")):
        with translation.override(each):
            for number in range(1, 13):
                full = str(dates.MONTHS[number]).casefold()
                if wanted == full or (len(wanted) >= 3 and full.startswith(wanted)):
                    return number
    return None
