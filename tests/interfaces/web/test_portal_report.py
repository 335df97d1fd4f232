"""Reporting that something is broken, as requesters do it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import AT, Cast, account
from timshel.resolution_fulfilment.incident.queries import case, case_list, incident


@pytest.fixture
def browser(cast: Cast, settings: Any, tmp_path: Path) -> Client:
    settings.DATA_DIRECTORY = tmp_path
    client = Client()
    client.force_login(account(cast.requester))
    return client


def _form(once: str = "one", **more: Any) -> dict[str, Any]:
    return {
        "once": once,
        "title": "The screen stays black",
        "description": "Since **this morning**.",
        "impact": "2",
        "urgency": "1",
        **more,
    }


def _count(cast: Cast) -> int:
    return len(case_list(actor=cast.requester, at=AT).items)


def test_services_are_offered_by_area(browser: Client) -> None:
    text = browser.get("/report").content.decode()
    assert text.index("Computer, phone and printing") < text.index("Building and workplace")
    assert 'href="/report/incident?service=laptop"' in text


def test_services_are_found_by_a_word(browser: Client) -> None:
    text = browser.get("/report", {"q": "heat"}).content.decode()
    assert "service=heating" in text
    assert "service=laptop" not in text


def test_what_is_not_found_can_be_reported_without_a_service(browser: Client) -> None:
    text = browser.get("/report", {"q": "<zeppelin>\0"}).content.decode()
    assert "No service fits “&lt;zeppelin&gt;”" in text
    assert 'href="/report/incident"' in text


def test_services_speak_the_readers_language(cast: Cast) -> None:
    client = Client()
    client.force_login(account(cast.french_requester))
    assert "Ordinateur et écran" in client.get("/report").content.decode()


def test_a_report_becomes_a_case(browser: Client, cast: Cast) -> None:
    answer = browser.post("/report/incident?service=laptop", _form(offering="laptop-dock"))
    number = answer.headers["Location"].rsplit("/", 1)[1]
    opened = incident(number, actor=cast.agent, at=AT)
    assert opened.title == "The screen stays black"
    assert (opened.service_code, opened.offering_code) == ("laptop", "laptop-dock")
    assert (opened.impact, opened.urgency, opened.channel) == (2, 1, "portal")
    assert opened.requester.name == cast.requester.name
    page = browser.get(answer.headers["Location"]).content.decode()
    assert f"Your case is {number}" in page


def test_a_report_needs_no_service(browser: Client, cast: Cast) -> None:
    answer = browser.post("/report/incident", _form())
    number = answer.headers["Location"].rsplit("/", 1)[1]
    assert case(number, actor=cast.requester, at=AT).row.service == ""


def test_the_same_form_sent_twice_makes_one_case(browser: Client, cast: Cast) -> None:
    first = browser.post("/report/incident?service=mail", _form())
    second = browser.post("/report/incident?service=mail", _form())
    assert first.headers["Location"] == second.headers["Location"]
    assert _count(cast) == 1


def test_a_changed_form_sent_again_asks_before_making_another(browser: Client, cast: Cast) -> None:
    browser.post("/report/incident?service=mail", _form())
    answer = browser.post("/report/incident?service=mail", _form(title="Something else"))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "You have sent this form before" in text
    assert 'value="Something else"' in text
    fresh = re.search(r'name="once" value="([0-9a-f]{32})"', text)
    assert fresh is not None
    again = browser.post("/report/incident?service=mail", _form(fresh[1], title="Something else"))
    assert again.status_code == 302
    assert _count(cast) == 2


def test_what_was_typed_is_kept_when_something_is_missing(browser: Client, cast: Cast) -> None:
    answer = browser.post("/report/incident?service=laptop", _form(title=" ", urgency=""))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Since **this morning**." in text
    assert re.search(r'name="impact" value="2"[^>]*checked', text)
    assert "Please say in a few words what is broken." in text
    assert "Please say how much it hinders." in text
    assert _count(cast) == 0


def test_files_come_along(browser: Client) -> None:
    file = SimpleUploadedFile("black screen.png", b"picture", "image/png")
    answer = browser.post("/report/incident?service=laptop", _form(files=file))
    page = browser.get(answer.headers["Location"]).content.decode()
    address = re.search(r'href="(/files/\d+/black%20screen\.png)"', page)
    assert address is not None
    download = browser.get(address[1])
    assert b"".join(download) == b"picture"  # type: ignore[arg-type]
    assert download.headers["Content-Disposition"] == 'attachment; filename="black screen.png"'
    assert download.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    download.close()


def test_files_of_a_refused_form_are_kept(browser: Client) -> None:
    file = SimpleUploadedFile("log.txt", b"what happened", "text/plain")
    refused = browser.post("/report/incident", _form(title="", files=file)).content.decode()
    note = re.search(r'name="kept_file" value="([^"]+)"', refused)
    assert note is not None
    answer = browser.post("/report/incident", _form(kept_file=note[1]))
    page = browser.get(answer.headers["Location"]).content.decode()
    address = re.search(r'href="(/files/\d+/log\.txt)"', page)
    assert address is not None
    download = browser.get(address[1])
    assert b"".join(download) == b"what happened"  # type: ignore[arg-type]
    download.close()


def test_kept_files_belong_to_who_sent_them(browser: Client, cast: Cast) -> None:
    file = SimpleUploadedFile("log.txt", b"mine", "text/plain")
    refused = browser.post("/report/incident", _form(title="", files=file)).content.decode()
    note = re.search(r'name="kept_file" value="([^"]+)"', refused)
    assert note is not None
    other = Client()
    other.force_login(account(cast.other_requester))
    answer = other.post("/report/incident", _form(kept_file=note[1]))
    page = other.get(answer.headers["Location"]).content.decode()
    assert "log.txt" not in page


def test_uploaded_pages_are_served_as_mere_bytes(browser: Client) -> None:
    file = SimpleUploadedFile("x.html", b"<script>alert(1)</script>", "text/html")
    answer = browser.post("/report/incident", _form(files=file))
    page = browser.get(answer.headers["Location"]).content.decode()
    address = re.search(r'href="(/files/\d+/x\.html)"', page)
    assert address is not None
    download = browser.get(address[1])
    assert download.headers["Content-Type"] == "application/octet-stream"
    assert download.headers["X-Content-Type-Options"] == "nosniff"
    download.close()


def test_files_too_large_are_refused_and_the_rest_is_kept(browser: Client, settings: Any) -> None:
    settings.ATTACHMENT_MAX_BYTES = 10
    file = SimpleUploadedFile("large.bin", b"x" * 11)
    answer = browser.post("/report/incident", _form(files=file))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "“large.bin” is too large." in text
    assert 'value="The screen stays black"' in text


def test_an_unknown_service_is_not_there(browser: Client) -> None:
    assert browser.get("/report/incident?service=zeppelin").status_code == 404
    assert browser.get("/report/incident?service=%00").status_code == 404


def test_whoever_may_reports_for_somebody_else(browser: Client, cast: Cast) -> None:
    assert "For somebody else?" not in browser.get("/report/incident").content.decode()
    helper = Client()
    helper.force_login(account(cast.lead))
    assert "For somebody else?" in helper.get("/report/incident").content.decode()
    unclear = helper.post("/report/incident", _form(person="nobody at all"))
    assert unclear.status_code == 422
    assert "Nobody was found" in unclear.content.decode()
    answer = helper.post("/report/incident?service=laptop", _form(person="Imre Castellane"))
    number = answer.headers["Location"].rsplit("/", 1)[1]
    assert incident(number, actor=cast.lead, at=AT).requester.name == cast.requester.name
    ignored = browser.post("/report/incident", _form("two", person="Solveig Adeyemi"))
    number = ignored.headers["Location"].rsplit("/", 1)[1]
    assert case(number, actor=cast.requester, at=AT).requester == cast.requester.name
