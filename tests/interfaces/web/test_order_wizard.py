"""Ordering on the portal: step by step, kept as typed, sent once, and what comes after it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from tests.bundles import offer_bundle, show
from tests.cast import Cast
from tests.interfaces.web.desk import browser_of, earlier, text_of, words_of
from tests.ordered import offer_laptop, ordered, simple_diagram
from timshel.operation.rating.models import Rating
from timshel.resolution_fulfilment.service_request.models import RequestDraft, ServiceRequest

LAPTOP, JOINER = "/order/laptop-standard", "/order/heating-room"
WHO = {"name": "Odile", "needs_mail": "on"}


def answered(browser: Client, address: str, **given: Any) -> Any:
    """Open a page and send its form with what was shown on it, as a browser does."""
    opened = text_of(browser.get(address))
    shown = dict(re.findall(r'name="(answering[^"]*)" value="([^"]*)"', opened))
    return browser.post(address, {**shown, **given})


@pytest.fixture
def browser(cast: Cast) -> Client:
    return browser_of(cast.requester)


def test_one_page_is_filled_in_and_sent_once(cast: Cast, browser: Client) -> None:
    offer_laptop(cast)
    assert "Which size do you need?" in words_of(browser.get(LAPTOP))
    given = {"model": "14", "health": "", "once": "abc"}
    answers = [answered(browser, LAPTOP, **given) for _twice in range(2)]
    assert [each.status_code for each in answers] == [302, 302]
    request = ServiceRequest.objects.select_related("work_item").get()
    assert {each["Location"] for each in answers} == {f"/cases/{request.work_item.number}"}
    assert request.answers["model"] == "14"
    assert not RequestDraft.objects.filter(raw__model="15").exists()


def test_wrong_input_is_said_at_its_field_and_kept(cast: Cast, browser: Client) -> None:
    offer_laptop(cast)
    answer = answered(browser, LAPTOP, model="", health="A bad back", once="a")
    assert answer.status_code == 422
    assert "Please choose an answer." in words_of(answer)
    assert "A bad back" in text_of(answer)
    assert not ServiceRequest.objects.exists()
    assert "A bad back" in text_of(browser.get(LAPTOP))


def test_several_steps_go_forth_and_back_and_keep_what_was_typed(
    cast: Cast, browser: Client
) -> None:
    offer_bundle(cast)
    answer = answered(browser, f"{JOINER}?step=who", **WHO)
    assert (answer.status_code, answer["Location"]) == (302, f"{JOINER}?step=desk")
    assert "Which desk?" in words_of(browser.get(answer["Location"]))
    assert "Odile" in text_of(browser.get(f"{JOINER}?step=who"))
    answer = answered(browser, f"{JOINER}?step=desk", desk="2.14")
    check = browser.get(answer["Location"])
    assert answer["Location"] == f"{JOINER}?step=check"
    assert {"Odile", "2.14"} <= set(words_of(check).split())
    sent = browser.post(f"{JOINER}?step=check", {"part": ["laptop-standard"], "once": "b"})
    assert sent.status_code == 302
    codes = ServiceRequest.objects.order_by("pk").values_list("offering__code", flat=True)
    assert list(codes) == ["heating-room", "laptop-standard"]
    assert not RequestDraft.objects.exists()


def test_a_draft_is_thrown_away(cast: Cast, browser: Client) -> None:
    offer_bundle(cast)
    answered(browser, f"{JOINER}?step=who", **WHO)
    assert "/order/heating-room" in text_of(browser.get("/cases"))
    assert browser.post(f"{JOINER}/discard").status_code == 302
    assert not RequestDraft.objects.exists()


@pytest.mark.parametrize("code", ["unheard-of", "mail-box", "a%00b"])
def test_what_is_not_offered_is_not_there(cast: Cast, browser: Client, code: str) -> None:
    show("mail-box", cast, to=[{"unit": "materials"}])
    assert browser.get(f"/order/{code}").status_code == 404
    assert browser.post(f"/order/{code}", {"once": "a"}).status_code == 404


def test_for_somebody_else_is_for_those_who_may(cast: Cast, browser: Client) -> None:
    offer_laptop(cast)
    address = f"{LAPTOP}?for=solveig.adeyemi"
    assert browser.get(address).status_code == 403
    helper = browser_of(cast.agent)
    assert "Solveig Adeyemi" in words_of(helper.get(address))
    answer = answered(helper, address, model="14", health="", once="a")
    assert answer.status_code == 302, words_of(answer)
    item = ServiceRequest.objects.get().work_item
    assert (item.requester_id, item.opened_by_id) == (
        cast.other_requester.person_id,
        cast.agent.person_id,
    )


def test_a_request_is_followed_changed_withdrawn_and_asked_again(
    cast: Cast, browser: Client
) -> None:
    offer_laptop(cast)
    number = ordered(cast.requester, at=earlier(5))
    page = browser.get(f"/cases/{number}")
    assert "Wendell Achterberg" in words_of(page)
    assert "Asked for" in words_of(browser.get("/cases"))
    assert browser.get(f"/cases/{number}/diagram")["Content-Type"] == "application/xml"
    assert browser.get(f"/cases/{number}/promise").status_code == 200
    assert browser_of(cast.other_requester).get(f"/cases/{number}").status_code == 404
    wrong = answered(browser, f"/cases/{number}/change", model="15", health="Fine")
    assert (wrong.status_code, "Fine" in text_of(wrong)) == (422, True)
    changed = answered(browser, f"/cases/{number}/change", model="16", health="Fine")
    assert changed.status_code == 302, words_of(changed)
    assert ServiceRequest.objects.get().answers["model"] == "16"
    gone = browser.post(f"/cases/{number}/withdraw", {"reason": "No", "once": "a"})
    assert gone.status_code == 302
    assert browser.get(f"/cases/{number}/change").status_code == 409
    again: Any = browser.post(f"/cases/{number}/again")
    assert again["Location"] == LAPTOP
    assert RequestDraft.objects.get().raw["model"] == "16"


def test_what_is_not_delivered_is_not_rated(cast: Cast, browser: Client) -> None:
    offer_laptop(cast, diagram=simple_diagram(), process="simple_laptop")
    number = ordered(cast.requester, at=earlier(5))
    answer = browser.post(f"/cases/{number}/rate", {"rating": "5", "once": "a"})
    assert answer.status_code == 409
    assert not Rating.objects.exists()


def test_a_purpose_leads_to_its_offering(cast: Cast, browser: Client) -> None:
    assert browser.get("/ask/idea").status_code == 404
    show("mail-box", cast, purpose="idea")
    assert browser.get("/ask/idea")["Location"] == "/order/mail-box"


def test_what_is_typed_is_saved_by_the_script_without_being_judged(
    cast: Cast, browser: Client
) -> None:
    offer_laptop(cast)
    answer = answered(browser, LAPTOP, answering="save", model="", health="A bad back")
    assert (answer.status_code, answer.content) == (204, b"")
    draft = RequestDraft.objects.get()
    assert (draft.person_id, draft.raw["health"]) == (cast.requester.person_id, "A bad back")
    assert not ServiceRequest.objects.exists()
    assert "A bad back" in text_of(browser.get(LAPTOP))
    assert "A bad back" not in text_of(browser_of(cast.other_requester).get(LAPTOP))
    answered(browser, LAPTOP, answering="save", model="16", health="")
    assert RequestDraft.objects.get().raw == {"model": "16", "health": ""}


def test_going_back_leads_to_the_step_before_and_what_is_changed_there_counts(
    cast: Cast, browser: Client
) -> None:
    offer_bundle(cast)
    first = text_of(browser.get(f"{JOINER}?step=who"))
    assert not re.findall(r'class="btn" href="\?step=', first)
    answered(browser, f"{JOINER}?step=who", **WHO)
    answered(browser, f"{JOINER}?step=desk", desk="2.14")
    for here, before in (("check", "desk"), ("desk", "who")):
        page = text_of(browser.get(f"{JOINER}?step={here}"))
        assert re.findall(r'class="btn" href="\?step=(\w+)"', page) == [before]
    page = text_of(browser.get(f"{JOINER}?step=who"))
    assert 'value="Odile"' in page
    answer = answered(browser, f"{JOINER}?step=who", name="Odette")
    assert answer["Location"] == f"{JOINER}?step=desk"
    assert 'value="2.14"' in text_of(browser.get(answer["Location"]))
    check = words_of(browser.get(f"{JOINER}?step=check"))
    assert {"Odette", "2.14"} <= set(check.split())
    # Whoever needs no mailbox any more is offered none.
    assert "mail-box" not in check
    assert RequestDraft.objects.get().raw["name"] == "Odette"
