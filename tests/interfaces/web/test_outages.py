"""Outages and matches as people meet them: at home, while reporting, beside a record."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import Cast, account, opened
from tests.catalogue import publish_catalogue
from tests.interfaces.web.desk import browser_of, earlier, text_of, words_of
from timshel.resolution_fulfilment.matching.models import Deflection
from timshel.resolution_fulfilment.outage.actions import declare_outage
from timshel.resolution_fulfilment.outage.models import Affected
from timshel.resolution_fulfilment.outage.queries import running_outages
from timshel.resolution_fulfilment.outage.rules import OutageWords

pytestmark = pytest.mark.django_db


@pytest.fixture
def requester(cast: Cast) -> Client:
    browser = Client()
    browser.force_login(account(cast.requester))
    return browser


@pytest.fixture
def lead(cast: Cast) -> Client:
    return browser_of(cast.lead)


@pytest.fixture
def number(cast: Cast) -> str:
    return opened(cast.other_requester, title="Cannot send mail", service="mail", at=earlier(50))


def _declared(number: str, cast: Cast) -> None:
    words = OutageWords("Mail cannot be sent", "We are **at it**.")
    declare_outage(number, words=words, actor=cast.lead, at=earlier(40))


def test_a_lead_tells_everybody_and_tells_them_no_longer(
    cast: Cast, number: str, lead: Client, requester: Client
) -> None:
    address = f"/desk/incidents/{number}/outage"
    assert 'value="Cannot send mail"' in text_of(lead.get(address))
    refused = lead.post(address, {"title": "", "message": "We are at it."})
    assert refused.status_code == 422
    assert "We are at it." in text_of(refused)
    told = {"title": "Mail is down", "message": "Wait.", "title_fr": "Courrier en panne"}
    assert lead.post(address, told).status_code == 302
    home = words_of(requester.get("/"))
    assert "Known outages" in home
    assert "Mail is down" in home
    assert "Mail is down" in words_of(lead.get("/desk/"))
    assert "Known outage" in words_of(lead.get(f"/desk/incidents/{number}"))
    lead.post(address, {"end": "1"})
    assert "Mail is down" not in words_of(requester.get("/"))


def test_who_may_not_declare_is_refused(cast: Cast, number: str) -> None:
    answer = browser_of(cast.agent).post(f"/desk/incidents/{number}/outage", {"title": "x"})
    assert answer.status_code == 403
    assert running_outages(actor=cast.agent) == ()


def test_whoever_is_hit_too_says_so_and_need_not_report(
    cast: Cast, number: str, requester: Client
) -> None:
    _declared(number, cast)
    page = words_of(requester.get("/report/incident?service=mail"))
    assert "Mail cannot be sent" in page
    assert "We are at it" in page
    answer = requester.post(f"/outages/{number}/join", {"next": "/"}, follow=True)
    assert "tell you when it works again" in words_of(answer)
    assert Affected.objects.count() == 1
    assert Deflection.objects.get().target == number
    requester.post(f"/outages/{number}/join")
    assert Deflection.objects.count() == 1
    assert requester.post("/outages/INC9/join").status_code == 404


def test_what_may_help_is_shown_as_one_types(cast: Cast, number: str, requester: Client) -> None:
    publish_catalogue()
    _declared(number, cast)
    mine = opened(cast.requester, title="The old laptop hums", at=earlier(30))
    part = text_of(requester.get("/report/help?title=old laptop hums&service=laptop"))
    assert mine in part
    assert "And the old one?" in part
    assert "Mail cannot be sent" not in part
    assert "<html" not in part
    assert "Mail cannot be sent" in text_of(requester.get("/report/help?title=mail&service="))
    assert text_of(requester.get("/report/help?title=&service=a%00b")).strip() == ""
    given = {"help": "answer", "target": "laptop-standard", "text": "old laptop"}
    answer = requester.post("/report/helped", given, follow=True)
    assert "Nothing was reported" in words_of(answer)
    assert (Deflection.objects.get().help, Deflection.objects.get().text) == (
        "answer",
        "old laptop",
    )
    assert requester.post("/report/helped", {**given, "help": "magic"}).status_code == 302
    assert Deflection.objects.count() == 1


def test_similar_cases_stand_beside_a_record_and_are_tied_in_one_click(
    cast: Cast, number: str, lead: Client
) -> None:
    other = opened(
        cast.requester, title="Mail cannot be sent from phone", service="mail", at=earlier(20)
    )
    record = text_of(lead.get(f"/desk/incidents/{other}"))
    assert f'hx-get="/desk/incidents/{other}/matches"' in record
    page = lead.get(f"/desk/incidents/{other}/matches")
    assert number in text_of(page)
    assert "both say: " in words_of(page)
    part = lead.get(f"/desk/incidents/{other}/matches", headers={"HX-Request": "true"})
    assert "<html" not in text_of(part)
    tied = lead.post(f"/desk/incidents/{other}/link", {"parent": number, "seen_version": "1"})
    assert tied.status_code == 302
    assert number not in text_of(lead.get(f"/desk/incidents/{other}/matches")).split("<main")[1]
