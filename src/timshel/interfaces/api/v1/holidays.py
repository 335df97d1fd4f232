"""The countries and regions whose public holidays a calendar can take over."""

from __future__ import annotations

from ninja import Router
from pydantic import Field

from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import Sent, refuse_unknown
from timshel.kernel.public_holidays import holiday_countries, holiday_regions

router = Router(tags=["Calendars"])


class HolidayCountry(Sent):
    """A country with public holidays."""

    code: str = Field(description="What `holiday_country` takes: of two letters, as ISO 3166 says.")
    name: str = Field(description="In English.")
    regions: tuple[str, ...] = Field(description="What `holiday_region` takes; may be none.")


class HolidayCountries(Sent):
    """All of them."""

    items: tuple[HolidayCountry, ...]


@router.get(
    "",
    response=HolidayCountries,
    operation_id="list_holiday_regions",
    summary="List the countries and regions whose public holidays are known",
)
def list_holiday_regions(request: ApiRequest) -> HolidayCountries:
    """Return what a calendar can name as its country and region, by code."""
    refuse_unknown(request)
    known = holiday_regions()
    return HolidayCountries(
        items=tuple(
            HolidayCountry(code=code, name=name, regions=known[code])
            for code, name in holiday_countries().items()
        )
    )
