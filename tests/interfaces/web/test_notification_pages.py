"""The bell, the list of notices, and choosing what one is told: plain forms and links."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, time
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests.cast import AT, Cast, account, opened
from tests.jobs import run_jobs
from tests.push import Browser
from timshel.kernel.actor import Actor
from timshel.leadership.authority.models import Grant
from timshel.resolution_fulfilment.incident.actions import assign_incident, reply_to_incident
from timshel.support.communication.models import OutgoingMessage
from timshel.support.notification import queries
from timshel.support.notification.actions import News, notify
from timshel.support.notification.models import Choice, Device, Notice, ReadingHabit
from timshel.support.notification.records import About
from timshel.support.notification.topics import Topic

COUNT = re.compile(r'id="bell-count" hx-get="([^"]+)"')
READ = re.compile(r'hx-post="(/notifications/record[^"]+)"')


def browser(who: Actor) -> Client:
    client = Client()
    client.force_login(account(who))
    return client


def now() -> datetime:
    return datetime.now(UTC)


def text_of(response: Any) -> str:
    return str(response.content.decode())


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


@pytest.fixture
def number(cast: Cast) -> str:
    found = opened(cast.requester)
    assign_incident(
        found, team="service-desk", assignee_id=cast.agent.person_id, actor=cast.lead, at=AT
    )
    return found


def tell(who: Actor, number: str, *, key: str = "1", excerpt: str = "") -> Notice:
    news = News(
        topic=Topic.ANSWERED,
        key=key,
        people=[who.person_id or 0],
        about=About("incident", number),
        parts={"number": number, "title": "Screen", "by": "Imre", "excerpt": excerpt},
    )
    notify(news, at=now())
    return Notice.objects.get(key=key, person_id=who.person_id)


def unread(who: Actor) -> int:
    return queries.unread_count(who.person_id or 0)


class TestBell:
    def test_counts_what_is_unread_without_a_session(self, cast: Cast, number: str) -> None:
        tell(cast.agent, number)
        page = text_of(browser(cast.agent).get("/"))
        address = COUNT.search(page)
        assert address is not None
        assert words(text_of(Client().get(address[1]))) == " 1 1 unread notice "

    def test_shows_nothing_where_all_is_read(self, cast: Cast) -> None:
        page = text_of(browser(cast.agent).get("/"))
        address = COUNT.search(page)
        assert address is not None
        assert text_of(Client().get(address[1])).strip() == ""

    @pytest.mark.parametrize("who", ["", "x", "WzFd:forged"])
    def test_answers_nobody_else(self, db: None, who: str) -> None:
        assert Client().get(f"/notifications/count?who={who}").status_code == 400
        assert Client().post(f"/notifications/record?who={who}").status_code == 400

    def test_the_value_of_one_question_is_none_of_the_other(self, cast: Cast) -> None:
        page = text_of(browser(cast.agent).get("/"))
        address = COUNT.search(page)
        assert address is not None
        signed = urlsplit(address[1]).query
        assert Client().post(f"/notifications/record?{signed}").status_code == 400

    def test_the_page_of_a_record_marks_its_notices_read(self, cast: Cast, number: str) -> None:
        tell(cast.agent, number)
        other = opened(cast.requester)
        tell(cast.agent, other, key="2")
        page = text_of(browser(cast.agent).get(f"/desk/incidents/{number}"))
        assert unread(cast.agent) == 2  # a page that was only fetched is not read
        address = READ.search(page)
        assert address is not None
        answer = Client().post(address[1])
        assert words(text_of(answer)) == " 1 1 unread notice "
        assert unread(cast.agent) == 1

    def test_so_does_that_of_a_case(self, cast: Cast, number: str) -> None:
        tell(cast.requester, number)
        page = text_of(browser(cast.requester).get(f"/cases/{number}"))
        address = READ.search(page)
        assert address is not None
        Client().post(address[1])
        assert unread(cast.requester) == 0

    def test_the_panel_shows_the_latest(self, cast: Cast, number: str) -> None:
        for each in range(10):
            tell(cast.agent, number, key=str(each))
        shown = text_of(browser(cast.agent).get("/notifications/panel"))
        assert shown.count("notice-open") == 8
        assert Notice.objects.filter(seen_at__isnull=False).count() == 10
        assert unread(cast.agent) == 10


class TestList:
    def test_says_what_happened_and_leads_there(self, cast: Cast, number: str) -> None:
        row = tell(cast.agent, number, excerpt="It hums.")
        client = browser(cast.agent)
        page = words(text_of(client.get("/notifications")))
        assert f"Unread. Imre answered on {number}: Screen It hums." in page
        answer = client.get(f"/notifications/{row.pk}/open")
        assert answer["Location"] == f"/desk/incidents/{number}"
        assert unread(cast.agent) == 0

    def test_escapes_what_people_wrote(self, cast: Cast, number: str) -> None:
        tell(cast.agent, number, excerpt="<script>alert(1)</script>")
        assert "<script>alert" not in text_of(browser(cast.agent).get("/notifications"))

    def test_hides_what_one_may_no_longer_see(self, cast: Cast, number: str) -> None:
        row = tell(cast.agent, number, excerpt="Xylophone")
        client = browser(cast.agent)
        Grant.objects.filter(person_id=cast.agent.person_id).delete()
        page = text_of(client.get("/notifications"))
        assert "Xylophone" not in page
        assert number not in page
        assert "You can no longer see what this was about." in page
        assert client.get(f"/notifications/{row.pk}/open")["Location"] == "/notifications"

    def test_read_unread_and_all(self, cast: Cast, number: str) -> None:
        first, second = tell(cast.agent, number), tell(cast.agent, number, key="2")
        client = browser(cast.agent)
        answer = client.post(f"/notifications/{first.pk}/read", {"read": "yes"})
        assert answer["Location"] == "/notifications"
        assert unread(cast.agent) == 1
        client.post(f"/notifications/{first.pk}/read", {"read": "no"})
        assert unread(cast.agent) == 2
        client.post("/notifications/read", {"newest": str(first.pk)})
        assert unread(cast.agent) == 1
        client.post("/notifications/read", {"next": "https://elsewhere.example/"})
        assert unread(cast.agent) == 0
        assert second.pk > first.pk

    def test_is_filtered(self, cast: Cast, number: str) -> None:
        tell(cast.agent, number)
        client = browser(cast.agent)
        for address, count in (
            ("?show=unread", 1),
            ("?about=work", 1),
            ("?about=approval", 0),
            ("?about=other", 0),
            ("?about=unheard-of&show=of", 1),
        ):
            page = text_of(client.get(f"/notifications{address}"))
            assert page.count('class="notice-open"') == count, address

    def test_somebody_elses_is_not_there(self, cast: Cast, number: str) -> None:
        row = tell(cast.agent, number)
        client = browser(cast.lead)
        assert client.get(f"/notifications/{row.pk}/open").status_code == 404
        assert client.post(f"/notifications/{row.pk}/read").status_code == 404
        assert client.get("/notifications/99999999999999999999/open").status_code == 404

    def test_an_answer_of_the_requester_arrives(self, cast: Cast, number: str) -> None:
        run_jobs()
        reply_to_incident(number, text="It hums.", actor=cast.requester, at=now())
        run_jobs()
        page = words(text_of(browser(cast.agent).get("/notifications?show=unread")))
        assert f"answered on {number}" in page
        assert "It hums." in page


FORM = {"rhythm": "daily", "digest_hour": "7", "quiet_from": "22:00", "quiet_until": "06:30"}


class TestPreferences:
    def test_the_matrix_is_a_form(self, cast: Cast) -> None:
        client = browser(cast.agent)
        page = text_of(client.get("/preferences/notifications"))
        ticked = re.findall(r'name="choice" value="([^"]+)" checked', page)
        assert "work.assigned mail" in ticked
        assert "work.team_assigned product" not in ticked
        assert re.search(r'value="approval.asked mail" checked disabled', page)
        wanted = [each for each in ticked if each != "work.assigned mail"]
        wanted.append("work.team_assigned product")
        answer = client.post("/preferences/notifications", {**FORM, "choice": wanted})
        assert answer.status_code == 302
        assert set(Choice.objects.values_list("topic", "way", "is_wanted")) == {
            ("work.assigned", "mail", False),
            ("work.team_assigned", "product", True),
        }
        habit = ReadingHabit.objects.get(person_id=cast.agent.person_id)
        assert (habit.rhythm, habit.digest_hour) == ("daily", 7)
        assert (habit.quiet_from, habit.quiet_until) == (time(22), time(6, 30))
        assert not habit.lets_urgent_through

    def test_what_does_not_fit_is_said_at_its_field_and_nothing_is_kept(self, cast: Cast) -> None:
        answer = browser(cast.agent).post(
            "/preferences/notifications", {**FORM, "quiet_until": "", "choice": []}
        )
        assert answer.status_code == 422
        assert "Quiet hours need a beginning and an end." in text_of(answer)
        assert not Choice.objects.exists()
        assert not ReadingHabit.objects.exists()

    def test_a_requester_is_asked_about_less(self, cast: Cast) -> None:
        page = text_of(browser(cast.requester).get("/preferences/notifications"))
        assert "Somebody replies on a case of mine" in page
        assert "Work is given to me" not in page

    def test_send_me_one_now(self, cast: Cast) -> None:
        browser(cast.requester).post("/preferences/notifications/try")
        assert unread(cast.requester) == 1
        assert OutgoingMessage.objects.get().person_id == cast.requester.person_id


class TestDevices:
    def body(self, **more: Any) -> str:
        keys = Browser()
        return json.dumps(
            {
                "endpoint": "https://push.example/send/a",
                "keys": {"p256dh": keys.public_key, "auth": keys.secret},
                "name": "Firefox · Linux",
                **more,
            }
        )

    def post(self, client: Client, address: str, body: str) -> Any:
        return client.post(
            f"/preferences/notifications/{address}", body, content_type="application/json"
        )

    def test_added_shown_and_removed(self, cast: Cast) -> None:
        client = browser(cast.agent)
        assert self.post(client, "devices", self.body()).status_code == 201
        device = Device.objects.get()
        assert "Firefox · Linux" in text_of(client.get("/preferences/notifications"))
        removed = f"/preferences/notifications/devices/{device.pk}/remove"
        assert browser(cast.lead).post(removed).status_code == 404
        assert client.post(removed).status_code == 302
        assert not Device.objects.exists()

    def test_forgotten_by_the_browser_itself(self, cast: Cast) -> None:
        client = browser(cast.agent)
        self.post(client, "devices", self.body())
        gone = json.dumps({"endpoint": "https://push.example/send/a"})
        assert self.post(client, "devices/forget", gone).status_code == 204
        assert self.post(client, "devices/forget", gone).status_code == 204
        assert not Device.objects.exists()

    @pytest.mark.parametrize(
        "body",
        [
            "",
            "[]",
            "{",
            '{"endpoint": 5, "keys": 7}',
            '{"endpoint": "http://push.example/"}',
            '{"name": "' + "a" * 6_000 + '"}',
        ],
    )
    def test_what_is_no_subscription_is_refused(self, cast: Cast, body: str) -> None:
        assert self.post(browser(cast.agent), "devices", body).status_code == 422
        assert not Device.objects.exists()

    def test_no_other_page_can_add_one(self, cast: Cast) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(account(cast.agent))
        assert self.post(client, "devices", self.body()).status_code == 403

    def test_the_worker_listens_in_its_own_folder(self, db: None) -> None:
        answer = Client().get("/notifications/worker.js")
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("text/javascript")
        assert "Service-Worker-Allowed" not in answer
