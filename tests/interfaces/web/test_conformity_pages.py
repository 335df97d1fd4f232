"""The pages of conformity: at a glance, clauses, questions, verdicts, the crosswalk and exports."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import AT, SYSTEM, Cast
from tests.conformity import SMALL, Finder, small
from tests.errands import run_errands
from tests.interfaces.web.desk import browser_of, text_of, words_of
from timshel.improvement.conformity import actions
from timshel.improvement.conformity.evidence import Evidence
from timshel.improvement.conformity.models import Export, Look, Verdict
from timshel.kernel.journal.models import Entry

pytestmark = pytest.mark.django_db
WHOLE = "/governance/conformity"
QUESTION = f"{WHOLE}/questions/small:1.2-1"


@pytest.fixture
def finder(cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Finder:
    settings.DATA_DIRECTORY = tmp_path
    return small(monkeypatch, at=AT)


def test_the_whole_is_seen_at_a_glance(cast: Cast, finder: Finder) -> None:
    client = browser_of(cast.manager)
    words = words_of(client.get(f"{WHOLE}?model=small"))
    assert "Nobody has looked yet." in words
    finder.evidence = {"t.one": Evidence(1), "t.two": Evidence(0, 2)}
    followed = client.get(WHOLE).context["live_regions"]
    assert followed == ["conformity", "errands"]  # lest the end of a look of others is missed
    answer = client.post(f"{WHOLE}/look", {"next": f"{WHOLE}?model=small"})
    assert answer.headers["Location"] == f"{WHOLE}?model=small"
    assert client.post(f"{WHOLE}/look", {"next": "//evil.example"}).headers["Location"] == WHOLE
    waiting = words_of(client.get(f"{WHOLE}?model=small"))
    assert "Looking at the evidence" in waiting
    assert "Look now" not in waiting
    assert run_errands(at=datetime.now(UTC)) == ["conformity.look"]
    page = client.get(f"{WHOLE}?model=small")
    words = words_of(page)
    assert "Looking at the evidence" not in words
    assert "Look again" in words
    assert "To be mended first" in words
    assert "Is there a procedure?" in words
    assert "Raise a nonconformity" in words
    assert "/governance/documents" in text_of(page)
    assert "1.2 Records" in words
    only = words_of(client.get(f"{WHOLE}?model=small&status=partly"))
    assert "Worst evidence" in only
    assert "Conformity" in words_of(client.get(WHOLE))
    assert client.get(f"{WHOLE}?model=other").status_code == 404
    looks = words_of(client.get(f"{WHOLE}/looks?model=small"))
    assert "Wendell Achterberg" in looks
    assert Look.objects.count() == 1


def test_questions_are_listed_and_narrowed(cast: Cast, finder: Finder) -> None:
    client = browser_of(cast.auditor)
    address = f"{WHOLE}/questions?model=small"
    assert "Did it end?" in words_of(client.get(address))
    narrowed = words_of(client.get(f"{address}&status=by_hand&clause=1&kind=interview&text=people"))
    assert "Do people know?" in narrowed
    assert "Did it end?" not in narrowed
    assert "Nothing fits" in words_of(client.get(f"{address}&text=zebra&verdict=none&kind=odd"))
    answer = client.get(f"{WHOLE}/xlsx?model=small&clause=2")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == ["2-1"]
    clause = words_of(client.get(f"{WHOLE}/clauses/small:1"))
    assert "1 Beginning" in clause
    assert "Are there records?" in clause
    assert client.get(f"{WHOLE}/clauses/small:7").status_code == 404


def test_a_question_is_judged(cast: Cast, finder: Finder) -> None:
    client = browser_of(cast.auditor)
    assert "Nobody has judged it yet." in words_of(client.get(QUESTION))
    assert "Is it fulfilled?" in words_of(client.get(f"{QUESTION}/judge"))
    given = {
        "seen": "0",
        "judgement": "partly",
        "note": " ",
        "links": "Minutes of May | /governance/meetings\nA talk",
        "next_date": "",
    }
    answer = client.post(f"{QUESTION}/judge", given)
    assert answer.status_code == 422
    assert "Please say why." in text_of(answer)
    assert "Minutes of May | /governance/meetings" in text_of(answer)
    answer = client.post(f"{QUESTION}/judge", {**given, "links": "A | b", "note": "Half."})
    assert "An address begins with / or https://." in text_of(answer)
    assert client.post(f"{QUESTION}/judge", {**given, "note": "Half."}).status_code == 302
    page = client.get(QUESTION)
    assert "Conforms in part" in words_of(page)
    assert 'href="/governance/meetings"' in text_of(page)
    again = client.post(f"{QUESTION}/judge", {**given, "judgement": "conforms"})
    assert again.status_code == 422
    assert "Somebody judged this meanwhile." in text_of(again)
    finder.evidence = {"t.one": Evidence(1), "t.two": Evidence(1)}
    client.post(f"{WHOLE}/look")
    run_errands(at=datetime.now(UTC))
    assert "What was found has turned since the last verdict." in words_of(client.get(QUESTION))
    assert Verdict.objects.count() == 1


def test_a_nonconformity_begins_with_the_question(cast: Cast, finder: Finder) -> None:
    client = browser_of(cast.process_owner)
    page = client.get("/governance/nonconformities/new?about=conformity_question:small:1.2-1")
    text = text_of(page)
    assert 'value="1.2 Records"' in text
    assert "Are there records?" in text
    assert "records of t.two" in text
    assert 'value="small:1.2-1"' in text
    odd = client.get("/governance/nonconformities/new?about=conformity_question:small:9")
    assert odd.status_code == 200


def test_the_crosswalk_goes_both_ways(cast: Cast, finder: Finder) -> None:
    client = browser_of(cast.manager)
    words = words_of(client.get(f"{WHOLE}/crosswalk?model=old&other=small"))
    assert "carried over" in words
    assert "The same." in words
    words = words_of(client.get(f"{WHOLE}/crosswalk?model=small&other=old&all=yes"))
    assert "Nothing: this clause is new or gone." in words
    assert "Small standard (0): B Rest" in words
    assert "Small standard (0): B Rest" in words_of(client.get(f"{WHOLE}/clauses/small:2"))
    standard = words_of(client.get(f"{WHOLE}/crosswalk?model=iso-20000-1-2011&other=nonsense"))
    assert "8.6.1 Incident management" in standard
    nothing = f"{WHOLE}/crosswalk?model=itil-4&other=small"
    assert "Nothing corresponds between these two." in words_of(client.get(nothing))


def test_an_export_is_asked_for_and_fetched(cast: Cast, finder: Finder) -> None:
    client = browser_of(cast.auditor)
    address = f"{WHOLE}/exports"
    assert "Nothing was put together yet" in words_of(client.get(address))
    assert client.post(f"{WHOLE}/export", {"model": "small"}).status_code == 302
    assert "Being put together" in words_of(client.get(address))
    number = Export.objects.get().number
    assert client.get(f"{address}/{number}").status_code == 409
    run_errands(at=datetime.now(UTC))
    assert "Done" in words_of(client.get(address))
    answer: Any = client.get(f"{address}/{number}")
    assert answer.headers["Content-Type"] == "application/zip"
    assert b"".join(answer.streaming_content).startswith(b"PK")
    assert Entry.objects.filter(verb="conformity.export_fetched").count() == 1


def test_who_may_not_see_it_is_told_so(cast: Cast, finder: Finder) -> None:
    agent, manager = browser_of(cast.agent), browser_of(cast.manager)
    for path in ("", "/questions", "/looks", "/crosswalk", "/xlsx", "/clauses/small:1"):
        assert agent.get(f"{WHOLE}{path}").status_code == 403
    assert agent.get(QUESTION).status_code == 403
    assert agent.post(f"{WHOLE}/look").status_code == 403
    for path in ("/exports", "/questions/small:2-1/judge"):
        assert manager.get(f"{WHOLE}{path}").status_code == 403
    assert manager.post(f"{WHOLE}/export").status_code == 403
    assert "Judge it" not in words_of(manager.get(QUESTION))


def test_lists_take_as_many_queries_with_ten(cast: Cast, finder: Finder) -> None:
    client = browser_of(cast.auditor)
    actions.take_look(actor=SYSTEM, at=AT)
    addresses = [
        *(f"{WHOLE}{path}?model=small" for path in ("", "/questions", "/crosswalk", "/looks")),
        f"{WHOLE}/clauses/small:1",
    ]

    def counts() -> list[int]:
        found = []
        for address in addresses:
            with CaptureQueriesContext(connection) as seen:
                assert client.get(address).status_code == 200
            found.append(len(seen))
        return found

    counts()
    before = counts()
    more = tuple(replace(SMALL.questions[0], code=f"1.1-{each}") for each in range(2, 12))
    actions.load_model(replace(SMALL, questions=(*SMALL.questions, *more)), actor=SYSTEM, at=AT)
    for each in range(2, 12):
        actions.take_look(actor=SYSTEM, at=AT.replace(minute=each))
    assert counts() == before
