"""Ways to a page: each brings somebody there, into the state that is to be looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.test import RequestFactory
from django.utils import translation

from tests.journeys.browser import HEIGHTS, PHONE, Visitor, answered
from tests.journeys.portal import Portal
from timshel.interfaces.web.errors import server_error

# Brings somebody to a page, and returns the address that alone shows it again, where there is one.
Opener = Callable[[Visitor], object]
STRANGER = ""
SUBMIT = "button[type=submit].btn-primary"


@dataclass(frozen=True, slots=True)
class PageCase:
    """One page in one state.

    Args:
        username: of who looks at it; empty for somebody who has not signed in.
        open: brings the visitor there; returns the address that shows it again, if there is one.
        within: what is looked at; a part only where it covers the rest.
    """

    username: str
    open: Opener
    within: str = "html"


def api_reference(visitor: Visitor) -> str:
    """Open the reference, and keep some of its operations: hundreds are built in the same way."""
    path = "/api/v1/docs"
    visitor.open(path)
    most = "main section:nth-of-type(n+4):not(:last-of-type), main article:nth-of-type(n+6)"
    visitor.page.evaluate(f"document.querySelectorAll('{most}').forEach((each) => each.remove())")
    return path


def at(path: str) -> Opener:
    """Open an address."""

    def opener(visitor: Visitor) -> str:
        visitor.open(path)
        return path

    return opener


def bulk_form(visitor: Visitor) -> None:
    """Tick the first of a queue and open all that can be done with it."""
    page = visitor.page
    visitor.open("/desk/queues/all")
    page.locator("#selection input[name=number]").first.check()
    with answered(page):
        page.locator("[data-bulk-bar] button").click()
    for section in page.locator(".bulk-section summary").all():
        section.click()


def bulk_look(visitor: Visitor) -> None:
    """Say what is to be done with the first of a queue."""
    bulk_form(visitor)
    visitor.page.fill("#bulk-reply", "The network is back.")
    visitor.page.select_option("#bulk-urgency", "3")
    with answered(visitor.page):
        visitor.page.locator("main .form-actions button").click()


def bulk_run(visitor: Visitor) -> None:
    """Begin it."""
    bulk_look(visitor)
    with answered(visitor.page):
        visitor.page.locator(".bulk-begin button").click()
    visitor.page.locator(".bulk-standing").wait_for()


def bell(visitor: Visitor) -> None:
    """Open the bell, once what it shows is there."""
    visitor.open("/preferences")
    visitor.page.locator(".bell > summary").click()
    visitor.page.locator(".bell-rows .notice-open").first.wait_for()


def of_first(listing: str, rows: str, *, then: str = "") -> Opener:
    """Open the first thing of a list, or what lies behind its address."""

    def opener(visitor: Visitor) -> str:
        visitor.open(listing)
        address = visitor.page.locator(rows).first.get_attribute("href") or ""
        address = f"{address.partition('?')[0]}{then}" if then else address
        visitor.open(address)
        return address

    return opener


def case_at(stage: str, *, then: str = "") -> Opener:
    """Open one's own case in a stage, or what lies behind its address."""
    standing = "open" if stage in {"new", "in-progress", "waiting"} else "finished"
    rows = f".case-row:has(.mark.stage-{stage}) a.case-link"
    return of_first(f"/cases?show={standing}", rows, then=then)


def record_at(stage: str, *, step: str = "") -> Opener:
    """Open a record in a stage at the IT service desk, perhaps with the form of a step."""
    listing = f"/desk/queues/all?kind=incident&open=all&team=service-desk&stage={stage}"
    return of_first(listing, "[data-row]", then=f"/{step}" if step else "")


def writing_note(visitor: Visitor) -> None:
    """Open a record with the box for internal notes unfolded, and its saved replies."""
    record_at("in_progress")(visitor)
    visitor.page.locator("#compose-note summary").click()
    visitor.page.locator("#compose-note [data-open-replies]").click()
    visitor.page.locator("#compose-note [data-picker] .replies").wait_for()


def macro_of_record(*, chosen: bool) -> Opener:
    """Open the macros of a record, or what the first of them will do."""

    def opener(visitor: Visitor) -> None:
        record_at("in_progress")(visitor)
        visitor.page.locator("[data-key-macros]").click()
        visitor.page.locator(".macro-choice").first.wait_for()
        if chosen:
            visitor.page.locator(".macro-choice").first.click()
            visitor.page.locator(".plan").wait_for()

    return opener


def ordered(kind: str, *, then: str = "") -> Opener:
    """Ask for something, and open the request or its task on the desk."""
    rows = of_first(f"/desk/queues/all?kind={kind}&sort=opened", "[data-row]", then=then)

    def opener(visitor: Visitor) -> object:
        visitor.open("/order/anything-wish")
        visitor.page.locator("[name=subject]").fill("A second key for the cupboard")
        visitor.page.locator("[name=description]").fill("Two of us share it.")
        with answered(visitor.page):
            visitor.page.locator("main button.btn-primary[type=submit]").last.click()
        visitor.page.wait_for_url("**/cases/**")
        return rows(visitor)

    return opener


def of_own(then: str) -> Opener:
    """Ask for something, and open one's own request or what lies behind its address."""

    def opener(visitor: Visitor) -> object:
        ordered("service_request")(visitor)
        visitor.open("/cases")
        rows = visitor.page.locator("a.case-link[href*='/REQ']")
        address = f"{rows.first.get_attribute('href')}{then}"
        visitor.open(address)
        return address

    return opener


def step_at(step: str, stage: str = "in_progress") -> Opener:
    """Open the form of a step on a record."""
    return record_at(stage, step=step)


def sent(opener: Opener, button: str, **filled: str) -> Opener:
    """Send the form of a page, with these controls filled; what is required may be missing."""

    def send(visitor: Visitor) -> None:
        opener(visitor)
        pressed = visitor.page.locator(button).first
        form = pressed.locator("xpath=ancestor::form")
        for name, value in filled.items():
            form.locator(f"[name={name}]").fill(value)
        form.evaluate("form => { form.noValidate = true }")
        with answered(visitor.page):
            pressed.click()

    return send


def asking(then: str) -> Opener:
    """Order something that one's manager has to approve, and open the first of a list."""

    def opener(visitor: Visitor) -> object:
        visitor.open("/order/mobile-abroad")
        form = visitor.page.locator("form:has([name=countries])")
        form.locator("[name=countries]").fill("Norway and Iceland")
        form.locator("[name=first_day]").fill("2030-03-01")
        form.locator("[name=last_day]").fill("2030-03-09")
        form.locator("[name=data]").first.check()
        form.locator("[name=number]").fill("+44 1632 960123")
        with answered(visitor.page):
            form.locator("button.btn-primary").click()
        return of_first(then, ".approval-head a")(visitor)

    return opener


def unfolded(opener: Opener, summary: str) -> Opener:
    """Open a page and unfold a part of it."""

    def unfold(visitor: Visitor) -> None:
        opener(visitor)
        visitor.page.locator(summary).first.click()

    return unfold


def cancelled_case(visitor: Visitor) -> None:
    """Report something and withdraw it."""
    portal = Portal(visitor)
    number = portal.report(service="mail", title="Letters come twice", description="Since today.")
    portal.case(number).withdraw("Solved itself.")


def conflict(visitor: Visitor) -> None:
    """Save a change in one window after another one changed the same field."""
    record_at("in_progress", step="change")(visitor)
    slow = visitor.page
    quick = visitor.context.new_page()
    quick.goto(slow.url)
    seen = slow.locator("#step [name=title]").input_value()
    for page, title in ((quick, f"{seen}!"), (slow, f"{seen}?")):
        form = page.locator("#step form")
        form.locator("[name=title]").fill(title)
        with answered(page):
            form.locator("button[type=submit].btn-primary").click()
    quick.close()
    slow.locator(".conflict").wait_for()


def fault(visitor: Visitor) -> None:
    """Show the page of a fault of ours, with the styles of the product that runs."""
    with translation.override(visitor.words.language):
        answer = server_error(RequestFactory().get("/"))
    content = answer.content.decode()
    visitor.page.route(
        "**/fault",
        lambda route: route.fulfill(status=500, content_type="text/html", body=content),
    )
    visitor.open("/fault")


def pressed(keys: str, opens: str, *, typed: str = "") -> Opener:
    """Open a record, press keys once it hears them, and type into what opens."""

    def opener(visitor: Visitor) -> None:
        record_at("in_progress")(visitor)
        visitor.page.locator("html[data-keys]").wait_for(state="attached")
        visitor.page.keyboard.press(keys)
        visitor.page.locator(opens).wait_for()
        if typed:
            visitor.page.keyboard.type(typed)
            visitor.page.locator("#palette-list mark").first.wait_for()

    return opener


def menu(chooses: str) -> PageCase:
    """Return a menu of the top bar, open: the one that chooses something, or a person's own."""
    within = f":has(button[name={chooses}])" if chooses else ":has(.person-button)"

    def opener(visitor: Visitor) -> None:
        visitor.open("/")
        visitor.page.locator(f"details.menu{within} > summary").click()

    return PageCase("requester", opener, within="details.menu[open]")


def navigation(visitor: Visitor) -> None:
    """Open the navigation where it lies behind a button."""
    page = visitor.page
    page.set_viewport_size({"width": PHONE, "height": HEIGHTS[PHONE]})
    visitor.open("/desk/queues/mine")
    visitor.button("Open the menu").click()
    page.locator("#side-nav:popover-open").wait_for()


def report_helped(visitor: Visitor) -> None:
    """Type a report until something may help at once."""
    REPORT(visitor)
    visitor.page.fill("[name=title]", "Mail program closes when I open an invitation")
    visitor.page.locator("#report-help .report-help").wait_for()


REPORT = at("/report/incident?service=laptop")
