"""Keeping and reading the catalogue, with and without the right; routing by it."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.cast import AT, SYSTEM, Cast
from timshel.kernel.actor import Actor, ActorKind, Channel, Scope
from timshel.kernel.errors import Invalid, NotAllowed, NotFound
from timshel.kernel.journal.models import Entry
from timshel.kernel.journal.queries import history
from timshel.service_portfolio.service import actions, queries
from timshel.service_portfolio.service.models import (
    Function,
    FunctionRelation,
    FunctionSupport,
    LifeCycle,
    Offering,
    PriorityMatrix,
    Service,
    ServiceArea,
)
from timshel.service_portfolio.service.rules import STANDARD_CELLS

BY: dict[str, Any] = {"actor": SYSTEM, "at": AT}
NEW_CELLS = {**STANDARD_CELLS, "33": 4}

CHANGES: dict[str, Callable[[Actor], object]] = {
    "area": lambda by: actions.create_area(code="new", name="New", actor=by, at=AT),
    "service": lambda by: actions.create_service(
        code="new", area="computer", name="New", actor=by, at=AT
    ),
    "offering": lambda by: actions.create_offering(
        code="new", service="heating", name="New", actor=by, at=AT
    ),
    "function": lambda by: actions.create_function(code="new", name="New", actor=by, at=AT),
    "support": lambda by: actions.support_function(
        "user-support", team="workplace", level=2, actor=by, at=AT
    ),
    "relation": lambda by: actions.relate(
        "heating-room", function="user-support", relation="supporting", actor=by, at=AT
    ),
    "matrix": lambda by: actions.set_priority_matrix(
        cells=NEW_CELLS, service="heating", actor=by, at=AT
    ),
    "standard matrix": lambda by: actions.set_priority_matrix(cells=NEW_CELLS, actor=by, at=AT),
}


def everything() -> list[list[Any]]:
    tables = (ServiceArea, Service, Offering, Function, FunctionSupport, FunctionRelation)
    return [list(table._default_manager.order_by("pk").values()) for table in tables] + [
        list(PriorityMatrix.objects.order_by("pk").values()),
        list(Entry.objects.order_by("pk").values_list("pk")),
    ]


@pytest.mark.parametrize("change", CHANGES)
class TestRights:
    def test_refused_without_the_right_and_nothing_changed(self, change: str, cast: Cast) -> None:
        before = everything()
        for actor in (cast.requester, cast.lead, cast.manager, cast.service_owner):
            with pytest.raises(NotAllowed):
                CHANGES[change](actor)
        assert everything() == before

    def test_it_works_with_the_right_and_is_journalled(self, change: str, cast: Cast) -> None:
        before = Entry.objects.count()
        CHANGES[change](cast.administrator)
        assert Entry.objects.count() == before + 1
        entry = Entry.objects.latest("pk")
        assert entry.verb.startswith("service.")
        assert (entry.actor_id, entry.at) == (cast.administrator.person_id, AT)


class TestOwners:
    def test_an_owner_keeps_their_own_services(self, cast: Cast) -> None:
        owner: dict[str, Any] = {"actor": cast.service_owner, "at": AT}
        actions.create_offering(code="mail-list", service="mail", name="Mailing list", **owner)
        actions.relate("mail-list", function="user-support", relation="lead", **owner)
        actions.set_priority_matrix(cells=NEW_CELLS, service="mail", **owner)
        assert queries.matrix_for(cast.services["mail"])["33"] == 4
        assert queries.matrix_for(cast.services["laptop"])["33"] == 5
        assert (
            queries.route(None, queries.keys_by_code().offerings["mail-list"])
            == (cast.teams["service-desk"])
        )

    def test_what_does_not_exist_is_not_told_to_those_without_the_right(self, cast: Cast) -> None:
        for actor in (cast.requester, cast.service_owner):
            with pytest.raises(NotAllowed):
                actions.create_offering(code="x", service="none", name="X", actor=actor, at=AT)


class TestRefusals:
    @pytest.mark.parametrize(
        ("change", "field"),
        [
            (lambda: actions.create_area(code="computer", name="Again", **BY), "code"),
            (lambda: actions.create_area(code="a b", name="A", **BY), "code"),
            (lambda: actions.create_area(code="a", name="", **BY), "name"),
            (lambda: actions.create_service(code="s", area="none", name="S", **BY), "area"),
            (
                lambda: actions.create_service(
                    code="s", area="computer", name="S", owner="none", **BY
                ),
                "owner",
            ),
            (
                lambda: actions.create_service(
                    code="s", area="computer", name="S", life_cycle="born", **BY
                ),
                "life_cycle",
            ),
            (lambda: actions.create_offering(code="o", service="none", name="O", **BY), "service"),
            (lambda: actions.create_function(code="f", name="F", parent="none", **BY), "parent"),
            (lambda: actions.support_function("none", team="workplace", level=1, **BY), "function"),
            (lambda: actions.support_function("user-support", team="none", level=1, **BY), "team"),
            (
                lambda: actions.support_function("user-support", team="workplace", level=4, **BY),
                "level",
            ),
            (
                lambda: actions.relate("none", function="user-support", relation="lead", **BY),
                "offering",
            ),
            (
                lambda: actions.relate("mail-box", function="none", relation="lead", **BY),
                "function",
            ),
            (
                lambda: actions.relate("mail-box", function="user-support", relation="big", **BY),
                "relation",
            ),
            (
                lambda: actions.relate(
                    "mail-box", function="device-management", relation="lead", **BY
                ),
                "relation",
            ),
            (lambda: actions.set_priority_matrix(cells={"11": 1}, **BY), "cells"),
        ],
    )
    def test_what_is_wrong_is_named_and_nothing_changed(
        self, change: Callable[[], object], field: str, cast: Cast
    ) -> None:
        before = everything()
        with pytest.raises(Invalid) as refusal:
            change()
        assert list(refusal.value.fields) == [field]
        assert everything() == before


class TestAgain:
    def test_doing_the_same_again_changes_nothing(self, cast: Cast) -> None:
        actions.support_function("user-support", team="workplace", level=2, **BY)
        actions.relate("mail-box", function="device-management", relation="essential", **BY)
        actions.set_priority_matrix(cells=NEW_CELLS, **BY)
        before = everything()
        actions.support_function("user-support", team="workplace", level=2, **BY)
        actions.relate("mail-box", function="device-management", relation="essential", **BY)
        actions.set_priority_matrix(cells=NEW_CELLS, **BY)
        assert everything() == before

    def test_another_team_takes_the_place_of_the_first(self, cast: Cast) -> None:
        event = actions.support_function("user-support", team="workplace", level=1, **BY)
        entry = history("function", [event.function_id])[-1]
        assert (entry.old("team_1"), entry.new("team_1")) == ("service-desk", "workplace")
        assert queries.route(cast.services["mail"], None) == cast.teams["workplace"]

    def test_a_relation_changes_its_class(self, cast: Cast) -> None:
        actions.relate("mail-box", function="user-support", relation="supporting", **BY)
        assert queries.route(cast.services["mail"], None) is None


class TestReading:
    def test_areas_with_their_live_services_in_two_queries(
        self, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        Service.objects.filter(code="heating").update(life_cycle=LifeCycle.RETIRED)
        with django_assert_num_queries(2):
            (area,) = queries.service_list(language="fr")
        assert area.name == "Ordinateur, téléphone et impression"
        assert [row.name for row in area.services] == ["Messagerie", "Ordinateur et écran"]

    def test_a_service_with_what_it_gives_in_two_queries(
        self, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        Offering.objects.filter(code="laptop-dock").update(is_active=False)
        with django_assert_num_queries(2):
            view = queries.service("laptop", language="fr")
        assert (view.name, view.owner) == ("Ordinateur et écran", "Adaeze Thornquist")
        assert [offering.code for offering in view.offerings] == ["laptop-standard"]
        with pytest.raises(NotFound):
            queries.service("none")

    def test_names_by_key(
        self, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        laptop = cast.services["laptop"]
        with django_assert_num_queries(1):
            assert queries.service_names([laptop, laptop], "fr") == {laptop: "Ordinateur et écran"}

    @pytest.mark.parametrize(
        ("text", "language", "expected"),
        [
            ("screen", "en", ["laptop"]),
            ("docking", "en", ["laptop"]),
            ("ECRAN", "fr", ["laptop"]),
            ("screen", "fr", ["laptop"]),
            ("computer phone", "en", ["mail", "laptop"]),
            ("roof", "en", []),
            ("", "en", []),
        ],
    )
    def test_found_by_any_of_its_words(
        self, text: str, language: str, expected: list[str], cast: Cast
    ) -> None:
        rows = queries.find_services(text, language=language)
        assert sorted(row.code for row in rows) == sorted(expected)

    def test_found_in_two_queries_and_not_more_than_asked(
        self, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        with django_assert_num_queries(2):
            assert len(queries.find_services("computer", limit=1)) == 1

    def test_routing_takes_one_query(
        self, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        with django_assert_num_queries(1):
            queries.route(cast.services["laptop"], None)
        with django_assert_num_queries(1):
            queries.next_level(None, cast.services["laptop"], None)
        with django_assert_num_queries(0):
            assert queries.route(None, None) is None

    def test_the_function_above_supports_where_the_function_has_nobody(self, cast: Cast) -> None:
        actions.create_function(code="below", name="Below", parent="device-management", **BY)
        actions.create_offering(code="deep", service="mail", name="Deep", **BY)
        actions.relate("deep", function="below", relation="lead", **BY)
        deep = queries.keys_by_code().offerings["deep"]
        assert queries.route(None, deep) == cast.teams["service-desk"]
        assert queries.route(None, deep, 2) == cast.teams["workplace"]

    def test_a_matrix_of_nobody_is_the_standard(self, cast: Cast) -> None:
        PriorityMatrix.objects.all().delete()
        assert queries.matrix_for(None) == STANDARD_CELLS
        assert not queries.has_standard_matrix()


def test_a_right_for_one_service_is_none_for_another(cast: Cast) -> None:
    scope = Scope(within=MappingProxyType({"service": frozenset({cast.services["mail"]})}))
    keeper = Actor(
        kind=ActorKind.PERSON,
        name="Keeper",
        channel=Channel.DESK,
        scopes=MappingProxyType({"service.manage": scope}),
    )
    actions.create_offering(code="mine", service="mail", name="Mine", actor=keeper, at=AT)
    with pytest.raises(NotAllowed):
        actions.create_offering(code="not-mine", service="laptop", name="No", actor=keeper, at=AT)
