"""Pure checks of what the organisation consists of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _

from timshel.kernel.errors import Invalid, Text
from timshel.kernel.public_holidays import UnknownPlace, public_holidays

Translations = Mapping[str, Mapping[str, str]]

CODE_TAKEN: Text = _("This code is already taken.")
CODE_SHAPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

COUNTRY_LETTERS = 2
ANY_YEAR = 2024

_zones = cache(available_timezones)


def code_faults(code: str, *, longest: int) -> list[Text]:
    """Return what is wrong with a code that people and files refer to a thing by.

    Args:
        code: the code as given.
        longest: the number of characters it may have.
    """
    if not CODE_SHAPE.fullmatch(code):
        return [_("A code holds letters, digits, dots, hyphens and underscores.")]
    if len(code) > longest:
        return [_("At most %(count)d characters are possible.") % {"count": longest}]
    return []


def name_faults(name: str, *, longest: int = 200) -> list[Text]:
    """Return what is wrong with a name."""
    if not name.strip():
        return [_("Please give a name.")]
    if len(name) > longest:
        return [_("At most %(count)d characters are possible.") % {"count": longest}]
    return []


def time_zone_faults(name: str) -> list[Text]:
    """Return what is wrong with the name of a time zone."""
    if name not in _zones():
        return [_("There is no time zone %(name)s.") % {"name": name}]
    return []


def holiday_faults(country: str, region: str) -> dict[str, list[Text]]:
    """Return what is wrong with the country and region whose holidays a site keeps.

    Args:
        country: a two-letter country code, or nothing where no public holidays are kept.
        region: a subdivision of the country, or nothing for the whole of it.
    """
    if not country:
        return {"holiday_region": [_("A region needs a country.")]} if region else {}
    if len(country) != COUNTRY_LETTERS or not _keeps_holidays(country, ""):
        return {"holiday_country": [_("No holidays are known for %(code)s.") % {"code": country}]}
    if region and not _keeps_holidays(country, region):
        message = _("%(code)s has no region %(region)s.") % {"code": country, "region": region}
        return {"holiday_region": [message]}
    return {}


def _keeps_holidays(country: str, region: str) -> bool:
    # Asking for one place reads the rules of that place; the list of all would read those of all.
    try:
        public_holidays(country, region, (ANY_YEAR,))
    except UnknownPlace:
        return False
    return True


def refuse(faults: Mapping[str, list[Text]]) -> None:
    """Refuse if any field has a fault.

    Raises:
        Invalid: with the fields that have one.
    """
    found = {field: sentences for field, sentences in faults.items() if sentences}
    if found:
        raise Invalid(found)
