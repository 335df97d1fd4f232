"""One small organisation with the same people in every test, made by the real actions.

Its people are some of those of the demonstration organisation. Two teams serve: the IT service
desk, with the workplace engineers behind it, and the facilities desk. Build it with the fixture
``cast``; everyone in it is an ``Actor`` that came in through the door that fits the role.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from timshel.context.organization import actions as organization
from timshel.context.organization.queries import keys_by_code
from timshel.context.people import actions as people
from timshel.context.people.queries import people_by_code, person_by_code
from timshel.interfaces.connectors.packs import load_standard
from timshel.kernel.actor import Actor, Channel, system_actor
from timshel.leadership.authority import actions as authority
from timshel.leadership.authority.queries import actor_for
from timshel.resolution_fulfilment.incident.actions import IncidentReport, open_incident
from timshel.service_portfolio.parties import actions as parties
from timshel.service_portfolio.service import actions as services
from timshel.service_portfolio.service.queries import keys_by_code as service_keys

FOUNDED = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
"""When the organisation was made: a Monday morning, before anything else happens."""

AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
"""The moment at which tests begin, within everybody's office hours."""

PASSWORD = "correct horse battery"

SYSTEM = system_actor()


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of the tests, the keys of their teams and of the services they work for.

    Args:
        requester: of Climate and Oceans, at the headquarters.
        other_requester: of Materials.
        french_requester: of Climate and Oceans, in Québec; reads French.
        customer: a contact at an outside organisation.
        agent: of the IT service desk.
        second_agent: of the IT service desk, too.
        engineer: of the workplace engineers, the next level.
        facilities_agent: of the facilities desk.
        lead: of the IT service desk, with the rights of a lead there and over the engineers.
        service_owner: of the services ``laptop`` and ``mail``.
        process_owner: everywhere.
        manager: everywhere.
        auditor: everywhere.
        administrator: everywhere.
        teams: keys by code: ``service-desk``, ``workplace``, ``facilities-desk``.
        services: keys by code: ``laptop``, ``mail``, ``heating``.
        offerings: keys by code: ``laptop-standard``, ``laptop-dock``, ``mail-box``,
            ``heating-room``. There is one supplier, ``northmere``.
    """

    requester: Actor
    other_requester: Actor
    french_requester: Actor
    customer: Actor
    agent: Actor
    second_agent: Actor
    engineer: Actor
    facilities_agent: Actor
    lead: Actor
    service_owner: Actor
    process_owner: Actor
    manager: Actor
    auditor: Actor
    administrator: Actor
    teams: dict[str, int]
    services: dict[str, int]
    offerings: dict[str, int]


def build_cast() -> Cast:
    """Make the organisation; the standard content comes from the packs."""
    load_standard(actor=SYSTEM, at=FOUNDED)
    _places()
    _people()
    _catalogue()
    _rights()
    keys, offered = keys_by_code(), service_keys()
    desk, portal = Channel.DESK, Channel.PORTAL
    return Cast(
        requester=actor("imre.castellane", portal),
        other_requester=actor("solveig.adeyemi", portal),
        french_requester=actor("maelle.tessonneau", portal),
        customer=actor("nora.fitzallan", portal),
        agent=actor("jonas.okereke", desk),
        second_agent=actor("mirela.dobrescu", desk),
        engineer=actor("kieran.ashdown", desk),
        facilities_agent=actor("petra.wolmar", desk),
        lead=actor("tamsin.harrowgate", desk),
        service_owner=actor("adaeze.thornquist", desk),
        process_owner=actor("bastian.nwosu", desk),
        manager=actor("wendell.achterberg", desk),
        auditor=actor("rosalind.keppel", desk),
        administrator=actor("zachary.penrose", desk),
        teams=dict(keys.teams),
        services=dict(offered.services),
        offerings=dict(offered.offerings),
    )


def actor(code: str, channel: Channel = Channel.DESK) -> Actor:
    """Return the frozen rights of a person, as they are now."""
    found = actor_for(person_id(code), channel=channel)
    assert found is not None
    return found


def person_id(code: str) -> int:
    """Return the key of a person."""
    found = person_by_code(code)
    assert found is not None
    return found


def account(who: Actor, *, username: str = "", at: datetime = FOUNDED) -> Any:
    """Give somebody of the cast an account with ``PASSWORD``; returns it, for signing in."""
    assert who.person_id is not None
    name = username or who.name.split()[0].lower()
    return authority.create_account(
        who.person_id, username=name, password=PASSWORD, actor=SYSTEM, at=at
    )


def token(who: Actor, permissions: Iterable[str], *, at: datetime = FOUNDED) -> str:
    """Give somebody of the cast a token for the API; returns its secret."""
    assert who.person_id is not None
    return authority.issue_token(
        who.person_id,
        name="Test",
        permissions=permissions,
        expires_at=None,
        actor=SYSTEM,
        at=at,
    )


def opened(
    by: Actor, *, title: str = "The screen stays black", at: datetime = AT, **report: Any
) -> str:
    """Open an incident by the real action and return its number.

    Args:
        by: who reports it.
        title: of the report.
        at: when.
        report: what else the report holds; the service ``laptop`` if nothing else is said.
    """
    report.setdefault("service", "laptop")
    event = open_incident(IncidentReport(title=title, **report), actor=by, at=at)
    return event.number


def later(minutes: float = 0, *, hours: float = 0, days: float = 0) -> datetime:
    """Return a moment so much after ``AT``."""
    return AT + timedelta(minutes=minutes, hours=hours, days=days)


def _places() -> None:
    by = {"actor": SYSTEM, "at": FOUNDED}
    organization.create_site(
        code="aldermoor",
        name="Aldermoor",
        time_zone="Europe/London",
        holiday_country="GB",
        holiday_region="ENG",
        **by,
    )
    organization.create_site(
        code="lac-orme",
        name="Lac-de-l’Orme",
        time_zone="America/Toronto",
        holiday_country="CA",
        holiday_region="QC",
        **by,
    )
    for code, parent, name in (
        ("institute", None, "Aldermoor Institute"),
        ("climate", "institute", "Climate and Oceans"),
        ("materials", "institute", "Materials"),
        ("it", "institute", "Information Technology"),
        ("facilities", "institute", "Facilities"),
    ):
        organization.create_unit(code=code, parent=parent, name=name, **by)
    for code, unit, name, french in (
        ("service-desk", "it", "IT service desk", "Centre de services informatiques"),
        ("workplace", "it", "Workplace devices", "Postes de travail"),
        ("facilities-desk", "facilities", "Facilities desk", "Guichet des bâtiments"),
    ):
        organization.create_team(
            code=code, unit=unit, name=name, translations={"fr": {"name": french}}, **by
        )
    organization.create_customer(
        code="brackwater", name="Brackwater Harbour Authority", category="dedicated_team", **by
    )


def _people() -> None:
    for code, name, unit, extra in (
        ("wendell.achterberg", "Wendell Achterberg", "institute", {"traits": ("vip",)}),
        ("imre.castellane", "Imre Castellane", "climate", {"manager": "wendell.achterberg"}),
        ("solveig.adeyemi", "Solveig Adeyemi", "materials", {"manager": "wendell.achterberg"}),
        ("maelle.tessonneau", "Maëlle Tessonneau", "climate", {"site": "lac-orme"}),
        ("jonas.okereke", "Jonas Okereke-Vale", "it", {}),
        ("mirela.dobrescu", "Mirela Dobrescu-Hart", "it", {}),
        ("kieran.ashdown", "Kieran Ashdown-Mills", "it", {}),
        ("petra.wolmar", "Petra Wolmar", "facilities", {}),
        ("tamsin.harrowgate", "Tamsin Harrowgate", "it", {}),
        ("adaeze.thornquist", "Adaeze Thornquist", "it", {}),
        ("bastian.nwosu", "Bastian Nwosu-Hale", "institute", {}),
        ("rosalind.keppel", "Rosalind Keppel", "institute", {}),
        ("zachary.penrose", "Zachary Penrose-Adu", "it", {}),
    ):
        given: dict[str, Any] = {"site": "aldermoor", "language": "en", **extra}
        if code == "maelle.tessonneau":
            given["language"] = "fr"
        people.create_person(
            code=code,
            name=name,
            email=f"{code}@aldermoor.example",
            unit=unit,
            actor=SYSTEM,
            at=FOUNDED,
            **given,
        )
    people.create_person(
        code="nora.fitzallan",
        name="Nora Fitzallan-Shore",
        email="nora.fitzallan@brackwater.example",
        customer="brackwater",
        actor=SYSTEM,
        at=FOUNDED,
    )
    for team, person, is_lead in (
        ("service-desk", "jonas.okereke", False),
        ("service-desk", "mirela.dobrescu", False),
        ("service-desk", "tamsin.harrowgate", True),
        ("workplace", "kieran.ashdown", True),
        ("facilities-desk", "petra.wolmar", False),
    ):
        people.add_member(team, person=person, is_lead=is_lead, actor=SYSTEM, at=FOUNDED)


def _catalogue() -> None:
    by = {"actor": SYSTEM, "at": FOUNDED}
    services.create_area(
        code="computer",
        name="Computer, phone and printing",
        icon="device-laptop",
        position=1,
        translations={"fr": {"name": "Ordinateur, téléphone et impression"}},
        **by,
    )
    services.create_area(
        code="building", name="Building and workplace", icon="building", position=2, **by
    )
    for code, area, name, french, owner in (
        ("laptop", "computer", "Laptop and screen", "Ordinateur et écran", "adaeze.thornquist"),
        ("mail", "computer", "Mail", "Messagerie", "adaeze.thornquist"),
        ("heating", "building", "Heating and air", "Chauffage et ventilation", None),
    ):
        translations = {"fr": {"name": french}}
        services.create_service(
            code=code, area=area, name=name, owner=owner, translations=translations, **by
        )
    for code, name in (
        ("user-support", "User support"),
        ("device-management", "Device management"),
        ("building-operation", "Building operation"),
    ):
        services.create_function(code=code, name=name, **by)
    for function, team, level in (
        ("user-support", "service-desk", 1),
        ("device-management", "service-desk", 1),
        ("device-management", "workplace", 2),
        ("building-operation", "facilities-desk", 1),
    ):
        services.support_function(function, team=team, level=level, **by)
    for code, service, name, function in (
        ("laptop-standard", "laptop", "Laptop", "device-management"),
        ("laptop-dock", "laptop", "Docking station and screen", "device-management"),
        ("mail-box", "mail", "Mailbox", "user-support"),
        ("heating-room", "heating", "Room too hot or too cold", "building-operation"),
    ):
        services.create_offering(code=code, service=service, name=name, **by)
        services.relate(code, function=function, relation="lead", **by)
    parties.create_supplier(
        code="northmere", name="Northmere Devices", email="service@northmere.example", **by
    )


def _rights() -> None:
    teams, owned = keys_by_code().teams, service_keys().services
    keys = people_by_code()
    for person, role, scope_kind, scope_id in (
        ("jonas.okereke", "agent", "team", teams["service-desk"]),
        ("mirela.dobrescu", "agent", "team", teams["service-desk"]),
        ("kieran.ashdown", "agent", "team", teams["workplace"]),
        ("petra.wolmar", "agent", "team", teams["facilities-desk"]),
        ("tamsin.harrowgate", "team_lead", "team", teams["service-desk"]),
        ("tamsin.harrowgate", "team_lead", "team", teams["workplace"]),
        ("adaeze.thornquist", "service_owner", "service", owned["laptop"]),
        ("adaeze.thornquist", "service_owner", "service", owned["mail"]),
        ("bastian.nwosu", "process_owner", "everything", None),
        ("wendell.achterberg", "manager", "everything", None),
        ("rosalind.keppel", "auditor", "everything", None),
        ("zachary.penrose", "administrator", "everything", None),
    ):
        authority.grant_role(
            keys[person],
            role=role,
            scope_kind=scope_kind,
            scope_id=scope_id,
            actor=SYSTEM,
            at=FOUNDED,
        )
