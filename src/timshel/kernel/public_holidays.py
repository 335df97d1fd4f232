"""Public holidays by country and region: the one module that knows where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Any

LONGEST_REGION = 10


class UnknownPlace(LookupError):  # noqa: N818 - an answer, not a fault
    """No public holidays are known for this country or region."""


@cache
def holiday_regions() -> Mapping[str, tuple[str, ...]]:
    """Return the countries (ISO 3166 codes of two letters) and the regions known of each."""
    # The library takes a third of a second to import; most processes never ask for it.
    from holidays.utils import list_supported_countries

    return {code: tuple(regions) for code, regions in list_supported_countries().items()}


@cache
def holiday_countries() -> Mapping[str, str]:
    """Return the English names of the countries that have public holidays here, by their codes.

    Pages may show them in other languages, which browsers know.
    """
    from holidays.registry import COUNTRIES

    # The names of the modules are the only names that the library has; no module is loaded.
    names = {
        entry[1]: " ".join(_titled(word) for word in module.split("_"))
        for module, entry in COUNTRIES.items()
    }
    return {code: names[code] for code in sorted(holiday_regions()) if code in names}


def _titled(word: str) -> str:
    return word if word in {"and", "of", "the"} else word.capitalize()


def country_name(country: str) -> str:
    """Return the English name of a country, or its code where it has no public holidays here."""
    return holiday_countries().get(country, country)


@cache
def region_names(country: str) -> Mapping[str, str]:
    """Return the names of a country's regions by their codes; the code where none is known."""
    import holidays

    kind: Any = getattr(holidays, country, None) if country in holiday_regions() else None
    names: dict[str, str] = {}
    for name, code in getattr(kind, "subdivisions_aliases", {}).items():
        names.setdefault(code, name)
    # Some towns have days of their own and stand in the list under a name instead of a code.
    codes = (code for code in holiday_regions().get(country, ()) if len(code) <= LONGEST_REGION)
    return {code: names.get(code, code) for code in codes}


def region_name(country: str, region: str) -> str:
    """Return the name of a region, or its code where none is known."""
    return region_names(country).get(region, region)


@lru_cache(maxsize=1_024)
def public_holidays(country: str, region: str, years: tuple[int, ...]) -> Mapping[date, str]:
    """Return the public holidays of a country or a part of it, by date.

    Args:
        country: ISO 3166 code of two letters.
        region: ISO 3166-2 code without the country, or nothing for the whole country's days.
        years: which years.

    Raises:
        UnknownPlace: the country or the region is unknown.
    """
    import holidays

    try:
        found = holidays.country_holidays(country, subdiv=region or None, years=years)
    except NotImplementedError as error:
        raise UnknownPlace(f"{country} {region}".strip()) from error
    return dict(found.items())
