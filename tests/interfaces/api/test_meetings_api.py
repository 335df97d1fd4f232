"""Boards and meetings for programs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast, token
from tests.interfaces.web.desk import earlier
from timshel.kernel.actor import Actor
from timshel.leadership.authority.access import PERMISSIONS

pytestmark = pytest.mark.django_db
BOARD = {
    "code": "review",
    "name": "Management review",
    "kind": "management_review",
    "chair": "wendell.achterberg",
    "secretary": "tamsin.harrowgate",
    "every_months": 3,
    "agenda": [{"title": "Late", "source": "overdue_actions"}],
}


def ask(who: Actor, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
    answer = Client().generic(
        method,
        f"/api/v1/meetings{path}",
        data="" if body is None else json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token(who, PERMISSIONS)}"},
    )
    assert answer.status_code == status, answer.content
    return answer.json() if answer.content else None


def test_a_board_is_set_up_changed_and_filled(cast: Cast) -> None:
    keeper = cast.process_owner
    made = ask(keeper, "POST", "/boards", BOARD, status=201)
    assert [each["source"] for each in made["agenda"]] == ["open_actions", "overdue_actions"]
    ask(cast.manager, "POST", "/boards", {**BOARD, "code": "other"}, status=403)
    ask(keeper, "POST", "/boards", BOARD, status=422)
    changed = {name: value for name, value in BOARD.items() if name != "code"}
    changed |= {"name": "The review", "revision": 1}
    assert ask(keeper, "PUT", "/boards/review", changed)["revision"] == 2
    ask(keeper, "PUT", "/boards/review", {**changed, "name": "x"}, status=409)
    member = {"person": "imre.castellane", "role": "Climate"}
    ask(keeper, "POST", "/boards/review/members", member)
    (listed,) = ask(cast.requester, "GET", "/boards")["items"]
    assert (listed["name"], listed["is_overdue"]) == ("The review", False)
    read = ask(cast.requester, "GET", "/boards/review")
    assert read["members"][0]["role"] == "Climate"
    ask(cast.agent, "GET", "/boards/review", status=404)
    ended = ask(keeper, "POST", "/boards/review/members/imre.castellane/end", {})
    assert ended["members"][0]["valid_until"]
    assert ask(keeper, "GET", "/boards?kind=project")["items"] == []


def test_a_meeting_goes_from_its_call_to_its_minutes(cast: Cast) -> None:
    ask(cast.process_owner, "POST", "/boards", BOARD, status=201)
    given = {
        "title": "Spring review",
        "starts_at": earlier(2).isoformat(),
        "ends_at": earlier(1).isoformat(),
        "secretary": "tamsin.harrowgate",
        "invited": ["imre.castellane"],
    }
    chair, secretary = cast.manager, cast.lead
    number = ask(chair, "POST", "", {**given, "board": "review"}, status=201)["number"]
    ask(cast.requester, "POST", "", {**given, "board": "review"}, status=404)
    path = f"/{number}"
    changed = ask(secretary, "PUT", path, {**given, "place": "B 12", "revision": 1})
    assert changed["place"] == "B 12"
    ask(secretary, "PUT", path, {**given, "revision": 1}, status=409)
    items = {"items": [{"title": "News"}]}
    agenda = ask(secretary, "PUT", f"{path}/agenda", items)["agenda"]
    assert [each["title"] for each in agenda] == ["Open actions of earlier meetings", "News"]
    prepared = ask(secretary, "POST", f"{path}/prepare")
    assert prepared["agenda"][0]["drawn"]["figures"][0] == {"name": "Open", "value": "0"}
    minutes = {
        "texts": [{"position": 2, "text": "All is well."}],
        "presence": [{"person": "imre.castellane", "presence": "excused"}],
        "guests": ["Ottilie Marchbanks"],
    }
    assert ask(secretary, "PUT", f"{path}/minutes", minutes)["guests"] == ["Ottilie Marchbanks"]
    ask(cast.requester, "PUT", f"{path}/minutes", minutes, status=403)
    for text in ("We buy.", "We sell."):
        decided = ask(secretary, "POST", f"{path}/decisions", {"text": text, "decided_by": "vote"})
    key = decided["decisions"][1]["id"]
    assert len(ask(secretary, "DELETE", f"{path}/decisions/{key}")["decisions"]) == 1
    ask(chair, "POST", f"{path}/approve", status=409)
    assert ask(secretary, "POST", f"{path}/hold")["state"] == "held"
    ask(secretary, "POST", f"{path}/approve", status=403)
    assert ask(chair, "POST", f"{path}/approve")["state"] == "minuted"
    ask(secretary, "PUT", f"{path}/minutes", minutes, status=409)
    ask(chair, "POST", f"{path}/cancel", status=409)
    (past,) = ask(cast.requester, "GET", "?when=past&board=review&mine=true")["items"]
    assert past["number"] == number
    read = ask(cast.requester, "GET", path)
    assert read["attendance"][0]["presence"] == "excused"
    ask(cast.agent, "GET", path, status=404)
    ask(cast.agent, "GET", "?size=0", status=422)
    assert ask(cast.agent, "GET", "")["items"] == []
