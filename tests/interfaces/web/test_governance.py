"""Report cards in the browser: figures that open their lists, files, mail, remediation."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.test import Client

from tests.cast import Cast, account, opened
from timshel.performance_evaluation.reporting.models import Remediation, ReportSubscription
from timshel.resolution_fulfilment.incident import actions

CARD = "/governance/report-cards/service/laptop"
DAYS = "period=this_year"


def client_of(who: object, username: str) -> Client:
    client = Client()
    client.force_login(account(who, username=username))  # type: ignore[arg-type]
    return client


@pytest.fixture
def manager(cast: Cast) -> Client:
    return client_of(cast.manager, "manager")


@pytest.fixture
def late(cast: Cast) -> str:
    """An incident that nobody answered in time, beside one that was solved."""
    at = datetime.now(UTC) - timedelta(days=5)
    quick = opened(cast.requester, at=at)
    done = at + timedelta(minutes=20)
    actions.resolve_incident(quick, code="fixed", text="Done.", actor=cast.agent, at=done)
    return opened(cast.requester, title="Nobody looks at it", at=at)


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return unescape(answer.content.decode())


def test_every_figure_opens_a_list_of_its_length(manager: Client, late: str) -> None:
    text = page(manager, f"{CARD}?{DAYS}")
    links = re.findall(r'<a href="(/governance/cases\?[^"]+)"[^>]*>([^<]*)</a>', text)
    assert len(links) > 60
    looked_at = 0
    for address, told in links:
        listed = page(manager, address)
        count = re.search(r'data-count="(\d+)"', listed)
        assert count is not None, address
        if told.isdigit():
            assert count[1] == told, address
            looked_at += 1
    assert looked_at > 30


def test_it_tells_what_is_counted_and_when(manager: Client, late: str) -> None:
    text = page(manager, f"{CARD}?{DAYS}")
    assert "The period is not over yet" in text
    assert "You may see a part of this work only" not in text
    assert late in text
    assert "IT service desk had it longest" in text


def test_who_sees_a_part_is_told_so(cast: Cast, late: str) -> None:
    lead = client_of(cast.lead, "lead")
    text = page(lead, "/governance/report-cards/unit/institute")
    assert "You may see a part of this work only" in text


def test_a_list_of_promises_tells_how_late(manager: Client, late: str) -> None:
    behind = f"/governance/cases?kind=service&code=laptop&{DAYS}"
    assert "late by" in page(manager, f"{behind}&what=broken&clock=respond")
    assert late in page(manager, f"{behind}&what=open")
    nothing = page(manager, f"{behind}&what=withdrawn")
    assert "Nothing stands behind this figure" in nothing


@pytest.mark.parametrize(
    "wrong",
    [
        "period=last_century",
        "from=yesterday&until=2026-01-01",
        "from=2026-02-01&until=2026-01-01",
        "zone=Mars",
    ],
)
def test_a_period_that_does_not_exist_is_refused(manager: Client, wrong: str) -> None:
    assert manager.get(f"{CARD}?{wrong}").status_code == 422


@pytest.mark.parametrize(
    "wrong", ["what=x", "clock=x", "priority=9", "goal=x&what=kept", "band=x&what=open"]
)
def test_a_list_that_does_not_exist_is_refused(manager: Client, wrong: str) -> None:
    address = f"/governance/cases?kind=service&code=laptop&{wrong}"
    assert manager.get(address).status_code == 422


@pytest.mark.parametrize("where", ["planet/laptop", "service/none", "service/a%00b"])
def test_what_does_not_exist_is_not_found(manager: Client, where: str) -> None:
    assert manager.get(f"/governance/report-cards/{where}").status_code == 404


@pytest.mark.parametrize(("ending", "start"), [("pdf", b"%PDF-"), ("xlsx", b"PK")])
def test_it_comes_as_a_file(manager: Client, late: str, ending: str, start: bytes) -> None:
    answer = manager.get(f"{CARD}/{ending}?from=2026-02-01&until=2026-02-28")
    assert answer.content.startswith(start)
    name = f'filename="report-card-service-laptop-2026-02-01-2026-02-28.{ending}"'
    assert answer["Content-Disposition"] == f"attachment; {name}"


def test_the_overview_leads_to_cards(manager: Client, late: str) -> None:
    for kind, code in (("service", "laptop"), ("unit", "climate"), ("team", "service-desk")):
        text = page(manager, f"/governance/?kind={kind}")
        assert f'href="/governance/report-cards/{kind}/{code}"' in text
    assert manager.get("/governance/?kind=planet").status_code == 422


def test_measures_are_defined(manager: Client) -> None:
    text = page(manager, "/governance/measures")
    assert "percentile_cont" in text
    assert "half to even" in text


def test_somebody_has_it_sent_and_stops_it(manager: Client, late: str) -> None:
    form = {"period": "week", "file_format": "xlsx"}
    assert manager.post(f"{CARD}/subscribe", form).status_code == 302
    row = ReportSubscription.objects.get()
    assert (row.period_kind, row.file_format, row.time_zone) == ("week", "xlsx", "Europe/London")
    assert manager.post("/governance/report-cards/everything/everything/subscribe", form)
    overview = page(manager, "/governance/")
    assert "Each week" in overview
    assert f'<a href="{CARD}">Service Laptop and screen</a>' in overview
    assert ">All services together</a>" in overview
    assert "Stop sending Service Laptop and screen," in overview
    for each in ReportSubscription.objects.values_list("pk", flat=True):
        assert manager.post(f"/governance/subscriptions/{each}/end").status_code == 302
    assert "Sent to you by mail" not in page(manager, "/governance/")
    assert manager.post(f"{CARD}/subscribe", {"period": "year"}).status_code == 422


def test_what_is_done_about_it_stands_on_the_card(cast: Cast, manager: Client, late: str) -> None:
    address = f"/governance/promises/{late}/respond/1/remediation"
    answer = manager.post(address, {"text": "A second shift.", "next": CARD})
    assert answer.headers["Location"] == CARD
    assert "A second shift." in page(manager, f"{CARD}?{DAYS}")
    elsewhere = manager.post(address, {"text": "B.", "next": "https://elsewhere.example/"})
    assert elsewhere.headers["Location"] == "/governance/"
    assert Remediation.objects.get().text == "B."
    auditor = client_of(cast.auditor, "auditor")
    assert "Say what is done about it" not in page(auditor, f"{CARD}?{DAYS}")
