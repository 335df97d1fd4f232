"""Programs do something to many, see what came of each, and take it back."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from tests import cast as people
from tests.cast import Cast, opened
from tests.errands import run_errands
from tests.incidents import in_stage, row
from timshel.leadership.authority.access import PERMISSIONS
from timshel.operation.work.models import Comment
from timshel.operation.work.states import Stage

pytestmark = pytest.mark.django_db
NOTE = [{"do": "note", "text": "Seen."}]


class Caller:
    """A program with a token of somebody's."""

    def __init__(self, who: Any, permissions: Any = PERMISSIONS) -> None:
        self.head = {"Authorization": f"Bearer {people.token(who, permissions)}"}

    def ask(self, method: str, path: str, given: Any = None, status: int = 200, **head: str) -> Any:
        answer = Client().generic(
            method,
            f"/api/v1/bulk{path}",
            json.dumps(given) if given is not None else "",
            content_type="application/json",
            headers={**self.head, **head},
        )
        assert answer.status_code == status, answer.content
        return json.loads(answer.content)

    def begin(self, status: int = 202, **given: Any) -> Any:
        return self.ask("POST", "", given, status)


def test_a_run_is_begun_watched_and_taken_back(cast: Cast) -> None:
    program = Caller(cast.agent)
    numbers = [opened(cast.requester), in_stage(Stage.CANCELLED, cast)]
    deeds = [{"do": "change", "title": "Network", "urgency": 1}, {"do": "move", "trigger": "start"}]
    run = program.begin(numbers=numbers, deeds=deeds, title="Network")
    assert (run["state"], run["total"], run["waiting"]) == ("queued", 2, 2)
    run_errands(at=datetime.now(UTC))
    run = program.ask("GET", f"/{run['id']}")
    assert (run["state"], run["done"], run["failed"], run["can_undo"]) == ("done", 1, 1, True)
    failed = program.ask("GET", f"/{run['id']}/items?state=failed")["items"]
    assert [(each["number"], each["code"], each["detail"]) for each in failed] == [
        (numbers[1], "wrong_state", "This is not possible in the present state.")
    ]
    undoing = program.ask("POST", f"/{run['id']}/undo", status=202)
    assert undoing["undoes"] == run["id"]
    run_errands(at=datetime.now(UTC))
    assert row(numbers[0]).title == "The screen stays black"
    listed = program.ask("GET", "")["items"]
    assert [(each["id"], each["title"]) for each in listed] == [
        (undoing["id"], "Taken back: Network"),
        (run["id"], "Network"),
    ]


def test_all_that_a_view_or_a_filter_finds(cast: Cast) -> None:
    program = Caller(cast.agent)
    opened(cast.requester, title="One")
    mine = opened(cast.requester, title="Two")
    assert program.begin(saved_view="all", deeds=NOTE)["total"] == 2
    found = {"all": [{"field": "words", "operator": "contains", "value": "Two"}]}
    run = program.begin(filter=found, deeds=NOTE)
    run_errands(at=datetime.now(UTC))
    items = program.ask("GET", f"/{run['id']}/items")["items"]
    assert [(each["number"], each["state"]) for each in items] == [(mine, "done")]


def test_the_same_key_begins_once(cast: Cast) -> None:
    program = Caller(cast.agent)
    given = {"numbers": [opened(cast.requester)], "deeds": NOTE}
    head = {"Idempotency-Key": "once"}
    first = program.ask("POST", "", given, 202, **head)
    assert program.ask("POST", "", given, 202, **head) == first
    run_errands(at=datetime.now(UTC))
    assert Comment.objects.count() == 1


def test_what_is_wrong_is_said(cast: Cast) -> None:
    program, number = Caller(cast.agent), opened(cast.requester)
    for given in (
        {"deeds": NOTE},
        {"numbers": [number], "saved_view": "all", "deeds": NOTE},
        {"numbers": [number]},
        {"numbers": [], "deeds": NOTE},
        {"numbers": [number], "deeds": [{"do": "reply"}]},
        {"numbers": [number], "deeds": [{"do": "change", "text": "x"}]},
        {"numbers": [number], "deeds": [{"do": "explode"}]},
        {"numbers": [number], "filter": {"all": "x"}, "deeds": NOTE},
    ):
        program.begin(422, **given)
    program.begin(404, numbers=[number], macro_id=people.AT.year)
    program.ask("GET", "/17", status=404)


def test_a_token_without_the_right_is_refused(cast: Cast) -> None:
    number = opened(cast.requester)
    Caller(cast.requester).begin(403, numbers=[number], deeds=NOTE)
    Caller(cast.agent, {"work.view", "incident.work"}).begin(403, numbers=[number], deeds=NOTE)


def test_it_is_stopped_and_goes_on(cast: Cast) -> None:
    program = Caller(cast.agent)
    run = program.begin(numbers=[opened(cast.requester)], deeds=NOTE)
    stopped = program.ask("POST", f"/{run['id']}/stop")
    assert stopped["state"] == "stopping"
    run_errands(at=datetime.now(UTC))
    program.ask("POST", f"/{run['id']}/stop", status=409)
    assert program.ask("POST", f"/{run['id']}/retry", status=202)["state"] == "queued"
    run_errands(at=datetime.now(UTC))
    assert program.ask("GET", f"/{run['id']}")["state"] == "done"
    assert Comment.objects.count() == 1
