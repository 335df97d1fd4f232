"""Documents by the interface."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cast import Cast, token
from tests.interfaces.api.world import Caller
from timshel.leadership.authority.access import PERMISSIONS

ENTRY = {
    "code": "incident-procedure",
    "kind": "procedure",
    "title": "Incident procedure",
    "owner": "bastian.nwosu",
    "clause": "8.6.1",
}
DRAFT = {"text": "Restore **service**.", "change_note": "All of it."}


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

    def begun(self) -> str:
        """Begin a document; returns its path."""
        said = self.ask("POST", "process_owner", "/documents", ENTRY).said
        return f"/documents/{said['document']['number']}"

    def effective(self) -> str:
        """Begin a document and bring its first version into effect; returns its path."""
        path = self.begun()
        self.ask("PUT", "process_owner", f"{path}/draft", DRAFT)
        self.ask("POST", "process_owner", f"{path}/submit", {"approver": "wendell.achterberg"})
        assert self.ask("POST", "manager", f"{path}/approve").status_code == 200
        return path


@pytest.fixture
def api(cast: Cast) -> Asked:
    return Asked(cast)


def test_it_is_begun_written_sent_back_approved_and_read(api: Asked) -> None:
    path = api.begun()
    assert api.ask("GET", "requester", path).status_code == 404
    said = api.ask("PUT", "process_owner", f"{path}/draft", DRAFT).said
    assert said["versions"][0]["state"] == "draft"
    approver = {"approver": "wendell.achterberg"}
    assert api.ask("POST", "process_owner", f"{path}/submit", approver).status_code == 200
    assert api.ask("POST", "process_owner", f"{path}/approve").status_code == 403
    assert api.ask("POST", "manager", f"{path}/send-back", {"reason": "Why?"}).status_code == 200
    api.ask("POST", "process_owner", f"{path}/submit", approver)
    said = api.ask("POST", "manager", f"{path}/approve").said
    assert said["document"]["current_version"] == 1
    assert api.ask("GET", "requester", path).said["text"] == DRAFT["text"]
    found = api.ask("GET", "requester", "/documents?text=restore&kind=procedure").said["items"]
    assert [row["code"] for row in found] == ["incident-procedure"]
    assert api.ask("GET", "requester", "/documents?overdue=true").said["items"] == []
    said = api.ask("GET", "requester", f"{path}/versions/1").said
    assert said["text"] == DRAFT["text"]
    api.ask("PUT", "process_owner", f"{path}/draft", {**DRAFT, "text": "At once."})
    said = api.ask("GET", "process_owner", f"{path}/versions/1/differences/2").said
    assert [line["mark"] for line in said["lines"]] == ["removed", "added"]
    assert api.ask("GET", "requester", f"{path}/versions/2").status_code == 404


def test_it_is_distributed_and_confirmed(api: Asked) -> None:
    path = api.effective()
    given = {"units": ["it"], "roles": ["auditor"]}
    said = api.ask("PUT", "process_owner", f"{path}/distribution", given).said
    assert [row["code"] for row in said["distribution"]] == ["auditor", "it"]
    assert api.ask("GET", "agent", "/documents/reading").said["items"][0]["version"] == 1
    assert api.ask("POST", "agent", f"{path}/confirm", {"version": 2}).status_code == 409
    assert api.ask("POST", "agent", f"{path}/confirm", {"version": 1}).said["confirmed_at"]
    assert api.ask("GET", "agent", "/documents/reading").said["items"] == []
    assert api.ask("GET", "agent", "/documents/reading?which=confirmed").said["items"]
    said = api.ask("GET", "auditor", f"{path}/readers?which=confirmed").said
    assert (said["confirmed"], said["items"][0]["person"]) == (1, "jonas.okereke")
    assert api.ask("GET", "agent", f"{path}/readers").status_code == 403


def test_the_entry_is_changed_reviewed_and_withdrawn(api: Asked) -> None:
    path = api.effective()
    changed = {**ENTRY, "title": "Incidents"}
    said = api.ask("PUT", "process_owner", path, changed).said
    assert said["document"]["title"] == "Incidents"
    late = api.ask("PUT", "process_owner", path, {**ENTRY, "revision": 1})
    assert late.status_code == 409
    assert api.ask("PUT", "auditor", path, ENTRY).status_code == 403
    assert api.ask("POST", "process_owner", f"{path}/review", {}).said["reviewed_at"]
    wrong = api.ask("POST", "process_owner", f"{path}/withdraw", {"reason": " "})
    assert wrong.status_code == 422
    gone = api.ask("POST", "process_owner", f"{path}/withdraw", {"reason": "In the plan."}).said
    assert gone["document"]["is_withdrawn"]
    assert api.ask("POST", "process_owner", f"{path}/review", {}).status_code == 409


def test_what_is_wrong_is_told_by_field(api: Asked) -> None:
    for changes, field in (
        ({"code": "Not so"}, "code"),
        ({"owner": "nobody"}, "owner"),
        ({"clause": "seven"}, "clause"),
        ({"about_kind": "service"}, "about_code"),
    ):
        refused = api.ask("POST", "process_owner", "/documents", {**ENTRY, **changes})
        assert refused.status_code == 422, changes
        assert list(refused.said["errors"]) == [field]
    assert api.ask("POST", "requester", "/documents", ENTRY).status_code == 403
    assert api.ask("GET", "auditor", "/documents?colour=red").status_code == 422


def test_a_file_is_sent_and_fetched(api: Asked, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIRECTORY = tmp_path
    path = api.begun()
    secret = token(api.cast.process_owner, PERMISSIONS)
    caller = Caller(secret)
    file = SimpleUploadedFile("plan.pdf", b"%PDF-1.7", content_type="application/pdf")
    sent = caller.client.post(
        f"/api/v1{path}/draft/file", {"file": file}, headers={"Authorization": f"Bearer {secret}"}
    )
    assert sent.status_code == 200, sent.content
    fetched = caller.client.get(
        f"/api/v1{path}/versions/1/file", headers={"Authorization": f"Bearer {secret}"}
    )
    assert b"".join(fetched.streaming_content) == b"%PDF-1.7"
    assert api.ask("GET", "requester", f"{path}/versions/1/file").status_code == 404
