"""What axe finds on a page at level AA: wide and light, narrow and dark."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.journeys.browser import DESK, HEIGHTS, PHONE

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
HIGHEST = 12_000  # CSS pixels of a window
NARROWEST = 360  # CSS pixels; below it nothing is promised
# Each width and each theme once: colours are the same variables at either width.
LOOKS = ((DESK, "light"), (PHONE, "dark"))

RUN = """
async ([within, tags]) => {
  const { violations } = await axe.run(within, {
    runOnly: { type: "tag", values: tags },
    resultTypes: ["violations"],
    preload: false, // fetches every style sheet again, for rules about sound and turned screens
  });
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => ({ id, help, target, failureSummary }))
  );
}
"""
# The page hears of another theme when it is drawn next.
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
TOO_WIDE = """
() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.body.querySelectorAll("*")]
    .filter((element) => element.getBoundingClientRect().right > width + 1)
    .map((element) => element.outerHTML.slice(0, 120));
}
"""
OUTLINE = """
() => ({
  title: document.title,
  language: document.documentElement.lang,
  headings: document.querySelectorAll("h1").length,
})
"""


@cache
def _axe() -> str:
    assert AXE.exists(), f"{AXE} is missing: make setup installs it"
    return AXE.read_text(encoding="utf-8")


def findings(page: Page, *, within: str = "html") -> list[str]:
    """Return everything that is wrong with the page as it stands.

    Args:
        page: wide and light, and so again afterwards.
        within: the part that is looked at, as a selector.
    """
    page.evaluate(_axe())
    found = [*_findings(page, within), *too_wide(page)]
    page.emulate_media(color_scheme="light")
    return found


def _findings(page: Page, within: str) -> Iterator[str]:
    outline = page.evaluate(OUTLINE)
    if outline["headings"] != 1 or not outline["language"] or outline["title"].startswith(" "):
        yield f"outline: {outline}"
    for width, theme in LOOKS:
        _widen(page, width)
        if width == PHONE:
            _show_all(page)
        page.emulate_media(color_scheme=theme)
        page.evaluate(DRAWN)
        for each in page.evaluate(RUN, [within, TAGS]):
            yield _written(each, f"{width} {theme}")


def too_wide(page: Page) -> list[str]:
    """Return what makes the page scroll sideways in the narrowest window; it is wide again then."""
    _widen(page, NARROWEST)
    found = [f"{NARROWEST}: wider than the window: {each}" for each in page.evaluate(TOO_WIDE)]
    _widen(page, DESK)
    return found


def _widen(page: Page, width: int) -> None:
    """Set the width and go to the top, lest the page's head lies over what was scrolled to."""
    page.set_viewport_size({"width": width, "height": HEIGHTS.get(width, 800)})
    page.evaluate("scrollTo(0, 0)")


def _show_all(page: Page) -> None:
    """Make a phone as high as the page, lest a bar at its end lies over what is looked at."""
    height = max(HEIGHTS[PHONE], page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": PHONE, "height": min(height, HIGHEST)})


def _written(finding: dict[str, Any], where: str) -> str:
    return f"{where}: {finding['id']} at {finding['target']}: {finding['failureSummary']}"
