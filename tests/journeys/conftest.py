"""What the journeys share: one product, one browser, and one sign-in for each person."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.browser import launch
from tests.journeys.house import House, open_house
from tests.journeys.mail import MailFolder
from tests.journeys.reception import Doors, Reception

HERE = Path(__file__).parent
FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.journey)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Iterator[None]:
    outcome: Any = yield
    report = outcome.get_result()
    if report.when == "call":
        item.stash[FAILED] = report.failed


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright's loop runs in this thread, which Django takes for asynchronous code when other
    # tests of the same run use the database.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        running = launch(playwright)
        yield running
        running.close()


@pytest.fixture(scope="session")
def house(browser: Browser) -> Iterator[House]:
    """The running product; the browser is looked for first, since without it nothing else helps."""
    with open_house() as running:
        yield running


@pytest.fixture(scope="session")
def mail_folder(house: House) -> MailFolder:
    return MailFolder(house.mail)


@pytest.fixture(scope="session")
def doors(browser: Browser, house: House) -> Doors:
    return Doors(browser, house)


@pytest.fixture
def reception(doors: Doors, request: pytest.FixtureRequest) -> Iterator[Reception]:
    """Lets people in for one test; no browser may have had anything to complain of.

    With ``TIMSHEL_JOURNEY_PICTURES`` what they saw last is kept in that folder when it fails.
    """
    people = Reception(doors)
    yield people
    folder = os.environ.get("TIMSHEL_JOURNEY_PICTURES", "")
    if folder and request.node.stash.get(FAILED, False):
        people.keep_pictures(Path(folder), request.node.name)
    people.close()
    assert not people.troubles(), "\n".join(people.troubles())
