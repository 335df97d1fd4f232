"""Indicators and scorecards as people meet them."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from tests.cast import Cast, opened
from tests.interfaces.web.desk import browser_of, now, text_of, words_of
from timshel.performance_evaluation.indicator.models import Indicator, Reading
from timshel.performance_evaluation.reporting.models import ReportSubscription

pytestmark = pytest.mark.django_db
LIST = "/governance/indicators"
CARDS = "/governance/scorecards"
GIVEN: dict[str, Any] = {
    "title": "What comes in each week",
    "why": "It **tells** how busy we are.",
    "owner": "Jonas Okereke",
    "measure": "opened",
    "subject": "service:laptop",
    "frequency": "week",
    "direction": "lower",
    "target": "1",
    "warning": "2",
    "critical": "4",
    "clause": "9.4",
}


def made(browser: Client, **more: Any) -> str:
    answer = browser.post(f"{LIST}/new", {**GIVEN, **more})
    assert answer.status_code == 302, text_of(answer)
    return str(answer["Location"])


def worked(cast: Cast) -> None:
    """Open one case a week, and five in the last week that is over."""
    monday = now() - timedelta(days=now().weekday())
    for weeks in range(1, 10):
        opened(cast.requester, at=monday - timedelta(days=7 * weeks - 1))
    for _each in range(4):
        opened(cast.requester, at=monday - timedelta(days=6))


def test_one_is_chosen_read_counted_anew_and_retired(cast: Cast) -> None:
    worked(cast)
    owner = browser_of(cast.process_owner)
    assert "Nothing is measured yet" in words_of(owner.get(LIST))
    address = made(owner)
    page = text_of(owner.get(address))
    assert "<strong>tells</strong>" in page
    assert "objective-signal" in page
    words = words_of(owner.get(address))
    assert "The last reading is a signal: beyond the limits." in words
    assert "At most 1" in words
    assert "/lists" in page or "what=opened" in page
    listed = words_of(owner.get(LIST))
    assert "What comes in each week" in listed
    assert "worse than before" in listed
    for asked, seen in (
        ("standing=bad", True),
        ("standing=good", False),
        ("overdue=yes", False),
        ("state=retired", False),
        ("process=none", False),
        ("standing=magic", True),
    ):
        assert ("What comes in" in words_of(owner.get(f"{LIST}?{asked}"))) is seen
    reader = browser_of(cast.agent)
    Reading.objects.update(value=3)
    day = Reading.objects.order_by("-first_day")[0].first_day
    answer = reader.post(f"{address}/recount", {"first_day": f"{day}"}, follow=True)
    assert "The journal keeps what stood here." in words_of(answer)
    answer = reader.post(f"{address}/recount", {"first_day": f"{day}"}, follow=True)
    assert "it is the same" in words_of(answer)
    assert reader.post(f"{address}/recount", {"first_day": "2026-02-31"}).status_code == 404
    answer = reader.post(f"{address}/read", follow=True)
    assert "were read already" in words_of(answer)
    Reading.objects.filter(first_day=day).delete()
    assert "are read." in words_of(reader.post(f"{address}/read", follow=True))
    assert reader.post(f"{address}/retire", {"reason": "No"}).status_code == 403
    refused = owner.post(f"{address}/retire", {"reason": ""})
    assert refused.status_code == 422
    assert owner.post(f"{address}/retire", {"reason": "Not asked for"}).status_code == 302
    words = words_of(owner.get(address))
    assert "Not asked for" in words
    assert "Take it up again" in words
    assert "What comes in" in words_of(owner.get(f"{LIST}?state=retired"))
    assert owner.post(f"{address}/resume").status_code == 302
    assert "Retire it" in words_of(owner.get(address))


def test_what_is_refused_is_kept(cast: Cast) -> None:
    owner = browser_of(cast.process_owner)
    assert owner.get(f"{LIST}/new").status_code == 200
    wrong = owner.post(f"{LIST}/new", {**GIVEN, "warning": "0.5", "title": "Keep this"})
    assert wrong.status_code == 422
    assert "The warning must not be better than the target." in text_of(wrong)
    assert 'value="Keep this"' in text_of(wrong)
    address = made(owner)
    number = Indicator.objects.get().number
    page = text_of(owner.get(f"{address}/change"))
    assert 'name="measure"' not in page
    changed = {**GIVEN, "title": "Otherwise", "revision": "1"}
    assert owner.post(f"{address}/change", changed).status_code == 302
    again = owner.post(f"{address}/change", {**changed, "title": "Mine"})
    assert again.status_code == 422
    assert "Somebody else changed this indicator meanwhile." in text_of(again)
    assert 'value="Mine"' in text_of(again)
    assert owner.get(f"{LIST}/{number}x").status_code == 404


def test_scorecards_are_put_together_and_sent(cast: Cast) -> None:
    worked(cast)
    owner = browser_of(cast.process_owner)
    assert "There is no scorecard yet" in words_of(owner.get(CARDS))
    made(owner, title="First")
    made(owner, title="Second")
    first, second = (each.number for each in Indicator.objects.order_by("pk"))
    given = {
        "title": "For the board",
        "purpose": "What we **look** at.",
        "owner": "tamsin.harrowgate",
        "audience": "service:mail",
        "indicator_1": second,
        "indicator_3": first,
    }
    assert owner.get(f"{CARDS}/new").status_code == 200
    wrong = owner.post(f"{CARDS}/new", {**given, "indicator_2": second})
    assert wrong.status_code == 422
    assert "Each indicator can stand there once." in text_of(wrong)
    answer = owner.post(f"{CARDS}/new", given)
    assert answer.status_code == 302, text_of(answer)
    address = str(answer["Location"])
    page = text_of(owner.get(address))
    assert page.index("Second") < page.index("First")
    assert "<strong>look</strong>" in page
    assert page.count('class="objective-line"') == 2
    assert "For the board" in words_of(owner.get(CARDS))
    assert "For the board" in words_of(owner.get(f"{LIST}/{first}"))
    assert owner.get(f"{address}/change").status_code == 200
    changed = {**given, "title": "For all", "audience": "system", "revision": "1"}
    assert owner.post(f"{address}/change", changed).status_code == 302
    stale = owner.post(f"{address}/change", {**changed, "title": "Mine"})
    assert stale.status_code == 422
    assert "Somebody else changed this scorecard meanwhile." in text_of(stale)
    lead = browser_of(cast.lead)
    sheet = load_workbook(io.BytesIO(lead.get(f"{address}/xlsx").content)).worksheets[0]
    assert [row[1].value for row in sheet.iter_rows(min_row=2)][:2] == ["Second", "First"]
    document = lead.get(f"{address}/pdf")
    assert document["Content-Type"] == "application/pdf"
    assert document.content.startswith(b"%PDF")
    sheet = load_workbook(io.BytesIO(owner.get(f"{LIST}/xlsx").content)).worksheets[0]
    assert sheet.max_row >= 3
    assert owner.post(f"{address}/remove").status_code == 302
    assert owner.get(address).status_code == 404


def test_pages_keep_to_the_rights(cast: Cast) -> None:
    address = made(browser_of(cast.process_owner))
    auditor = browser_of(cast.auditor)
    assert auditor.get(LIST).status_code == 200
    assert "Retire it" not in words_of(auditor.get(address))
    for path in (f"{LIST}/new", f"{CARDS}/new", f"{address}/change"):
        assert auditor.get(path).status_code == 403
    assert auditor.post(f"{address}/read").status_code == 403
    stranger = browser_of(cast.requester)
    assert stranger.get(LIST).status_code in (403, 404)
    assert stranger.get(address).status_code == 404


def test_pages_take_as_many_queries_however_much_there_is(cast: Cast) -> None:
    owner = browser_of(cast.process_owner)
    for position in range(3):
        made(owner, title=f"Number {position}")

    def counted() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert owner.get(LIST).status_code == 200
        return len(queries)

    owner.get(LIST)
    few = counted()
    for position in range(7):
        made(owner, title=f"More {position}")
    assert counted() == few


def test_a_scorecard_is_sent_to_somebody_who_stops_it(cast: Cast) -> None:
    owner = browser_of(cast.process_owner)
    number = made(owner).rsplit("/", 1)[-1]
    card = owner.post(
        f"{CARDS}/new",
        {
            "title": "At a glance",
            "owner": "Jonas Okereke",
            "audience": "system",
            "indicator_1": number,
        },
    )
    address = str(card["Location"])
    reader = browser_of(cast.agent)  # sees it because it is theirs, and no report cards
    form = {"period": "week", "file_format": "xlsx"}
    assert reader.post(f"{address}/subscribe", form)["Location"] == address
    row = ReportSubscription.objects.get()
    assert (row.subject_kind, row.period_kind) == ("scorecard", "week")
    assert "Each week, Spreadsheet (XLSX)" in words_of(reader.get(address))
    other = browser_of(cast.lead)
    assert other.post(f"{address}/subscribe", form).status_code == 404
    assert other.post(f"/governance/subscriptions/{row.pk}/end").status_code == 404
    assert reader.post(f"{address}/subscribe", {"period": "year"}).status_code == 422
    ended = reader.post(f"/governance/subscriptions/{row.pk}/end", {"next": address})
    assert ended["Location"] == address
    assert "Stop sending" not in words_of(reader.get(address))
