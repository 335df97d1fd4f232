"""People at browsers: finding Chromium, and noting everything that goes wrong in a window."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Playwright,
    Response,
    expect,
)

from tests.journeys.words import Words

# The first draws no window of its own around each page, which a third of the time goes into.
NAMES = (
    "chromium-headless-shell",
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
)
# As root Chromium has no sandbox to drop into; and it is kept from calling home.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESK = 1440
PHONE = 390
HEIGHTS = {DESK: 900, PHONE: 844}
LOCALES = {"en": "en-GB", "fr": "fr-CA"}
PATIENCE = 30_000  # milliseconds for a page or an element, on a machine that has other work
expect.set_options(timeout=PATIENCE)


def chromium() -> str:
    """Return the path of the browser.

    Without one the journeys are skipped on a person's machine and fail where they must run.
    """
    named = os.environ.get("TIMSHEL_CHROMIUM", "")
    found = named or next(filter(None, map(shutil.which, NAMES)), "")
    if found and shutil.which(found):
        return found
    missing = (
        f"There is no browser at TIMSHEL_CHROMIUM={named}."
        if named
        else f"The journeys need a browser: install one of {', '.join(NAMES)}, "
        "or name it by TIMSHEL_CHROMIUM."
    )
    if os.environ.get("CI", "").lower() in {"true", "1", "yes"}:
        pytest.fail(missing, pytrace=False)
    pytest.skip(missing)


def launch(playwright: Playwright) -> Browser:
    """Start the browser without a screen."""
    return playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))


def window(
    browser: Browser, *, width: int = DESK, language: str = "en", **options: Any
) -> BrowserContext:
    """Return a browser of somebody's own: nothing in it is shared with other windows.

    Args:
        browser: the program.
        width: of the window, in CSS pixels; the phone's also behaves like a phone.
        language: which the device prefers.
        options: what else Playwright knows of a context.
    """
    phone = {"is_mobile": True, "has_touch": True} if width <= PHONE else {}
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHTS.get(width, 900)},
        locale=LOCALES[language],
        reduced_motion="reduce",
        **phone,
        **options,
    )
    context.set_default_timeout(PATIENCE)
    return context


@contextmanager
def answered(page: Page) -> Iterator[None]:
    """Wait until the whole answer to what is sent within is there.

    A page that still arrives has only a part of its fields, and a page's mere change of its own
    address is no answer; what is looked at once, as all fields of a form are, must wait for this.

    Args:
        page: whose form is sent, without a script in between.
    """
    with page.expect_event("load"):
        yield


class Visitor:
    """Somebody at a browser; what the browser complains of is noted in ``troubles``.

    Args:
        context: a browser of their own.
        address: where the product answers.
        language: which this person reads.
    """

    def __init__(self, context: BrowserContext, address: str, language: str) -> None:
        self.context = context
        self.address = address
        self.words = Words(language)
        self.troubles: list[str] = []
        self._answered: set[str] = set()
        self.page = context.new_page()
        self._listen(self.page)

    def _listen(self, page: Page) -> None:
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.troubles.append(f"{page.url}: {error}"))
        page.on("response", self._noted)

    def _noted(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self._answered.add(response.url)

    def _heard(self, message: ConsoleMessage) -> None:
        # The browser also complains of pages that answer 4xx; those are looked at as pages.
        place = message.location.get("url", "")
        if message.type == "error" and not (
            message.text.startswith("Failed to load resource") and place in self._answered
        ):
            self.troubles.append(f"{self.page.url}: {message.text} ({place})")

    def open(self, path: str) -> Response | None:
        """Open a page of the product."""
        return self.page.goto(self.address + path)

    def reload(self) -> None:
        """Load the page anew."""
        self.page.reload()

    def button(self, text: str, **values: object) -> Locator:
        """Return the button that says a text of the product, in this person's language."""
        return self.page.get_by_role("button", name=self.words(text, **values))

    def link(self, text: str, **values: object) -> Locator:
        """Return the link that says a text of the product, in this person's language."""
        return self.page.get_by_role("link", name=self.words(text, **values))

    def field(self, text: str) -> Locator:
        """Return the control with a label of the product, in this person's language."""
        return self.page.get_by_label(self.words(text))

    def sign_in(self, username: str, password: str) -> None:
        """Sign in by the form."""
        self.open("/sign-in")
        self.field("User name or mail address").fill(username)
        self.field("Password").fill(password)
        self.page.get_by_role("main").locator("button[type=submit]").click()
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def read_in(self, language: str) -> None:
        """Choose the language in the menu of the page, and stay on the page."""
        menu = self.page.locator("details.menu:has(button[name=language])")
        menu.locator("summary").click()
        menu.locator(f"button[name=language][value={language}]").click()
        self.page.locator(f"html[lang={language}]").wait_for(state="attached")
        self.words = Words(language)

    @contextmanager
    def reading(self, language: str) -> Iterator[None]:
        """Read another language for a while, from the next page that is opened."""
        before = self.words
        self._choose(language)
        try:
            self.words = Words(language)
            yield
        finally:
            self._choose(before.language)
            self.words = before

    def _choose(self, language: str) -> None:
        """Choose a language as the menu does, without another page."""
        answer = self.context.request.post(
            f"{self.address}/preferences/display",
            form={"language": language},
            headers={"X-CSRFToken": self._token()},
            max_redirects=0,
        )
        assert answer.status == 302, answer.status

    def _token(self) -> str:
        """Return what shows that a form came from a page of the product."""
        for _try in range(2):
            for cookie in self.context.cookies():
                if cookie.get("name") == "csrftoken":
                    return str(cookie.get("value"))
            # Not every page that a stranger sees has a form; this one has.
            self.context.request.get(f"{self.address}/sign-in")
        raise AssertionError("the page with the form of signing in gives no token")

    def stays(self) -> Callable[[], bool]:
        """Mark the page; the returned function tells whether it is still the same one."""
        self.page.evaluate("() => { window.journeyMark = 'kept' }")
        return lambda: self.page.evaluate("() => window.journeyMark") == "kept"
