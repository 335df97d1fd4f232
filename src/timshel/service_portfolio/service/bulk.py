"""Making many services and offerings known at once, as an import needs it (clause 8.2).

What is known already by its code stays as it is, so that doing it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from timshel.kernel.actor import Actor
from timshel.service_portfolio.service import access
from timshel.service_portfolio.service.actions import (
    create_area,
    create_offering,
    create_service,
    set_priority_matrix,
)
from timshel.service_portfolio.service.models import Offering, Service, ServiceArea


@dataclass(frozen=True, slots=True)
class NewOffering:
    """An offering by code and name, with the code of its service."""

    code: str
    name: str
    service: str


@transaction.atomic
def ensure_area(*, code: str, name: str, actor: Actor, at: datetime) -> None:
    """Have an area with a code.

    Raises:
        NotAllowed: without the right to keep the whole portfolio.
        Invalid: code or name is malformed.
    """
    if not ServiceArea.objects.filter(code=code).exists():
        create_area(code=code, name=name, actor=actor, at=at)


@transaction.atomic
def ensure_services(
    names: Mapping[str, str],
    *,
    area: str,
    cells: Mapping[str, int],
    actor: Actor,
    at: datetime,
) -> None:
    """Have services with these codes; new ones get a priority matrix of their own.

    Args:
        names: the services' names by their codes.
        area: the code of the area of new services.
        cells: the matrix, as ``set_priority_matrix`` takes it.
        actor: who does it.
        at: when.

    Raises:
        NotAllowed: without the right to keep the whole portfolio.
        Invalid: something is malformed, or there is no such area.
    """
    access.require_manage(actor)
    known = set(Service.objects.filter(code__in=list(names)).values_list("code", flat=True))
    for code, name in names.items():
        if code not in known:
            create_service(code=code, area=area, name=name, actor=actor, at=at)
            set_priority_matrix(cells=cells, service=code, actor=actor, at=at)


@transaction.atomic
def ensure_offerings(offerings: Iterable[NewOffering], *, actor: Actor, at: datetime) -> None:
    """Have offerings with these codes.

    Raises:
        NotAllowed: without the right to keep the whole portfolio.
        Invalid: something is malformed, or there is no such service.
    """
    access.require_manage(actor)
    wanted = {each.code: each for each in offerings}
    known = set(Offering.objects.filter(code__in=list(wanted)).values_list("code", flat=True))
    for code, each in wanted.items():
        if code not in known:
            create_offering(code=code, service=each.service, name=each.name, actor=actor, at=at)
