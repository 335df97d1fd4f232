"""The queues of the desk: who sees what, filters in the address, order, pages, counts, news."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import signing
from django.test import Client

from tests.cast import Cast, opened
from tests.interfaces.web.desk import browser_of, earlier, now, query_count, text_of, words_of
from timshel.interfaces.web.live import SALT
from timshel.relationship_agreement.service_level.actions import warn_and_breach_due
from timshel.resolution_fulfilment.incident import actions


@pytest.fixture
def browser(cast: Cast, settings: Any, tmp_path: Path) -> Client:
    settings.DATA_DIRECTORY = tmp_path
    return browser_of(cast.agent)


def numbers(answer: Any) -> list[str]:
    assert answer.status_code == 200
    return re.findall(r'href="/desk/incidents/(INC\d+)(?:\?[^"]*)?" data-row', text_of(answer))


@pytest.mark.parametrize("address", ["/desk/", "/desk/queues/all", "/desk/people?person=im"])
def test_those_who_only_ask_for_help_are_refused(cast: Cast, address: str) -> None:
    assert browser_of(cast.requester).get(address).status_code == 403


def test_each_queue_holds_its_own(browser: Client, cast: Cast) -> None:
    mine = opened(cast.requester, at=earlier(4))
    free = opened(cast.requester, at=earlier(3))
    others = opened(cast.requester, service="heating", at=earlier(2))
    actions.take_incident(mine, actor=cast.agent, at=earlier(1))
    assert numbers(browser.get("/desk/queues/mine")) == [mine]
    assert set(numbers(browser.get("/desk/queues/teams"))) == {mine, free}
    assert numbers(browser.get("/desk/queues/unassigned")) == [free]
    assert set(numbers(browser.get("/desk/queues/all"))) == {mine, free}
    everything = browser_of(cast.process_owner).get("/desk/queues/all")
    assert set(numbers(everything)) == {mine, free, others}


def test_there_are_no_other_queues(browser: Client) -> None:
    assert browser.get("/desk/queues/secret").status_code == 404
    assert browser.get("/desk/queues/secret/count").status_code == 404


def test_an_empty_queue_says_what_to_do(browser: Client) -> None:
    answer = browser.get("/desk/queues/mine")
    assert "Nothing waits for you. Take something from your teams’ queue." in words_of(answer)
    assert 'href="/desk/queues/teams"' in text_of(answer)


def test_filters_that_fit_nothing_can_be_cleared(browser: Client, cast: Cast) -> None:
    opened(cast.requester)
    answer = browser.get("/desk/queues/all?q=unheard-of")
    assert "Nothing fits these filters" in words_of(answer)
    assert "Clear all filters" in words_of(answer)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("", "open waiting"),
        ("open=all", "open waiting closed"),
        ("open=closed", "closed"),
        ("stage=waiting", "waiting"),
        ("stage=closed", "closed"),
        ("priority=2", "waiting"),
        ("team=service-desk", "open waiting"),
        ("team=workplace", ""),
        ("service=mail", "waiting"),
        ("q=kettle", "waiting"),
        ("q=KETTLE+whistles", "waiting"),
        ("breached=on", "open"),
        ("stage=nonsense&priority=99&open=perhaps&requester=x", "open waiting"),
        ("q=%00", "open waiting"),
    ],
)
def test_filters_stand_in_the_address(
    browser: Client, cast: Cast, filters: str, found: str
) -> None:
    made = {
        "open": opened(cast.requester, at=now() - timedelta(days=60)),
        "waiting": opened(
            cast.other_requester,
            title="The kettle whistles",
            service="mail",
            impact=1,
            urgency=2,
            at=earlier(0.3),
        ),
        "closed": opened(cast.requester, at=earlier(3)),
    }
    actions.wait_incident(made["waiting"], reason="supplier", actor=cast.agent, at=earlier(0.2))
    actions.resolve_incident(
        made["closed"], code="fixed", text="Done", actor=cast.agent, at=earlier(2)
    )
    actions.close_incident(made["closed"], actor=cast.agent, at=earlier(1))
    warn_and_breach_due(at=now())
    answer = browser.get(f"/desk/queues/all?{filters}")
    assert set(numbers(answer)) == {made[each] for each in found.split()}


def test_the_incidents_of_one_person(browser: Client, cast: Cast) -> None:
    theirs = opened(cast.other_requester, at=earlier())
    opened(cast.requester, at=earlier())
    answer = browser.get(f"/desk/queues/all?requester={cast.other_requester.person_id}")
    assert numbers(answer) == [theirs]
    assert "Requester: Solveig Adeyemi" in words_of(answer)


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("", ["urgent", "first", "second"]),
        ("due", ["urgent", "first", "second"]),
        ("nonsense", ["urgent", "first", "second"]),
        ("opened", ["urgent", "second", "first"]),
        ("updated", ["first", "urgent", "second"]),
        ("priority", ["urgent", "first", "second"]),
    ],
)
def test_orders(browser: Client, cast: Cast, sort: str, order: list[str]) -> None:
    made = {
        "first": opened(cast.requester, at=earlier(5)),
        "second": opened(cast.requester, at=earlier(4)),
        "urgent": opened(cast.requester, impact=1, urgency=1, at=earlier(3)),
    }
    actions.note_on_incident(made["first"], text="Seen", actor=cast.agent, at=earlier(1))
    answer = browser.get(f"/desk/queues/all?sort={sort}")
    assert numbers(answer) == [made[each] for each in order]


def test_pages_go_on_by_key_and_keep_the_filters(browser: Client, cast: Cast) -> None:
    made = [opened(cast.requester, title=f"Lamp {each}", at=earlier()) for each in range(53)]
    first = browser.get("/desk/queues/all?q=lamp&sort=opened")
    address = re.search(r'rel="next" href="([^"]+)"', text_of(first))
    assert address is not None
    assert "q=lamp" in address[1]
    assert "sort=opened" in address[1]
    second = browser.get(f"/desk/queues/all{address[1]}")
    assert len(numbers(first)) == 50
    assert numbers(first) + numbers(second) == made[::-1]
    assert 'rel="prev"' in text_of(second)


def test_a_forged_page_address_is_refused(browser: Client) -> None:
    assert browser.get("/desk/queues/all?cursor=bm9uc2Vuc2U").status_code == 422


def test_nothing_is_counted_unless_asked(browser: Client, cast: Cast) -> None:
    opened(cast.requester, at=earlier())
    opened(cast.requester, title="Lamp", at=earlier())
    page = browser.get("/desk/queues/all?q=lamp")
    assert "Count these" in words_of(page)
    assert 'hx-get="/desk/queues/all/count?q=lamp"' in text_of(page)
    assert words_of(browser.get("/desk/queues/all/count?q=lamp")) == "1 piece of work"
    assert "2 pieces of work" in words_of(browser.get("/desk/queues/all?count=1"))


def test_a_row_tells_who_asks_and_what_is_late(browser: Client, cast: Cast) -> None:
    opened(cast.manager, service="laptop", at=now() - timedelta(days=60))
    text = text_of(browser.get("/desk/queues/all"))
    assert 'class="row-late"' in text
    assert 'aria-label="VIP"' in text
    assert "Wendell Achterberg" in text
    assert "late</time>" in text


def test_a_paused_clock_is_said_to_be_paused(browser: Client, cast: Cast) -> None:
    number = opened(cast.requester, at=earlier())
    actions.reply_to_incident(
        number, text="Which one?", wait_for_requester=True, actor=cast.agent, at=earlier(1)
    )
    words = words_of(browser.get("/desk/queues/all"))
    assert "Waiting for the requester" in words
    assert "paused" in words


def test_a_queue_hears_of_what_moves_it(browser: Client, cast: Cast) -> None:
    own = [f"person:{cast.agent.person_id}", f"team:{cast.teams['service-desk']}"]
    regions = {
        "mine": own,
        "teams": own,
        "unassigned": [*own, "unassigned"],
        "all": [*own, "work"],
    }
    for view, expected in regions.items():
        page = text_of(browser.get(f"/desk/queues/{view}"))
        assert 'id="queue-list" data-live-region' in page
        found = re.search(r'data-live-watch="([^"]+)"', page)
        assert found is not None
        assert signing.loads(found[1], salt=SALT)[1] == expected


def test_a_queue_takes_as_many_queries_for_many_as_for_one(
    browser: Client, cast: Cast, django_assert_num_queries: Any
) -> None:
    opened(cast.requester, at=earlier())
    browser.get("/desk/queues/all")
    with django_assert_num_queries(query_count("queue-all")):
        browser.get("/desk/queues/all")
    for _each in range(10):
        opened(cast.requester, service="mail", at=earlier())
    with django_assert_num_queries(query_count("queue-all")):
        browser.get("/desk/queues/all")
