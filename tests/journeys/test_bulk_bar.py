"""Ticking in a queue: all of a page at once, and what the bar says of it."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.reception import Reception


def test_all_of_a_page_are_ticked_at_once_and_told(reception: Reception) -> None:
    agent = reception.person("agent")
    agent.open("/desk/queues/all")
    page = agent.page
    boxes = page.locator("#selection input[name=number]")
    ticked = page.locator("#selection input[name=number]:checked")
    every, said = page.locator("[data-bulk-page]"), page.locator("[data-bulk-count]")
    number = boxes.count()
    assert number > 1

    every.check()
    expect(ticked).to_have_count(number)
    expect(said).to_have_text(f"{agent.words('Ticked:')} {number}")

    boxes.first.uncheck()
    expect(every).not_to_be_checked()
    expect(said).to_have_text(f"{agent.words('Ticked:')} {number - 1}")

    every.check()
    every.uncheck()
    expect(ticked).to_have_count(0)
    expect(said).to_have_text(agent.words("Nothing is ticked"))
