"""Exports: every row that the reader may see, none twice, a batch at a time, never cut short."""

from __future__ import annotations

import csv
import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from tests.cast import AT, SYSTEM, Cast, later, opened, token
from tests.interfaces.api.world import Caller, problem
from tests.many import many_incidents
from timshel.interfaces.api.exporting import cell
from timshel.interfaces.api.v1 import exports
from timshel.kernel.journal.models import Entry
from timshel.leadership.authority.access import PERMISSIONS
from timshel.leadership.authority.actions import issue_token
from timshel.operation.work.models import WorkItem
from timshel.resolution_fulfilment.incident.actions import take_incident

BATCH = 5
ROWS = 3 * BATCH + 1
FAULT = "urn:timshel:problem:fault"


@pytest.fixture
def caller(cast: Cast) -> Callable[[str], Caller]:
    return lambda who: Caller(token(getattr(cast, who), PERMISSIONS))


@pytest.fixture
def numbers(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Work that takes four batches; returns its numbers."""
    monkeypatch.setattr(exports, "BATCH", BATCH)
    return sorted(many_incidents(cast, ROWS).numbers)


def stream(caller: Caller, path: str, **headers: str) -> Iterator[bytes]:
    """Ask for an export, and yield what is sent, as it is sent."""
    answer = caller.ask("GET", f"/exports{path}", **headers)
    assert answer.status_code == 200, answer.content
    assert answer.streaming
    chunks: Iterator[bytes] = iter(answer.streaming_content)
    return chunks


def lines(caller: Caller, path: str, **headers: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in b"".join(stream(caller, path, **headers)).splitlines()]


def cells(caller: Caller, path: str) -> list[list[str]]:
    """Return the rows of a file as a spreadsheet reads them, its head first."""
    text = b"".join(stream(caller, path)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def fail_after(batches: int, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Let the reading of work fail once so many batches were read."""
    left, read = iter(range(batches)), exports.work_list

    def failing(*given: Any, **named: Any) -> Any:
        if next(left, None) is None:
            raise error
        return read(*given, **named)

    monkeypatch.setattr(exports, "work_list", failing)


def test_both_forms_hold_every_row(caller: Callable[[str], Caller], numbers: list[str]) -> None:
    lead = caller("lead")
    assert sorted(row["number"] for row in lines(lead, "/work")) == numbers
    head, *rows = cells(lead, "/work?format=csv")
    assert head == list(exports.WorkInList.model_fields)
    assert sorted(row[head.index("number")] for row in rows) == numbers


def test_what_is_sent_is_named(caller: Callable[[str], Caller], numbers: list[str]) -> None:
    for form, kind in (("ndjson", "application/x-ndjson"), ("csv", "text/csv; charset=utf-8")):
        answer = caller("lead").ask("GET", f"/exports/work?format={form}&total=true")
        assert answer.headers["Content-Type"] == kind
        assert answer.headers["Content-Disposition"] == f'attachment; filename="work.{form}"'
        assert answer.headers["Total-Count"] == str(len(numbers))
        assert answer.headers["Cache-Control"] == "no-store"


def test_it_takes_what_the_list_takes(caller: Callable[[str], Caller], numbers: list[str]) -> None:
    lead = caller("lead")
    started = lines(lead, "/work?stage=in_progress")
    assert [row["number"] for row in started] == [
        each for each in reversed(numbers) if int(each[3:]) % 2 == int(started[0]["number"][3:]) % 2
    ]
    assert len(started) == ROWS // 2
    wanted = f"number={numbers[3]}&number={numbers[5].lower()}&number=INC9999999"
    assert [row["number"] for row in lines(lead, f"/work?{wanted}")] == [numbers[5], numbers[3]]
    assert set(problem(lead.ask("GET", "/exports/work?colour=red"))["errors"]) == {"colour"}
    assert set(problem(lead.ask("GET", "/exports/work?format=xlsx"))["errors"]) == {"format"}


class TestRights:
    def test_everybody_finds_what_they_may_see(
        self, cast: Cast, caller: Callable[[str], Caller], numbers: list[str]
    ) -> None:
        own = opened(cast.other_requester, at=AT)
        assert [row["number"] for row in lines(caller("other_requester"), "/work")] == [own]
        assert sorted(row["number"] for row in lines(caller("requester"), "/work")) == numbers
        assert cells(caller("customer"), "/work?format=csv")[1:] == []

    @pytest.mark.parametrize("path", ["/people", "/journal"])
    def test_people_and_the_journal_need_their_right(
        self, caller: Callable[[str], Caller], path: str
    ) -> None:
        answer = caller("requester").ask("GET", f"/exports{path}")
        assert problem(answer)["code"] == "not_allowed"
        assert lines(caller("auditor"), path)

    @pytest.mark.parametrize(
        ("scope", "opens"),
        [
            ("cases:read", "/work"),
            ("directory:read", "/people"),
            ("administration:read", "/journal"),
        ],
    )
    def test_each_export_has_the_scope_of_what_it_holds(
        self, cast: Cast, scope: str, opens: str
    ) -> None:
        assert cast.administrator.person_id is not None
        secret = issue_token(
            cast.administrator.person_id,
            name="T",
            scopes=[scope],
            expires_at=None,
            actor=SYSTEM,
            at=AT,
        )
        for path in ("/work", "/people", "/journal"):
            answer = Caller(secret).ask("GET", f"/exports{path}")
            assert answer.status_code == (200 if path == opens else 403), path


class TestReading:
    def test_a_batch_is_read_when_the_one_before_was_sent(
        self, caller: Callable[[str], Caller], numbers: list[str]
    ) -> None:
        chunks = stream(caller("lead"), "/work")
        for batch in range(3):
            with CaptureQueriesContext(connection) as asked:
                for _row in range(BATCH):
                    next(chunks)
            # The first was read with the request; each takes as many as any other.
            assert len(asked) == (0 if batch == 0 else 3), [each["sql"] for each in asked]
        assert len(list(chunks)) == 1

    def test_what_comes_meanwhile_moves_nothing(
        self, cast: Cast, caller: Callable[[str], Caller], numbers: list[str]
    ) -> None:
        chunks = stream(caller("lead"), "/work")
        seen = [json.loads(next(chunks))["number"] for _row in range(BATCH)]
        opened(cast.requester, at=later(30))
        # In another order these would go to the other end: what was sent, and what was not.
        for number in (seen[0], numbers[0]):
            take_incident(number, actor=cast.agent, at=later(31))
        seen += [json.loads(chunk)["number"] for chunk in chunks]
        assert sorted(seen) == numbers

    def test_the_journal_ends_where_it_stood(
        self, cast: Cast, caller: Callable[[str], Caller], numbers: list[str]
    ) -> None:
        auditor = caller("auditor")
        before = set(Entry.objects.values_list("pk", flat=True))
        chunks = stream(auditor, "/journal")
        first = json.loads(next(chunks))
        Entry.objects.bulk_create(
            Entry(
                at=later(days=400_000),
                actor_kind="system",
                verb="tested",
                subject_kind="test",
                subject_id=1,
            )
            for _each in range(2 * BATCH)
        )
        found = {first["id"], *(json.loads(chunk)["id"] for chunk in chunks)}
        assert found == before

    def test_late_batches_are_in_the_language_of_the_request(
        self, caller: Callable[[str], Caller], numbers: list[str]
    ) -> None:
        found = lines(caller("lead"), "/work?stage=new", Accept_Language="fr")
        assert {row["stage_name"] for row in found} == {"Nouveau"}


class TestFaults:
    """The status is sent long before: the end of the file says what happened."""

    def test_the_last_line_is_the_problem(
        self,
        caller: Callable[[str], Caller],
        numbers: list[str],
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        fail_after(2, monkeypatch, RuntimeError("the secret reason"))
        lead = caller("lead")
        lead.client.raise_request_exception = False
        with caplog.at_level(logging.ERROR, "timshel.api"):
            *rows, last = lines(lead, "/work")
        assert len(rows) == 2 * BATCH
        assert (last["type"], last["status"]) == (FAULT, 500)
        assert "secret" not in str(last)
        assert last["instance"] in caplog.text

    def test_the_last_row_is_the_problem(
        self,
        caller: Callable[[str], Caller],
        numbers: list[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        fail_after(2, monkeypatch, OperationalError("gone"))
        _head, *rows, last = cells(caller("lead"), "/work?format=csv")
        assert len(rows) == 2 * BATCH
        assert last == [
            "urn:timshel:problem:unavailable",
            "We cannot reach our records at the moment.",
            "/api/v1/exports/work",
        ]

    def test_before_the_first_row_it_is_an_answer_like_any_other(
        self,
        caller: Callable[[str], Caller],
        numbers: list[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        fail_after(0, monkeypatch, OperationalError("gone"))
        answer = caller("lead").ask("GET", "/exports/work")
        assert problem(answer)["code"] == "unavailable"


class TestCells:
    NASTY = 'a "quoted", text; with\r\ntwo lines and a tab\t.'

    def test_texts_come_back_as_they_were(
        self, cast: Cast, caller: Callable[[str], Caller]
    ) -> None:
        number = opened(cast.requester, at=AT)
        for title in (self.NASTY, "=HYPERLINK(0)", "𝕏 é \u202e"):
            WorkItem.objects.filter(number=number).update(title=title)
            head, row = cells(caller("lead"), "/work?format=csv")
            guard = "'" if title.startswith("=") else ""
            assert row[head.index("title")] == guard + title
            (line,) = lines(caller("lead"), "/work")
            assert line["title"] == title

    @pytest.mark.parametrize(
        "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "－1", "＋1", "＠A"]
    )
    def test_no_text_is_a_formula(self, text: str) -> None:
        guarded = f"'{text}"
        assert cell(text) == guarded
        assert cell([text, "b"]) == f"{guarded}, b"
        assert cell({"name": text, "code": "x"}) == guarded

    def test_numbers_stay_numbers(self) -> None:
        assert [cell(each) for each in (-5, 0, -1.5, True, False, None, "", "a", [], {})] == [
            *(-5, 0, -1.5, "true", "false", "", "", "a", "", "{}")
        ]
