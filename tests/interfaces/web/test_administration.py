"""The administration: who enters, long work that people watch, messages that could not be sent."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing

from tests.cast import SYSTEM, Cast
from tests.interfaces.web.desk import browser_of, earlier, now, query_count, text_of, words_of
from tests.jobs import waiting_jobs
from timshel.interfaces.web.administration.index import CARDS
from timshel.kernel.actor import Actor
from timshel.kernel.journal.models import Entry
from timshel.kernel.progress.actions import (
    advance_errand,
    begin_errand,
    fail_errand,
    finish_errand,
    take_up_errand,
)
from timshel.kernel.progress.models import Errand
from timshel.leadership.authority.access import PERMISSIONS
from timshel.support.communication.actions import (
    DeliveryFailed,
    Message,
    queue_message,
    send_message,
)
from timshel.support.communication.models import OutgoingMessage

JOBS = "/administration/jobs"


def begun(by: Actor = SYSTEM, **given: Any) -> int:
    asked: dict[str, Any] = {"title": "Reading clocks again", "total": 120_000, **given}
    return begin_errand("clocks.refresh", actor=by, at=earlier(), **asked)


def running(by: Actor = SYSTEM, *, done: int = 30_000, **given: Any) -> int:
    key = begun(by, **given)
    with take_up_errand(key, at=earlier(1)):
        advance_errand(key, done=done, cursor=done, at=earlier(0.5))
    return key


def failed(by: Actor = SYSTEM, error: str = "OSError: no space left on device") -> int:
    key = running(by)
    while fail_errand(key, error=error, at=now()):
        pass
    return key


def unsent(cast: Cast, key: str = "news/1", thread: str = "incident.INC0000012") -> int:
    assert cast.requester.person_id is not None
    made = queue_message(
        Message(
            key=key,
            kind="incident.acknowledged",
            thread=thread,
            person_id=cast.requester.person_id,
            address="imre@x.example",
            subject="Secret subject",
            text="Secret text",
        ),
        at=earlier(),
    )
    assert made is not None

    class Refusing:
        def deliver(self, mail: Any, /, *, sender: str) -> None:
            raise DeliveryFailed("The recipient was refused: 550 no such person", is_permanent=True)

    send_message(made, transport=Refusing(), at=now())
    return made


class TestEntrance:
    @pytest.mark.parametrize(
        ("role", "may_enter"),
        [
            ("requester", False),
            ("agent", False),
            ("manager", False),
            ("service_owner", True),
            ("process_owner", True),
            ("auditor", True),
            ("administrator", True),
        ],
    )
    def test_who_may_see_jobs(self, cast: Cast, role: str, may_enter: bool) -> None:
        answer = browser_of(getattr(cast, role)).get(JOBS)
        assert answer.status_code == (200 if may_enter else 403)

    @pytest.mark.parametrize("role", ["requester", "agent", "manager", "auditor"])
    def test_it_is_open_to_whom_a_card_is_open(self, cast: Cast, role: str) -> None:
        actor = getattr(cast, role)
        open_cards = [card for card in CARDS if card.is_open_to(actor)]
        browser = browser_of(actor)
        assert ('href="/administration/"' in text_of(browser.get("/"))) is bool(open_cards)
        answer = browser.get("/administration/")
        assert answer.status_code == (200 if open_cards else 403)
        assert text_of(answer).count('class="admin-card"') == len(open_cards)

    def test_each_card_leads_somewhere(self, cast: Cast) -> None:
        browser = browser_of(cast.administrator)
        page = text_of(browser.get("/administration/"))
        addresses = re.findall(r'class="admin-card" href="([^"]+)"', page)
        assert JOBS in addresses
        assert len(addresses) == len(CARDS)
        for address in addresses:
            assert browser.get(address).status_code == 200

    def test_cards_ask_for_permissions_that_there_are(self) -> None:
        assert {each for card in CARDS for each in card.permissions} <= set(PERMISSIONS)

    def test_it_takes_as_many_queries_as_recorded(
        self, cast: Cast, django_assert_num_queries: Any
    ) -> None:
        browser = browser_of(cast.administrator)
        browser.get("/administration/")
        with django_assert_num_queries(query_count("administration")):
            browser.get("/administration/")


class TestJobs:
    def test_one_under_way_shows_how_far_it_is(self, cast: Cast) -> None:
        running()
        page = browser_of(cast.administrator).get(JOBS)
        assert '<progress class="job-bar" aria-labelledby="job-' in text_of(page)
        assert 'value="25" max="100"' in text_of(page)
        words = words_of(page)
        assert "Reading clocks again Under way 30,000 of 120,000, 25 %" in words
        assert "Asked for by Timshel" in words

    def test_one_whose_length_nobody_knows_has_a_bar_without_an_end(self, cast: Cast) -> None:
        running(total=None)
        page = browser_of(cast.administrator).get(JOBS)
        assert re.search(
            r'<progress class="job-bar" aria-labelledby="[^"]+"></progress>', text_of(page)
        )
        assert "Under way 30,000 done" in words_of(page)

    def test_one_that_waits(self, cast: Cast) -> None:
        begun(total=None)
        page = browser_of(cast.administrator).get(JOBS)
        assert "Waits for its turn" in words_of(page)
        assert "<progress" not in text_of(page)

    def test_one_that_is_done_tells_what_came_of_it(self, cast: Cast) -> None:
        key = running(done=120_000)
        finish_errand(key, result={"note": "<b>All</b> read."}, at=now())
        page = browser_of(cast.administrator).get(JOBS)
        assert "&lt;b&gt;All&lt;/b&gt; read." in page.content.decode()
        assert "Done 120,000 done" in words_of(page)
        assert "<progress" not in text_of(page)

    def test_one_between_two_attempts(self, cast: Cast) -> None:
        key = running()
        fail_errand(key, error="OSError: <no> space", at=now())
        page = browser_of(cast.administrator).get(JOBS)
        words = words_of(page)
        assert "Will be tried again" in words
        assert "Next attempt" in words
        assert "After 1 attempt: OSError: &lt;no&gt; space" in page.content.decode()
        assert "Try again" not in words

    def test_one_that_failed_can_be_tried_again(self, cast: Cast) -> None:
        key = failed()
        browser = browser_of(cast.administrator)
        page = browser.get(JOBS)
        assert "After 5 attempts: OSError: no space left on device" in words_of(page)
        assert f'action="{JOBS}/{key}/retry"' in text_of(page)
        answer = browser.post(f"{JOBS}/{key}/retry", follow=True)
        assert "The job goes on where it was left." in words_of(answer)
        assert "Waits for its turn 30,000 of 120,000, 25 %" in words_of(answer)
        assert waiting_jobs()[-1] == "errands.run"
        entry = Entry.objects.get(verb="errand.retried")
        assert (entry.actor_id, entry.channel) == (cast.administrator.person_id, "desk")
        again = browser.post(f"{JOBS}/{key}/retry")
        assert again.status_code == 409
        assert "Only a job that failed can be tried again." in words_of(again)

    @pytest.mark.parametrize(
        ("role", "status"), [("agent", 403), ("service_owner", 404), ("auditor", 403)]
    )
    def test_without_the_right_nothing_is_tried_again(
        self, cast: Cast, role: str, status: int
    ) -> None:
        key = failed()
        browser = browser_of(getattr(cast, role))
        assert "Try again" not in words_of(browser.get(JOBS))
        assert browser.post(f"{JOBS}/{key}/retry").status_code == status
        assert Errand.objects.get().finished_at is not None

    def test_ones_own_may_be_tried_again_with_a_right_in_a_part(self, cast: Cast) -> None:
        key = failed(cast.service_owner)
        others = failed(cast.administrator)
        browser = browser_of(cast.service_owner)
        page = text_of(browser.get(JOBS))
        assert f'id="job-{key}"' in page
        assert f'id="job-{others}"' not in page
        assert browser.post(f"{JOBS}/{key}/retry").status_code == 302
        assert Errand.objects.get(pk=key).finished_at is None

    def test_an_odd_key_is_nobody_s(self, cast: Cast) -> None:
        browser = browser_of(cast.administrator)
        for key in (0, 10**30):
            assert browser.post(f"{JOBS}/{key}/retry").status_code == 404

    def test_which_are_shown(self, cast: Cast) -> None:
        broken, waiting = failed(), begun()
        browser = browser_of(cast.administrator)
        for show, keys in (
            ("all", {broken, waiting}),
            ("open", {waiting}),
            ("failed", {broken}),
            ("odd", {broken, waiting}),
        ):
            page = text_of(browser.get(f"{JOBS}?show={show}"))
            assert {int(key) for key in re.findall(r'id="job-(\d+)"', page)} == keys, show

    @pytest.mark.parametrize(
        ("show", "said"),
        [("all", "No jobs here"), ("open", "No jobs here"), ("failed", "Nothing failed")],
    )
    def test_an_empty_list_says_so(self, cast: Cast, show: str, said: str) -> None:
        assert said in words_of(browser_of(cast.auditor).get(f"{JOBS}?show={show}"))

    def test_page_by_page(self, cast: Cast) -> None:
        keys = [begun() for _ in range(30)]
        browser = browser_of(cast.administrator)
        first = text_of(browser.get(JOBS))
        onward = re.search(r'rel="next" href="([^"]+)"', first)
        assert onward is not None
        second = text_of(browser.get(JOBS + onward[1]))
        found = [int(key) for key in re.findall(r'id="job-(\d+)"', first + second)]
        assert found == sorted(keys, reverse=True)
        assert browser.get(f"{JOBS}?cursor=odd").status_code == 422

    def test_a_title_is_shown_in_the_reader_s_language(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        begun(title="Save")
        begun(title="")
        page = words_of(browser_of(cast.administrator).get(JOBS))
        assert "clocks.refresh" in page
        assert "Project-Id-Version" not in page

    # What moves is seen by others once it is kept.
    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize(
        ("role", "regions"),
        [("administrator", ["errands", "messages"]), ("auditor", ["errands"])],
    )
    def test_the_page_follows_what_moves(self, cast: Cast, role: str, regions: list[str]) -> None:
        key = running()
        browser = browser_of(getattr(cast, role))
        page = text_of(browser.get(JOBS))
        watch = re.search(r'data-live-watch="([^"]+)"', page)
        assert watch is not None
        assert signing.loads(watch[1], salt="timshel.live")[1] == regions
        assert 'id="jobs" data-live-region' in page
        advance_errand(key, done=60_000, cursor=1, at=now())
        assert browser.get("/live", {"watch": watch[1]}).status_code == 200
        assert 'value="50" max="100"' in text_of(browser.get(JOBS))


class TestUnsent:
    def test_who_sees_what_could_not_be_sent(self, cast: Cast) -> None:
        unsent(cast)
        page = browser_of(cast.administrator).get(JOBS)
        words = words_of(page)
        assert "Messages that could not be sent To imre@x.example INC0000012" in words
        assert "After 1 attempt: The recipient was refused: 550 no such person" in words
        assert "Secret" not in words
        assert 'href="/desk/incidents/INC0000012"' in text_of(page)
        for role in ("auditor", "process_owner", "service_owner"):
            hidden = words_of(browser_of(getattr(cast, role)).get(JOBS))
            assert "Messages that could not be sent" not in hidden
            assert "imre@x.example" not in hidden

    def test_what_no_page_tells_of_is_named_only(self, cast: Cast) -> None:
        unsent(cast, thread="report.7")
        unsent(cast, "news/2", thread="odd")
        page = browser_of(cast.administrator).get(JOBS)
        assert "To imre@x.example odd" in words_of(page)
        assert "To imre@x.example 7" in words_of(page)

    def test_when_all_went_it_says_so(self, cast: Cast) -> None:
        words = words_of(browser_of(cast.administrator).get(JOBS))
        assert "Everything could be sent" in words

    def test_one_is_sent_again(self, cast: Cast) -> None:
        key = unsent(cast)
        browser = browser_of(cast.administrator)
        answer = browser.post("/administration/messages/retry", {"message": key}, follow=True)
        assert "1 message is being sent again." in words_of(answer)
        assert "Everything could be sent" in words_of(answer)
        assert OutgoingMessage.objects.get(pk=key).state == "queued"
        assert waiting_jobs()[-1] == "mail.send"

    def test_all_of_a_page_are_sent_again(self, cast: Cast) -> None:
        keys = [unsent(cast, f"news/{number}") for number in range(3)]
        browser = browser_of(cast.administrator)
        page = text_of(browser.get(JOBS))
        given = re.findall(r'type="hidden" name="message" value="(\d+)"', page)
        assert sorted(map(int, given)) == keys
        browser.post("/administration/messages/retry", {"message": keys[:1]})
        answer = browser.post("/administration/messages/retry", {"message": given}, follow=True)
        assert "2 messages are being sent again." in words_of(answer)

    def test_without_the_right_nothing_is_sent(self, cast: Cast) -> None:
        key = unsent(cast)
        for role in ("agent", "auditor", "process_owner"):
            browser = browser_of(getattr(cast, role))
            answer = browser.post("/administration/messages/retry", {"message": key})
            assert answer.status_code == 403
        assert OutgoingMessage.objects.get(pk=key).state == "failed"

    def test_odd_keys(self, cast: Cast) -> None:
        browser = browser_of(cast.administrator)
        assert browser.post("/administration/messages/retry", {"message": "0"}).status_code == 404
        for given in ({}, {"message": "x"}, {"message": "²"}, {"message": "9" * 40}):
            answer = browser.post("/administration/messages/retry", given, follow=True)
            assert "0 messages are being sent again." in words_of(answer)

    def test_two_lists_are_paged_apart(self, cast: Cast) -> None:
        for number in range(26):
            unsent(cast, f"news/{number}")
            begun()
        browser = browser_of(cast.administrator)
        page = text_of(browser.get(JOBS))
        jobs_next, messages_next = re.findall(r'rel="next" href="([^"]+)"', page)
        assert "cursor=" in jobs_next
        assert "messages=" in messages_next
        both = text_of(browser.get(f"{JOBS}{jobs_next}&{messages_next[1:]}"))
        assert len(re.findall(r'id="job-\d+"', both)) == 1
        assert len(re.findall(r'id="message-\d+"', both)) == 1


def test_as_many_queries_as_recorded_however_much_there_is(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    browser = browser_of(cast.administrator)
    browser.get(JOBS)
    for number in range(5):
        failed()
        unsent(cast, f"news/{number}")
        with django_assert_num_queries(query_count("jobs")):
            browser.get(JOBS)


def test_times_are_told_from_now(cast: Cast) -> None:
    key = running()
    fail_errand(key, error="?", at=now() - timedelta(seconds=30))
    words = words_of(browser_of(cast.administrator).get(JOBS))
    assert "Asked for by Timshel 2 h ago" in words
