"""Every page, wide and narrow, in both themes and in French: no fault of axe's, no complaint.

In French a page must speak it, and its longer words must fit into the narrowest window.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.journeys.accessibility import findings, too_wide
from tests.journeys.pages import PAGES
from tests.journeys.reception import Doors, Reception, Seats
from tests.journeys.words import Words


@pytest.fixture(scope="module")
def seats(doors: Doors) -> Iterator[Seats]:
    people = Reception(doors)
    yield Seats(people)
    people.close()


def test_the_words_are_french() -> None:
    assert Words("fr")("Something is broken") != "Something is broken"


@pytest.mark.parametrize("name", PAGES)
def test_page(seats: Seats, name: str) -> None:
    page = PAGES[name]
    visitor = seats.of(page.username)
    address = page.open(visitor)
    wrong = findings(visitor.page, within=page.within)
    with visitor.reading("fr"):
        if isinstance(address, str):  # as it was opened, without the way there
            visitor.open(address)
        else:
            page.open(visitor)
        expect(visitor.page.locator("html")).to_have_attribute("lang", "fr")
        wrong += [f"in French: {each}" for each in too_wide(visitor.page)]
    wrong += visitor.troubles
    visitor.page.goto("about:blank")  # lest it asks for news while others are looked at
    assert not wrong, "\n\n".join(wrong)
