"""The charter and who answers for what by the interface."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.cast import Cast, token
from tests.interfaces.api.world import Caller
from timshel.leadership.authority.access import PERMISSIONS
from timshel.performance_evaluation.measurement.actions import read_due_promises

PROMISE = {
    "title": "What breaks is solved within a day.",
    "measure": "wall_median",
    "bound": "at_most",
    "target": 3600,
    "valid_from": "2026-01-01",
    "owner": "bastian.nwosu",
    "translations": {"fr": {"title": "Ce qui casse est réparé en un jour."}},
}
MATRIX = {
    "name": "Incidents",
    "roles": ["manager"],
    "activities": [{"name": "Solve it", "letters": {"manager": "ra"}, "names": {"fr": "Régler"}}],
}


class Asked:
    """The interface as each of the cast uses it, by role."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast

    def ask(self, method: str, role: str, path: str, body: Any = None) -> Any:
        """Return an answer, with what it holds as ``said``."""
        caller = Caller(token(getattr(self.cast, role), PERMISSIONS))
        answer = caller.ask(method, path, body)
        answer.said = json.loads(answer.content) if answer.content else None
        return answer


@pytest.fixture
def api(cast: Cast) -> Asked:
    return Asked(cast)


class TestCharter:
    def test_a_promise_is_written_published_read_and_retired(self, api: Asked) -> None:
        kept = api.ask("PUT", "process_owner", "/charter/promises/solved/draft", PROMISE)
        assert kept.status_code == 200, kept.said
        assert kept.said["versions"][0]["state"] == "draft"
        assert kept.said["versions"][0]["target"] == 3600
        assert api.ask("GET", "requester", "/charter").said == {"items": []}
        path = "/charter/promises/solved"
        assert api.ask("POST", "process_owner", f"{path}/publish").status_code == 200
        read_due_promises(at=datetime.now(UTC))
        (line,) = api.ask("GET", "requester", "/charter").said["items"]
        assert line["title"] == PROMISE["title"]
        assert line["now"]["value"] is None
        assert line["now"]["is_kept"] is None
        assert len(line["trend"]) == 12
        retired = api.ask("POST", "process_owner", f"{path}/retire").said
        assert retired["versions"][0]["state"] == "retired"
        assert api.ask("POST", "process_owner", f"{path}/retire").status_code == 404

    def test_a_draft_is_thrown_away(self, api: Asked) -> None:
        path = "/charter/promises/solved/draft"
        api.ask("PUT", "process_owner", path, PROMISE)
        assert api.ask("DELETE", "process_owner", path).status_code == 204
        assert api.ask("GET", "process_owner", "/charter/promises").said == {"items": []}

    def test_what_is_wrong_is_told_by_field(self, api: Asked) -> None:
        path = "/charter/promises/solved/draft"
        for changes, field in (
            ({"measure": "happiness"}, "measure"),
            ({"owner": "nobody"}, "owner"),
            ({"subject_kind": "service"}, "subject_code"),
        ):
            answer = api.ask("PUT", "process_owner", path, {**PROMISE, **changes})
            assert answer.status_code == 422
            assert field in answer.said["errors"]

    def test_others_keep_nothing(self, api: Asked) -> None:
        path = "/charter/promises/solved"
        assert api.ask("PUT", "manager", f"{path}/draft", PROMISE).status_code == 403
        assert api.ask("GET", "manager", "/charter/promises").status_code == 403


class TestDuties:
    def test_roles_matrices_and_holders(self, api: Asked) -> None:
        role = api.ask("PUT", "process_owner", "/responsibilities/roles/manager", {"name": "Lead"})
        assert role.status_code == 200, role.said
        path = "/responsibilities/matrices/process/incident"
        written = api.ask("PUT", "process_owner", path, MATRIX)
        assert written.status_code == 200, written.said
        assert written.said["activities"][0]["letters"] == {"manager": "RA"}
        assert [gap["kind"] for gap in written.said["gaps"]] == ["vacant"]
        given = {"person": "imre.castellane", "valid_from": "2026-01-01"}
        held = api.ask(
            "POST", "process_owner", "/responsibilities/roles/manager/assignments", given
        )
        assert held.status_code == 201, held.said
        (assignment,) = held.said["assignments"]
        assert assignment["holds_today"]
        (duty,) = api.ask("GET", "requester", "/responsibilities/mine").said["items"]
        assert duty["activities"] == [{"name": "Solve it", "letters": "RA"}]
        listed = api.ask("GET", "auditor", "/responsibilities").said
        assert [row["code"] for row in listed["items"]] == ["incident"]
        services = [row["code"] for row in listed["without"] if row["kind"] == "service"]
        assert sorted(services) == ["heating", "laptop", "mail"]
        end = f"/responsibilities/assignments/{assignment['assignment_id']}/end"
        assert api.ask("POST", "process_owner", end, {"last_day": "2026-01-31"}).status_code == 204
        assert api.ask("DELETE", "process_owner", path).status_code == 204
        assert api.ask("GET", "process_owner", path).status_code == 404

    def test_two_writers_notice_each_other(self, api: Asked) -> None:
        api.ask("PUT", "process_owner", "/responsibilities/roles/manager", {"name": "Lead"})
        path = "/responsibilities/matrices/process/incident"
        api.ask("PUT", "process_owner", path, MATRIX)
        stale = {**MATRIX, "name": "Other", "revision": 0}
        assert api.ask("PUT", "process_owner", path, stale).status_code == 409

    def test_what_is_wrong_is_told(self, api: Asked) -> None:
        path = "/responsibilities/matrices/process/incident"
        answer = api.ask("PUT", "process_owner", path, MATRIX)
        assert answer.status_code == 422
        assert "roles" in answer.said["errors"]
        assert api.ask("GET", "auditor", "/responsibilities/matrices/team/x").status_code == 404

    def test_a_person_reads_their_own(self, api: Asked) -> None:
        own = "/responsibilities/people/imre.castellane"
        assert api.ask("GET", "requester", own).status_code == 200
        assert api.ask("GET", "other_requester", own).status_code == 403
        assert api.ask("GET", "auditor", own).status_code == 200
