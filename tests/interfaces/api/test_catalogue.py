"""The catalogue by the interface: what one may ask for, and keeping its pages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cast import Cast, token
from tests.catalogue import PAGES, publish_catalogue
from tests.interfaces.api.world import Caller
from timshel.leadership.authority.access import PERMISSIONS


class Asked:
    """The interface as each of the cast uses it, by role."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast

    def ask(self, method: str, role: str, path: str, body: Any = None) -> Any:
        """Return an answer, with what it holds as ``said``."""
        caller = Caller(token(getattr(self.cast, role), PERMISSIONS))
        answer = caller.ask(method, f"/catalogue/{path}", body)
        answer.said = json.loads(answer.content) if answer.content else None
        return answer


@pytest.fixture
def api(cast: Cast) -> Asked:
    publish_catalogue()
    return Asked(cast)


def codes(answer: Any) -> list[str]:
    return [each["code"] for each in answer.said["items"]]


def test_areas_and_offerings_are_those_of_the_reader(api: Asked) -> None:
    assert codes(api.ask("GET", "requester", "areas")) == ["computer", "building"]
    assert codes(api.ask("GET", "customer", "offerings")) == ["mail-box", "heating-room"]
    found = api.ask("GET", "requester", "offerings?text=labtop&limit=1").said["items"]
    assert [each["code"] for each in found] == ["laptop-standard"]
    assert found[0]["price"] == {"amount": "1250.00", "currency": "GBP", "per": "once"}
    assert codes(api.ask("GET", "requester", "offerings?area=building")) == ["heating-room"]
    assert api.ask("GET", "requester", "offerings?colour=red").status_code == 422


def test_an_offering_tells_everything_to_whom_it_is_for(api: Asked) -> None:
    said = api.ask("GET", "requester", "offerings/laptop-standard").said
    assert (said["name"], said["owner"]) == ("A laptop", "Adaeze Thornquist")
    assert said["related"] == ["laptop-dock"]
    for path in ("offerings/laptop-standard", "offerings/nothing"):
        assert api.ask("GET", "customer", path).status_code == 404


def test_a_page_goes_from_draft_to_retirement(api: Asked) -> None:
    page = {**PAGES["mail-box"], "summary": ""}
    path = "pages/mail-box"
    saved = api.ask("PUT", "service_owner", f"{path}/draft", {"content": page, "revision": 0})
    assert (saved.status_code, saved.said["number"]) == (200, 2)
    assert api.ask("POST", "service_owner", f"{path}/publish", {}).status_code == 422
    faults = api.ask("GET", "service_owner", path).said["faults"]
    assert {each["path"] for each in faults} == {"summary", "text"}
    page |= {"summary": "For us.", "text": "Plain."}
    given = {"content": page, "revision": 1}
    assert api.ask("PUT", "service_owner", f"{path}/draft", given).said["revision"] == 2
    conflict = {"content": {**page, "text": "Other."}, "revision": 1}
    assert api.ask("PUT", "process_owner", f"{path}/draft", conflict).status_code == 409
    assert api.ask("POST", "service_owner", f"{path}/review", {"message": "?"}).status_code == 200
    assert api.ask("POST", "process_owner", f"{path}/return", {}).status_code == 200
    said = api.ask("POST", "process_owner", f"{path}/publish", {"until_date": "2030-01-01"}).said
    assert [(each["number"], each["state"]) for each in said["versions"]] == [
        (2, "published"),
        (1, "retired"),
    ]
    assert api.ask("POST", "service_owner", f"{path}/retire").status_code == 200
    assert api.ask("GET", "requester", "offerings/mail-box").status_code == 404


def test_a_draft_is_thrown_away(api: Asked) -> None:
    given = {"content": PAGES["mail-box"], "revision": 0}
    api.ask("PUT", "service_owner", "pages/mail-box/draft", given)
    assert api.ask("DELETE", "service_owner", "pages/mail-box/draft").status_code == 204
    assert api.ask("DELETE", "service_owner", "pages/mail-box/draft").status_code == 404


def test_who_may_ask_is_said_and_read(api: Asked) -> None:
    path = "pages/mail-box/entitlements"
    rows = [{"audience": "staff", "unit": "materials"}]
    assert api.ask("PUT", "service_owner", path, {"rows": rows}).said == {"rows": rows}
    assert api.ask("GET", "service_owner", path).said == {"rows": rows}
    assert api.ask("GET", "requester", "offerings/mail-box").status_code == 404
    wrong = {"rows": [{"unit": "nowhere"}]}
    assert api.ask("PUT", "service_owner", path, wrong).status_code == 422


def test_what_is_missing_is_told_to_keepers(api: Asked) -> None:
    said = api.ask("GET", "service_owner", "health").said
    assert said["total"] == 3
    assert "no_review_date" in said["items"][0]["lacks"]
    assert api.ask("GET", "agent", "health").status_code == 403
