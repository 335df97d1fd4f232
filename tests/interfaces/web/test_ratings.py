"""Ratings as people meet them: on their case, by a link from a mail, and on the desk."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.cast import Cast, account, opened
from tests.interfaces.web.desk import browser_of, earlier, text_of, words_of
from timshel.interfaces.web.portal.rating import rating_secret
from timshel.operation.rating.models import Rating
from timshel.resolution_fulfilment.incident import actions

pytestmark = pytest.mark.django_db


@pytest.fixture
def solved(cast: Cast) -> str:
    number = opened(cast.requester, title="Screen stays dark", at=earlier(90))
    actions.resolve_incident(
        number, code="fixed", text="New cable.", actor=cast.lead, at=earlier(60)
    )
    return number


@pytest.fixture
def requester(cast: Cast) -> Client:
    browser = Client()
    browser.force_login(account(cast.requester))
    return browser


def test_one_click_on_the_case_and_what_came_of_it(
    cast: Cast, solved: str, requester: Client
) -> None:
    page = text_of(requester.get(f"/cases/{solved}"))
    assert "How was it?" in page
    (once,) = set(re.findall(r'name="once" value="([0-9a-f]+)"', page.split('id="rate"')[1][:600]))
    given = {"once": once, "rating": "2", "comment": "Slow"}
    answer = requester.post(f"/cases/{solved}/rate", given, follow=True)
    assert "You said: Not so good." in words_of(answer)
    lead = browser_of(cast.lead)
    assert "Slow" in words_of(lead.get("/desk/ratings"))
    refused = lead.post(f"/desk/ratings/{solved}/answer", {"text": ""})
    assert refused.status_code == 422
    lead.post(f"/desk/ratings/{solved}/answer", {"text": "We keep **spare** screens now."})
    assert solved not in text_of(lead.get("/desk/ratings")).split("<main")[1]
    assert solved in text_of(lead.get("/desk/ratings?show=all"))
    told = words_of(requester.get(f"/cases/{solved}"))
    assert "What came of it" in told
    assert "screens now" in told


def test_what_is_open_is_not_rated(cast: Cast, requester: Client) -> None:
    number = opened(cast.requester, at=earlier(30))
    assert "How was it?" not in text_of(requester.get(f"/cases/{number}"))
    answer = requester.post(f"/cases/{number}/rate", {"once": "a", "rating": "5"})
    assert answer.status_code == 409
    assert not Rating.objects.exists()


def test_a_link_from_a_mail_needs_no_sign_in_and_counts_nothing_by_itself(
    cast: Cast, solved: str
) -> None:
    stranger = Client()
    address = f"/rate/{rating_secret(solved, cast.requester.person_id or 0)}"
    page = stranger.get(address)
    assert page.status_code == 200
    assert "Screen stays dark" in words_of(page)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert not Rating.objects.exists()
    assert stranger.post(address, {"rating": "9"}).status_code == 422
    thanks = stranger.post(address, {"rating": "5", "comment": "Quick."})
    assert "Thank you for telling us" in words_of(thanks)
    assert Rating.objects.get().score == 5
    assert stranger.get(f"{address}x").status_code == 410
    other = f"/rate/{rating_secret(solved, cast.other_requester.person_id or 0)}"
    assert stranger.post(other, {"rating": "1"}).status_code == 410
    assert Rating.objects.get().score == 5
