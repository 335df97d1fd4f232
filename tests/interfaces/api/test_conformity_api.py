"""Conformity through the API."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.cast import AT, Cast, token
from tests.conformity import Finder, small
from tests.errands import run_errands
from tests.interfaces.api.test_agreements import Program
from timshel.improvement.conformity.evidence import Evidence
from timshel.leadership.authority.access import PERMISSIONS

pytestmark = pytest.mark.django_db
BAD: dict[str, Any] = {
    "judgement": "does_not",
    "note": "Nothing was shown.",
    "links": [{"title": "Notes", "address": "https://files.example.org/1"}],
    "next_date": "2099-01-01",
}


@pytest.fixture
def finder(cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Finder:
    settings.DATA_DIRECTORY = tmp_path
    return small(monkeypatch, at=AT)


def look(program: Program) -> None:
    asked = program.ask("POST", "/conformity/looks", {}, status=202)
    assert asked["looking"] == {"percent": None, "error": ""}
    assert run_errands(at=datetime.now(UTC)) == ["conformity.look"]
    assert program.ask("GET", "/conformity")["looking"] is None


def test_evidence_is_looked_for_and_judged(cast: Cast, finder: Finder) -> None:
    program = Program(cast.auditor)
    assert program.ask("GET", "/conformity?model=small")["look"] is None
    finder.evidence = {"t.one": Evidence(3), "t.two": Evidence(0, 1)}
    look(program)
    whole = program.ask("GET", "/conformity?model=small")
    assert (whole["total"], whole["counts"]["partly"], whole["counts"]["missing"]) == (4, 1, 2)
    assert [each["number"] for each in whole["clauses"]] == ["1", "1.1", "1.2", "2"]
    address = "/conformity/questions/small:1.2-1"
    found = program.ask("GET", address)["question"]
    assert [each["status"] for each in found["evidence"]] == ["met", "stale"]
    assert (found["proposed"], found["verdict"]) == ("partly", None)
    said = program.ask("POST", f"{address}/verdicts", {**BAD, "seen": 0}, status=201)
    assert said["question"]["verdict"]["judgement"] == "does_not"
    program.ask("POST", f"{address}/verdicts", {**BAD, "note": "No.", "seen": 0}, status=409)
    program.ask("POST", f"{address}/verdicts", {"judgement": "partly"}, status=422)
    program.ask("POST", f"{address}/verdicts", {"judgement": "maybe"}, status=422)
    finder.evidence["t.two"] = Evidence(1)
    look(program)
    outdated = program.ask("GET", "/conformity/questions?model=small&verdict=outdated")["items"]
    assert [each["code"] for each in outdated] == ["1.2-1"]
    narrowed = "/conformity/questions?model=small&status=met&clause=1&kind=record&text=records"
    assert len(program.ask("GET", narrowed)["items"]) == 1
    looks = program.ask("GET", "/conformity/looks?model=small&size=1")
    assert (len(looks["items"]), looks["links"]["next"] is not None) == (1, True)


def test_clauses_and_what_corresponds_to_them(cast: Cast, finder: Finder) -> None:
    program = Program(cast.manager)
    look(program)
    clause = program.ask("GET", "/conformity/clauses/small:2")
    assert clause["clause"]["worst"] == "missing"
    assert [each["key"] for each in clause["others"]] == ["old:B"]
    program.ask("GET", "/conformity/clauses/small:7", status=404)
    crossed = program.ask("GET", "/conformity/crosswalk?model=old&other=small")["items"]
    assert [(each["clause"]["number"], each["is_carried"]) for each in crossed] == [
        ("A", True),
        ("B", True),
    ]
    models = [each["code"] for each in program.ask("GET", "/conformity/models")["items"]]
    assert models[-2:] == ["small", "old"]
    program.ask("GET", "/conformity?odd=1", status=422)
    program.ask("GET", "/conformity?model=other", status=404)


def test_an_export_is_asked_for_and_fetched(cast: Cast, finder: Finder) -> None:
    program = Program(cast.auditor)
    asked = program.ask("POST", "/conformity/exports", {"model": "small"}, status=202)
    address = f"/conformity/exports/{asked['number']}"
    assert asked["finished_at"] is None
    program.ask("GET", f"{address}/file", status=409)
    run_errands(at=datetime.now(UTC))
    done = program.ask("GET", address)
    assert (done["finished_at"] is not None, done["error"]) == (True, "")
    assert program.ask("GET", "/conformity/exports")["items"] == [done]
    answer: Any = Client().get(
        f"/api/v1{address}/file",
        headers={"Authorization": f"Bearer {token(cast.auditor, PERMISSIONS)}"},
    )
    content = b"".join(answer.streaming_content)
    assert len(content) == done["size"]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert "index.html" in archive.namelist()
    program.ask("GET", "/conformity/exports/CEX9999999", status=404)


def test_the_right_is_needed(cast: Cast, finder: Finder) -> None:
    manager, agent = Program(cast.manager), Program(cast.agent)
    address = "/conformity/questions/small:2-1"
    manager.ask("POST", f"{address}/verdicts", BAD, status=403)
    manager.ask("POST", "/conformity/exports", {}, status=403)
    manager.ask("GET", "/conformity/exports", status=403)
    for path in ("", "/questions", "/looks", "/models", "/crosswalk", "/clauses/small:1"):
        agent.ask("GET", f"/conformity{path}", status=403)
    agent.ask("GET", address, status=404)
    agent.ask("POST", "/conformity/looks", {}, status=403)
