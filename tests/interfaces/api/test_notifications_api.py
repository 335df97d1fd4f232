"""What one is told, and what one chose, through the API."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from tests.cast import AT, Cast, opened, token
from timshel.kernel.actor import Actor
from timshel.resolution_fulfilment.incident.actions import assign_incident
from timshel.support.notification.actions import News, notify
from timshel.support.notification.models import Notice
from timshel.support.notification.records import About
from timshel.support.notification.topics import Topic

READ = "notification.read"


class Program:
    """A client with a token of somebody of the cast."""

    def __init__(self, who: Actor, *permissions: str) -> None:
        self._secret = token(who, permissions or (READ,))

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self._secret}", "Accept-Language": "en"}
        given: dict[str, Any] = {}
        if body is not None:
            given = {"data": json.dumps(body), "content_type": "application/json"}
        return Client().generic(method, f"/api/v1/notifications{path}", headers=headers, **given)


@pytest.fixture
def number(cast: Cast) -> str:
    found = opened(cast.requester)
    assign_incident(
        found, team="service-desk", assignee_id=cast.agent.person_id, actor=cast.lead, at=AT
    )
    for each in range(3):
        news = News(
            topic=Topic.ANSWERED if each else Topic.ASSIGNED,
            key=str(each),
            people=[cast.agent.person_id or 0],
            about=About("incident", found),
            parts={"number": found, "title": "Screen", "by": "Imre", "excerpt": "It hums."},
        )
        notify(news, at=datetime.now(UTC))
    return found


def test_what_one_was_told_page_by_page(cast: Cast, number: str) -> None:
    ask = Program(cast.agent, READ, "work.view")
    first = ask("GET", "?size=2").json()
    assert [row["sentence"] for row in first["items"]] == [f"Imre answered on {number}: Screen"] * 2
    assert first["items"][0]["record"] == {"kind": "incident", "key": number}
    assert first["items"][0]["excerpt"] == "It hums."
    assert first["unread"] == 3
    rest = ask("GET", first["links"]["next"].removeprefix("/api/v1/notifications")).json()
    assert [row["topic"] for row in rest["items"]] == ["work.assigned"]
    assert rest["links"]["next"] is None
    assert len(ask("GET", "?topic=work.assigned").json()["items"]) == 1


def test_a_token_without_the_right_to_work_reads_no_words_of_it(cast: Cast, number: str) -> None:
    shown = Program(cast.agent)("GET", "").json()["items"]
    assert {row["record"] for row in shown} == {None}
    assert number not in json.dumps(shown)
    assert "It hums." not in json.dumps(shown)


def test_a_token_without_the_right_reads_nothing(cast: Cast, number: str) -> None:
    ask = Program(cast.agent, "work.view")
    assert ask("GET", "").status_code == 403
    assert ask("POST", "/read", {}).status_code == 403
    assert ask("GET", "/preferences").status_code == 403


@pytest.mark.parametrize("query", ["?topic=unheard.of", "?cursor=x", "?size=0", "?unred=1"])
def test_what_cannot_be_asked(cast: Cast, query: str) -> None:
    assert Program(cast.agent)("GET", query).status_code == 422


def test_read_unread_and_all(cast: Cast, number: str) -> None:
    ask = Program(cast.agent)
    key = Notice.objects.order_by("pk").values_list("pk", flat=True).first()
    assert ask("PUT", f"/{key}/read").status_code == 204
    assert ask("GET", "?unread=true").json()["unread"] == 2
    assert ask("DELETE", f"/{key}/read").status_code == 204
    assert ask("POST", "/read", {"until_id": key}).json() == {"marked": 1}
    assert ask("POST", "/read", {}).json() == {"marked": 2}
    assert Program(cast.lead)("PUT", f"/{key}/read").status_code == 404


def test_what_one_chose(cast: Cast) -> None:
    ask = Program(cast.agent, READ, "work.view")
    before = ask("GET", "/preferences").json()
    assigned = next(row for row in before["choices"] if row["topic"] == "work.assigned")
    assert assigned["ways"] == {"product": True, "mail": True, "push": True}
    given = {
        "choices": [{"topic": "work.assigned", "way": "mail", "is_wanted": False}],
        "rhythm": "hourly",
        "quiet_from": "22:00",
        "quiet_until": "06:30",
    }
    after = ask("PATCH", "/preferences", given)
    assert after.status_code == 200, after.content
    now = after.json()
    assigned = next(row for row in now["choices"] if row["topic"] == "work.assigned")
    assert assigned["ways"]["mail"] is False
    assert (now["rhythm"], now["digest_hour"]) == ("hourly", 8)
    assert (now["quiet_from"], now["quiet_until"]) == ("22:00:00", "06:30:00")
    ended = ask("PATCH", "/preferences", {"quiet_from": None, "quiet_until": None}).json()
    assert (ended["quiet_from"], ended["rhythm"]) == (None, "hourly")


def test_what_others_wait_for_cannot_be_switched_off(cast: Cast) -> None:
    given = {"choices": [{"topic": "approval.asked", "way": "mail", "is_wanted": False}]}
    assert Program(cast.agent)("PATCH", "/preferences", given).status_code == 422
