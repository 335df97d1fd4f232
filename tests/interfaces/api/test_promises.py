"""Clocks, their explanations, chains and suppliers by the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.interfaces.api.world import LONG_AGO, SYSTEM, World, problem
from timshel.service_portfolio.parties.actions import create_supplier

NORTHMERE = {
    "code": "northmere",
    "name": "Northmere Devices",
    "email": "service@northmere.example",
    "phone": "",
    "reference": "AI-20417",
    "is_active": True,
}


@pytest.fixture
def supplier(world: World) -> str:
    given = {name: value for name, value in NORTHMERE.items() if name != "is_active"}
    create_supplier(**given, actor=SYSTEM, at=LONG_AGO)  # type: ignore[arg-type]
    return "northmere"


def waiting(world: World, **given: Any) -> str:
    number = world.report()
    world.noor.post(f"/incidents/{number}/wait", {"reason": "supplier", **given})
    return number


class TestSupplier:
    def test_it_waits_for_one_by_code(self, world: World, supplier: str) -> None:
        number = waiting(world, supplier=supplier)
        named = {"code": "northmere", "name": "Northmere Devices"}
        assert world.noor.get(f"/incidents/{number}")["supplier"] == named
        (row,) = world.noor.get("/incidents")["items"]
        assert row["supplier"] == named

    def test_the_requester_does_not_learn_which(self, world: World, supplier: str) -> None:
        number = waiting(world, supplier=supplier)
        for path in ("", "/history", "/clocks", "/conversation"):
            assert "orthmere" not in str(world.ines.get(f"/incidents/{number}{path}")), path
        assert world.ines.get("/incidents")["items"][0]["supplier"] is None

    def test_one_that_nobody_knows_is_invalid(self, world: World) -> None:
        number = world.report()
        body = {"reason": "supplier", "supplier": "nobody"}
        found = problem(world.noor.ask("POST", f"/incidents/{number}/wait", body))
        assert (found["status"], set(found["errors"])) == (422, {"supplier"})

    def test_they_are_read_by_helpers(self, world: World, supplier: str) -> None:
        assert world.noor.get("/suppliers")["items"] == [NORTHMERE]
        assert world.noor.get(f"/suppliers/{supplier}") == NORTHMERE
        assert problem(world.ines.ask("GET", "/suppliers"))["code"] == "not_allowed"
        assert problem(world.noor.ask("GET", "/suppliers/nobody"))["code"] == "not_found"

    def test_they_are_kept_by_those_with_the_right(self, world: World, supplier: str) -> None:
        refused = world.noor.ask("POST", "/suppliers", {"code": "quillon", "name": "Quillon"})
        assert problem(refused)["code"] == "not_allowed"
        refused = world.noor.ask("PATCH", f"/suppliers/{supplier}", {"name": "Quillon"})
        assert problem(refused)["code"] == "not_allowed"
        assert world.noor.get("/suppliers")["items"] == [NORTHMERE]


class TestClocks:
    def test_all_runs_of_all_clocks(self, world: World) -> None:
        number = world.report()
        items = world.noor.get(f"/incidents/{number}/clocks")["items"]
        assert [(each["kind"], each["lap"], each["is_current"]) for each in items] == [
            ("respond", 1, True),
            ("resolve", 1, True),
        ]

    def test_why_a_clock_says_what_it_says(self, world: World) -> None:
        number = world.report()
        why = world.noor.get(f"/incidents/{number}/clocks/resolve/explanation")
        clock = why["clock"]
        assert clock["elapsed_seconds"] + clock["remaining_seconds"] in (
            clock["target_seconds"],
            clock["target_seconds"] - 1,  # each is rounded down
        )
        assert why["agreement"]["verdict"] == "chosen"
        assert why["candidates"][0] == why["agreement"]
        assert why["stretches"][-1]["end"] == clock["due_at"]
        assert [each["lap"] for each in why["laps"]] == [1]

    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("fulfil/explanation", 404),
            ("resolve/explanation?lap=2", 404),
            ("resolve/explanation?lap=0", 422),
            ("resolve/explanation?run=1", 422),
            ("weather/explanation", 404),
        ],
    )
    def test_what_there_is_not(self, world: World, path: str, status: int) -> None:
        number = world.report()
        answer = world.noor.ask("GET", f"/incidents/{number}/clocks/{path}")
        assert problem(answer)["status"] == status

    def test_explanation_and_chain_are_not_for_those_who_only_asked(self, world: World) -> None:
        number = world.report()
        for path in ("clocks/resolve/explanation", "chain"):
            answer = world.ines.ask("GET", f"/incidents/{number}/{path}")
            assert problem(answer)["code"] == "not_allowed"
            answer = world.omar.ask("GET", f"/incidents/{number}/{path}")
            assert problem(answer)["code"] == "not_found"

    def test_the_chain_adds_up(self, world: World, supplier: str) -> None:
        number = waiting(world, supplier=supplier)
        way = world.noor.get(f"/incidents/{number}/chain")
        assert [each["kind"] for each in way["links"]][-1] == "supplier"
        for name in ("wall", "counted", "paused", "outside", "unpromised"):
            key = f"{name}_seconds"
            total = way["total"][key]
            for parts in (way["links"], way["by_waiting_reason"]):
                assert sum(each["spent"][key] for each in parts) == pytest.approx(total, abs=1e-6)
