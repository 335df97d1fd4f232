"""Who lets people in: each signs in once in a whole run, and comes back with the same session."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tests.journeys.browser import DESK, Visitor, window
from tests.journeys.house import House


class Doors:
    """The ways in.

    Args:
        browser: that everybody uses, each with windows of their own.
        house: the product.
    """

    def __init__(self, browser: Browser, house: House) -> None:
        self._browser = browser
        self._house = house
        self._sessions: dict[str, Any] = {}
        self._languages: dict[str, str] = {}

    def stranger(self, *, width: int = DESK, language: str = "en", **options: Any) -> Visitor:
        """Return somebody who has not signed in."""
        context = window(self._browser, width=width, language=language, **options)
        return Visitor(context, self._house.address, language)

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
        if username not in self._sessions:
            self._introduce(username)
        if self._languages[username] != language:
            self._teach(username, language)
        session = self._sessions[username]
        return self.stranger(width=width, language=language, storage_state=session, **options)

    def _introduce(self, username: str) -> None:
        visitor = self.stranger()
        visitor.sign_in(username, self._house.password)
        self._sessions[username] = visitor.context.storage_state()
        self._languages[username] = visitor.page.locator("html").get_attribute("lang") or ""
        visitor.context.close()

    def _teach(self, username: str, language: str) -> None:
        visitor = self.stranger(storage_state=self._sessions[username])
        visitor.open("/preferences")
        visitor.read_in(language)
        self._languages[username] = language
        visitor.context.close()


class Reception:
    """The people of one test.

    Args:
        doors: through which they come.
    """

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._visitors: list[Visitor] = []

    def stranger(self, **options: Any) -> Visitor:
        """Let somebody in who has not signed in; options as for ``Doors.stranger``."""
        return self._noted(self._doors.stranger(**options))

    def person(self, username: str, **options: Any) -> Visitor:
        """Let somebody in who is signed in; options as for ``Doors.person``."""
        return self._noted(self._doors.person(username, **options))

    def _noted(self, visitor: Visitor) -> Visitor:
        self._visitors.append(visitor)
        return visitor

    def troubles(self) -> list[str]:
        """Return what the browsers complained of."""
        return [trouble for visitor in self._visitors for trouble in visitor.troubles]

    def keep_pictures(self, folder: Path, name: str) -> None:
        """Keep what everybody has before their eyes, for whoever asks why a test failed."""
        for position, visitor in enumerate(self._visitors):
            visitor.page.screenshot(path=folder / f"{name}-{position}.png", full_page=True)

    def close(self) -> None:
        """Let everybody go."""
        for visitor in self._visitors:
            visitor.context.close()


class Seats:
    """One window for each person, kept for all pages that they look at.

    Args:
        people: who let them in and lets them go.
        language: in which they read.
    """

    def __init__(self, people: Reception, language: str = "en") -> None:
        self._people = people
        self._language = language
        self._taken: dict[str, Visitor] = {}

    def of(self, username: str) -> Visitor:
        """Return somebody's window, a stranger's for no name, without its earlier troubles."""
        if username not in self._taken:
            self._taken[username] = (
                self._people.person(username, language=self._language)
                if username
                else self._people.stranger(language=self._language)
            )
        visitor = self._taken[username]
        visitor.troubles.clear()
        return visitor
