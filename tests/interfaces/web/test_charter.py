"""The charter in the browser: what readers see, the card on the first page, and keeping it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import SYSTEM, Cast, opened
from tests.domain.test_charter import SOLVED
from tests.interfaces.web.desk import browser_of, now, text_of, words_of
from timshel.interfaces.web.governance.charter_forms import read_target
from timshel.leadership.policy.actions import publish_draft, save_draft
from timshel.leadership.policy.models import CharterPromise
from timshel.leadership.policy.states import AudienceKind
from timshel.performance_evaluation.measurement.actions import read_due_promises
from timshel.performance_evaluation.measurement.states import MeasureUnit
from timshel.resolution_fulfilment.incident import actions

LIST = "/governance/charter"
FORM = {
    "code": "solved",
    "title": "What breaks is solved within a day.",
    "detail": "",
    "remedy": "We tell you why.",
    "title_fr": "Ce qui casse est réparé en un jour.",
    "audience": "everybody",
    "measure": "wall_median",
    "subject": "everything",
    "bound": "at_most",
    "target": "8 h",
    "period": "week",
    "position": "10",
    "valid_from": "2026-01-01",
    "owner": "Bastian Nwosu",
}


def promised(code: str = "solved", **changes: Any) -> None:
    from dataclasses import replace

    content = replace(SOLVED, **changes)
    save_draft(code, content=content, actor=SYSTEM, at=now())
    publish_draft(code, actor=SYSTEM, at=now())


@pytest.fixture
def read(cast: Cast) -> Cast:
    """A promise about the time to solve, with an incident solved this week, read just now."""
    at = now() - timedelta(minutes=50)
    number = opened(cast.requester, at=at)
    done = at + timedelta(minutes=40)
    actions.resolve_incident(number, code="fixed", text="Done.", actor=cast.agent, at=done)
    promised()
    read_due_promises(at=now())
    return cast


class TestReaders:
    def test_a_promise_stands_with_its_figure_and_a_verdict_in_words(self, read: Cast) -> None:
        page = words_of(browser_of(read.requester).get("/charter"))
        assert "What breaks is solved within a day." in page
        assert "40 min" in page
        assert "Kept so far" in page
        assert "We promise at most 1 h." in page
        assert "We tell you why." in page
        assert "How this is measured" in page
        assert "All services together" in page

    def test_who_may_see_the_cases_is_led_to_them(self, read: Cast) -> None:
        page = text_of(browser_of(read.manager).get("/charter"))
        found = re.findall(r'href="(/governance/cases[^"]+)" data-listed="(\d+)"', page)
        assert found
        for address, listed in found:
            behind = text_of(browser_of_again(read, address))
            assert f'data-count="{listed}"' in behind
        assert "/governance/cases" not in text_of(browser_of(read.requester).get("/charter"))

    def test_before_anything_is_promised_the_page_says_so(self, cast: Cast) -> None:
        browser = browser_of(cast.requester)
        assert "Nothing is promised yet" in words_of(browser.get("/charter"))
        assert "How we keep our promises" not in words_of(browser.get("/"))

    def test_what_was_never_read_says_so(self, cast: Cast) -> None:
        promised()
        browser = browser_of(cast.requester)
        assert "the first figure comes within some minutes" in words_of(browser.get("/charter"))
        assert "Not measured yet" in words_of(browser.get("/"))

    def test_it_is_told_in_french(self, read: Cast) -> None:
        page = words_of(browser_of(read.french_requester).get("/charter"))
        assert "Ce qui casse est réparé en un jour." in page

    def test_the_poster_is_a_document(self, read: Cast) -> None:
        answer = browser_of(read.requester).get("/charter/pdf")
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")


def browser_of_again(cast: Cast, address: str) -> Any:
    from django.test import Client

    from timshel.leadership.authority.models import Account

    client = Client()
    client.force_login(Account.objects.get(person_id=cast.manager.person_id))
    return client.get(address)


class TestFirstPage:
    def test_three_promises_stand_there_and_count_nothing(self, read: Cast) -> None:
        browser = browser_of(read.requester)
        browser.get("/")
        counts = []
        for size in (1, 5):
            for position in range(size):
                promised(f"more-{size}-{position}", title=f"Promise {size} {position}.")
            read_due_promises(at=now())
            with CaptureQueriesContext(
                connection,
            ) as asked:
                page = words_of(browser.get("/"))
            counts.append(len(asked))
            own = [each["sql"] for each in asked if "charter" in each["sql"]]
            assert len(own) == 2
        assert counts[0] == counts[1]
        assert "How we keep our promises" in page
        assert page.count("Promise") <= 3 + 1


class TestKeeping:
    def test_a_promise_is_written_published_changed_and_retired(self, cast: Cast) -> None:
        browser = browser_of(cast.process_owner)
        answer = browser.post(f"{LIST}/new", FORM)
        assert answer.status_code == 302, words_of(answer)
        made = CharterPromise.objects.get()
        assert (made.state, made.target, made.owner.code if made.owner else "") == (
            "draft",
            480,
            "bastian.nwosu",
        )
        assert made.translations == {"fr": {"title": "Ce qui casse est réparé en un jour."}}
        address = f"{LIST}/promises/solved"
        assert "Draft" in words_of(browser.get(address))
        assert 'value="8 h"' in text_of(browser.get(f"{address}/change"))
        assert browser.post(f"{address}/publish").status_code == 302
        changed = {**FORM, "target": "30 min", "title": "Sooner."}
        assert browser.post(f"{address}/change", changed).status_code == 302
        page = words_of(browser.get(address))
        assert "at most 30 min" in page
        assert "at most 8 h" in page
        assert browser.post(f"{address}/discard").status_code == 302
        assert browser.post(f"{address}/retire").status_code == 302
        assert "Retired" in words_of(browser.get(LIST))

    def test_what_is_wrong_is_said_at_its_field(self, cast: Cast) -> None:
        promised("taken")
        browser = browser_of(cast.process_owner)
        wrong = {**FORM, "code": "taken", "target": "soon", "owner": "Nobody"}
        answer = browser.post(f"{LIST}/new", wrong)
        assert answer.status_code == 422
        assert "id_target_error" in text_of(answer)
        answer = browser.post(f"{LIST}/new", {**wrong, "target": "8 h"})
        assert answer.status_code == 422
        assert "already taken" in words_of(answer)
        answer = browser.post(f"{LIST}/new", {**wrong, "code": "free", "target": "8 h"})
        assert "Nobody was found" in words_of(answer)

    @pytest.mark.parametrize(
        ("text", "unit", "number"),
        [
            ("95", MeasureUnit.PERCENT, 95),
            ("95,5 %", MeasureUnit.PERCENT, 95.5),
            ("90 min", MeasureUnit.DURATION, 90),
            ("1.5 h", MeasureUnit.DURATION, 90),
        ],
    )
    def test_a_target_is_read_as_people_write_it(
        self, text: str, unit: MeasureUnit, number: float
    ) -> None:
        assert float(read_target(text, unit)) == number

    def test_what_is_to_be_mended_is_told(self, cast: Cast) -> None:
        promised(remedy="", translations={})
        page = words_of(browser_of(cast.process_owner).get(LIST))
        assert "Nobody answers for it." in page
        assert "It does not say what happens when it is missed." in page
        assert "It is not written in: Français." in page
        assert "Its figure was not read yet." in page

    def test_a_measure_without_data_is_told(self, cast: Cast) -> None:
        promised()
        read_due_promises(at=now())
        page = words_of(browser_of(cast.process_owner).get(LIST))
        assert "Its measure has had no data in the last periods." in page

    def test_it_is_seen_as_an_audience_sees_it(self, cast: Cast) -> None:
        promised("all")
        promised("harbour", title="For customers.", audience=AudienceKind.CUSTOMERS)
        browser = browser_of(cast.process_owner)
        assert "For customers." not in words_of(browser.get(f"{LIST}/preview"))
        seen = browser.get(f"{LIST}/preview?audience=customers")
        assert "For customers." in words_of(seen)
        assert browser.get(f"{LIST}/preview?audience=unit:mars").status_code == 404
        poster = browser.get(f"{LIST}/preview/pdf?audience=customers")
        assert poster.content.startswith(b"%PDF")

    def test_others_do_not_keep_it(self, cast: Cast) -> None:
        for who in (cast.requester, cast.agent, cast.manager):
            assert browser_of(who).get(LIST).status_code == 403
