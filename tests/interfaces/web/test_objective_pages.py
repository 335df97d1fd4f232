"""Objectives as people meet them."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from tests.cast import Cast
from tests.interfaces.web.desk import browser_of, now, text_of, words_of
from timshel.planning.objective.models import Objective

pytestmark = pytest.mark.django_db
LIST = "/governance/objectives"
GOAL = {
    "level": "goal",
    "title": "People trust us",
    "owner": "wendell.achterberg",
    "direction": "at_least",
    "due_date": "2099-12-31",
}
GIVEN = {
    "level": "objective",
    "title": "Fewer cases come back",
    "owner": "Jonas Okereke",
    "due_date": "2099-12-31",
    "unit": "%",
    "direction": "at_most",
    "baseline": "12",
    "target": "4.5",
    "plan": "We **look** at each.",
}


def made(browser: Client, **more: Any) -> str:
    parent = Objective.objects.filter(level="goal").first()
    if parent is None:
        browser.post(f"{LIST}/new", GOAL)
        parent = Objective.objects.get()
    answer = browser.post(f"{LIST}/new", {**GIVEN, "parent": parent.number, **more})
    assert answer.status_code == 302, text_of(answer)
    return str(answer["Location"])


def test_one_is_written_agreed_read_and_judged(cast: Cast) -> None:
    owner = browser_of(cast.process_owner)
    assert "Nothing is to be reached yet" in words_of(owner.get(LIST))
    address = made(owner)
    page = text_of(owner.get(address))
    assert "<strong>look</strong>" in page
    assert "At most 4.5%" in page
    assert owner.post(f"{address}/agree").status_code == 302
    reader = browser_of(cast.agent)
    for back in range(8):
        day = (now() - timedelta(days=30 * back)).date()
        given = {"day": f"{day}", "value": f"{8 + back}", "note": "Counted twice"}
        assert reader.post(f"{address}/readings", given).status_code == 302
    page = words_of(reader.get(address))
    assert "Mean 11.5" in page
    assert "Counted twice" in page
    assert "How it goes on" not in page
    wrong = reader.post(f"{address}/readings", {"day": "2999-01-01", "value": "7", "note": "Keep"})
    assert wrong.status_code == 422
    assert "This day is still to come." in text_of(wrong)
    assert 'value="Keep"' in text_of(wrong)
    last = (now() - timedelta(days=210)).date()
    assert reader.post(f"{address}/readings/remove", {"day": f"{last}"}).status_code == 302
    assert reader.post(f"{address}/readings/remove", {"day": "2026-02-31"}).status_code == 404
    tree = words_of(owner.get(LIST))
    assert "53%" in tree
    refused = owner.post(f"{address}/judge", {"deed": "meet", "outcome": ""})
    assert refused.status_code == 422
    assert owner.post(f"{address}/judge", {"deed": "destroy"}).status_code == 404
    judged = owner.post(f"{address}/judge", {"deed": "miss", "outcome": "Not far enough"})
    assert judged.status_code == 302
    assert "Not far enough" in words_of(owner.get(address))
    assert "Fewer cases" in words_of(owner.get(f"{LIST}?when=ended"))
    assert "Fewer cases" not in words_of(owner.get(LIST))


def test_what_is_refused_is_kept(cast: Cast) -> None:
    owner = browser_of(cast.process_owner)
    form = text_of(owner.get(f"{LIST}/new?level=goal"))
    assert '<option value="goal" selected>' in form
    refused = owner.post(f"{LIST}/new", {**GIVEN, "owner": "Nobody Nowhere"})
    assert refused.status_code == 422
    assert "Nobody was found" in text_of(refused)
    assert "Fewer cases come back" in text_of(refused)
    refused = owner.post(f"{LIST}/new", {**GIVEN, "target": "4.1234"})
    assert refused.status_code == 422
    address = made(owner, baseline="")
    unready = owner.post(f"{address}/agree")
    assert unready.status_code == 422
    assert "Please say where you start from." in text_of(unready)


def test_two_who_change_it_at_once_hear_of_each_other(cast: Cast) -> None:
    owner = browser_of(cast.process_owner)
    address = made(owner)
    given = {**GIVEN, "parent": Objective.objects.get(level="goal").number, "revision": "1"}
    form = text_of(owner.get(f"{address}/change"))
    assert 'value="4.5"' in form
    assert "Jonas" in form or "jonas.okereke" in form
    changed = owner.post(f"{address}/change", {**given, "title": "None comes back"})
    assert changed.status_code == 302
    late = owner.post(f"{address}/change", {**given, "title": "Two come back"})
    assert late.status_code == 422
    assert "Somebody else changed this objective" in text_of(late)
    assert "Two come back" in text_of(late)


def test_figures_of_a_measure_are_counted(cast: Cast) -> None:
    owner = browser_of(cast.process_owner)
    counted = {"measure": "reopening_rate", "subject": "service:mail", "unit": ""}
    address = made(owner, **counted)
    page = words_of(owner.get(address))
    assert "Read now" in page
    assert "– Mail" in page
    assert "Nothing new was counted." in words_of(owner.post(f"{address}/count", follow=True))
    assert browser_of(cast.auditor).post(f"{address}/count").status_code == 403


def test_who_may_not_is_kept_out(cast: Cast) -> None:
    owner = browser_of(cast.process_owner)
    address = made(owner)
    assert "Change" in text_of(owner.get(address))
    for who, listed, seen in (
        (cast.auditor, 200, 200),
        (cast.agent, 403, 200),
        (cast.requester, 403, 404),
    ):
        browser = browser_of(who)
        assert browser.get(LIST).status_code == listed
        assert browser.get(f"{LIST}/xlsx").status_code == listed
        assert browser.get(address).status_code == seen
        assert browser.get(f"{LIST}/new").status_code == 403
        assert browser.get(f"{address}/change").status_code == 403
        assert browser.post(f"{address}/agree").status_code == 403
        given = {"deed": "drop", "outcome": "No"}
        assert browser.post(f"{address}/judge", given).status_code == 403


def test_the_tree_is_a_spreadsheet_too(cast: Cast) -> None:
    owner = browser_of(cast.process_owner)
    made(owner)
    sheet = load_workbook(io.BytesIO(owner.get(f"{LIST}/xlsx").content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[3] for row in rows[1:]] == ["People trust us", "Fewer cases come back"]


def test_more_rows_take_no_more_queries(cast: Cast) -> None:
    owner = browser_of(cast.process_owner)

    def queries() -> int:
        owner.get(LIST)
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert owner.get(LIST).status_code == 200
        return len(found)

    for _each in range(3):
        made(owner)
    few = queries()
    for _each in range(7):
        made(owner)
    assert queries() == few
