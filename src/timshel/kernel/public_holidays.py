"""Public holidays by country and region: the one module that knows where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache


class UnknownPlace(LookupError):  # noqa: N818 - an answer, not a fault
    """No public holidays are known for this country or region."""


@cache
def holiday_regions() -> Mapping[str, tuple[str, ...]]:
    """Return the countries (ISO 3166 codes of two letters) and the regions known of each."""
    # The library takes a third of a second to import; most processes never ask for it.
    from holidays.utils import list_supported_countries

    return {code: tuple(regions) for code, regions in list_supported_countries().items()}


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
