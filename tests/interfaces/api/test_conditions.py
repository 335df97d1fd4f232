"""Tags and conditions, limits, scopes, keys and the end of operations: the same for all of them."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from tests.interfaces.api.world import LONG_AGO, SYSTEM, Caller, World, problem
from timshel.interfaces.api.deprecation import SHORTEST, deprecated, deprecation_of, headers_of
from timshel.interfaces.api.door import Asked, at_the_door
from timshel.interfaces.api.operations import declared, operations_of, record_of
from timshel.interfaces.api.urls import API
from timshel.kernel.quota.actions import forget_leases, take
from timshel.kernel.quota.models import QuotaWindow
from timshel.leadership.authority import actions as authority

PUBLISHED = Path(__file__).with_name("published_operations.json")
CHANGING = {"PUT", "PATCH", "DELETE"}
# What comes back cannot be kept to be told again, or is kept once however often it is told.
WITHOUT_KEY = {
    "tell_of_calls",
    "tell_alerts",
    "issue_service_token",
    "create_guest_link",
}


@pytest.fixture(autouse=True)
def _no_lease_of_another_test() -> Iterator[None]:
    forget_leases()
    yield
    forget_leases()


class TestWalking:
    def test_everything_that_does_something_takes_a_key(self) -> None:
        lost = []
        for route, operation in declared(API):
            headers = {
                field.alias for model in operation.models for field in model.model_fields.values()
            }
            if operation.methods != ["GET"] and "Idempotency-Key" not in headers:
                lost.append(operation.operation_id or route)
        told = [
            each
            for each in lost
            if each not in WITHOUT_KEY and not each.startswith(("check_", "preview_"))
        ]
        assert told == [], "give them an idempotency_key: IdempotencyKey, and use answer_once"

    def test_each_change_has_a_record_that_can_be_read_and_named(self) -> None:
        known = operations_of(API)
        readable = {route for route, methods in known.items() if "GET" in methods}
        lost = [
            f"{method} {route}"
            for route, methods in known.items()
            for method in methods
            if method in CHANGING and not record_of(route, readable)
        ]
        assert lost == [], "add a GET for the record that they change, at or above their address"


class TestTags:
    @pytest.mark.parametrize("path", ["/teams", "/services/printing", "/preferences", "/macros"])
    def test_a_copy_that_holds_is_not_sent_again(self, world: World, path: str) -> None:
        first = world.noor.ask("GET", path)
        tag = first.headers["ETag"]
        again = world.noor.ask("GET", path, If_None_Match=tag)
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
        other = world.noor.ask("GET", path, If_None_Match='"another"')
        assert other.status_code == 200

    def test_the_tag_of_an_incident_begins_with_its_version(self, world: World) -> None:
        number = world.report()
        tag = world.noor.ask("GET", f"/incidents/{number}").headers["ETag"]
        assert re.fullmatch(r'"1\.[0-9a-f]{16}"', tag)
        given = {"urgency": 1}
        changed = world.noor.ask("PATCH", f"/incidents/{number}", given, If_Match=tag)
        assert changed.status_code == 200

    def test_a_change_from_another_state_is_refused_with_the_present_one(
        self, world: World
    ) -> None:
        number = world.report()
        seen = world.noor.ask("GET", f"/incidents/{number}").headers["ETag"]
        world.noor.post(f"/incidents/{number}/take")
        late = world.noor.ask("PATCH", f"/incidents/{number}", {"urgency": 1}, If_Match=seen)
        told = problem(late)
        assert late.status_code == 412
        assert told["current"]["version"] == 2
        assert told["current"]["urgency"] == 3

    def test_records_without_a_version_are_compared_as_well(self, world: World) -> None:
        path = "/preferences"
        seen = world.ines.ask("GET", path).headers["ETag"]
        first = world.ines.ask("PATCH", path, {"language": "fr"}, If_Match=seen)
        assert first.status_code == 200
        late = world.ines.ask("PATCH", path, {"language": "en"}, If_Match=seen)
        assert late.status_code == 412
        assert problem(late)["current"]["language"] == "fr"
        assert world.ines.get(path)["language"] == "fr"
        now = late.headers["ETag"]
        assert world.ines.ask("PATCH", path, {"language": "en"}, If_Match=now).status_code == 200

    def test_any_state_will_do_for_a_star(self, world: World) -> None:
        answer = world.ines.ask("PATCH", "/preferences", {"language": "fr"}, If_Match="*")
        assert answer.status_code == 200


class TestScopes:
    @pytest.fixture
    def reader(self, world: World) -> Caller:
        secret = authority.issue_token(
            world.noor.person_id,
            name="board",
            scopes=["cases:read"],
            expires_at=None,
            actor=SYSTEM,
            at=LONG_AGO,
        )
        return Caller(secret)

    def test_a_scope_of_reading_reads_and_changes_nothing(
        self, world: World, reader: Caller
    ) -> None:
        number = world.report()
        assert reader.ask("GET", f"/incidents/{number}").status_code == 200
        refused = reader.ask("POST", f"/incidents/{number}/take")
        assert refused.status_code == 403
        assert "cases:write" in problem(refused)["detail"]
        assert world.noor.get(f"/incidents/{number}")["version"] == 1

    def test_other_areas_are_closed(self, reader: Caller) -> None:
        assert reader.ask("GET", "/agreements").status_code == 403
        assert reader.ask("GET", "/people/me").status_code == 200

    def test_a_service_account_acts_for_itself(self, world: World) -> None:
        content = authority.AccountContent(
            name="Monitoring", purpose="Alerts.", owner="noor", scopes=("cases:write",)
        )
        authority.create_service_account("m", content=content, actor=SYSTEM, at=LONG_AGO)
        secret = authority.issue_service_token(
            "m", name="one", expires_at=None, actor=SYSTEM, at=LONG_AGO
        )
        body = {"title": "Disk full", "requester_id": world.ines.person_id}
        program = Caller(secret)
        made = program.post("/incidents", body, status=201)
        history = world.noor.get(f"/incidents/{made['number']}/history")["items"]
        assert [(line["actor"], line["actor_kind"]) for line in history] == [
            ("Monitoring", "service")
        ]
        assert program.get("/people/me")["person"] is None
        assert program.ask("GET", "/tokens").status_code == 403


class TestLimits:
    @pytest.fixture
    def limited(self, settings: Any) -> Any:
        settings.API_REQUESTS_PER_MINUTE = 5
        settings.API_STRANGERS_PER_MINUTE = 3
        return settings

    def test_every_answer_tells_what_is_left(self, world: World, limited: Any) -> None:
        answers = [world.noor.ask("GET", "/teams") for _each in range(7)]
        statuses = [each.status_code for each in answers]
        if statuses[-1] == 200:  # a minute ended meanwhile
            return
        assert statuses == [200] * 5 + [429] * 2
        assert answers[0].headers["RateLimit-Policy"] == '"requests";q=5;w=60'
        left = [re.search(r"r=(\d+)", each.headers["RateLimit"]) for each in answers]
        assert [int(each[1]) for each in left if each] == [4, 3, 2, 1, 0, 0, 0]
        refused = answers[-1]
        assert problem(refused)["code"] == "too_many_requests"
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        assert world.tomas.ask("GET", "/teams").status_code == 200

    def test_strangers_are_counted_by_where_they_come_from(
        self, world: World, limited: Any
    ) -> None:
        stranger = Caller("tsh_wrong")
        statuses = [stranger.ask("GET", "/teams").status_code for _each in range(5)]
        assert statuses in ([401] * 3 + [429] * 2, sorted(statuses))
        assert world.noor.ask("GET", "/teams").status_code == 200

    def test_a_token_has_its_own_limit_and_reading_under_a_condition_counts_once(
        self, world: World, limited: Any
    ) -> None:
        limited.API_REQUESTS_PER_MINUTE = 100
        first = world.ines.ask("PATCH", "/preferences", {"language": "fr"}, If_Match="*")
        second = world.ines.ask("PATCH", "/preferences", {"language": "en"}, If_Match="*")
        left = [
            int(re.search(r"r=(\d+)", each.headers["RateLimit"])[1]) for each in (first, second)
        ]  # type: ignore[index]
        assert left[0] - left[1] in (1, -99 + left[0])

    def test_several_processes_never_give_out_more_than_there_is(self, db: None) -> None:
        at = LONG_AGO
        granted = 0
        for _process in range(4):
            forget_leases()
            granted += sum(take("token:1", limit=90, at=at).is_granted for _each in range(40))
        forget_leases()
        rest = sum(take("token:1", limit=90, at=at).is_granted for _each in range(200))
        assert granted + rest <= 90
        assert granted + rest >= 80
        assert QuotaWindow.objects.get().used >= 90

    def test_most_requests_cost_no_statement(
        self, db: None, django_assert_num_queries: Any
    ) -> None:
        at = LONG_AGO
        with django_assert_num_queries(1):
            for _each in range(20):
                assert take("token:2", limit=600, at=at).is_granted

    def test_a_new_minute_begins_anew(self, db: None) -> None:
        at = LONG_AGO
        assert [take("token:3", limit=1, at=at).is_granted for _each in range(2)] == [True, False]
        assert take("token:3", limit=1, at=at + timedelta(minutes=1)).is_granted


class TestEnds:
    EXTRA = deprecated(since=date(2026, 1, 1), sunset=date(2027, 1, 1), instead="list_work")

    def test_nothing_ends_sooner_than_the_policy_allows(self) -> None:
        with pytest.raises(ValueError, match="a year"):
            deprecated(since=date(2026, 1, 2), sunset=date(2027, 1, 1))
        for _route, operation in declared(API):
            end = deprecation_of(operation.openapi_extra)
            assert end is None or end.sunset - end.since >= SHORTEST

    def test_each_answer_says_so(self) -> None:
        end = deprecation_of(self.EXTRA)
        view = at_the_door(lambda _request: HttpResponse("{}"), {"GET": Asked(deprecation=end)})
        answer = view(RequestFactory().get("/api/v1/old"))
        assert answer.headers["Deprecation"] == "@1767225600"
        assert answer.headers["Sunset"] == "Fri, 01 Jan 2027 00:00:00 GMT"
        assert 'rel="successor-version"' in answer.headers["Link"]
        assert self.EXTRA["deprecated"] is True
        assert end is not None
        assert set(headers_of(end)) == {"Deprecation", "Sunset", "Link"}

    def test_nothing_that_was_published_is_gone_before_its_time(self) -> None:
        """Each operation that ever was is there, or stands below with the day it could go."""
        present = {operation.operation_id or "" for _route, operation in declared(API)}
        held = json.loads(PUBLISHED.read_text(encoding="utf-8"))
        if os.environ.get("TIMSHEL_RENEW_SNAPSHOTS"):
            held = dict(sorted({**dict.fromkeys(present), **held}.items()))
            PUBLISHED.write_text(json.dumps(held, indent=0) + "\n", encoding="utf-8")
        gone = {name for name, end in held.items() if name not in present and end is None}
        assert gone == set(), "deprecate first; write the sunset beside the name when it is past"
        new = sorted(name for name in present if name not in held)
        assert new == [], "renew with TIMSHEL_RENEW_SNAPSHOTS=1; names are only ever added"
