"""Every page in French: it speaks it, and its longer words fit into the narrowest window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.journeys.accessibility import too_wide
from tests.journeys.pages import PAGES
from tests.journeys.reception import Doors, Reception, Seats
from tests.journeys.words import Words


@pytest.fixture(scope="module")
def seats(doors: Doors) -> Iterator[Seats]:
    people = Reception(doors)
    yield Seats(people, "fr")
    people.close()


def test_the_words_are_french() -> None:
    assert Words("fr")("Something is broken") != "Something is broken"


@pytest.mark.parametrize("name", PAGES)
def test_page(seats: Seats, name: str) -> None:
    page = PAGES[name]
    visitor = seats.of(page.username)
    page.open(visitor)
    expect(visitor.page.locator("html")).to_have_attribute("lang", "fr")
    wrong = [*too_wide(visitor.page), *visitor.troubles]
    assert not wrong, "\n\n".join(wrong)
