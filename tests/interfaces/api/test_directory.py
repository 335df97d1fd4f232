"""People, teams and services, for whoever needs their keys and codes."""

from __future__ import annotations

import pytest

from tests.interfaces.api.world import World, problem


def test_people_are_found_by_those_who_may_see_them(world: World) -> None:
    found = world.noor.get("/people?text=haddad")["items"]
    assert [row["name"] for row in found] == ["Noor Haddad"]
    assert set(found[0]) == {"id", "code", "name", "email", "phone", "home", "traits"}
    assert problem(world.ines.ask("GET", "/people?text=noor"))["code"] == "not_allowed"


def test_a_person_reads_themselves_and_others_with_the_right(world: World) -> None:
    noor = world.noor.person_id
    assert world.noor.get(f"/people/{noor}")["name"] == "Noor Haddad"
    ines = world.ines.person_id
    assert world.ines.get(f"/people/{ines}")["unit"] == "Institute"
    assert problem(world.ines.ask("GET", f"/people/{noor}"))["code"] == "not_found"
    assert world.ines.get("/people/me")["person"]["id"] == ines


@pytest.mark.parametrize("key", ["0", "-1", "x", "1e3", "9" * 19, "9" * 5000, "%00", "1%0A"])
def test_a_key_that_nobody_has_is_not_found(world: World, key: str) -> None:
    assert problem(world.noor.ask("GET", f"/people/{key}"))["code"] == "not_found"


@pytest.mark.parametrize("query", ["", "?text=", "?text=a%00b", "?text=a&limit=101", "?txt=a"])
def test_a_search_that_makes_no_sense_is_invalid(world: World, query: str) -> None:
    assert problem(world.noor.ask("GET", f"/people{query}"))["status"] == 422


def test_teams_and_their_members(world: World) -> None:
    teams = world.ines.get("/teams")["items"]
    assert teams == [
        {"code": "network", "name": "Network"},
        {"code": "workplace", "name": "Workplace"},
    ]
    members = world.noor.get("/teams/network")["members"]
    assert members == [{"id": world.tomas.person_id, "name": "Tomás Vidal", "is_lead": False}]
    assert problem(world.ines.ask("GET", "/teams/network"))["code"] == "not_allowed"
    assert problem(world.noor.ask("GET", "/teams/a%00b"))["code"] == "not_found"


def test_services_by_area_by_text_and_one_in_full(world: World) -> None:
    printing = {"code": "printing", "name": "Printing", "summary": ""}
    (area,) = world.ines.get("/areas")["items"]
    assert (area["code"], area["services"]) == ("work", [printing])
    assert world.ines.get("/services")["items"] == [printing]
    assert world.ines.get("/services?text=paper")["items"] == [printing]
    assert world.ines.get("/services?text=zebra")["items"] == []
    full = world.ines.get("/services/printing")
    assert full["offerings"] == [{"code": "colour", "name": "Colour printer", "summary": ""}]
    assert problem(world.ines.ask("GET", "/services/none"))["code"] == "not_found"
    assert problem(world.ines.ask("GET", "/services/%00"))["code"] == "not_found"
