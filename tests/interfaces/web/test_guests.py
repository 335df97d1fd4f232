"""Guests report by a link, follow their one case by another, and flood nobody."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast, opened
from tests.interfaces.web.desk import browser_of, earlier, text_of, words_of
from timshel.context.people.models import Person
from timshel.interfaces.web.portal.guest import case_secret
from timshel.operation.work.models import WorkItem
from timshel.resolution_fulfilment.guest.models import GuestLink
from timshel.resolution_fulfilment.guest.rules import MOST_REPORTS
from timshel.resolution_fulfilment.incident import actions

pytestmark = pytest.mark.django_db
GIVEN = {"title": "The tap drips", "name": "Ottilie Marsh", "email": "ottilie@marsh.example"}


@pytest.fixture
def keeper(cast: Cast) -> Client:
    return browser_of(cast.administrator)


@pytest.fixture
def door(keeper: Client) -> str:
    page = keeper.post(
        "/administration/guests", {"label": "Lecture hall 2", "service": "heating", "days": "30"}
    )
    (address,) = re.findall(r"/guest/([\w-]+)", text_of(page))
    return f"/guest/{address}"


def _once(page: Any) -> str:
    return re.findall(r'name="once" value="([0-9a-f]+)"', text_of(page))[0]


def _report(door: str, guest: Client, **given: str) -> Any:
    return guest.post(door, {**GIVEN, "once": _once(guest.get(door)), **given})


def test_a_guest_reports_follows_and_writes(cast: Cast, door: str) -> None:
    guest = Client()
    assert "Lecture hall 2" in words_of(guest.get(door))
    answer = _report(door, guest)
    assert answer.status_code == 302
    item = WorkItem.objects.select_related("requester", "team").get()
    assert (item.requester.name, item.requester.email) == (GIVEN["name"], GIVEN["email"])
    assert item.team is not None
    assert item.team.code == "facilities-desk"
    assert GuestLink.objects.get().reports == 1
    address = answer.headers["Location"]
    page = guest.get(address)
    assert "The tap drips" in words_of(page)
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    actions.note_on_incident(item.number, text="Secret", actor=cast.facilities_agent, at=earlier(0))
    actions.reply_to_incident(
        item.number, text="On our way", actor=cast.facilities_agent, at=earlier(0)
    )
    page = guest.get(address)
    assert "On our way" in words_of(page)
    assert "Secret" not in text_of(page)
    written = guest.post(address, {"once": _once(page), "text": "Thank you"})
    assert written.status_code == 302
    assert "Thank you" in words_of(guest.get(address))
    assert guest.get("/cases").status_code == 302


def test_the_same_form_twice_is_one_case_and_a_known_address_one_person(
    cast: Cast, door: str
) -> None:
    guest = Client()
    once = _once(guest.get(door))
    for _time in range(2):
        assert guest.post(door, {**GIVEN, "once": once}).status_code == 302
    assert WorkItem.objects.count() == 1
    _report(door, guest, title="The tap drips more")
    assert Person.objects.filter(email=GIVEN["email"]).count() == 1
    before = Person.objects.count()
    known = Person.objects.get(pk=cast.requester.person_id)
    _report(door, guest, email=known.email.upper(), title="Me")
    assert Person.objects.count() == before
    assert WorkItem.objects.get(title="Me").requester == known


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": ""}, "what is broken"),
        ({"name": ""}, "Please tell us your name."),
        ({"email": "nobody"}, "Please give a mail address"),
    ],
)
def test_what_is_missing_is_marked_and_nothing_is_lost(
    door: str, wrong: dict[str, str], words: str
) -> None:
    answer = _report(door, Client(), description="Since noon", **wrong)
    assert answer.status_code == 422
    assert words in words_of(answer)
    assert "Since noon" in text_of(answer)
    assert not WorkItem.objects.exists()


def test_one_origin_cannot_flood_the_desk(door: str) -> None:
    guest = Client()
    for number in range(MOST_REPORTS):
        assert _report(door, guest, title=f"Tap {number}").status_code == 302
    refused = _report(door, guest)
    assert refused.status_code == 429
    assert "Please wait an hour" in words_of(refused)
    assert WorkItem.objects.count() == MOST_REPORTS


def test_links_that_were_taken_back_or_made_up_open_nothing(
    cast: Cast, keeper: Client, door: str
) -> None:
    link = GuestLink.objects.get()
    keeper.post(f"/administration/guests/{link.pk}/revoke")
    guest = Client()
    assert guest.get(door).status_code == 410
    assert guest.post(door, GIVEN).status_code == 410
    assert guest.get("/guest/nothing").status_code == 410
    assert guest.get("/guest-case/nothing").status_code == 410
    number = opened(cast.other_requester, at=earlier(5))
    forged = case_secret(number, cast.requester.person_id or 0)
    assert guest.get(f"/guest-case/{forged}").status_code == 410
    assert browser_of(cast.lead).get("/administration/guests").status_code == 403
