"""Moving incidents on: each verb works, is refused without the right, and in the wrong stage."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.interfaces.api.world import Caller, World, problem
from timshel.kernel.journal.models import Entry

REASON = {"reason": "It happens again."}
RESOLUTION = {"code": "fixed", "text": "Replaced the drum."}
WAITING = {"reason": "supplier", "note": "Ordered a drum."}

# verb, body, who, what was done before, the stage after
MOVES: list[tuple[str, Any, str, list[str], str]] = [
    ("start", None, "noor", [], "in_progress"),
    ("take", None, "noor", [], "in_progress"),
    ("assign", {"team": "network"}, "noor", [], "new"),
    ("escalate", REASON, "noor", [], "new"),
    ("wait", WAITING, "noor", [], "waiting"),
    ("resume", None, "noor", ["wait"], "in_progress"),
    ("resolve", RESOLUTION, "noor", [], "resolved"),
    ("reopen", REASON, "ines", ["resolve"], "in_progress"),
    ("reopen", REASON, "noor", ["resolve"], "in_progress"),
    ("close", None, "noor", ["resolve"], "closed"),
    ("cancel", REASON, "noor", [], "cancelled"),
    ("withdraw", None, "ines", [], "cancelled"),
    ("withdraw", REASON, "ines", ["start"], "cancelled"),
    ("confirm", None, "ines", ["resolve"], "closed"),
    ("confirm", None, "ines", [], "closed"),
]
WRONG: list[tuple[str, Any, str, list[str]]] = [
    ("start", None, "noor", ["start"]),
    ("take", None, "noor", ["resolve"]),
    ("assign", {"team": "network"}, "noor", ["resolve"]),
    ("escalate", REASON, "noor", ["cancel"]),
    ("wait", WAITING, "noor", ["resolve"]),
    ("resume", None, "noor", []),
    ("resolve", RESOLUTION, "noor", ["resolve"]),
    ("reopen", REASON, "ines", []),
    ("close", None, "noor", []),
    ("cancel", REASON, "noor", ["resolve"]),
    ("withdraw", None, "ines", ["resolve"]),
    ("confirm", None, "ines", ["cancel"]),
]
BODIES = {verb: body for verb, body, *_rest in MOVES}
FORBIDDEN = [
    *((verb, "ines") for verb in BODIES if verb not in ("reopen", "withdraw", "confirm")),
    ("withdraw", "noor"),
    ("confirm", "noor"),
]


def prepared(world: World, before: list[str]) -> str:
    number = world.report()
    for verb in before:
        world.noor.post(f"/incidents/{number}/{verb}", BODIES[verb])
    return number


@pytest.mark.parametrize(("verb", "body", "who", "before", "stage"), MOVES)
def test_each_verb_moves_it(
    world: World, verb: str, body: Any, who: str, before: list[str], stage: str
) -> None:
    number = prepared(world, before)
    caller: Caller = getattr(world, who)
    assert verb in caller.get(f"/incidents/{number}")["possible"]
    answer = caller.ask("POST", f"/incidents/{number}/{verb}", body)
    assert answer.status_code == 200, answer.content
    incident = json.loads(answer.content)
    assert incident["stage"] == stage
    assert answer.headers["ETag"] == f'"{incident["version"]}"'
    assert incident["version"] > 1


@pytest.mark.parametrize(("verb", "who"), FORBIDDEN)
def test_without_the_right_nothing_moves(world: World, verb: str, who: str) -> None:
    number = world.report()
    entries = Entry.objects.count()
    caller: Caller = getattr(world, who)
    assert verb not in caller.get(f"/incidents/{number}")["possible"]
    answer = caller.ask("POST", f"/incidents/{number}/{verb}", BODIES[verb])
    assert problem(answer)["code"] == "not_allowed"
    hidden = world.omar.ask("POST", f"/incidents/{number}/{verb}", BODIES[verb])
    assert problem(hidden)["code"] == "not_found"
    assert world.ines.get(f"/incidents/{number}")["version"] == 1
    assert Entry.objects.count() == entries


@pytest.mark.parametrize(("verb", "body", "who", "before"), WRONG)
def test_in_the_wrong_stage_nothing_moves(
    world: World, verb: str, body: Any, who: str, before: list[str]
) -> None:
    number = prepared(world, before)
    caller: Caller = getattr(world, who)
    version = caller.get(f"/incidents/{number}")["version"]
    assert verb not in caller.get(f"/incidents/{number}")["possible"]
    answer = caller.ask("POST", f"/incidents/{number}/{verb}", body)
    assert problem(answer)["code"] == "wrong_state"
    assert answer.status_code == 409
    assert caller.get(f"/incidents/{number}")["version"] == version


@pytest.mark.parametrize(
    ("verb", "body", "fields"),
    [
        ("wait", {"reason": "tea"}, {"reason"}),
        ("wait", None, {""}),
        ("resolve", {"code": "confirmed", "text": "x"}, {"code"}),
        ("resolve", {"code": "fixed", "text": " "}, {"text"}),
        ("resolve", {"code": "fixed", "text": "x" * 10_001}, {"text"}),
        ("cancel", {"reason": ""}, {"reason"}),
        ("cancel", {"reason": "a\0"}, {"reason"}),
        ("escalate", {"reason": "x" * 1_001}, {"reason"}),
        ("assign", {"team": "none"}, {"team"}),
        ("assign", {"assignee_id": 2**63}, {"assignee_id"}),
        ("assign", {"assignee_id": 2**63 - 1}, {"assignee_id"}),
    ],
)
def test_what_makes_no_sense_is_invalid(
    world: World, verb: str, body: Any, fields: set[str]
) -> None:
    number = world.report()
    document = problem(world.noor.ask("POST", f"/incidents/{number}/{verb}", body))
    assert (document["code"], set(document["errors"])) == ("invalid", fields)


def test_waiting_tells_for_what_and_stops_the_clocks(world: World) -> None:
    number = world.report()
    incident = world.noor.post(f"/incidents/{number}/wait", {"reason": "requester"})
    assert incident["waiting_reason"] == "requester"
    resolve = incident["clocks"][1]
    assert (resolve["state"], resolve["due_at"]) == ("paused", None)
    assert resolve["paused_reason"] == "requester"


def test_an_assignment_names_team_and_person(world: World) -> None:
    number = world.report()
    body = {"team": "network", "assignee_id": world.tomas.person_id}
    incident = world.noor.post(f"/incidents/{number}/assign", body)
    assert incident["team"]["code"] == "network"
    assert incident["assignee"]["name"] == "Tomás Vidal"
    assert incident["reassignments"] == 1
    body = {"team": "workplace", "assignee_id": world.tomas.person_id}
    document = problem(world.noor.ask("POST", f"/incidents/{number}/assign", body))
    assert set(document["errors"]) == {"assignee_id"}


def test_who_comes_second_is_told_who_came_first(world: World) -> None:
    number = world.report()
    world.tomas.post(f"/incidents/{number}/take", If_Match='"1"')
    answer = world.noor.ask("POST", f"/incidents/{number}/take", If_Match='"1"')
    document = problem(answer)
    assert document["code"] == "precondition_failed"
    (difference,) = document["differences"]
    assert (difference["field"], difference["changed_by"]) == ("assignee", "Tomás Vidal")
    assert world.noor.get(f"/incidents/{number}")["assignee"]["name"] == "Tomás Vidal"


def test_what_leaves_ones_sight_was_done_all_the_same(world: World) -> None:
    from tests.interfaces.api.world import LONG_AGO, SYSTEM, token_for
    from timshel.context.organization.queries import team_by_code
    from timshel.leadership.authority import actions as authority

    team = team_by_code("workplace")
    assert team is not None
    authority.grant_role(
        world.omar.person_id,
        role="agent",
        scope_kind="team",
        scope_id=team.id,
        actor=SYSTEM,
        at=LONG_AGO,
    )
    omar = Caller(token_for(world.omar.person_id), world.omar.person_id)
    number = world.report()
    answer = omar.ask("POST", f"/incidents/{number}/assign", {"team": "network"}, If_Match='"1"')
    assert (answer.status_code, answer.content) == (204, b"")
    assert world.noor.get(f"/incidents/{number}")["team"]["code"] == "network"
    assert omar.ask("GET", f"/incidents/{number}").status_code == 404
