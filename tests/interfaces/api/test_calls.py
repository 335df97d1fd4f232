"""Calls for other programs: telephone systems tell, programs log, call back and measure."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests import cast as people
from tests.calls import NUMBER, line, template
from tests.cast import SYSTEM, Cast, opened
from timshel.leadership.authority import actions as authority
from timshel.leadership.authority.access import PERMISSIONS
from timshel.operation.call.models import Call, CallBack


def _ask(
    cast: Cast, who: str, method: str, path: str, body: Any = None, permissions: Any = PERMISSIONS
) -> Any:
    secret = people.token(getattr(cast, who), permissions)
    given = {"content_type": "application/json", "data": json.dumps(body)} if body else {}
    headers = {"Authorization": f"Bearer {secret}"}
    return getattr(Client(), method)(f"/api/v1{path}", headers=headers, **given)


def _read(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.content
    return json.loads(answer.content)


@pytest.fixture
def telephone(cast: Cast) -> Client:
    """A telephone system, whose token says no more than what happened."""
    line()
    authority.grant_role(
        cast.engineer.person_id or 0,
        role="telephone_system",
        scope_kind="everything",
        scope_id=None,
        actor=SYSTEM,
        at=people.FOUNDED,
    )
    secret = people.token(people.actor("kieran.ashdown"), ["call.record"])
    return Client(headers={"Authorization": f"Bearer {secret}"})


def _events(ago: int = 10, call: str = "c-1") -> list[dict[str, Any]]:
    start = datetime.now(UTC) - timedelta(minutes=ago)
    return [
        {"call": call, "kind": kind, "at": (start + timedelta(seconds=seconds)).isoformat()}
        | {"queue": "desk", **more}
        for kind, seconds, more in (
            ("queued", 0, {"number": NUMBER}),
            ("answered", 9, {"agent": "jonas.okereke"}),
            ("hung_up", 69, {}),
        )
    ]


def _tell(telephone: Client, events: Any, **more: Any) -> Any:
    body = {"source": "pbx", "events": events, **more}
    return telephone.post("/api/v1/calls/events", body, content_type="application/json")


def test_a_telephone_system_tells_and_reads_nothing(cast: Cast, telephone: Client) -> None:
    done = _read(_tell(telephone, _events()))
    assert (done["new"], done["known"]) == (3, 0)
    key = done["calls"]["c-1"]
    for path in ("/calls", f"/calls/{key}", "/call-backs", "/people?text=imre", "/calls/figures"):
        assert telephone.get(f"/api/v1{path}").status_code in (403, 404)
    call = _read(_ask(cast, "agent", "get", f"/calls/{key}"))
    assert (call["stage"], call["number"], call["line"]) == ("ended", NUMBER, "desk")
    assert call["agent"] == {"id": cast.agent.person_id, "name": cast.agent.name}
    assert (call["external_id"], call["source"], call["work"]) == ("c-1", "pbx", None)


def test_events_twice_late_and_in_any_order_are_harmless(cast: Cast, telephone: Client) -> None:
    events = _events()
    for batch in ([events[2]], [events[1], events[1]], events, events[::-1]):
        _read(_tell(telephone, batch))
    call = Call.objects.get()
    assert (call.stage, call.events.count()) == ("ended", 3)
    assert (call.answered_at or call.began_at) - call.began_at == timedelta(seconds=9)
    assert _read(_tell(telephone, events))["known"] == 3


def test_what_cannot_be_kept_is_refused_whole(cast: Cast, telephone: Client) -> None:
    events = _events()
    for wrong in (
        [{**events[0], "kind": "rang"}],
        [{**events[0], "at": "yesterday"}],
        [*events, {**events[0], "more": 1}],
        [],
        [events[0]] * 201,
    ):
        assert _tell(telephone, wrong).status_code == 422
    assert _tell(telephone, events, source="PBX!").status_code == 422
    assert not Call.objects.exists()
    body = {"source": "pbx", "events": events}
    assert _ask(cast, "agent", "post", "/calls/events", body).status_code == 403


def test_a_call_is_logged_and_tied(cast: Cast, telephone: Client) -> None:
    key = _read(_tell(telephone, _events()))["calls"]["c-1"]
    number = opened(cast.requester)
    began = (datetime.now(UTC) - timedelta(minutes=10)).isoformat()
    body = {"began_at": began, "outcome": "nothing", "call_id": key, "name": "Somebody"}
    assert _read(_ask(cast, "agent", "post", "/calls", body), 201) == {"id": key}
    assert _ask(cast, "agent", "post", "/calls", body).status_code == 409
    tied = _read(_ask(cast, "agent", "put", f"/calls/{key}/work", {"work": number}))
    assert (tied["work"], tied["opened_work"]) == (number, False)
    assert _ask(cast, "facilities_agent", "put", f"/calls/{key}/work", {"work": number}).status_code
    listed = _read(_ask(cast, "agent", "get", "/calls?what=about_work"))["items"]
    assert [row["id"] for row in listed] == [key]
    assert _read(_ask(cast, "facilities_agent", "get", "/calls"))["items"] == []
    assert _ask(cast, "requester", "get", "/calls").status_code == 403
    assert _ask(cast, "agent", "get", "/calls?nothing=1").status_code == 422


def test_lists_come_in_pages(cast: Cast, telephone: Client) -> None:
    for position in range(3):
        _tell(telephone, _events(ago=30 - position, call=f"c-{position}"))
    first = _read(_ask(cast, "agent", "get", "/calls?size=2"))
    following = first["links"]["next"].removeprefix("/api/v1")
    second = _read(_ask(cast, "agent", "get", following))
    names = [row["external_id"] for page in (first, second) for row in page["items"]]
    assert names == ["c-2", "c-1", "c-0"]
    assert second["links"]["next"] is None


def test_call_backs_are_promised_moved_and_ended(cast: Cast) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    body = {"due_at": soon.isoformat(), "reason": "New screen", "name": "A", "number": NUMBER}
    keys = [
        _read(_ask(cast, "agent", "post", "/call-backs", body), 201)["id"] for _each in range(4)
    ]
    listed = _read(_ask(cast, "agent", "get", "/call-backs"))["items"]
    assert [row["id"] for row in listed] == keys
    later = (soon + timedelta(hours=1)).isoformat()
    moved = _ask(cast, "agent", "post", f"/call-backs/{keys[0]}/move", {"due_at": later})
    assert _read(moved)["due_at"].startswith(later[:16])
    for key, deed, state in zip(
        keys[1:], ("finish", "miss", "cancel"), ("done", "missed", "cancelled"), strict=True
    ):
        answer = _ask(cast, "agent", "post", f"/call-backs/{key}/{deed}", {"note": "So."})
        assert _read(answer)["state"] == state
    again = _ask(cast, "agent", "post", f"/call-backs/{keys[1]}/finish", {"note": "So."})
    assert again.status_code == 409
    hidden = _ask(cast, "facilities_agent", "post", f"/call-backs/{keys[0]}/miss", {"note": "."})
    assert hidden.status_code == 404
    assert CallBack.objects.filter(state="due").count() == 1


def test_lines_and_templates_are_kept(cast: Cast) -> None:
    body = {"name": "Desk", "team": "service-desk", "number": "01632 960 000"}
    body |= {"answer_within_seconds": 30}  # type: ignore[dict-item]
    made = _read(_ask(cast, "administrator", "put", "/call-lines/desk", body))
    assert (made["code"], made["team"], made["answer_within_seconds"]) == (
        "desk",
        "service-desk",
        30,
    )
    assert _ask(cast, "lead", "put", "/call-lines/desk", body).status_code == 403
    assert [row["code"] for row in _read(_ask(cast, "agent", "get", "/call-lines"))["items"]] == [
        "desk"
    ]
    words = {"name": "Password", "title": "The password does not work", "impact": 2}
    made = _read(_ask(cast, "administrator", "put", "/call-templates/password", words))
    assert (made["title"], made["impact"]) == ("The password does not work", 2)
    listed = _read(_ask(cast, "agent", "get", "/call-templates"))["items"]
    assert [row["code"] for row in listed] == ["password"]
    assert _ask(cast, "agent", "put", "/call-templates/password", words).status_code == 403
    assert _ask(cast, "requester", "get", "/call-templates").status_code == 403


def test_figures_are_those_of_the_page(cast: Cast, telephone: Client) -> None:
    _tell(telephone, _events())
    template()
    figures = _read(_ask(cast, "lead", "get", "/calls/figures"))["items"]
    found = {row["measure"]: (row["value"], row["listed"], row["what"]) for row in figures}
    assert found["speed_of_answer"] == (9.0, 1, "answered")
    assert found["answered_in_time"] == (100.0, 1, "in_time")
    assert found["wrap_time"] == (None, 0, "wrapped")
    assert _ask(cast, "agent", "get", "/calls/figures").status_code == 403
    one = f"/calls/figures?agent_id={cast.agent.person_id}"
    assert _ask(cast, "lead", "get", one).status_code == 200
    assert _ask(cast, "manager", "get", one).status_code == 403
