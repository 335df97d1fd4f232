"""Nonconformities and the recommendations of auditors as people meet them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from tests.cast import Cast, opened
from tests.interfaces.web.desk import browser_of, earlier, now, text_of, words_of
from tests.nonconformities import BY_HAND, OWNER, advice, raised, taken
from timshel.improvement.nonconformity import actions
from timshel.improvement.nonconformity.models import Nonconformity, Recommendation
from timshel.improvement.nonconformity.rules import KIND
from timshel.improvement.nonconformity.states import SourceKind, Verdict
from timshel.planning.planned_action.actions import finish_action
from timshel.planning.planned_action.queries import actions_about
from timshel.relationship_agreement.service_level.actions import warn_and_breach_due

pytestmark = pytest.mark.django_db
LIST = "/governance/nonconformities"
ADVICE = "/governance/recommendations"
REPORT = {
    "title": "Calls wait at noon",
    "finding": "Nobody answered.",
    "severity": "major",
    "source": "complaint",
    "service": "mail",
    "owner": "Adaeze",
    "due_date": "2099-01-31",
}
RECOMMENDED = {
    "title": "Rehearse it",
    "text": "Twice a year.",
    "auditor": "Harrow & Finch",
    "report": "IT audit",
    "received_on": "2026-01-10",
    "priority": "high",
    "owner": "adaeze.thornquist",
    "deadline": "2099-01-31",
}
ANALYSIS = {
    "method": "five_whys",
    "why_1": "Nobody was told.",
    "cause": "There was no rota.",
    "has_similar": "no",
    "seen_revision": "2",
}


def numbers() -> list[str]:
    return [row.number for row in Nonconformity.objects.order_by("pk")]


def queries_of(browser: Client, address: str) -> int:
    browser.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert browser.get(address).status_code == 200
    return len(caught)


class TestRegister:
    def test_it_lists_filters_and_names_what_is_overdue(self, cast: Cast) -> None:
        late = raised(cast, cast.manager, at=earlier(), due_date=earlier(72).date())
        other = raised(cast, cast.manager, at=earlier(), title="Backups fail", service="")
        browser = browser_of(cast.manager)
        page = words_of(browser.get(LIST))
        assert late in page
        assert other in page
        assert "Overdue" in page
        assert other not in words_of(browser.get(f"{LIST}?when=overdue"))
        assert late not in words_of(browser.get(f"{LIST}?text=backups"))
        assert "Nothing fits" in words_of(browser.get(f"{LIST}?mine=1"))
        assert "Nothing here" in words_of(browser.get(f"{LIST}?when=ended"))
        assert browser_of(cast.requester).get(LIST).status_code == 403
        assert late not in words_of(browser_of(cast.lead).get(LIST))

    def test_its_queries_do_not_grow(self, cast: Cast) -> None:
        browser = browser_of(cast.manager)
        for _each in range(3):
            raised(cast, cast.manager, at=earlier())
            actions.record_recommendation(
                advice=advice(earlier()), actor=cast.process_owner, at=earlier()
            )
        few = [queries_of(browser, address) for address in (LIST, ADVICE)]
        for _each in range(7):
            raised(cast, cast.manager, at=earlier())
            actions.record_recommendation(
                advice=advice(earlier()), actor=cast.process_owner, at=earlier()
            )
        assert [queries_of(browser, address) for address in (LIST, ADVICE)] == few

    def test_it_is_sent_as_a_spreadsheet(self, cast: Cast) -> None:
        number = raised(cast, cast.manager, at=earlier())
        answer = browser_of(cast.auditor).get(f"{LIST}/xlsx?when=all")
        sheet: Any = load_workbook(BytesIO(answer.content)).active
        assert [sheet.cell(2, 1).value, sheet.cell(2, 2).value] == [number, "Calls wait at noon"]


class TestRaising:
    def test_it_is_raised_and_what_is_wrong_keeps_what_was_typed(self, cast: Cast) -> None:
        browser = browser_of(cast.auditor)
        assert "Raise it" in text_of(browser.get(f"{LIST}/new"))
        refused = browser.post(f"{LIST}/new", {**REPORT, "title": " "})
        assert refused.status_code == 422
        assert "Nobody answered." in text_of(refused)
        refused = browser.post(f"{LIST}/new", {**REPORT, "owner": "zebra"})
        assert "Nobody was found for “zebra”." in text_of(refused)
        answer = browser.post(f"{LIST}/new", REPORT)
        (number,) = numbers()
        assert answer.headers["Location"] == f"{LIST}/{number}"
        page = words_of(browser.get(f"{LIST}/{number}"))
        assert "Adaeze Thornquist" in page
        assert "Rosalind Keppel raised it." in page
        agent = browser_of(cast.agent)
        assert agent.get(f"{LIST}/new").status_code == 403
        assert agent.get(f"{LIST}/{number}").status_code == 404

    def test_it_begins_with_the_incident_it_is_about(self, cast: Cast) -> None:
        incident = opened(cast.requester, service="mail", title="Mail is lost")
        browser = browser_of(cast.manager)
        record = text_of(browser.get(f"/desk/incidents/{incident}"))
        assert f'href="{LIST}/new?about=incident:{incident}"' in record
        assert f"{LIST}/new" not in text_of(
            browser_of(cast.agent).get(f"/desk/incidents/{incident}")
        )
        form = text_of(browser.get(f"{LIST}/new?about=incident:{incident}"))
        assert 'value="Mail is lost"' in form
        about = {"about_kind": "incident", "about_code": incident}
        browser.post(f"{LIST}/new", {**REPORT, **about})
        page = text_of(browser.get(f"{LIST}/{numbers()[0]}"))
        assert f'href="/desk/incidents/{incident}"' in page
        assert browser.get(f"{LIST}/new?about=incident:INC99").status_code == 200
        assert browser.get(f"{LIST}/new?about=risk:RSK1&source=zebra").status_code == 200

    def test_a_pattern_of_broken_promises_begins_it_with_figures(self, cast: Cast) -> None:
        first = opened(cast.requester, service="mail", title="Mail is slow", at=earlier(24 * 30))
        second = opened(cast.requester, service="mail", title="Mail is lost", at=earlier(24 * 20))
        warn_and_breach_due(at=now())
        begin = f"{LIST}/new?about=service:mail"
        browser = browser_of(cast.manager)
        assert begin in text_of(browser.get("/desk/breaches?service=mail"))
        assert begin not in text_of(browser.get("/desk/breaches"))
        assert begin not in text_of(browser_of(cast.agent).get("/desk/breaches?service=mail"))
        assert begin in text_of(browser.get("/governance/report-cards/service/mail"))
        form = words_of(browser.get(begin))
        assert "promises about Mail were broken" in form
        assert f"{first} Mail is slow" in form
        assert f"{second} Mail is lost" in form
        assert browser.get(f"{LIST}/new?about=service:nothing").status_code == 200

    def test_two_people_do_not_overwrite_each_other(self, cast: Cast) -> None:
        number = raised(cast, cast.manager, at=earlier())
        browser = browser_of(cast.process_owner)
        address = f"{LIST}/{number}/change"
        assert "Calls wait" in text_of(browser.get(address))
        first = browser.post(address, {**REPORT, "title": "One", "seen_revision": "1"})
        assert first.status_code == 302
        second = browser.post(address, {**REPORT, "title": "Two", "seen_revision": "1"})
        assert second.status_code == 422
        assert "Somebody else changed this meanwhile." in text_of(second)
        assert 'value="Two"' in text_of(second)
        assert browser_of(cast.manager).get(address).status_code == 403


class TestTheWay:
    def test_from_the_finding_to_the_end(self, cast: Cast) -> None:
        number = raised(cast, cast.manager, at=earlier(24))
        owner, manager = browser_of(cast.service_owner), browser_of(cast.manager)
        one = f"{LIST}/{number}"
        assert f"{one}/correct" in text_of(owner.get(one))
        assert f"{one}/correct" not in text_of(manager.get(one))
        assert manager.get(f"{one}/correct").status_code == 403
        assert owner.get(f"{one}/plan").status_code == 409
        assert owner.post(f"{one}/correct", {"correction": ""}).status_code == 422
        owner.post(f"{one}/correct", {"correction": "We answered."})
        assert "Five whys" in text_of(owner.get(f"{one}/analyse"))
        wrong = owner.post(f"{one}/analyse", {**ANALYSIS, "why_1": "", "cause": "Kept."})
        assert wrong.status_code == 422
        assert "Kept." in text_of(wrong)
        owner.post(f"{one}/analyse", ANALYSIS)
        assert "There was no rota." in text_of(owner.get(one))
        nothing = owner.post(f"{one}/plan", {"plan": "A rota."})
        assert nothing.status_code == 422
        action = {"title": "Write it", "owner": "Jonas", "due_date": "2099-01-31"}
        owner.post(f"{one}/plan", {"plan": "A rota.", **action})
        assert "Write it" in text_of(owner.get(one))
        waits = owner.post(f"{one}/implement", {"implementation": "It hangs."})
        assert "These actions are still open" in text_of(waits)

    def test_a_figure_is_read_and_judged(self, cast: Cast) -> None:
        number = taken(cast, cast.manager, at=earlier(40 * 24), until="implemented")
        owner, manager = browser_of(cast.service_owner), browser_of(cast.manager)
        one = f"{LIST}/{number}"
        assert "Measure" in text_of(owner.get(f"{one}/measure"))
        asked = {"days": "30", "better": "lower", "measure": "opened", "subject": "service:mail"}
        wrong = owner.post(f"{one}/measure", {**asked, "days": "60"})
        assert "These days are not over" in text_of(wrong)
        by_hand = {"days": "30", "better": "higher", "figure": "Answered", "unit": "%"}
        by_hand |= {"before": "71", "after": "94.5"}
        assert owner.post(f"{one}/measure", by_hand).status_code == 302
        assert "94.5 %" in words_of(owner.get(one))
        assert owner.post(f"{one}/measure", asked).status_code == 302
        assert "Opened" in words_of(owner.get(one))
        assert owner.get(f"{one}/judge").status_code == 409
        assert "What the figures say" in text_of(manager.get(f"{one}/judge"))
        assert manager.post(f"{one}/judge", {"verdict": "effective"}).status_code == 422
        said = {"verdict": "effective", "comment": "It is so."}
        assert owner.post(f"{one}/judge", said).status_code == 403
        assert manager.post(f"{one}/judge", said).status_code == 302
        assert owner.get(f"{one}/close").status_code == 405
        assert owner.post(f"{one}/close").status_code == 302
        assert Nonconformity.objects.get().state == "closed"
        assert "Closed" in words_of(owner.get(one))

    def test_what_is_none_is_rejected(self, cast: Cast) -> None:
        number = raised(cast, cast.manager, at=earlier())
        owner = browser_of(cast.service_owner)
        assert "Reject it" in text_of(owner.get(f"{LIST}/{number}/reject"))
        owner.post(f"{LIST}/{number}/reject", {"reason": "It was agreed so."})
        assert "It was agreed so." in text_of(owner.get(f"{LIST}/{number}"))
        again = owner.post(f"{LIST}/{number}/reject", {"reason": "It was agreed so."})
        assert again.status_code == 422


class TestRecommendations:
    def test_from_the_report_to_the_end(self, cast: Cast) -> None:
        process, owner = browser_of(cast.process_owner), browser_of(cast.service_owner)
        manager = browser_of(cast.manager)
        assert "Record it" in text_of(process.get(f"{ADVICE}/new"))
        wrong = process.post(f"{ADVICE}/new", {**RECOMMENDED, "deadline": "2026-01-01"})
        assert wrong.status_code == 422
        assert "Twice a year." in text_of(wrong)
        assert manager.get(f"{ADVICE}/new").status_code == 403
        process.post(f"{ADVICE}/new", RECOMMENDED)
        number = Recommendation.objects.get().number
        one = f"{ADVICE}/{number}"
        assert number in words_of(manager.get(ADVICE))
        changed = {**RECOMMENDED, "title": "Rehearse mail", "seen_revision": "1"}
        assert "Twice a year." in text_of(process.get(f"{one}/change"))
        assert process.post(f"{one}/change", changed).status_code == 302
        assert manager.get(f"{one}/respond").status_code == 403
        assert "Answer of the management" in text_of(owner.get(f"{one}/respond"))
        answer = {"response": "accepted", "text": "We shall.", "seen_revision": "2"}
        owner.post(f"{one}/respond", answer)
        assert "It is implemented" in text_of(owner.get(one))
        assert owner.post(f"{one}/implement", {"evidence": ""}).status_code == 422
        owner.post(f"{one}/implement", {"evidence": "The record of March."})
        assert owner.post(f"{one}/close").status_code == 403
        assert "Take it up again" in text_of(manager.get(f"{one}/reopen"))
        manager.post(f"{one}/reopen", {"reason": "The record is empty."})
        assert "The record is empty." in text_of(owner.get(one))
        owner.post(f"{one}/implement", {"evidence": "The record of April."})
        assert manager.post(f"{one}/close").status_code == 302
        assert number in words_of(manager.get(f"{ADVICE}?when=closed"))
        assert browser_of(cast.agent).get(one).status_code == 404


def test_the_verdict_proposed_is_chosen_already(cast: Cast) -> None:
    number = taken(cast, cast.manager, at=earlier(40 * 24), until="implemented")
    actions.measure_effect(number, question=BY_HAND, actor=cast.service_owner, at=now())
    page = text_of(browser_of(cast.manager).get(f"{LIST}/{number}/judge"))
    chosen = page.index("checked")
    assert Verdict.EFFECTIVE.value in page[chosen - 200 : chosen]


class TestWhatIsKnownAlready:
    """Nobody types or chooses again what the records say."""

    def test_broken_promises_name_who_answers_for_the_service(self, cast: Cast) -> None:
        opened(cast.requester, service="mail", at=earlier(24 * 30))
        warn_and_breach_due(at=now())
        browser = browser_of(cast.manager)
        form = browser.get(f"{LIST}/new?about=service:mail").context["form"]
        begun = {name: form[name].value() for name in ("owner", "source", "service")}
        assert begun == {"owner": "Adaeze Thornquist", "source": "breach", "service": "mail"}
        given = {name: form[name].value() for name in form.fields}
        given = {name: value for name, value in given.items() if value is not None}
        assert browser.post(f"{LIST}/new", given).status_code == 302
        raised = Nonconformity.objects.get()
        assert (raised.owner.code, raised.about_code) == (OWNER, "mail")
        assert browser.get(f"{LIST}/{raised.number}").status_code == 200

    def test_the_plan_and_its_end_begin_with_what_is_known(self, cast: Cast) -> None:
        number = taken(cast, cast.manager, at=earlier(20 * 24), until="analysed")
        owner = browser_of(cast.service_owner)
        plan = owner.get(f"{LIST}/{number}/plan").context["form"]
        assert plan["owner"].value() == OWNER
        row = Nonconformity.objects.get()
        assert plan["due_date"].value() == row.due_date
        sent = {"plan": "A rota.", "owner": OWNER, "due_date": f"{row.due_date:%Y-%m-%d}"}
        assert owner.post(f"{LIST}/{number}/plan", sent).status_code == 302
        (action,) = actions_about(KIND, [number], at=now())[number]
        assert action.title == "A rota."
        assert f"/governance/actions/{action.number}" in text_of(owner.get(f"{LIST}/{number}"))
        finish_action(action.number, outcome="It hangs.", actor=cast.service_owner, at=now())
        form = owner.get(f"{LIST}/{number}/implement").context["form"]
        assert form["implementation"].value() == "A rota.: It hangs."

    def test_the_figure_is_that_of_the_newest_indicator(self, cast: Cast) -> None:
        at = earlier(20 * 24)
        number = taken(cast, cast.manager, at=at, until="implemented", source=SourceKind.BREACH)
        process = browser_of(cast.process_owner)
        address = f"{LIST}/{number}/measure"
        assert begun_of(process, address) == ("attainment", "service:mail", "higher")
        # As many days as are over, whatever hour it is.
        assert process.get(address).context["form"]["days"].value() in {18, 19, 20}
        begin = f"/governance/indicators/new?about=nonconformity:{number}"
        assert begin in text_of(process.get(f"{LIST}/{number}"))
        form = process.get(begin).context["form"]
        names = ("measure", "subject", "direction", "owner", "clause", "title")
        assert tuple(form[name].value() for name in names) == (
            *("attainment", "service:mail", "higher", OWNER, "8.3.2"),
            "Promises about Mail are kept",
        )
        given = {name: form[name].value() for name in form.fields}
        given = {name: value for name, value in given.items() if value is not None}
        figures = {"measure": "opened", "direction": "lower"}
        figures |= {"target": "1", "warning": "2", "critical": "4"}
        answer = process.post("/governance/indicators/new", {**given, **figures})
        assert answer.status_code == 302
        assert answer["Location"] in text_of(process.get(f"{LIST}/{number}"))
        assert begun_of(process, address) == ("opened", "service:mail", "lower")

    def test_what_a_reader_may_not_see_tells_them_nothing(self, cast: Cast) -> None:
        process = browser_of(cast.process_owner)
        for about in ("nonconformity:NCR0000099", "nonconformity:x", "risk:RSK0000001", "x"):
            form = process.get(f"/governance/indicators/new?about={about}").context["form"]
            assert not form["title"].value()
        number = taken(cast, cast.manager, at=earlier(24), until="implemented", service="")
        process.get(f"{LIST}/{number}")
        assert begun_of(process, f"{LIST}/{number}/measure")[:2] == (None, None)


def begun_of(browser: Client, address: str) -> tuple[Any, ...]:
    """Return what the form of a figure begins with."""
    form = browser.get(address).context["form"]
    return tuple(form[name].value() for name in ("measure", "subject", "better"))
