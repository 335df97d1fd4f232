"""The page behind a link from a mail: it shows, and only its form decides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.approvals import asked
from tests.cast import SYSTEM, Cast, account
from timshel.kernel.actor import Actor
from timshel.leadership.approval import outcomes
from timshel.leadership.approval.actions import decide_approval, issue_link, withdraw_approval
from timshel.leadership.approval.queries import approval
from timshel.leadership.approval.states import Decision


@pytest.fixture(autouse=True)
def _nobody_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes, "_handlers", [])
    monkeypatch.setattr(outcomes, "_holders", [])


def now() -> datetime:
    return datetime.now(UTC)


def question(cast: Cast, *seats: Actor, **more: Any) -> tuple[int, str]:
    """Ask, and return the approval and the address of the first seat's link."""
    holders = seats or (cast.manager,)
    more = {"at": now() - timedelta(hours=1), "due_at": now() + timedelta(days=5), **more}
    key = asked(*holders, by=cast.requester, **more)
    seat = approval(key, actor=SYSTEM, at=now()).seats[0].id
    assert holders[0].person_id is not None
    return key, f"/approve/{issue_link(seat, person_id=holders[0].person_id, at=now())}"


def state_of(key: int) -> str:
    return approval(key, actor=SYSTEM, at=now()).state


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_looking_decides_nothing(cast: Cast) -> None:
    key, address = question(cast)
    client = Client(enforce_csrf_checks=True)
    for method in (client.get, client.head):
        for more in ("", "?answer=approved", "?answer=refused"):
            assert method(address + more).status_code == 200
    assert state_of(key) == "open"
    assert client.put(address).status_code == 405


def test_the_page_tells_no_other_page_and_is_kept_nowhere(cast: Cast) -> None:
    _key, address = question(cast)
    response = Client().get(address)
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert response.cookies == {}
    secret = address.rpartition("/")[2]
    assert secret not in text_of(response)


def test_approving_without_signing_in(cast: Cast) -> None:
    key, address = question(cast)
    client = Client(enforce_csrf_checks=True)
    shown = text_of(client.get(f"{address}?answer=approved"))
    assert "A laptop for fieldwork" in shown
    assert "You answer as Wendell Achterberg." in shown
    assert "Yes, approve it" in shown
    answer = client.post(f"{address}?answer=approved", {"decision": "approved", "comment": "Good"})
    assert answer.status_code == 200
    assert "You approved “A laptop for fieldwork”." in text_of(answer)
    assert state_of(key) == "approved"
    again = client.post(address, {"decision": "approved"})
    assert (again.status_code, "You have already answered" in text_of(again)) == (410, True)
    assert "A laptop" not in text_of(client.get(address))


def test_refusing_needs_a_word(cast: Cast) -> None:
    key, address = question(cast)
    client = Client()
    assert "No, refuse it" in text_of(client.get(f"{address}?answer=refused"))
    response = client.post(address, {"decision": "refused", "comment": ""})
    assert response.status_code == 422
    assert "Please say why." in text_of(response)
    assert state_of(key) == "open"
    response = client.post(address, {"decision": "refused", "comment": "Too dear"})
    assert "You refused “A laptop for fieldwork”." in text_of(response)
    assert state_of(key) == "refused"


def test_one_of_several(cast: Cast) -> None:
    key, address = question(cast, cast.manager, cast.lead)
    response = Client().post(address, {"decision": "approved"})
    assert "Others are still asked" in text_of(response)
    assert state_of(key) == "open"


def test_it_speaks_the_readers_language(cast: Cast) -> None:
    _key, address = question(
        cast, cast.french_requester, translations={"fr": {"title": "Un ordinateur"}}
    )
    response = Client(headers={"Accept-Language": "en"}).get(address)
    assert response.headers["Content-Language"] == "fr"
    assert '<html lang="fr"' in text_of(response)
    assert "Un ordinateur" in text_of(response)


def test_it_acts_as_who_got_it_whoever_is_signed_in(cast: Cast) -> None:
    key, address = question(cast)
    client = Client()
    client.force_login(account(cast.requester))
    client.post(address, {"decision": "approved"})
    (seat,) = approval(key, actor=SYSTEM, at=now()).seats
    assert (seat.decided_by, seat.channel) == ("Wendell Achterberg", "mail")


@pytest.mark.parametrize(
    ("ending", "title"),
    [
        ("decided", "This is decided already"),
        ("withdrawn", "This is no longer asked"),
        ("expired", "This link is too old"),
    ],
)
def test_a_link_that_is_over_says_so(cast: Cast, ending: str, title: str) -> None:
    if ending == "expired":
        begun = now() - timedelta(days=3)
        key, address = question(cast, at=begun, due_at=now() - timedelta(days=1))
    else:
        key, address = question(cast)
    if ending == "decided":
        decide_approval(key, decision=Decision.APPROVED, actor=cast.manager, at=now())
    if ending == "withdrawn":
        withdraw_approval(key, actor=SYSTEM, at=now())
    for response in (Client().get(address), Client().post(address, {"decision": "approved"})):
        assert response.status_code == 410
        shown = text_of(response)
        assert title in shown
        assert "A laptop" not in shown
        assert "Sign in" in shown


def test_wrong_links_learn_nothing_and_are_held_up(cast: Cast) -> None:
    _key, address = question(cast)
    client = Client()
    for number in range(20):
        response = client.get(f"/approve/{'x' * 42}{number}")
        assert response.status_code == 404
        assert "This link does not work" in text_of(response)
        assert response.headers["Referrer-Policy"] == "no-referrer"
    assert client.get(address).status_code == 429
    assert client.post(address, {"decision": "approved"}).status_code == 429
    assert Client(REMOTE_ADDR="192.0.2.9").get(address).status_code == 200
