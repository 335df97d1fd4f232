"""The status page: for strangers and people of the house, as feeds, and without the database."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.db import OperationalError
from django.test import Client
from icalendar import Calendar

from tests.cast import SYSTEM, Cast, opened
from tests.interfaces.web.desk import browser_of, text_of, words_of
from timshel.design_transition.maintenance.actions import plan_work
from timshel.design_transition.maintenance.rules import Plan
from timshel.interfaces.web.status.last_page import write_last_pages
from timshel.resolution_fulfilment.outage.actions import declare_outage, end_outage
from timshel.resolution_fulfilment.outage.rules import OutageWords
from timshel.resolution_fulfilment.status import actions
from timshel.resolution_fulfilment.status.models import StatusSetting, Subscriber

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
ATOM = "{http://www.w3.org/2005/Atom}"

ASK_WITHOUT = """
import os, sys
from pathlib import Path
from timshel.kernel.embedded_database import EmbeddedDatabase
server = EmbeddedDatabase(Path(sys.argv[1]), durable=False)
os.environ["DATABASE_URL"] = server.start(patience=60)
os.environ["DJANGO_SETTINGS_MODULE"] = "timshel.config.settings"
import django
django.setup()
from django.db import connection
from django.test import Client
connection.ensure_connection()
server.stop(patience=10)
connection.close()
client = Client(raise_request_exception=False)
client.cookies["sessionid"] = "x" * 32
for path in ("/status", "/status/mail", "/status/feed.atom", "/", "/status?a=b"):
    answer = client.get(path)
    print(path, answer.status_code, "It is the last page" in answer.content.decode())
"""


@pytest.fixture
def public(cast: Cast) -> Cast:
    actions.set_status("mail", is_shown=True, is_public=True, actor=SYSTEM, at=NOW)
    return cast


def _broken(cast: Cast) -> str:
    number = opened(cast.requester, service="mail", title="A secret", at=NOW - timedelta(hours=2))
    declare_outage(
        number,
        words=OutageWords("Mail is slow", "**Wait** <script>alert(1)</script>"),
        actor=cast.lead,
        at=NOW - timedelta(hours=1),
    )
    actions.refresh_status(at=NOW)
    return number


def test_a_stranger_sees_what_is_public(public: Cast) -> None:
    number = _broken(public)
    page = Client().get("/status")
    words = words_of(page)
    assert "Some services work in part only." in words
    assert "Mail is slow" in words
    assert "Laptop" not in words
    assert number not in text_of(page)
    assert b"<script>alert" not in page.content
    assert Client().get("/status/laptop").status_code == 404
    one = words_of(Client().get("/status/mail"))
    assert "Trouble on 1 of the last 90 days" in one or "Trouble on 2 of the last" in one


def test_people_of_the_house_see_more_and_find_the_way(public: Cast) -> None:
    browser = browser_of(public.requester)
    assert 'href="/status"' in text_of(browser.get("/"))
    assert "Laptop" in words_of(browser.get("/status"))
    assert browser.get("/status/laptop").status_code == 200


def test_who_may_know_is_set_on_a_page(cast: Cast) -> None:
    browser = browser_of(cast.administrator)
    assert "Public" in words_of(browser.get("/administration/status"))
    browser.post(
        "/administration/status",
        {"service": ["mail", "laptop"], "shown": ["mail"], "public": ["mail"]},
    )
    found = {row.service_id: row for row in StatusSetting.objects.all()}
    assert found[cast.services["mail"]].is_public
    assert not found[cast.services["laptop"]].is_shown
    assert cast.services["heating"] not in found
    assert browser_of(cast.agent).get("/administration/status").status_code == 403


class TestFeeds:
    def test_what_changed_is_an_atom_feed(self, public: Cast) -> None:
        number = _broken(public)
        answer = Client().get("/status/feed.atom")
        assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
        feed = ET.fromstring(answer.content)
        (entry,) = feed.findall(f"{ATOM}entry")
        assert entry.findtext(f"{ATOM}title") == "Mail: Works in part – Mail is slow"
        assert number.encode() not in answer.content
        assert "<script" not in (entry.findtext(f"{ATOM}content") or "")
        end_outage(number, actor=public.lead, at=NOW)
        actions.refresh_status(at=NOW + timedelta(minutes=1))
        again = ET.fromstring(Client().get("/status/feed.atom").content)
        (other,) = again.findall(f"{ATOM}entry")
        assert other.findtext(f"{ATOM}id") == entry.findtext(f"{ATOM}id")
        assert other.findtext(f"{ATOM}title") == "Mail: It works again – Mail is slow"

    @pytest.mark.parametrize(
        "path",
        ["/status/feed.atom", "/status/planned.ics", "/status/mail/feed.atom"],
    )
    def test_the_same_again_is_not_sent_again(self, public: Cast, path: str) -> None:
        _broken(public)
        first = Client().get(path)
        assert first.status_code == 200
        again = Client().get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")

    def test_planned_work_is_a_calendar(self, public: Cast) -> None:
        starts_at = NOW + timedelta(days=2)
        plan = Plan("New disks", ("mail", "laptop"), starts_at, starts_at + timedelta(hours=2))
        plan_work(plan=plan, actor=SYSTEM, at=NOW)
        answer = Client().get("/status/planned.ics")
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
        assert str(event["SUMMARY"]) == "New disks"
        assert event.decoded("DTSTART") == starts_at.replace(microsecond=0)
        assert "Laptop" not in str(event["DESCRIPTION"])

    def test_what_is_not_public_has_no_feed(self, public: Cast) -> None:
        assert Client().get("/status/laptop/feed.atom").status_code == 404
        assert Client().get("/status/laptop/planned.ics").status_code == 404


class TestHearing:
    def test_a_stranger_asks_confirms_and_ends_it(self, public: Cast) -> None:
        stranger = Client()
        answer = stranger.post(
            "/status-mail", {"address": "someone@elsewhere.example", "service": "mail"}
        )
        assert "someone@elsewhere.example" in words_of(answer)
        row = Subscriber.objects.get()
        assert row.confirmed_at is None
        stranger.get(f"/status-mail/confirm/{row.token}")
        row.refresh_from_db()
        assert row.confirmed_at is None  # a program that follows links confirms nothing
        stranger.post(f"/status-mail/confirm/{row.token}")
        row.refresh_from_db()
        assert row.confirmed_at is not None
        stranger.get(f"/status-mail/end/{row.token}")
        assert Subscriber.objects.exists()
        by_program = Client(enforce_csrf_checks=True)
        gone = by_program.post(f"/status-mail/end/{row.token}", {"List-Unsubscribe": "One-Click"})
        assert gone.status_code == 200
        assert not Subscriber.objects.exists()
        assert stranger.post(f"/status-mail/confirm/{row.token}").status_code == 410

    def test_what_is_wrong_is_said(self, public: Cast) -> None:
        assert Client().post("/status-mail", {"address": "nobody"}).status_code == 422
        hidden = {"address": "a@b.example", "service": "laptop"}
        assert Client().post("/status-mail", hidden).status_code == 404

    def test_people_of_the_house_need_one_click(self, cast: Cast) -> None:
        browser = browser_of(cast.requester)
        browser.post("/status-mail", {"service": ""})
        assert Subscriber.objects.get().person_id == cast.requester.person_id
        assert "You are written to whenever this changes." in words_of(browser.get("/status"))
        browser.post("/status-mail", {"service": "", "do": "end"})
        assert not Subscriber.objects.exists()


class TestWithoutTheDatabase:
    def test_the_last_page_is_shown_with_its_time(
        self, public: Cast, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.DATA_DIRECTORY = tmp_path
        _broken(public)
        write_last_pages(at=NOW)
        assert sorted(each.name for each in (tmp_path / "status").iterdir()) == [
            "last.en.html",
            "last.fr.html",
        ]

        def unreachable(*_given: Any, **_more: Any) -> None:
            raise OperationalError

        monkeypatch.setattr("timshel.interfaces.web.middleware.resolve_actor", unreachable)
        client = Client(raise_request_exception=False)
        page = client.get("/status")
        assert page.status_code == 200
        words = words_of(page)
        assert "Mail is slow" in words
        assert "Our own system cannot be reached in full" in words
        assert "(UTC)" in words
        assert "Laptop" not in words
        assert page.headers["Cache-Control"] == "no-store"
        assert client.get("/status/feed.atom").status_code == 503
        assert client.get("/").status_code == 503
        assert client.post("/status").status_code == 503

    def test_without_a_page_it_says_come_back_soon(
        self, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.DATA_DIRECTORY = tmp_path

        def unreachable(*_given: Any, **_more: Any) -> None:
            raise OperationalError

        monkeypatch.setattr("timshel.interfaces.web.middleware.resolve_actor", unreachable)
        assert Client(raise_request_exception=False).get("/status").status_code == 503

    def test_a_server_that_was_stopped_is_noticed(self, tmp_path: Path) -> None:
        folder = tmp_path / "status"
        folder.mkdir()
        (folder / "last.en.html").write_text("It is the last page", encoding="utf-8")
        (tmp_path / "pg").mkdir()
        asked = subprocess.run(
            [sys.executable, "-c", ASK_WITHOUT, str(tmp_path / "pg")],
            env={**os.environ, "TIMSHEL_DATA": str(tmp_path), "TIMSHEL_LOG_LEVEL": "CRITICAL"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert asked.stdout.splitlines() == [
            "/status 200 True",
            "/status/mail 200 True",
            "/status/feed.atom 503 False",
            "/ 503 False",
            "/status?a=b 200 True",
        ], asked.stderr[-2_000:]
