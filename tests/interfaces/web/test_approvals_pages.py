"""Approvals on the portal: what waits, answering in two taps, asking somebody else, absence."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from tests.approvals import asked
from tests.cast import SYSTEM, Cast, account
from timshel.kernel.actor import Actor
from timshel.leadership.approval import outcomes
from timshel.leadership.approval.actions import Absence, Line, Price, decide_approval, delegate
from timshel.leadership.approval.queries import approval, delegation_list
from timshel.leadership.approval.states import Decision, OnExpiry


@pytest.fixture(autouse=True)
def _nobody_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes, "_handlers", [])
    monkeypatch.setattr(outcomes, "_holders", [])


def browser(who: Actor) -> Client:
    client = Client()
    client.force_login(account(who))
    return client


def now() -> datetime:
    return datetime.now(UTC)


def waiting(cast: Cast, *seats: Actor, **question: Any) -> int:
    line = Line("Size", "14 inches", {"fr": {"label": "Taille", "value": "14 pouces"}})
    question = {
        "by": cast.requester,
        "at": now() - timedelta(hours=1),
        "due_at": now() + timedelta(days=5),
        "summary": (line,),
        "price": Price(Decimal("1250.00"), "GBP"),
        "translations": {"fr": {"title": "Un ordinateur de terrain"}},
        **question,
    }
    return asked(*(seats or (cast.manager,)), **question)


def state_of(key: int) -> str:
    return approval(key, actor=SYSTEM, at=now()).state


def text_of(response: Any) -> str:
    return str(response.content.decode())


def words(html: str) -> str:
    """Return the text of a page with its spaces made one."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


def test_a_card_shows_what_who_price_and_deadline(cast: Cast) -> None:
    waiting(cast)
    shown = words(text_of(browser(cast.manager).get("/approvals")))
    for part in (
        "A laptop for fieldwork",
        "REQ0000012",
        "Imre Castellane Climate and Oceans",
        "1,250.00 GBP",
        "Without an answer it then counts as refused.",
        "Size 14 inches",
        "Yes, approve it",
        "No, refuse it",
    ):
        assert part in shown, part


@pytest.mark.parametrize("on_expiry", OnExpiry)
def test_what_follows_without_an_answer_is_told(cast: Cast, on_expiry: OnExpiry) -> None:
    waiting(cast, on_expiry=on_expiry)
    told = {
        OnExpiry.REFUSED: "Without an answer it then counts as refused.",
        OnExpiry.APPROVED: "Without an answer it then counts as approved.",
        OnExpiry.ESCALATED: "Without an answer others are asked then, too.",
        OnExpiry.EXPIRED: "Without an answer it is no longer asked then.",
    }
    assert told[on_expiry] in text_of(browser(cast.manager).get("/approvals"))


def test_in_french(cast: Cast) -> None:
    waiting(cast, cast.french_requester)
    shown = words(text_of(browser(cast.french_requester).get("/approvals")))
    assert "Un ordinateur de terrain" in shown
    assert "Taille 14 pouces" in shown
    assert re.search(r"1\W250,00 GBP", shown)


def test_nothing_waits(cast: Cast) -> None:
    assert "Nothing waits for you" in text_of(browser(cast.agent).get("/approvals"))


def test_approving_from_the_list_leads_back_to_it(cast: Cast) -> None:
    key = waiting(cast)
    client = browser(cast.manager)
    response = client.post(f"/approvals/{key}/answer", {"decision": "approved", "from": "list"})
    assert (response.status_code, response.headers["Location"]) == (302, "/approvals")
    assert state_of(key) == "approved"
    page = text_of(client.get("/approvals"))
    assert "You approved “A laptop for fieldwork”." in page
    assert "A laptop for fieldwork" in text_of(client.get("/approvals?show=decided"))
    again = client.post(f"/approvals/{key}/answer", {"decision": "approved"})
    assert again.headers["Location"] == f"/approvals/{key}"


def test_refusing_without_a_word_keeps_the_question(cast: Cast) -> None:
    key = waiting(cast)
    client = browser(cast.manager)
    response = client.post(f"/approvals/{key}/answer", {"decision": "refused", "comment": " "})
    assert response.status_code == 422
    assert "Please say why." in text_of(response)
    assert state_of(key) == "open"
    client.post(f"/approvals/{key}/answer", {"decision": "refused", "comment": "Too dear <b>"})
    assert state_of(key) == "refused"
    assert escape("Too dear <b>") in text_of(browser(cast.requester).get(f"/approvals/{key}"))


def test_an_unknown_answer_is_none(cast: Cast) -> None:
    key = waiting(cast)
    client = browser(cast.manager)
    assert client.post(f"/approvals/{key}/answer", {"decision": "maybe"}).status_code == 409
    assert client.post(f"/approvals/{key}/answer").status_code == 409
    assert client.get(f"/approvals/{key}/answer").status_code == 405
    assert state_of(key) == "open"


def test_strangers_find_nothing(cast: Cast) -> None:
    key = waiting(cast)
    client = browser(cast.agent)
    assert client.get(f"/approvals/{key}").status_code == 404
    assert client.post(f"/approvals/{key}/answer", {"decision": "approved"}).status_code == 404
    assert client.get(f"/approvals/{2**70}").status_code == 404
    assert "A laptop" not in text_of(client.get("/approvals?show=all"))
    assert Client().get(f"/approvals/{key}").status_code == 302


def test_the_requester_sees_how_it_stands_and_cannot_answer(cast: Cast) -> None:
    key = waiting(cast)
    client = browser(cast.requester)
    page = words(text_of(client.get(f"/approvals/{key}")))
    assert "Wendell Achterberg Line manager" in page
    assert "Yes, approve it" not in page
    assert client.post(f"/approvals/{key}/answer", {"decision": "approved"}).status_code == 403


def test_who_manages_approvals_answers_with_a_reason(cast: Cast) -> None:
    key = waiting(cast)
    seat = approval(key, actor=SYSTEM, at=now()).seats[0].id
    client = browser(cast.process_owner)
    assert "A laptop for fieldwork" in text_of(client.get("/approvals?show=all"))
    assert "Nothing waits for you" in text_of(client.get("/approvals"))
    answer = {"decision": "approved", "seat": seat}
    response = client.post(f"/approvals/{key}/answer", answer)
    assert response.status_code == 422
    client.post(f"/approvals/{key}/answer", {**answer, "comment": "On the phone, in hospital"})
    assert state_of(key) == "approved"
    page = words(text_of(browser(cast.manager).get(f"/approvals/{key}")))
    assert "Decided by Bastian Nwosu-Hale, who manages approvals" in page


def test_asking_somebody_else(cast: Cast) -> None:
    key = waiting(cast)
    seat = approval(key, actor=SYSTEM, at=now()).seats[0].id
    address = f"/approvals/{key}/seats/{seat}/hand-over"
    client = browser(cast.process_owner)
    for given, complaint in (
        ({"person": "", "reason": "x"}, "Please say who."),
        ({"person": "Nobody At All", "reason": "x"}, "Nobody was found."),
        ({"person": "a", "reason": "x"}, "Several people fit. Please choose one."),
        ({"person": "none@aldermoor.example", "reason": "x"}, "Nobody here has this"),
        ({"person": "Tamsin", "reason": ""}, "Please say why somebody else is asked."),
        ({"person": "Imre", "reason": "x"}, "It is a request of theirs"),
    ):
        response = client.post(address, given)
        assert response.status_code == 422
        assert complaint in text_of(response)
    person = cast.lead.person_id
    response = client.post(address, {"requester": person, "reason": "Closer to it"})
    assert response.headers["Location"] == f"/approvals/{key}"
    page = words(text_of(client.get(f"/approvals/{key}")))
    assert "In place of Wendell Achterberg" in page
    assert "Bastian Nwosu-Hale asked somebody else: Closer to it" in page
    seen = words(text_of(browser(cast.requester).get(f"/approvals/{key}")))
    assert "In place of Wendell Achterberg" in seen
    assert "Closer to it" not in seen
    other = waiting(cast, step="other")
    wrong = f"/approvals/{other}/seats/{seat}/hand-over"
    assert client.post(wrong, {"person": "Tamsin", "reason": "x"}).status_code == 409
    not_mine = approval(other, actor=SYSTEM, at=now()).seats[0].id
    mine = browser(cast.manager)
    refused = mine.post(f"/approvals/{other}/seats/{not_mine}/hand-over", {"person": "Tamsin"})
    assert refused.status_code == 403


def test_being_away(cast: Cast) -> None:
    client = browser(cast.requester)
    page = text_of(client.get("/approvals/away"))
    assert "Their mail address." in page
    today = now().date()
    given = {
        "person": "solveig.adeyemi@aldermoor.example",
        "from_date": today.isoformat(),
        "until_date": (today + timedelta(days=3)).isoformat(),
        "reason": "Field trip",
    }
    by_name = client.post("/approvals/away", {**given, "person": "Solveig"})
    assert by_name.status_code == 422
    assert "Please enter the mail address of this person." in text_of(by_name)
    # Whom one may not see cannot be named by a guessed key either.
    guessed = {**given, "person": "", "requester": cast.lead.person_id}
    assert client.post("/approvals/away", guessed).status_code == 422
    wrong = {**given, "until_date": (today - timedelta(days=1)).isoformat()}
    assert "The last day is before the first." in text_of(client.post("/approvals/away", wrong))
    response = client.post("/approvals/away", given)
    assert response.headers["Location"] == "/approvals/away"
    page = words(text_of(client.get("/approvals/away")))
    assert "Solveig Adeyemi now" in page
    assert "Field trip" in page
    (row,) = delegation_list(actor=cast.requester, at=now())
    theirs = words(text_of(browser(cast.other_requester).get("/approvals/away")))
    assert "For whom you answer Imre Castellane now" in theirs
    assert browser(cast.agent).post(f"/approvals/away/{row.id}/end").status_code == 404
    assert client.post(f"/approvals/away/{row.id}/end").status_code == 302
    assert "Solveig Adeyemi answered for you" in words(text_of(client.get("/approvals/away")))


def test_a_substitute_is_told_for_whom_they_answer(cast: Cast) -> None:
    key = waiting(cast)
    assert cast.manager.person_id is not None
    assert cast.lead.person_id is not None
    today = now().date()
    yesterday = today - timedelta(days=1)
    absence = Absence(
        cast.manager.person_id, cast.lead.person_id, yesterday, today + timedelta(days=1)
    )
    delegate(absence, actor=cast.manager, at=now())
    client = browser(cast.lead)
    assert "You stand in for Wendell Achterberg." in words(text_of(client.get("/approvals")))
    client.post(f"/approvals/{key}/answer", {"decision": "approved"})
    page = words(text_of(browser(cast.manager).get(f"/approvals/{key}")))
    assert "Answered by Tamsin Harrowgate, who stood in" in page


def test_the_navigation_counts_what_waits(cast: Cast) -> None:
    waiting(cast)
    waiting(cast, step="second")
    client = browser(cast.manager)
    page = text_of(client.get("/approvals"))
    found = re.search(r'hx-get="(/approvals/count\?who=[^"]+)"', page)
    assert found is not None
    answer = Client().get(found[1])
    assert words(text_of(answer)).split() == ["2", "2", "approvals", "wait", "for", "you"]
    assert answer.headers["Cache-Control"] == "private, max-age=15"
    assert Client().get(f"{found[1]}x").status_code == 400
    nobody = re.search(r'hx-get="([^"]+)"', text_of(browser(cast.agent).get("/approvals")))
    assert nobody is not None
    assert words(text_of(Client().get(nobody[1]))).strip() == ""


def test_pages_of_the_list(cast: Cast) -> None:
    for number in range(30):
        waiting(cast, title=f"Chair {number:02}", step=f"{number}")
    client = browser(cast.manager)
    first = text_of(client.get(reverse("approval-list")))
    assert first.count("approval-card") == 25
    onward = re.search(r'rel="next" href="([^"]+)"', first)
    assert onward is not None
    second = text_of(client.get("/approvals" + onward[1].replace("&amp;", "&")))
    assert second.count("approval-card") == 5
    assert client.get("/approvals?cursor=nonsense").status_code == 422


def test_what_others_answered_shows_what_happened(cast: Cast) -> None:
    key = waiting(cast, cast.manager, cast.lead)
    decide_approval(key, decision=Decision.APPROVED, actor=cast.lead, at=now())
    page = words(text_of(browser(cast.manager).get(f"/approvals/{key}")))
    assert "1 of 2 needed approvals are given; 2 are asked." in page
    assert "Tamsin Harrowgate approved" in page
