"""Improvements as people meet them: suggesting, the register, one record, the board of cycles."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.interfaces.web.desk import browser_of, now, text_of, words_of
from timshel.improvement.initiative.actions import begin_cycle, suggest_improvement
from timshel.improvement.initiative.models import Cycle, Improvement
from timshel.improvement.initiative.rules import Area, CycleContent, Suggestion

pytestmark = pytest.mark.django_db
LIST = "/governance/improvements"
BANDS = {"benefit": "4", "cost": "2", "effort": "2", "risk": "1"}
ASSESSED = {
    **BANDS,
    "expected_benefit": "Fewer calls",
    "unit": "calls",
    "value_before": "40",
    "value_expected": "10",
    "said": "A good thought.",
}


def suggested(cast: Cast, title: str = "Passwords by oneself") -> str:
    return suggest_improvement(Suggestion(title), actor=cast.requester, at=now())


def took(browser: Client, number: str, deed: str, **given: str) -> None:
    assert browser.get(f"{LIST}/{number}/{deed}").status_code == 200
    answer = browser.post(f"{LIST}/{number}/{deed}", given)
    assert answer.status_code == 302, text_of(answer)


def test_anybody_suggests_in_two_clicks_and_follows_it(cast: Cast) -> None:
    requester = browser_of(cast.requester)
    home = text_of(requester.get("/preferences"))
    assert f'href="{LIST}/suggest?page=/preferences"' in home
    form = text_of(requester.get(f"{LIST}/suggest?page=/preferences"))
    assert 'value="/preferences"' in form
    refused = requester.post(f"{LIST}/suggest", {"title": "", "detail": "It takes long."})
    assert refused.status_code == 422
    assert "It takes long." in text_of(refused)
    given = {"title": "One form less", "detail": "It takes long.", "page": "/preferences"}
    answer = requester.post(f"{LIST}/suggest", given)
    assert answer.status_code == 302
    number = Improvement.objects.get().number
    assert answer["Location"] == f"{LIST}/mine/{number}"
    page = words_of(requester.get(answer["Location"]))
    assert "Thank you" in page
    assert "One form less" in page
    assert "One form less" in words_of(requester.get(f"{LIST}/mine"))
    assert browser_of(cast.other_requester).get(f"{LIST}/mine/{number}").status_code == 404
    for address in ("", "/ranking", "/xlsx", "/cycles", "/cycles/new"):
        assert requester.get(f"{LIST}{address}").status_code == 403
    took(browser_of(cast.process_owner), number, "decline", said="There is no time.")
    assert "There is no time." in words_of(requester.get(f"{LIST}/mine/{number}"))


def test_nothing_suggested_is_said_plainly(cast: Cast) -> None:
    assert "not suggested anything" in words_of(browser_of(cast.agent).get(f"{LIST}/mine"))
    auditor = browser_of(cast.auditor)
    assert "Nothing here" in words_of(auditor.get(LIST))
    assert "No cycles here" in words_of(auditor.get(f"{LIST}/cycles"))


def test_an_improvement_goes_its_way(cast: Cast) -> None:
    number = suggested(cast)
    owner = browser_of(cast.process_owner)
    refused = owner.post(f"{LIST}/{number}/assess", {**ASSESSED, "cost": ""})
    assert refused.status_code == 422
    assert "Fewer calls" in text_of(refused)
    unmeasured = owner.post(f"{LIST}/{number}/assess", {**ASSESSED, "value_before": ""})
    assert "Please give the figure of today." in text_of(unmeasured)
    took(owner, number, "assess", **ASSESSED)
    took(owner, number, "authorise")
    due = (now() + timedelta(days=30)).date().isoformat()
    nobody = {"owner": "zebra", "due_date": due}
    assert "Nobody was found" in text_of(owner.post(f"{LIST}/{number}/plan", nobody))
    took(owner, number, "plan", owner="jonas.okereke", due_date=due)
    agent = browser_of(cast.agent)
    seen = words_of(agent.get(f"{LIST}/{number}"))
    assert "Start" in seen
    took(agent, number, "start")
    assert agent.post(f"{LIST}/{number}/finish", {"said": ""}).status_code == 422
    took(agent, number, "finish", said="It is there.")
    took(agent, number, "measure", value_reached="12", said="Calls went down.")
    page = words_of(browser_of(cast.auditor).get(f"{LIST}/{number}"))
    for words in ("12 calls", "Less than promised", "93 % of the promised", "Calls went down."):
        assert words in page
    assert "Nothing is planned yet." in page
    listed = words_of(owner.get(f"{LIST}?when=ended"))
    assert "Less than promised" in listed
    assert owner.get(f"{LIST}/{number}/start").status_code == 409
    assert owner.get(f"{LIST}/{number}/fly").status_code == 404
    assert agent.get(f"{LIST}/{number}/change").status_code == 403


def test_what_costs_much_waits_for_another(cast: Cast) -> None:
    number = suggested(cast)
    owner = browser_of(cast.process_owner)
    took(owner, number, "assess", **{**ASSESSED, "cost": "5"})
    assert "somebody else must authorise it" in words_of(owner.get(f"{LIST}/{number}"))
    refused = owner.post(f"{LIST}/{number}/authorise", {"said": ""})
    assert refused.status_code == 403
    assert "somebody else" in words_of(refused)
    took(browser_of(cast.manager), number, "authorise")


def test_the_form_keeps_what_was_typed_and_notices_others(cast: Cast) -> None:
    number = suggested(cast)
    owner = browser_of(cast.process_owner)
    given = {
        "title": "Better",
        "detail": "More about it",
        "area": "service:mail",
        "urgency": "1",
        "owner": "jonas.okereke",
        "due_date": "2099-01-01",
        "cycle": "",
        "seen_revision": "1",
    }
    assert 'value="service:mail"' in text_of(owner.get(f"{LIST}/{number}/change"))
    refused = owner.post(f"{LIST}/{number}/change", {**given, "title": ""})
    assert refused.status_code == 422
    assert "More about it" in text_of(refused)
    assert owner.post(f"{LIST}/{number}/change", given).status_code == 302
    late = owner.post(f"{LIST}/{number}/change", {**given, "title": "Otherwise"})
    assert "Somebody else changed this" in words_of(late)
    assert "Otherwise" in text_of(late)
    assert "Mail" in words_of(owner.get(f"{LIST}?area=service:mail&text=better"))


def test_the_ranking_and_the_spreadsheet(cast: Cast) -> None:
    owner = browser_of(cast.process_owner)
    for title, benefit in (("Small", "1"), ("Large", "5")):
        took(owner, suggested(cast, title), "assess", **{**ASSESSED, "benefit": benefit})
    page = words_of(owner.get(f"{LIST}/ranking"))
    assert page.index("Large") < page.index("Small")
    sheet = owner.get(f"{LIST}/xlsx?when=all")
    assert sheet.status_code == 200
    assert sheet.content[:2] == b"PK"


def test_the_board_has_four_columns_and_a_cycle_begins_the_next(cast: Cast) -> None:
    owner = browser_of(cast.process_owner)
    new = f"{LIST}/cycles/new"
    refused = owner.post(new, {"name": "", "area": "", "plan": "Within an hour."})
    assert refused.status_code == 422
    assert "Within an hour." in text_of(refused)
    given = {"name": "Faster help", "area": "service:mail", "plan": "Within an hour."}
    assert owner.get(new).status_code == 200
    assert owner.post(new, given).status_code == 302
    again = owner.post(new, given)
    assert "runs already" in words_of(again)
    key = Cycle.objects.get().pk
    assert "Faster help" in words_of(owner.get(f"{LIST}/cycles"))
    move = f"{LIST}/cycles/{key}/move"
    assert owner.post(move, {"deed": "do"}).status_code == 302
    unwritten = owner.post(move, {"deed": "check"}, follow=True)
    assert "write down this step" in words_of(unwritten)
    assert owner.post(move, {"deed": "fly"}).status_code == 422
    written = {**given, "do": "Two more.", "check": "It helps.", "act": "Keep them."}
    change = f"{LIST}/cycles/{key}/change"
    late = owner.post(change, {**written, "seen_revision": "9"})
    assert "Keep them." in text_of(late)
    assert owner.get(change).status_code == 200
    assert owner.post(change, {**written, "seen_revision": "2"}).status_code == 302
    for deed in ("check", "act", "close"):
        answer = owner.post(move, {"deed": deed})
    page = words_of(owner.get(answer["Location"]))
    assert "turn 2" in page
    assert "Keep them." in page
    assert "Keep them." in words_of(owner.get(f"{LIST}/cycles?when=closed"))
    auditor = browser_of(cast.auditor)
    assert auditor.get(f"{LIST}/cycles/{key}").status_code == 200
    assert auditor.get(change).status_code == 403
    assert auditor.get(new).status_code == 403
    assert auditor.post(move, {"deed": "do"}).status_code == 403


@pytest.mark.parametrize("address", ["", "/ranking", "/cycles", "/mine"])
def test_a_page_takes_as_many_queries_for_few_as_for_many(cast: Cast, address: str) -> None:
    by_process = cast.process_owner
    browser = browser_of(by_process)

    def grow(position: int) -> None:
        said = Suggestion(f"Thought {position}", area=Area("service", "mail"))
        number = suggest_improvement(said, actor=by_process, at=now())
        unit = Area("process", f"p{position}")
        key = begin_cycle(CycleContent(f"Cycle {position}", unit), actor=by_process, at=now())
        Improvement.objects.filter(pk=int(number[3:])).update(
            state="assessed", score=30, owner_id=by_process.person_id, cycle_id=key
        )

    def counted() -> int:
        browser.get(f"{LIST}{address}")
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert browser.get(f"{LIST}{address}").status_code == 200
        return len(seen)

    for position in range(3):
        grow(position)
    few = counted()
    for position in range(3, 10):
        grow(position)
    assert counted() == few
