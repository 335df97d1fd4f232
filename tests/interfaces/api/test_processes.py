"""Processes by the API: written, checked, published, read in another language, retired."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import Cast, token
from tests.interfaces.api.world import Caller
from tests.processes import loan
from timshel.leadership.authority.access import PERMISSIONS

DRAFT = "/processes/loan/full/draft"


@pytest.fixture
def designer(cast: Cast) -> Caller:
    return Caller(token(cast.process_owner, PERMISSIONS))


def asked(designer: Caller, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
    """What an answer holds."""
    answer = designer.ask(method, path, body)
    assert answer.status_code == status, answer.content
    return answer.json() if answer.content else None


def saved(designer: Caller, start: str = "approved", **given: Any) -> dict[str, Any]:
    found: dict[str, Any] = asked(designer, "PUT", DRAFT, {"xml": loan(start), **given})
    return found


def test_a_process_is_written_published_and_retired(designer: Caller) -> None:
    first = saved(designer, note="The first one")
    assert (first["number"], first["revision"], first["findings"]) == (1, 1, [])
    assert saved(designer, "simple", revision=1)["revision"] == 2
    published = asked(designer, "POST", "/processes/loan/full/publish")
    (version,) = published["versions"]
    assert (version["state"], version["note"], version["running"]) == (
        "published",
        "The first one",
        0,
    )
    rows = {row["code"]: row for row in asked(designer, "GET", "/processes")["items"]}
    assert (rows["loan"]["published"], rows["loan"]["draft"]) == (1, None)
    retired = asked(designer, "POST", "/processes/loan/full/retire")
    assert retired["versions"][0]["state"] == "retired"


def test_what_is_wrong_is_told_and_cannot_be_published(designer: Caller) -> None:
    found = asked(designer, "POST", "/processes/check", {"xml": loan("empty")})["items"]
    assert [each["is_error"] for each in found] == [True, True]
    assert found[1]["element"] == "asked"
    assert len(saved(designer, "empty")["findings"]) == 2
    asked(designer, "POST", "/processes/loan/full/publish", status=422)
    asked(designer, "DELETE", DRAFT, status=204)
    asked(designer, "GET", "/processes/loan", status=404)


def test_a_draft_that_somebody_else_saved_stays(designer: Caller) -> None:
    saved(designer)
    asked(designer, "PUT", DRAFT, {"xml": loan("simple"), "revision": 0}, status=409)
    assert asked(designer, "GET", "/processes/loan")["versions"][0]["revision"] == 1


def test_the_diagram_comes_as_it_is_or_translated(designer: Caller) -> None:
    saved(designer)
    plain = asked(designer, "GET", "/processes/loan/versions/1")["xml"]
    assert 'name="Agree to it"' in plain
    asked(designer, "GET", "/processes/loan/versions/2", status=404)
    asked(designer, "GET", "/processes/loan?variant=light", status=404)
    asked(designer, "GET", "/processes/loan?variants=light", status=422)
