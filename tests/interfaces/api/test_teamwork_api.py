"""Tags, links, time, checklists, watchers and mergers as programs use them."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tests.cast import Cast, opened, token
from tests.interfaces.web.desk import earlier, now
from timshel.kernel.actor import Actor
from timshel.leadership.authority.access import PERMISSIONS


def ask(who: Actor, method: str, address: str, body: Any = None, **headers: str) -> Any:
    return getattr(Client(), method)(
        f"/api/v1{address}",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {token(who, PERMISSIONS)}", **headers},
    )


def test_what_stands_around_work_is_kept_by_programs(cast: Cast) -> None:
    number, other = (opened(cast.requester, at=earlier()) for _each in range(2))
    work = f"/work/{number}"
    assert ask(cast.agent, "post", f"{work}/tags", {"tags": ["VPN"]}).json()["tags"] == ["VPN"]
    listed = Client().get(
        "/api/v1/tags?text=vp",
        headers={"Authorization": f"Bearer {token(cast.agent, PERMISSIONS)}"},
    )
    assert listed.json() == {"items": ["VPN"]}
    made = ask(cast.agent, "post", f"{work}/links", {"to": other, "kind": "caused_by"}).json()
    assert [(each["kind"], each["number"]) for each in made["links"]] == [("caused_by", other)]
    spent = {"minutes": 5, "day": now().date().isoformat()}
    made = ask(cast.agent, "post", f"{work}/time", spent).json()
    line = made["time"][0]["id"]
    made = ask(cast.agent, "put", f"{work}/time/{line}", {**spent, "minutes": 7}).json()
    assert made["minutes"] == 7
    made = ask(cast.agent, "post", f"{work}/checklist", {"lines": ["Ask"]}).json()
    check = made["checklist"][0]["id"]
    made = ask(cast.agent, "put", f"{work}/checklist/{check}", {"is_done": True}).json()
    assert made["checklist"][0]["done_by"] == cast.agent.name
    key = cast.other_requester.person_id
    made = ask(cast.requester, "post", f"{work}/watchers", {"person_id": key}).json()
    assert [each["person_id"] for each in made["watchers"]] == [key]
    assert made["tags"] == []  # tags are the helpers'
    for gone in (f"time/{line}", f"checklist/{check}", f"watchers/{key}", "tags/vpn"):
        assert ask(cast.agent, "delete", f"{work}/{gone}").status_code == 204
    left = ask(cast.agent, "get", f"{work}/around").json()
    assert (left["time"], left["checklist"], left["watchers"], left["tags"]) == ([], [], [], [])


def test_incidents_are_merged_and_taken_apart_once(cast: Cast) -> None:
    number, other = (opened(cast.requester, at=earlier()) for _each in range(2))
    address = f"/incidents/{number}/merge"
    body = {"numbers": [other]}
    assert ask(cast.requester, "post", address, body).status_code == 403
    assert ask(cast.agent, "post", address, body).json()["number"] == number
    found = ask(cast.agent, "get", f"/incidents/{number}/mergers").json()
    assert [each["number"] for each in found["cases"]] == [other]
    assert ask(cast.agent, "get", f"/incidents/{other}/mergers").json()["into"] == number
    assert ask(cast.requester, "post", f"/incidents/{other}/unmerge").status_code == 403
    assert ask(cast.agent, "post", f"/incidents/{other}/unmerge").json()["stage"] == "new"
    assert ask(cast.agent, "post", f"/incidents/{other}/unmerge").status_code == 409
    made = ask(cast.agent, "post", f"/incidents/{number}/split", {"title": "Mail", "text": "Slow"})
    assert made.status_code == 201


def test_mentions_are_listed_for_whom_they_name(cast: Cast) -> None:
    assert ask(cast.agent, "get", "/mentions").json() == {"items": [], "next_cursor": None}
