"""Deadlines that explain themselves, and the chain of who had an incident, at the desk."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import SYSTEM, Cast, opened
from tests.interfaces.web.desk import browser_of, earlier, now, text_of, words_of
from timshel.relationship_agreement.service_level import actions as service_level
from timshel.relationship_agreement.service_level.rules.contents import (
    AgreementContent,
    TargetContent,
)
from timshel.relationship_agreement.service_level.states import (
    AgreementKind,
    ClockKind,
    DurationUnit,
)
from timshel.resolution_fulfilment.incident import actions


def agree(code: str, name: str, clock: ClockKind, hours: int, **content: Any) -> None:
    target = TargetContent(kind=clock, amount=hours, unit=DurationUnit.HOURS)
    given: dict[str, Any] = {"kind": AgreementKind.SERVICE, **content}
    made = AgreementContent(name=name, calendar="around-the-clock", targets=(target,), **given)
    by = {"actor": SYSTEM, "at": earlier(100)}
    service_level.save_draft(code, content=made, **by)
    service_level.publish_draft(code, since_ever=True, **by)


def with_a_supplier(cast: Cast) -> str:
    agree("laptops", "Laptops at any hour", ClockKind.RESOLVE, 4, services=("laptop",))
    agree(
        "repairs",
        "Repairs by Northmere",
        ClockKind.HOP,
        1,
        kind=AgreementKind.SUPPLIER,
        supplier="northmere",
    )
    number = opened(cast.requester, at=earlier(6))
    actions.wait_incident(
        number, reason="supplier", supplier="northmere", actor=cast.agent, at=earlier(5)
    )
    return number


class TestWaitingForASupplier:
    def test_the_form_offers_those_we_work_with(self, cast: Cast) -> None:
        number = opened(cast.requester, at=earlier())
        page = text_of(browser_of(cast.agent).get(f"/desk/incidents/{number}/wait"))
        assert '<option value="northmere">Northmere Devices</option>' in page

    def test_it_waits_for_the_one_that_was_chosen(self, cast: Cast) -> None:
        number = opened(cast.requester, at=earlier())
        browser = browser_of(cast.agent)
        answer = browser.post(
            f"/desk/incidents/{number}/wait",
            {"reason": "supplier", "supplier": "northmere", "note": ""},
        )
        assert answer.status_code == 302
        words = words_of(browser.get(f"/desk/incidents/{number}"))
        assert "Waiting for Northmere Devices." in words
        assert "Supplier: Northmere Devices" in words
        assert "Waiting for Northmere Devices" in words_of(browser.get("/desk/queues/teams"))

    def test_a_supplier_for_another_reason_is_refused_at_its_field(self, cast: Cast) -> None:
        number = opened(cast.requester, at=earlier())
        answer = browser_of(cast.agent).post(
            f"/desk/incidents/{number}/wait",
            {"reason": "requester", "supplier": "northmere", "note": "Call them."},
        )
        assert answer.status_code == 422
        page = text_of(answer)
        assert "A supplier can be named only where this waits for a supplier." in page
        assert 'value="northmere" selected' in page
        assert "Call them." in page


class TestExplanation:
    def test_it_begins_with_the_answer(self, cast: Cast) -> None:
        number = with_a_supplier(cast)
        words = words_of(browser_of(cast.agent).get(f"/desk/incidents/{number}/clocks/resolve"))
        assert "Late since" in words
        assert "because the 4 h that “Laptops at any hour” promises were used up then" in words
        assert "6 h used − 2 h over = 4 h promised" in words
        assert "It is made with everybody. It names the service: Laptop and screen." in words
        assert "Standard service levels" in words

    def test_each_clock_of_the_record_and_the_queue_leads_there(self, cast: Cast) -> None:
        number = with_a_supplier(cast)
        browser = browser_of(cast.agent)
        record = text_of(browser.get(f"/desk/incidents/{number}"))
        links = set(re.findall(rf'href="(/desk/incidents/{number}/clocks/\w+)"', record))
        assert links == {
            f"/desk/incidents/{number}/clocks/{kind}" for kind in ("respond", "resolve", "hop")
        }
        for link in links:
            assert browser.get(link).status_code == 200
        assert "Time with Northmere Devices" in record
        queue = text_of(browser.get("/desk/queues/teams"))
        (first,) = re.findall(rf'href="(/desk/incidents/{number}/clocks/\w+)"', queue)
        assert browser.get(first).status_code == 200

    @pytest.mark.parametrize(
        "address",
        ["clocks/weather", "clocks/fulfil", "clocks/resolve?lap=9", "clocks/resolve?lap=x"],
    )
    def test_what_is_not_promised_is_not_found(self, cast: Cast, address: str) -> None:
        number = opened(cast.requester, at=earlier())
        answer = browser_of(cast.agent).get(f"/desk/incidents/{number}/{address}")
        assert answer.status_code == 404

    def test_long_histories_are_folded(self, cast: Cast) -> None:
        agree("slow", "Slowly", ClockKind.RESOLVE, 5_000, services=("laptop",))
        number = opened(cast.requester, at=earlier(24 * 90))
        browser = browser_of(cast.agent)
        address = f"/desk/incidents/{number}/clocks/resolve"
        folded = words_of(browser.get(address))
        assert "days are left out here" in folded
        whole = words_of(browser.get(f"{address}?all=1"))
        assert "days are left out here" not in whole
        assert len(whole) > 3 * len(folded)

    def test_times_are_the_readers(self, cast: Cast) -> None:
        browser = browser_of(cast.agent)
        browser.post("/preferences", {"language": "en", "time_zone": "Asia/Tokyo", "theme": "auto"})
        number = opened(cast.requester, at=earlier())
        words = words_of(browser.get(f"/desk/incidents/{number}/clocks/resolve"))
        assert "JST" in words
        assert "The hours are counted in the zone UTC; there it is due" in words


class TestChain:
    def test_it_says_who_used_up_the_promise(self, cast: Cast) -> None:
        number = with_a_supplier(cast)
        answer = browser_of(cast.agent).get(f"/desk/incidents/{number}/chain")
        words = words_of(answer)
        assert "The promise broke while Northmere Devices had it." in words
        assert "Most of the time that counted was used by Northmere Devices: 5 h, 83 %" in words
        assert "Repairs by Northmere: 5 h of 1 h, Late" in words
        page = text_of(answer)
        assert page.count('class="chain-bar') == 2
        assert "chain-breach" in page
        assert "style=" not in page[page.index('<svg class="chain-picture') :]

    def test_just_opened_it_has_no_picture(self, cast: Cast) -> None:
        number = opened(cast.requester, at=now() + timedelta(seconds=30))
        answer = browser_of(cast.agent).get(f"/desk/incidents/{number}/chain")
        assert answer.status_code == 404

    def test_it_is_not_for_those_who_only_asked(self, cast: Cast) -> None:
        number = opened(cast.facilities_agent, at=earlier())
        browser = browser_of(cast.facilities_agent)
        assert browser.get(f"/desk/incidents/{number}").status_code == 200
        for address in ("chain", "clocks/resolve"):
            assert browser.get(f"/desk/incidents/{number}/{address}").status_code == 403
        page = text_of(browser.get(f"/desk/incidents/{number}"))
        assert "/chain" not in page
        assert "/clocks/" not in page


class TestPortal:
    def test_the_promise_in_plain_words(self, cast: Cast) -> None:
        number = with_a_supplier(cast)
        browser = browser_of(cast.requester)
        assert f"/cases/{number}/promise" in text_of(browser.get(f"/cases/{number}"))
        words = words_of(browser.get(f"/cases/{number}/promise"))
        assert "We are late, and we are sorry." in words
        assert "We promise it within 4 h of our opening hours. So far 6 h have counted." in words

    def test_nothing_internal_is_told(self, cast: Cast) -> None:
        number = with_a_supplier(cast)
        browser = browser_of(cast.requester)
        for address in ("", "/promise", "/promise?all=1"):
            page = text_of(browser.get(f"/cases/{number}{address}"))
            for name in ("Northmere", "Laptops at any hour", "Repairs by", "Around the clock"):
                assert name not in page, (address, name)

    def test_a_promise_that_waits_says_for_what(self, cast: Cast) -> None:
        number = opened(cast.requester, at=earlier())
        actions.wait_incident(number, reason="requester", actor=cast.agent, at=earlier(1))
        words = words_of(browser_of(cast.requester).get(f"/cases/{number}/promise"))
        assert "The promised time stands still: we waited for your answer." in words

    def test_others_do_not_find_it(self, cast: Cast) -> None:
        number = opened(cast.requester, at=earlier())
        for other in (cast.other_requester, cast.agent):
            assert browser_of(other).get(f"/cases/{number}/promise").status_code == 404
