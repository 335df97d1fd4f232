"""Issues, interested parties and the scope as programs reach them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import Cast, token
from tests.interfaces.api.world import Caller
from timshel.leadership.authority.access import PERMISSIONS

pytestmark = pytest.mark.django_db
ISSUE = {
    "title": "Funding ends",
    "kind": "economic",
    "effect": "hinders",
    "owner": "imre.castellane",
    "review_months": 3,
}
PARTY = {"code": "harbour", "name": "Harbour Authority", "kind": "customer", "influence": 3}
NEED = {"text": "An answer within an hour", "basis": "contract"}
MET = {"standing": "met", "met_by": [{"kind": "agreement", "code": "harbour-gold"}]}
DRAFT = {
    "statement": "Services for the institute.",
    "items": [{"kind": "service", "code": "mail"}, {"kind": "unit", "code": "institute"}],
    "exclusions": [{"kind": "site", "code": "lac-orme", "reason": "Run by its host."}],
}


def caller(who: Any, *permissions: str) -> Caller:
    return Caller(token(who, permissions or tuple(PERMISSIONS)))


@pytest.fixture
def keeper(cast: Cast) -> Caller:
    return caller(cast.process_owner)


class TestIssues:
    def test_an_issue_goes_its_way(self, cast: Cast, keeper: Caller) -> None:
        made = keeper.post("/context-issues", ISSUE, status=201)
        assert (made["state"], made["origin"], made["reviews"]) == ("open", "external", [])
        address = f"/context-issues/{made['number']}"
        change = {**ISSUE, "title": "Funding is cut", "revision": 1}
        assert keeper.ask("PUT", address, change).status_code == 200
        assert keeper.ask("PUT", address, {**change, "title": "x"}).status_code == 409
        review = {"finding": "Still so.", "step": "watch", "revision": 2}
        kept = keeper.post(f"{address}/reviews", review)
        assert (kept["state"], kept["reviews"][0]["finding"]) == ("watched", "Still so.")
        assert keeper.get(address)["revision"] == 3
        for query, count in (("", 1), ("?state=watched&kind=economic", 1), ("?due=true", 0)):
            assert len(keeper.get(f"/context-issues{query}")["items"]) == count
        assert keeper.ask("GET", "/context-issues?colour=red").status_code == 422
        assert keeper.ask("GET", "/context-issues/ISS9").status_code == 404

    def test_sent_again_nothing_is_done_twice(self, cast: Cast, keeper: Caller) -> None:
        first = keeper.post("/context-issues", ISSUE, status=201, Idempotency_Key="a")
        again = keeper.post("/context-issues", ISSUE, status=201, Idempotency_Key="a")
        assert first == again
        assert len(keeper.get("/context-issues")["items"]) == 1

    def test_what_is_wrong_is_told_by_field(self, cast: Cast, keeper: Caller) -> None:
        for changes in ({"owner": "nobody"}, {"title": " "}, {"kind": "zebra"}):
            assert keeper.ask("POST", "/context-issues", {**ISSUE, **changes}).status_code == 422

    def test_rights(self, cast: Cast, keeper: Caller) -> None:
        number = keeper.post("/context-issues", ISSUE, status=201)["number"]
        auditor, owner = caller(cast.auditor), caller(cast.requester)
        assert auditor.ask("POST", "/context-issues", ISSUE).status_code == 403
        assert auditor.get(f"/context-issues/{number}")["title"] == "Funding ends"
        assert len(owner.get("/context-issues")["items"]) == 1
        assert caller(cast.agent).get("/context-issues")["items"] == []
        narrow = caller(cast.process_owner, "context.view")
        assert narrow.ask("POST", "/context-issues", ISSUE).status_code == 403
        assert caller(cast.agent).ask("GET", f"/context-issues/{number}").status_code == 404


class TestParties:
    def test_a_party_and_its_needs(self, cast: Cast, keeper: Caller) -> None:
        made = keeper.post("/interested-parties", PARTY, status=201)
        assert (made["interest"], made["need_list"]) == (2, [])
        one = "/interested-parties/records/harbour"
        need = keeper.post(f"{one}/needs", NEED, status=201)
        assert (need["is_traced"], need["standing"]) == (False, "not_met")
        place = f"/interested-parties/needs/{need['number']}"
        assert (
            keeper.ask("PUT", place, {**NEED, "standing": "met", "revision": 1}).status_code == 422
        )
        assert keeper.ask("PUT", place, {**NEED, **MET, "revision": 1}).status_code == 200
        assert keeper.ask("PUT", place, {**NEED, "revision": 1}).status_code == 409
        assert keeper.get(place)["met_by"] == MET["met_by"]
        listed = keeper.get("/interested-parties/needs?is_traced=true&party=harbour&standing=met")
        assert len(listed["items"]) == 1
        assert keeper.get("/interested-parties/needs?is_traced=false")["items"] == []
        change = {"name": "Port", "kind": "customer", "revision": 1}
        assert keeper.ask("PUT", one, change).status_code == 200
        review = {"finding": "As before.", "revision": 2}
        assert keeper.post(f"{one}/reviews", review)["reviews"][0]["finding"] == "As before."
        (row,) = keeper.get("/interested-parties?kind=customer")["items"]
        assert (row["name"], row["needs"], row["not_met"]) == ("Port", 1, 0)
        assert keeper.ask("DELETE", place).status_code == 204
        assert keeper.ask("DELETE", place).status_code == 404

    def test_rights(self, cast: Cast, keeper: Caller) -> None:
        keeper.post("/interested-parties", PARTY, status=201)
        auditor, agent = caller(cast.auditor), caller(cast.agent)
        assert auditor.ask("POST", "/interested-parties", PARTY).status_code == 403
        path = "/interested-parties/records/harbour"
        assert auditor.get(path)["code"] == "harbour"
        assert auditor.ask("POST", f"{path}/needs", NEED).status_code == 403
        assert agent.ask("GET", path).status_code == 404
        assert agent.get("/interested-parties")["items"] == []
        assert agent.get("/interested-parties/needs")["items"] == []


class TestScope:
    def test_a_version_is_written_approved_and_compared(self, cast: Cast, keeper: Caller) -> None:
        assert keeper.ask("GET", "/scope/comparison").status_code == 404
        written = keeper.ask("PUT", "/scope/draft", DRAFT)
        assert written.status_code == 200, written.content
        assert keeper.ask("PUT", "/scope/draft", DRAFT).status_code == 409
        assert keeper.ask("POST", "/scope/draft/approve", {"revision": 2}).status_code == 409
        held = keeper.post("/scope/draft/approve", {"revision": 1})
        assert (held["state"], held["items"][0]["name"]) == ("approved", "Mail")
        compared = keeper.get("/scope/comparison")
        assert {(each["code"], each["gap"]) for each in compared["differences"]} == {
            ("laptop", "not_covered"),
            ("heating", "not_covered"),
            ("aldermoor", "not_covered"),
            ("brackwater", "not_covered"),
        }
        assert keeper.ask("PUT", "/scope/draft", DRAFT).status_code == 200
        assert keeper.ask("DELETE", "/scope/draft").status_code == 204
        (row,) = keeper.get("/scope/versions")["items"]
        assert row["approved_by"] == "Bastian Nwosu-Hale"
        assert keeper.get("/scope/versions/1")["exclusions"][0]["reason"] == "Run by its host."

    def test_what_is_wrong_and_rights(self, cast: Cast, keeper: Caller) -> None:
        wrong = {**DRAFT, "items": [{"kind": "unit", "code": "nowhere"}]}
        assert keeper.ask("PUT", "/scope/draft", wrong).status_code == 422
        auditor, agent = caller(cast.auditor), caller(cast.agent)
        assert auditor.ask("PUT", "/scope/draft", DRAFT).status_code == 403
        assert auditor.ask("DELETE", "/scope/draft").status_code == 403
        assert agent.ask("GET", "/scope/comparison").status_code == 403
        assert agent.get("/scope/versions")["items"] == []
