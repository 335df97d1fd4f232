"""From the codes that people write in an agreement to the rows that they name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.models import Customer, CustomerCategory, Team, Unit
from timshel.context.people.models import Person
from timshel.kernel.errors import Text
from timshel.relationship_agreement.service_level.models import BusinessCalendar
from timshel.relationship_agreement.service_level.rules.contents import AgreementContent
from timshel.relationship_agreement.service_level.rules.writing import Faults
from timshel.service_portfolio.parties.models import Supplier
from timshel.service_portfolio.service.models import Offering, Service

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True, slots=True)
class References:
    """The rows that an agreement names, by their codes."""

    customer: Customer | None
    unit: Unit | None
    provider_team: Team | None
    recipient_team: Team | None
    supplier: Supplier | None
    services: dict[str, Service]
    offerings: dict[str, Offering]
    faults: Faults = field(default_factory=dict)


def references(content: AgreementContent) -> References:
    """Return the rows that an agreement names, and what names nothing."""
    faults: Faults = {}
    services = {*content.services, *(each.service for each in content.targets if each.service)}
    offerings = {*content.offerings, *(each.offering for each in content.targets if each.offering)}
    found = References(
        customer=_one(Customer, content.customer, "party", faults),
        unit=_one(Unit, content.unit, "party", faults),
        provider_team=_one(Team, content.provider_team, "provider", faults),
        recipient_team=_one(Team, content.recipient_team, "provider", faults),
        supplier=_one(Supplier, content.supplier, "provider", faults),
        services=_many(Service, services, "services", faults),
        offerings=_many(Offering, offerings, "offerings", faults),
        faults=faults,
    )
    if content.customer_category not in ("", *CustomerCategory.values):
        _add(faults, "party", _("There is no such category of customers."))
    if content.owner_id is not None and not Person.objects.filter(pk=content.owner_id).exists():
        _add(faults, "owner", _("There is no such person."))
    _check_calendars(content, faults)
    return found


def _check_calendars(content: AgreementContent, faults: Faults) -> None:
    named = {content.calendar, *(each.calendar for each in content.targets if each.calendar)}
    known = set(
        BusinessCalendar.objects.filter(code__in=named).values_list("code", flat=True).distinct()
    )
    if content.calendar not in known:
        _add(faults, "calendar", _("There is no such calendar."))
    for position, target in enumerate(content.targets):
        if target.calendar and target.calendar not in known:
            _add(faults, f"targets.{position}", _("There is no such calendar."))


def _one(model: type[Row], code: str | None, field: str, faults: Faults) -> Row | None:
    if not code:
        return None
    return _many(model, {code}, field, faults).get(code)


def _many(model: type[Row], codes: Iterable[str], field: str, faults: Faults) -> dict[str, Row]:
    wanted = set(codes)
    if not wanted:
        return {}
    rows = model._default_manager.filter(code__in=wanted)  # noqa: SLF001 - of several models
    found = {str(getattr(row, "code")): row for row in rows}  # noqa: B009
    for code in sorted(wanted - set(found)):
        _add(faults, field, _("There is no “%(code)s”.") % {"code": code})
    return found


def _add(faults: Faults, field: str, sentence: Text) -> None:
    faults.setdefault(field, []).append(sentence)
