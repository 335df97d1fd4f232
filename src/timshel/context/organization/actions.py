"""Keeping the organisation: units, sites, teams and customers (clause 4.1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.organization import access
from timshel.context.organization.events import (
    CustomerCreated,
    SiteCreated,
    TeamCreated,
    UnitCreated,
)
from timshel.context.organization.models import (
    Customer,
    CustomerCategory,
    Site,
    Team,
    Unit,
)
from timshel.context.organization.rules import (
    CODE_TAKEN,
    Translations,
    code_faults,
    holiday_faults,
    name_faults,
    refuse,
    time_zone_faults,
)
from timshel.kernel.actor import Actor
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.kernel.uniqueness import refusing_duplicates

CODE_LENGTH = 40

Row = TypeVar("Row", bound=models.Model)


@transaction.atomic
def create_unit(
    *,
    code: str,
    name: str,
    parent: str | None = None,
    translations: Translations | None = None,
    actor: Actor,
    at: datetime,
) -> UnitCreated:
    """Add a unit below another, or at the top of the tree.

    Args:
        code: what files and people refer to it by; unique among units.
        name: its name in the organisation's first language.
        parent: the code of the unit above, or None for the top.
        translations: names in other languages, as ``{"fr": {"name": "…"}}``.
        actor: who does it.
        at: when.

    Raises:
        NotAllowed: without the right to keep the organisation, or the part below the parent.
        Invalid: the code is taken or malformed, the name is empty, or there is no such parent.
    """
    above = _unit(parent, "parent")
    access.require_manage(actor, above)
    refuse({"code": code_faults(code, longest=CODE_LENGTH), "name": name_faults(name)})
    unit = Unit(code=code, name=name.strip(), parent=above, translations=dict(translations or {}))
    _insert(unit)
    unit.path = f"{above.path if above else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    _record_created("unit", unit, {"name": unit.name, "parent": parent}, actor=actor, at=at)
    event = UnitCreated(unit_id=unit.pk, code=code, at=at)
    publish(event)
    return event


@transaction.atomic
def create_site(
    *,
    code: str,
    name: str,
    time_zone: str,
    holiday_country: str = "",
    holiday_region: str = "",
    translations: Translations | None = None,
    actor: Actor,
    at: datetime,
) -> SiteCreated:
    """Add a site.

    Args:
        code: unique among sites.
        name: its name in the organisation's first language.
        time_zone: an IANA zone, such as ``Europe/Zurich``.
        holiday_country: the two-letter country whose public holidays are kept; none if empty.
        holiday_region: a subdivision of that country, such as ``GE``.
        translations: names in other languages.
        actor: who does it.
        at: when.

    Raises:
        NotAllowed: without the right to keep the whole organisation.
        Invalid: something is malformed, unknown or taken.
    """
    access.require_manage(actor)
    refuse(
        {
            "code": code_faults(code, longest=CODE_LENGTH),
            "name": name_faults(name),
            "time_zone": time_zone_faults(time_zone),
            **holiday_faults(holiday_country, holiday_region),
        }
    )
    site = Site(
        code=code,
        name=name.strip(),
        time_zone=time_zone,
        holiday_country=holiday_country,
        holiday_region=holiday_region,
        translations=dict(translations or {}),
    )
    _insert(site)
    values = {"name": site.name, "time_zone": time_zone, "holidays": _holidays(site)}
    _record_created("site", site, values, actor=actor, at=at)
    event = SiteCreated(site_id=site.pk, code=code, at=at)
    publish(event)
    return event


@transaction.atomic
def create_team(
    *,
    code: str,
    name: str,
    unit: str | None = None,
    email: str = "",
    translations: Translations | None = None,
    actor: Actor,
    at: datetime,
) -> TeamCreated:
    """Add a team, as part of a unit or of the whole organisation.

    Args:
        code: unique among teams.
        name: its name in the organisation's first language.
        unit: the code of its unit, or None.
        email: the address the team is written to at.
        translations: names in other languages.
        actor: who does it.
        at: when.

    Raises:
        NotAllowed: without the right to keep the organisation, or the unit.
        Invalid: something is malformed, unknown or taken.
    """
    home = _unit(unit, "unit")
    access.require_manage(actor, home)
    refuse({"code": code_faults(code, longest=CODE_LENGTH), "name": name_faults(name)})
    team = Team(
        code=code,
        name=name.strip(),
        unit=home,
        email=email.strip(),
        translations=dict(translations or {}),
    )
    _insert(team)
    values = {"name": team.name, "unit": unit, "email": team.email}
    _record_created("team", team, values, actor=actor, at=at)
    event = TeamCreated(team_id=team.pk, code=code, at=at)
    publish(event)
    return event


@transaction.atomic
def create_customer(
    *,
    code: str,
    name: str,
    category: str = CustomerCategory.PORTAL_ONLY,
    translations: Translations | None = None,
    actor: Actor,
    at: datetime,
) -> CustomerCreated:
    """Add an outside organisation that services are provided to.

    Args:
        code: unique among customers.
        name: its name in the organisation's first language.
        category: how it is served: ``dedicated_team``, ``service_manager`` or ``portal_only``.
        translations: names in other languages.
        actor: who does it.
        at: when.

    Raises:
        NotAllowed: without the right to keep the whole organisation.
        Invalid: something is malformed or taken.
    """
    access.require_manage(actor)
    is_known = category in CustomerCategory.values
    refuse(
        {
            "code": code_faults(code, longest=CODE_LENGTH),
            "name": name_faults(name),
            "category": [] if is_known else [_("Choose one of the categories.")],
        }
    )
    customer = Customer(
        code=code, name=name.strip(), category=category, translations=dict(translations or {})
    )
    _insert(customer)
    values = {"name": customer.name, "category": str(category)}
    _record_created("customer", customer, values, actor=actor, at=at)
    event = CustomerCreated(customer_id=customer.pk, code=code, at=at)
    publish(event)
    return event


def _unit(code: str | None, field: str) -> Unit | None:
    if code is None:
        return None
    units = Unit.objects.filter(is_active=True)
    return access.by_code(units, code, field=field, missing=_("There is no unit %(code)s."))


def _insert(row: Row) -> None:
    with refusing_duplicates({"code": CODE_TAKEN}):
        row.save(force_insert=True)


def _holidays(site: Site) -> str:
    return "-".join(part for part in (site.holiday_country, site.holiday_region) if part)


def _record_created(
    kind: str,
    row: Unit | Site | Team | Customer,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    record(
        f"organization.{kind}_created",
        subject_kind=kind,
        subject_id=row.pk,
        changes={"code": (None, row.code), **{name: (None, new) for name, new in values.items()}},
        actor=actor,
        at=at,
    )
