"""Which offerings rest on a process."""

from __future__ import annotations

from dataclasses import dataclass

from timshel.service_portfolio.catalogue.models import PageVersion
from timshel.service_portfolio.catalogue.states import VersionState

IN_USE = (VersionState.DRAFT, VersionState.REVIEW, VersionState.PUBLISHED)


@dataclass(frozen=True, slots=True)
class OfferingUse:
    """An offering whose page names a process; ``is_published`` tells a page in force."""

    code: str
    name: str
    is_published: bool


def offerings_using(process: str, *, language: str = "en") -> tuple[OfferingUse, ...]:
    """Return the offerings that are fulfilled by a process, by name; one query.

    Args:
        process: its code.
        language: in which offerings are named.
    """
    pages = (
        PageVersion.objects.filter(state__in=IN_USE, content__process=process)
        .select_related("offering")
        .order_by("number")
    )
    found: dict[str, OfferingUse] = {}
    for page in pages:
        offering, former = page.offering, found.get(page.offering.code)
        is_published = page.state == VersionState.PUBLISHED or bool(former and former.is_published)
        name = offering.text("name", language)
        found[offering.code] = OfferingUse(offering.code, name, is_published)
    return tuple(sorted(found.values(), key=lambda each: each.name.casefold()))
