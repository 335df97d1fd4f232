"""Keeping units, sites, teams, customers and people, with and without the right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from timshel.context.organization import actions as organization
from timshel.context.organization import queries as organization_queries
from timshel.context.organization.models import Customer, Site, Team, Unit
from timshel.context.people import actions as people
from timshel.context.people import queries as people_queries
from timshel.context.people.models import Membership, Person
from timshel.kernel.actor import Actor, ActorKind, Channel, Scope, system_actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound
from timshel.kernel.journal.models import Entry
from timshel.kernel.journal.queries import history

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SYSTEM = system_actor()


def actor_with(
    permission: str = "", *, person_id: int | None = None, **within: frozenset[int]
) -> Actor:
    scope = Scope(within=MappingProxyType(within)) if within else Scope(everywhere=True)
    return Actor(
        kind=ActorKind.PERSON,
        name="Somebody",
        channel=Channel.DESK,
        person_id=person_id,
        scopes=MappingProxyType({permission: scope} if permission else {}),
    )


NOBODY = actor_with()


def unit(code: str, parent: str | None = None) -> int:
    event = organization.create_unit(
        code=code, name=f"Unit {code}", parent=parent, actor=SYSTEM, at=AT
    )
    return event.unit_id


def person(code: str, **given: Any) -> int:
    given = {"name": code.title(), **given}
    return people.create_person(code=code, actor=SYSTEM, at=AT, **given).person_id


class TestUnits:
    def test_the_path_leads_from_the_top(self) -> None:
        top = unit("top")
        middle = unit("middle", "top")
        leaf = unit("leaf", "middle")
        other = unit("other", "top")
        assert Unit.objects.get(pk=leaf).path == f"/{top}/{middle}/{leaf}/"
        assert Unit.objects.get(pk=other).path == f"/{top}/{other}/"

    def test_it_is_in_the_journal(self) -> None:
        unit("top")
        key = unit("below", "top")
        (entry,) = history("unit", [key])
        assert entry.verb == "organization.unit_created"
        assert (entry.new("code"), entry.new("parent"), entry.at) == ("below", "top", AT)

    def test_a_right_below_a_unit_holds_there_only(self) -> None:
        top, part = unit("top"), unit("part", "top")
        keeper = actor_with("organization.manage", unit=frozenset({part}))
        organization.create_unit(code="new", name="New", parent="part", actor=keeper, at=AT)
        with pytest.raises(NotAllowed):
            organization.create_unit(code="no", name="No", parent="top", actor=keeper, at=AT)
        assert Unit.objects.filter(code="new", parent=part).exists()
        assert Unit.objects.count() == 3
        assert top

    def test_an_unknown_parent_is_named(self) -> None:
        with pytest.raises(Invalid) as refusal:
            unit("below", "nowhere")
        assert refusal.value.fields == {"parent": ["There is no unit nowhere."]}

    @pytest.mark.parametrize("code", ["", "two words", "é", "x" * 41, "-x", "a/b"])
    def test_a_malformed_code_is_refused(self, code: str) -> None:
        with pytest.raises(Invalid) as refusal:
            unit(code)
        assert list(refusal.value.fields) == ["code"]


CREATIONS: Mapping[str, tuple[Callable[..., object], dict[str, Any], type]] = {
    "unit": (organization.create_unit, {"code": "a", "name": "A"}, Unit),
    "site": (organization.create_site, {"code": "a", "name": "A", "time_zone": "UTC"}, Site),
    "team": (organization.create_team, {"code": "a", "name": "A"}, Team),
    "customer": (organization.create_customer, {"code": "a", "name": "A"}, Customer),
    "person": (people.create_person, {"code": "a", "name": "A"}, Person),
}


@pytest.mark.parametrize("kind", CREATIONS)
class TestCreation:
    def test_refused_without_the_right_and_nothing_changed(self, kind: str) -> None:
        create, given, model = CREATIONS[kind]
        for actor in (NOBODY, actor_with("organization.manage", unit=frozenset({999}))):
            with pytest.raises(NotAllowed):
                create(**given, actor=actor, at=AT)
        assert not model.objects.exists()
        assert not Entry.objects.exists()

    def test_a_code_is_taken_once(self, kind: str) -> None:
        create, given, model = CREATIONS[kind]
        create(**given, actor=SYSTEM, at=AT)
        with pytest.raises(Invalid) as refusal:
            create(**given, actor=SYSTEM, at=AT)
        assert refusal.value.fields == {"code": ["This code is already taken."]}
        assert (model.objects.count(), Entry.objects.count()) == (1, 1)

    def test_an_empty_name_is_refused(self, kind: str) -> None:
        create, given, model = CREATIONS[kind]
        with pytest.raises(Invalid) as refusal:
            create(**{**given, "name": "  "}, actor=SYSTEM, at=AT)
        assert refusal.value.fields == {"name": ["Please give a name."]}
        assert not model.objects.exists()


class TestSitesTeamsCustomers:
    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"time_zone": "Moon/Base"}, "time_zone"),
            ({"holiday_country": "XX"}, "holiday_country"),
            ({"holiday_country": "CH", "holiday_region": "XX"}, "holiday_region"),
            ({"holiday_region": "GE"}, "holiday_region"),
        ],
    )
    def test_a_site_keeps_known_zones_and_holidays(self, given: dict[str, str], field: str) -> None:
        with pytest.raises(Invalid) as refusal:
            organization.create_site(
                **{"code": "a", "name": "A", "time_zone": "UTC", **given}, actor=SYSTEM, at=AT
            )
        assert list(refusal.value.fields) == [field]

    def test_a_site_with_holidays(self) -> None:
        event = organization.create_site(
            code="gva",
            name="Geneva",
            time_zone="Europe/Zurich",
            holiday_country="CH",
            holiday_region="GE",
            actor=SYSTEM,
            at=AT,
        )
        site = Site.objects.get(pk=event.site_id)
        assert (site.holiday_country, site.holiday_region) == ("CH", "GE")

    def test_teams_by_name_in_the_readers_language(
        self, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for code, name, french in (("b", "Roofs", "Toitures"), ("a", "Mail", "Messagerie")):
            organization.create_team(
                code=code, name=name, translations={"fr": {"name": french}}, actor=SYSTEM, at=AT
            )
        with django_assert_num_queries(1):
            assert [row.name for row in organization_queries.team_list()] == ["Mail", "Roofs"]
        french = [row.name for row in organization_queries.team_list(language="fr")]
        assert french == ["Messagerie", "Toitures"]
        found = organization_queries.team_by_code("b")
        assert found is not None
        assert found.name == "Roofs"
        assert organization_queries.team_by_code("none") is None

    def test_a_customer_has_a_known_category(self) -> None:
        with pytest.raises(Invalid) as refusal:
            organization.create_customer(code="c", name="C", category="golden", actor=SYSTEM, at=AT)
        assert list(refusal.value.fields) == ["category"]


class TestPeople:
    def test_an_address_belongs_to_one_active_person(self) -> None:
        first = person("first", email="one@example.org")
        with pytest.raises(Invalid) as refusal:
            person("second", email="ONE@example.org")
        assert refusal.value.fields == {"email": ["Someone else has this address."]}
        people.deactivate_person(first, actor=SYSTEM, at=AT)
        second = person("second", email="ONE@example.org")
        assert people_queries.person_by_address(" one@EXAMPLE.org ") == second
        assert people_queries.person_by_address("") is None

    def test_of_a_unit_or_of_a_customer(self) -> None:
        unit("u")
        organization.create_customer(code="c", name="C", actor=SYSTEM, at=AT)
        with pytest.raises(Invalid) as refusal:
            person("p", unit="u", customer="c")
        assert list(refusal.value.fields) == ["customer"]

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"email": "nowhere"}, "email"),
            ({"traits": ["tall"]}, "traits"),
            ({"language": "tlh"}, "language"),
            ({"time_zone": "Moon/Base"}, "time_zone"),
            ({"site": "none"}, "site"),
            ({"manager": "none"}, "manager"),
        ],
    )
    def test_what_is_wrong_is_named(self, given: dict[str, Any], field: str) -> None:
        with pytest.raises(Invalid) as refusal:
            person("p", **given)
        assert list(refusal.value.fields) == [field]
        assert not Person.objects.exists()

    def test_a_member_is_added_once_and_may_become_lead(self) -> None:
        organization.create_team(code="t", name="T", actor=SYSTEM, at=AT)
        key = person("p")
        for is_lead in (False, False, True):
            people.add_member("t", person="p", is_lead=is_lead, actor=SYSTEM, at=AT)
        membership = Membership.objects.get(person=key)
        assert membership.is_lead
        verbs = [entry.verb for entry in history("team", [membership.team_id])]
        assert verbs == ["organization.team_created", *["organization.member_added"] * 2]
        (row,) = people_queries.members_of([membership.team_id])
        assert (row.person_id, row.name, row.is_lead) == (key, "P", True)
        people.deactivate_person(key, actor=SYSTEM, at=AT)
        assert people_queries.members_of([membership.team_id]) == ()

    def test_adding_a_member_is_refused_without_the_right(self) -> None:
        organization.create_team(code="t", name="T", actor=SYSTEM, at=AT)
        person("p")
        with pytest.raises(NotAllowed):
            people.add_member("t", person="p", actor=NOBODY, at=AT)
        assert not Membership.objects.exists()

    def test_everybody_sets_their_own_preferences(self) -> None:
        key, other = person("p"), person("q")
        self_made = actor_with(person_id=key)
        for _again in range(2):
            people.change_preferences(
                key, language="fr", time_zone="Asia/Tokyo", actor=self_made, at=AT
            )
        changed = Person.objects.get(pk=key)
        assert (changed.language, changed.time_zone) == ("fr", "Asia/Tokyo")
        assert [entry.verb for entry in history("person", [key])] == [
            "people.person_created",
            "people.preferences_changed",
        ]
        with pytest.raises(NotAllowed):
            people.change_preferences(other, language="fr", time_zone="", actor=self_made, at=AT)
        with pytest.raises(Invalid):
            people.change_preferences(key, language="xx", time_zone="", actor=self_made, at=AT)
        with pytest.raises(NotFound):
            people.change_preferences(0, language="fr", time_zone="", actor=SYSTEM, at=AT)
        assert Person.objects.get(pk=other).language == "en"

    def test_leaving_is_refused_without_the_right(self) -> None:
        key = person("p")
        with pytest.raises(NotAllowed):
            people.deactivate_person(key, actor=actor_with(person_id=key), at=AT)
        assert Person.objects.get(pk=key).is_active


class TestFinding:
    SEER = actor_with("people.view")

    @pytest.fixture(autouse=True)
    def some_people(self) -> None:
        unit("lab")
        unit("yard")
        person("ab1", name="Zoé Ångström", email="zoe@example.org", unit="lab")
        person("cd2", name="Ann Zoeller", phone="+41 22 555 01 02", unit="yard", traits=["vip"])
        person("ef3", name="Mo 50%_off", email="mo@example.org")

    def names(self, text: str, actor: Actor = SEER) -> list[str]:
        return [row.name for row in people_queries.people_matching(text, actor=actor)]

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("zoe", ["Zoé Ångström", "Ann Zoeller"]),
            ("ZOÉ ang", ["Zoé Ångström"]),
            ("oelle", ["Ann Zoeller"]),
            ("zoe@example", ["Zoé Ångström"]),
            ("cd2", ["Ann Zoeller"]),
            ("022 555 01", ["Ann Zoeller"]),
            ("0041225550102", ["Ann Zoeller"]),
            ("%", ["Mo 50%_off"]),
            ("50%_o", ["Mo 50%_off"]),
            ("\\", []),
            ("nobody", []),
            ("  ", []),
            ("\0", []),
        ],
    )
    def test_by_any_part_without_case_and_accents(self, text: str, expected: list[str]) -> None:
        assert self.names(text) == expected

    def test_in_one_query_and_not_more_than_asked(
        self, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        with django_assert_num_queries(1):
            (row,) = people_queries.people_matching("zoe", actor=self.SEER, limit=1)
        assert (row.code, row.unit, row.traits) == ("ab1", "Unit lab", ())

    def test_only_whom_one_may_see(self) -> None:
        lab = frozenset(Unit.objects.filter(code="lab").values_list("pk", flat=True))
        assert self.names("zoe", actor_with("people.view", unit=lab)) == ["Zoé Ångström"]
        assert len(self.names("zoe", actor_with("people.view", team=frozenset({1})))) == 2
        with pytest.raises(NotAllowed):
            self.names("zoe", NOBODY)

    def test_a_card_of_oneself_or_with_the_right(
        self, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        key = Person.objects.get(code="cd2").pk
        with django_assert_num_queries(1):
            card = people_queries.person_card(key, actor=self.SEER)
        assert (card.name, card.unit, card.traits, card.time_zone) == (
            "Ann Zoeller",
            "Unit yard",
            ("vip",),
            "UTC",
        )
        assert people_queries.person_card(key, actor=actor_with(person_id=key)) == card
        with pytest.raises(NotFound):
            people_queries.person_card(key, actor=NOBODY)
