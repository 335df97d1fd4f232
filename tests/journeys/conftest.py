"""What the journeys share: one product, one browser, and one sign-in for each person."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.browser import DESK, Visitor, launch, window
from tests.journeys.house import House, open_house
from tests.journeys.mail import MailFolder

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.journey)


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


class Reception:
    """Lets people in: each signs in once, and comes back with the same session."""

    def __init__(self, browser: Browser, house: House) -> None:
        self._browser = browser
        self._house = house
        self._sessions: dict[str, Any] = {}
        self._languages: dict[str, str] = {}
        self.visitors: list[Visitor] = []

    def stranger(self, *, width: int = DESK, language: str = "en", **options: Any) -> Visitor:
        """Return somebody who has not signed in."""
        context = window(self._browser, width=width, language=language, **options)
        visitor = Visitor(context, self._house.address, language)
        self.visitors.append(visitor)
        return visitor

    def person(
        self, username: str, *, width: int = DESK, language: str = "en", **options: Any
    ) -> Visitor:
        """Return somebody signed in, reading a language.

        Args:
            username: of a demonstration account.
            width: of the window.
            language: chosen in the menu where it is not the person's already.
            options: what else Playwright knows of a context.
        """
        self._introduce(username)
        options["storage_state"] = self._sessions[username]
        self._speak(username, language)
        return self.stranger(width=width, language=language, **options)

    def _introduce(self, username: str) -> None:
        if username in self._sessions:
            return
        visitor = self.stranger()
        visitor.sign_in(username, self._house.password)
        self._sessions[username] = visitor.context.storage_state()
        self._languages[username] = visitor.page.locator("html").get_attribute("lang") or ""
        visitor.context.close()

    def _speak(self, username: str, language: str) -> None:
        if self._languages[username] == language:
            return
        visitor = self.stranger(storage_state=self._sessions[username])
        visitor.open("/preferences")
        visitor.read_in(language)
        self._languages[username] = language
        visitor.context.close()

    def close(self) -> list[str]:
        """Close all windows and return what went wrong in them."""
        troubles = [trouble for visitor in self.visitors for trouble in visitor.troubles]
        for visitor in self.visitors:
            visitor.context.close()
        self.visitors.clear()
        return troubles


@pytest.fixture(scope="session")
def _reception(browser: Browser, house: House) -> Reception:
    return Reception(browser, house)


@pytest.fixture
def reception(_reception: Reception, request: pytest.FixtureRequest) -> Iterator[Reception]:
    """Lets people in for one test; afterwards no browser may have had anything to complain of."""
    yield _reception
    failed = getattr(request.node, "failed_with", None)
    if failed and os.environ.get("TIMSHEL_JOURNEY_PICTURES"):
        _keep_pictures(_reception, Path(os.environ["TIMSHEL_JOURNEY_PICTURES"]), request.node.name)
    troubles = _reception.close()
    assert not troubles, "\n".join(troubles)


def _keep_pictures(reception: Reception, folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for position, visitor in enumerate(reception.visitors):
        if not visitor.page.is_closed():
            visitor.page.screenshot(path=folder / f"{name}-{position}.png", full_page=True)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Iterator[None]:
    outcome: Any = yield
    report = outcome.get_result()
    if report.when == "call" and report.failed:
        item.failed_with = report.longreprtext  # type: ignore[attr-defined]


Enter = Callable[..., Visitor]
