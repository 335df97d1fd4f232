"""An agent works through the queue without a mouse."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.desk import Desk
from tests.journeys.reception import Reception


def test_moving_through_the_queue_and_opening_a_row(reception: Reception) -> None:
    agent = reception.person("agent")
    Desk(agent).go_to("My teams")
    page = agent.page
    rows = page.locator("[data-row]")

    page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(rows.nth(2)).to_be_focused()
    page.keyboard.press("k")
    expect(rows.nth(1)).to_be_focused()

    number = rows.nth(1).locator(".row-number").inner_text()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/desk/incidents/{number}$"))

    # On the record the same hand goes on: r writes a reply, c an internal note.
    page.keyboard.press("r")
    expect(agent.field("Your reply")).to_be_focused()
    page.keyboard.press("c")
    expect(agent.field("Your reply")).to_have_value("c")


def test_searching(reception: Reception) -> None:
    agent = reception.person("agent")
    Desk(agent).go_to("My teams")
    page = agent.page
    search = page.locator("[data-key-search]")

    page.keyboard.press("/")
    expect(search).to_be_focused()
    expect(search).to_have_value("")
    page.keyboard.type("jj /k")
    expect(search).to_have_value("jj /k")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"[?&]q=jj"))


def test_the_keys_can_be_switched_off(reception: Reception) -> None:
    agent = reception.person("agent")
    Desk(agent).go_to("My teams")
    page = agent.page
    page.locator("details.keys summary").click()
    page.get_by_label("Use these keys").uncheck()
    agent.reload()
    page.keyboard.press("j")
    expect(page.locator("[data-row]").first).not_to_be_focused()


def test_the_first_tab_leads_past_the_navigation(reception: Reception) -> None:
    agent = reception.person("agent")
    Desk(agent).go_to("My teams")
    page = agent.page
    page.keyboard.press("Tab")
    expect(agent.link("Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
