"""The ten main pages are light, stand still, and are there before any script is.

A first visit stays below 200 kB compressed, a later one below 30 kB; nothing moves by itself.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import DESK, PHONE
from tests.journeys.openers import record_at
from tests.journeys.reception import Reception
from tests.journeys.weight import SHIFTS, STILL, weigh

FIRST, LATER = 200_000, 30_000
RECORD = "record"
MAIN_PAGES = {
    "home": ("requester", "/"),
    "catalogue": ("requester", "/catalogue"),
    "report": ("requester", "/report/laptop"),
    "cases": ("requester", "/cases"),
    "charter": ("requester", "/charter"),
    "your-day": ("agent", "/desk/"),
    "queue": ("agent", "/desk/queues/teams"),
    "record": ("agent", RECORD),
    "call": ("agent", "/desk/log"),
    "report-card": ("manager", "/governance/report-cards/service/mail"),
}


@pytest.mark.parametrize("width", [DESK, PHONE])
@pytest.mark.parametrize("name", MAIN_PAGES)
def test_page(reception: Reception, name: str, width: int) -> None:
    username, path = MAIN_PAGES[name]
    if path == RECORD:
        path = str(record_at("in_progress")(reception.person(username)))
    visitor = reception.person(username, width=width)
    visitor.page.add_init_script(SHIFTS)
    first = weigh(visitor, path)
    assert first.weight < FIRST, f"{first.weight} at first\n{first.heaviest()}"
    later = weigh(visitor, path)
    assert later.weight < LATER, f"{later.weight} later\n{later.heaviest()}"
    for load in (first, later):
        assert load.shift < STILL, f"{load.shift}: {load.shifts}"


@pytest.mark.parametrize("name", MAIN_PAGES)
def test_it_is_there_before_any_script(reception: Reception, name: str) -> None:
    username, path = MAIN_PAGES[name]
    if path == RECORD:
        path = str(record_at("in_progress")(reception.person(username)))
    visitor = reception.person(username)
    visitor.page.route("**/*.js", lambda route: route.abort())
    visitor.page.goto(visitor.address + path)
    heading = visitor.page.get_by_role("heading", level=1)
    expect(heading).to_be_visible()
    words = visitor.page.get_by_role("main").inner_text()
    assert len(words) > 100, words
    visitor.troubles.clear()  # the browser complains of the scripts that were kept away
