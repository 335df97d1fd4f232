"""Every page, in both themes, wide and narrow: nothing for axe to find, nothing in the console."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.accessibility import findings
from tests.journeys.pages import PAGES
from tests.journeys.reception import Doors, Reception, Seats


@pytest.fixture(scope="module")
def seats(doors: Doors) -> Iterator[Seats]:
    people = Reception(doors)
    yield Seats(people)
    people.close()


@pytest.mark.parametrize("name", PAGES)
def test_page(seats: Seats, name: str) -> None:
    page = PAGES[name]
    visitor = seats.of(page.username)
    page.open(visitor)
    wrong = [*findings(visitor.page, within=page.within), *visitor.troubles]
    assert not wrong, "\n\n".join(wrong)
