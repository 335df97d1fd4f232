"""An agent works through the queue without a mouse."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.journeys.browser import Visitor
from tests.journeys.desk import Desk
from tests.journeys.house import accounts
from tests.journeys.portal import Portal
from tests.journeys.reception import Reception
from timshel.resolution_fulfilment.incident.states import ResolutionCode


def test_moving_through_the_queue_and_opening_a_row(reception: Reception) -> None:
    agent = reception.person("agent")
    Desk(agent).go_to("My teams")
    page = agent.page
    hears(page)
    rows = page.locator("[data-row]")

    page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(rows.nth(2)).to_be_focused()
    page.keyboard.press("k")
    expect(rows.nth(1)).to_be_focused()

    # On to the next incident, since the requester is written to from there and not from a task.
    numbers = rows.locator(".row-number").all_inner_texts()
    number = next(each for each in numbers[1:] if each.startswith("INC"))
    for _row in range(1, numbers.index(number)):
        page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/desk/incidents/{number}(\\?|$)"))

    hears(page)
    # On the record the same hand goes on: r writes a reply, c an internal note.
    page.keyboard.press("r")
    reply = agent.field("Your reply")
    expect(reply).to_be_focused()
    reply.fill("")  # a draft of before
    page.keyboard.press("c")
    expect(reply).to_have_value("c")


def test_searching(reception: Reception) -> None:
    agent = reception.person("agent")
    Desk(agent).go_to("My teams")
    page = agent.page
    hears(page)
    search = page.locator("[data-key-search]")

    page.keyboard.press("/")
    expect(search).to_be_focused()
    expect(search).to_have_value("")
    page.keyboard.type("jj /k")
    expect(search).to_have_value("jj /k")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"[?&]q=jj"))


def test_the_first_tab_leads_past_the_navigation(reception: Reception) -> None:
    agent = reception.person("agent")
    Desk(agent).go_to("My teams")
    page = agent.page
    page.keyboard.press("Tab")
    expect(agent.link("Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_a_whole_case_without_a_mouse(reception: Reception) -> None:
    """Sign in, find a case, reply, change its priority, assign, resolve, and go on to the next."""
    requester = Portal(reception.person("requester"))
    for title in ("The hinge of the lid creaks", "The hinge of the other lid creaks"):
        requester.report(service="laptop", title=title, description="It sounds like a gull.")
    agent = reception.stranger()
    sign_in(agent)
    number = find(agent, "hinge")
    send_reply(agent, "We bring some oil. – r c a p s j")
    change_urgency(agent, "1")
    assign(agent)
    resolve(agent, "Oiled.")

    agent.page.keyboard.press("j")
    agent.page.wait_for_url(lambda url: "/desk/incidents/INC" in url and number not in url)
    expect(agent.page.get_by_role("heading", level=1)).to_contain_text("hinge")


def sign_in(agent: Visitor) -> None:
    """Sign in by the form."""
    agent.open("/sign-in")
    tab_to(agent.page, agent.field("User name or mail address"))
    agent.page.keyboard.type("agent")
    agent.page.keyboard.press("Tab")
    agent.page.keyboard.type(accounts()["password"])
    agent.page.keyboard.press("Enter")
    agent.page.wait_for_url(lambda url: "/sign-in" not in url)
    hears(agent.page)


def find(agent: Visitor, text: str) -> str:
    """Go to the queue of the teams, look for a text there, open the first row; its number."""
    page, keys = agent.page, agent.page.keyboard
    go_to(page, "q")
    tab_to(page, page.locator("#queue-side").get_by_role("link", name=agent.words("My teams")))
    keys.press("Enter")
    page.wait_for_url("**/desk/queues/teams")
    hears(page)
    keys.press("/")
    expect(page.locator("[data-key-search]")).to_be_focused()
    keys.type(text)
    keys.press("Enter")
    page.wait_for_url(lambda url: f"q={text}" in url)
    hears(page)
    keys.press("j")
    expect(page.locator("[data-row]").first).to_be_focused()
    keys.press("Enter")
    page.wait_for_url("**/desk/incidents/INC*")
    hears(page)
    return str(page.locator("[data-record]").get_attribute("data-record"))


def send_reply(agent: Visitor, text: str) -> None:
    """Write a reply and send it."""
    agent.page.keyboard.press("r")
    expect(agent.field("Your reply")).to_be_focused()
    agent.page.keyboard.type(text)
    agent.page.keyboard.press("Control+Enter")
    expect(agent.page.locator("#notices")).to_contain_text(agent.words("Your reply was sent."))
    hears(agent.page)


def change_urgency(agent: Visitor, urgency: str) -> None:
    """Change what the priority comes of."""
    page = agent.page
    page.keyboard.press("p")
    expect(page.locator("#step [name=impact]")).to_be_focused()
    tab_to(page, page.locator("#step [name=urgency]"))
    choose(page, urgency)
    press_primary(page)


def assign(agent: Visitor) -> None:
    """Assign it to the first of the team."""
    page = agent.page
    page.keyboard.press("a")
    assignee = page.locator("#step [name=assignee]")
    expect(assignee).to_be_visible()
    tab_to(page, assignee)
    choose(page, str(assignee.locator("option:nth-child(2)").get_attribute("value")))
    press_primary(page)


def resolve(agent: Visitor, text: str) -> None:
    """Choose the step in the palette, where a word of it is enough, and fill in its form."""
    page, keys = agent.page, agent.page.keyboard
    keys.press("s")
    expect(page.locator("#palette-text")).to_be_focused()
    keys.type(agent.words("Resolve"))
    chosen = page.locator("#palette-list [aria-selected=true]")
    expect(chosen).to_contain_text(agent.words("Resolve"))
    keys.press("Enter")
    code = page.locator("#step [name=code]")
    expect(code).to_be_visible()
    tab_to(page, code)
    choose(page, ResolutionCode.FIXED)
    tab_to(page, page.locator("#step textarea[name=text]"))
    keys.type(text)
    keys.press("Control+Enter")
    told = agent.words("Resolved. The requester is told.")
    expect(page.locator("#notices")).to_contain_text(told)
    hears(page)


def press_primary(page: Page) -> None:
    """Send the form of a step by its button."""
    tab_to(page, page.locator("#step .form-actions button.btn-primary"))
    page.keyboard.press("Enter")
    expect(page.locator("#step form")).to_have_count(0)
    hears(page)


def test_the_palette_leads_to_people_work_and_places(reception: Reception) -> None:
    agent = reception.person("agent")
    page, keys = agent.page, agent.page.keyboard
    agent.open("/charter")
    hears(page)
    # Typed before it is there, and all the same not lost, nor taken for moves on the page.
    keys.press("Control+k")
    keys.type(agent.words("Breach room"))
    expect(page.locator("#palette-text")).to_be_focused()
    expect(page.locator("#palette-list [aria-selected=true]")).to_contain_text(
        agent.words("Breach room")
    )
    keys.press("Enter")
    page.wait_for_url("**/desk/breaches")
    hears(page)

    keys.press("Control+k")
    keys.type("castellane")
    person = page.locator("#palette-list [role=option]", has_text="Castellane").first
    expect(person).to_be_visible()
    keys.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()

    keys.press("?")
    expect(page.locator("#keys-sheet")).to_be_visible()
    keys.press("Escape")
    expect(page.locator("#keys-sheet")).to_be_hidden()
    keys.press("n")
    page.wait_for_url("**/desk/incidents/new")


def test_the_keys_are_chosen_and_switched_off(reception: Reception) -> None:
    agent = reception.person("lead")
    page, keys = agent.page, agent.page.keyboard
    agent.open("/preferences/keys")
    page.locator("[name=key-next]").fill("e")
    page.locator("[name=key-previous]").fill("")
    page.locator("[name=key-previous]").press("Enter")
    expect(page.locator("#notices")).to_contain_text(agent.words("Your keys are saved."))
    Desk(agent).go_to("My teams")
    hears(page)
    keys.press("j")
    expect(page.locator("[data-row]").first).not_to_be_focused()
    keys.press("e")
    expect(page.locator("[data-row]").first).to_be_focused()

    agent.open("/preferences/keys")
    page.locator("[name=is_on]").uncheck()
    page.locator("[name=key-help]").press("Enter")
    expect(page.locator("#notices")).to_contain_text(agent.words("Your keys are saved."))
    Desk(agent).go_to("My teams")
    expect(page.locator("html[data-keys=off]")).to_be_attached()
    keys.press("e")
    keys.press("?")
    expect(page.locator("[data-row]").first).not_to_be_focused()
    expect(page.locator("#keys-sheet")).to_have_count(0)
    keys.press("Control+k")
    expect(page.locator("#palette-text")).to_be_focused()

    agent.open("/preferences/keys")
    agent.button("As everybody begins").click()
    expect(page.locator("[name=key-next]")).to_have_value("j")


def hears(page: Page) -> None:
    """Wait until the page knows its keys."""
    expect(page.locator("html[data-keys]")).to_be_attached()


def go_to(page: Page, letter: str) -> None:
    """Go to a place by its letter."""
    before = page.url
    page.keyboard.press("g")
    page.keyboard.press(letter)
    page.wait_for_url(lambda url: url != before)
    hears(page)


def tab_to(page: Page, control: Locator, *, most: int = 120) -> None:
    """Press Tab until a control has the focus: whoever has no mouse must come to it."""
    for _press in range(most):
        if control.evaluate("(each) => each === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {control}")


def choose(page: Page, value: str) -> None:
    """Choose in the list that has the focus, by its arrows."""
    chosen = page.locator(":focus")
    page.keyboard.press("Home")
    for _press in range(60):
        if chosen.evaluate("(each) => each.value") == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"the arrows do not lead to {value}")
