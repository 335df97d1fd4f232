"""Messages in the administration: what did not arrive, in which words and whose name they leave."""

from __future__ import annotations

import pytest

from tests.cast import Cast, opened
from tests.interfaces.web.desk import browser_of, now, text_of, words_of
from tests.jobs import waiting_jobs
from tests.mailed import ADDRESS, bounced, trouble_at
from timshel.support.communication.models import (
    AddressTrouble,
    MessageTemplate,
    OutgoingMessage,
    Sender,
)

LIST = "/administration/messages"
WORDS = "/administration/message-templates/incident.opened/en"


class TestMessages:
    def test_what_came_back_is_listed_with_its_reason(self, cast: Cast) -> None:
        bounced(cast.requester.person_id, at=now())
        page = words_of(browser_of(cast.administrator).get(LIST))
        assert f"To {ADDRESS}" in page
        assert "It was taken, and came back. 550 5.1.1 nobody there" in page
        assert "of their own" not in page, "lists do not say what a mail says"

    @pytest.mark.parametrize(("show", "is_there"), [("bounced", True), ("failed", False)])
    def test_each_heading_shows_its_own(self, cast: Cast, show: str, is_there: bool) -> None:
        bounced(cast.requester.person_id, at=now())
        page = words_of(browser_of(cast.administrator).get(f"{LIST}?show={show}"))
        assert (f"To {ADDRESS}" in page) is is_there

    def test_an_address_is_looked_for(self, cast: Cast) -> None:
        bounced(cast.requester.person_id, at=now())
        browser = browser_of(cast.administrator)
        assert f"To {ADDRESS}" in words_of(browser.get(f"{LIST}?address=IMRE@x.example"))
        assert f"To {ADDRESS}" not in words_of(browser.get(f"{LIST}?address=other@x.example"))

    def test_it_says_nothing_to_who_may_not_read_the_case(self, cast: Cast) -> None:
        key = bounced(
            cast.requester.person_id, about=f"incident.{opened(cast.requester)}", at=now()
        )
        page = text_of(browser_of(cast.administrator).get(f"{LIST}/{key}"))
        assert "of their own" not in page
        assert "nobody there" in page

    def test_it_says_all_but_secrets_to_who_may(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from timshel.interfaces.web.administration import messages

        monkeypatch.setattr(messages, "readable_thread", lambda *_given, **_named: True)
        page = text_of(
            browser_of(cast.administrator).get(
                f"{LIST}/{bounced(cast.requester.person_id, at=now())}"
            )
        )
        assert "A subject of their own" in page
        assert "https://desk.x.example/rate/…" in page
        assert "Qx7AbCdEf" not in page

    def test_the_chosen_ones_are_sent_again(self, cast: Cast) -> None:
        key = bounced(cast.requester.person_id, at=now())
        AddressTrouble.objects.all().delete()
        answer = browser_of(cast.administrator).post(f"{LIST}/resend", {"message": [key, "x", 0]})
        assert (answer.status_code, answer["Location"]) == (302, LIST)
        assert OutgoingMessage.objects.get(pk=key).state == "queued"
        assert "mail.send" in waiting_jobs()

    def test_the_mark_is_taken_off(self, cast: Cast) -> None:
        bounced(cast.requester.person_id, at=now())
        browser = browser_of(cast.administrator)
        page = words_of(browser.get("/administration/message-addresses"))
        assert ADDRESS in page
        assert "Nothing is sent" in page
        browser.post(f"/administration/message-addresses/{trouble_at()}/clear")
        assert not AddressTrouble.objects.exists()


class TestWords:
    def test_a_preview_keeps_nothing(self, cast: Cast) -> None:
        given = {"subject": "{{ number }}!", "text": "Dear {{ name }}", "do": "preview"}
        page = text_of(browser_of(cast.administrator).post(WORDS, given))
        assert "INC0000012!" in page
        assert "Dear Imre Castellane" in page
        assert not MessageTemplate.objects.exists()

    def test_a_fault_is_named_beside_its_field(self, cast: Cast) -> None:
        browser = browser_of(cast.administrator)
        for do in ("preview", "draft", "force"):
            given = {"subject": "{{ secret }}", "text": "{% x %}", "do": do}
            answer = browser.post(WORDS, given)
            assert answer.status_code == 422
            page = words_of(answer)
            assert "There is no value “secret” in this message." in page
            assert "“{% x %}” is no place for a value." in page
        assert not MessageTemplate.objects.exists()

    def test_words_are_put_into_force_and_taken_back(self, cast: Cast) -> None:
        browser = browser_of(cast.administrator)
        browser.post(WORDS, {"subject": "Ours", "text": "Ours", "do": "force"})
        assert MessageTemplate.objects.get().subject == "Ours"
        assert "Worded by Zachary Penrose" in words_of(browser.get(WORDS))
        browser.post(f"{WORDS}/restore", {"do": "all"})
        assert not MessageTemplate.objects.exists()
        assert "The words that are shipped hold." in words_of(browser.get(WORDS))

    def test_the_values_stand_beside(self, cast: Cast) -> None:
        page = text_of(browser_of(cast.administrator).get(WORDS))
        assert '<code data-letter-value="moment">{{ moment }}</code>' in page

    @pytest.mark.parametrize("address", ["no.such/en", "incident.opened/xx"])
    def test_what_is_not_there(self, cast: Cast, address: str) -> None:
        answer = browser_of(cast.administrator).get(f"/administration/message-templates/{address}")
        assert answer.status_code == 404

    def test_the_list_names_all_kinds(self, cast: Cast) -> None:
        page = words_of(browser_of(cast.administrator).get("/administration/message-templates"))
        assert "To the requester: the report has arrived" in page
        assert "[{{ number }}] We received your report: {{ title }}" in page


class TestSenders:
    def test_a_team_writes_in_its_own_name(self, cast: Cast) -> None:
        browser = browser_of(cast.administrator)
        address = "/administration/message-senders/service-desk"
        given = {"name": "Network team", "address": "network@x.example", "mailbox": ""}
        assert browser.post(address, given).status_code == 302
        assert str(Sender.objects.get()) == "Network team <network@x.example>"
        assert "network@x.example" in text_of(browser.get("/administration/message-senders"))
        browser.post(f"{address}/drop")
        assert not Sender.objects.exists()

    def test_what_is_no_address_is_refused(self, cast: Cast) -> None:
        given = {"name": "Network", "address": "nobody", "mailbox": ""}
        answer = browser_of(cast.administrator).post(
            "/administration/message-senders/service-desk", given
        )
        assert answer.status_code == 422
        assert not Sender.objects.exists()

    def test_there_is_no_such_team(self, cast: Cast) -> None:
        answer = browser_of(cast.administrator).get("/administration/message-senders/none")
        assert answer.status_code == 404
