"""Every page, in both themes, wide and narrow: nothing for axe to find, nothing in the console."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.accessibility import findings
from tests.journeys.browser import Visitor
from tests.journeys.pages import PAGES, STRANGER
from tests.journeys.reception import Doors, Reception


class Seats:
    """One window for each person, kept for all pages that they look at."""

    def __init__(self, people: Reception) -> None:
        self._people = people
        self._taken: dict[str, Visitor] = {}

    def of(self, username: str) -> Visitor:
        """Return somebody's window, without what it complained of before."""
        if username not in self._taken:
            is_stranger = username == STRANGER
            self._taken[username] = (
                self._people.stranger() if is_stranger else self._people.person(username)
            )
        visitor = self._taken[username]
        visitor.troubles.clear()
        return visitor


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
