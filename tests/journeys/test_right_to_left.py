"""Pages stand when they are read from right to left: nothing leaves the window or is covered.

No language of that kind is shipped yet, so the direction of a page is turned in the browser, with
the stylesheet that such a language gets.
"""

from __future__ import annotations

import json

import pytest
from django.conf import settings

from tests.journeys.accessibility import too_wide
from tests.journeys.browser import DESK, PHONE
from tests.journeys.reception import Reception

PAGES = {
    "requester": ("/", "/report", "/cases", "/catalogue", "/preferences", "/charter"),
    "lead": ("/desk/", "/desk/queues/all", "/desk/team", "/desk/breaches", "/governance"),
}
SHEET = "vendor/tabler.rtl.min.css"
TURN = """(address) => {
  document.documentElement.dir = 'rtl';
  const sheet = document.querySelector('link[href*="tabler"]');
  return new Promise((done, failed) => {
    const turned = document.createElement('link');
    turned.rel = 'stylesheet';
    turned.href = address;
    turned.onload = () => { sheet.remove(); done(); };
    turned.onerror = failed;
    sheet.after(turned);
  });
}"""


def sheet() -> str:
    """Return where the stylesheet lies: under a name of its content once files are collected."""
    collected = settings.STATIC_ROOT / "staticfiles.json"
    names = json.loads(collected.read_text("utf-8"))["paths"] if collected.exists() else {}
    return f"/static/{names.get(SHEET, SHEET)}"


@pytest.mark.parametrize("width", [DESK, PHONE])
@pytest.mark.parametrize("username", PAGES)
def test_pages_stand_from_right_to_left(reception: Reception, username: str, width: int) -> None:
    visitor = reception.person(username, width=width)
    wrong = []
    for path in PAGES[username]:
        visitor.open(path)
        visitor.page.evaluate(TURN, sheet())
        wrong += [f"{path}: {each}" for each in too_wide(visitor.page)]
        if width == DESK:
            menu = visitor.page.locator("#side-nav").bounding_box()
            main = visitor.page.locator("main").bounding_box()
            assert menu is not None
            assert main is not None
            assert menu["x"] > main["x"], path
    assert not wrong, "\n".join(wrong)
