"""Two browsers on one record: who is there, who types, and whose change stands in the end."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.desk import Desk, Record
from tests.journeys.portal import Portal
from tests.journeys.reception import Reception

SOON = 30_000  # milliseconds within which an open page has told the other


@pytest.fixture
def number(reception: Reception) -> str:
    """An incident that nobody has taken yet."""
    return Portal(reception.person("requester")).report(
        service="laptop",
        title="The fan is loud",
        description="Since this morning.",
        urgency="It is an annoyance",
    )


def opened_by(reception: Reception, username: str, number: str) -> Record:
    """Open a record in a browser of somebody's own."""
    return Desk(reception.person(username)).record(number)


def presence(record: Record) -> Locator:
    """Return the bar that tells who else is there."""
    return record.visitor.page.locator("#presence")


def test_each_sees_that_the_other_is_there_and_what_they_write(
    reception: Reception, number: str
) -> None:
    first = opened_by(reception, "agent", number)
    expect(presence(first)).to_be_empty()
    second = opened_by(reception, "lead", number)
    expect(presence(second)).to_have_text(re.compile("Jonas Okereke-Vale also looks at this"))
    expect(presence(first)).to_have_text(
        re.compile("Tamsin Harrowgate also looks at this"), timeout=SOON
    )

    second.begin_reply("Dear Imre, ")
    expect(presence(first)).to_have_text(
        re.compile("Tamsin Harrowgate is writing to the requester"), timeout=SOON
    )
    second.visitor.open("/desk/")
    expect(presence(first)).to_be_empty(timeout=SOON * 2)


def test_both_outcomes_of_a_conflict_are_right(reception: Reception, number: str) -> None:
    first = opened_by(reception, "agent", number)
    second = opened_by(reception, "lead", number)
    theirs, mine = first.begin_change(), second.begin_change()
    theirs.get_by_label("Title").fill("The fan of the laptop is loud")
    theirs.get_by_role("button", name="Save").click()
    expect(first.heading).to_contain_text("The fan of the laptop is loud")

    # What stands is left as it stands; what only one of them changed is saved.
    mine.get_by_label("Title").fill("Dust")
    mine.get_by_label("Urgency").select_option("1")
    mine.get_by_role("button", name="Save").click()
    difference = second.step.locator("fieldset.difference")
    expect(difference).to_have_count(1)
    difference.get_by_label("The fan of the laptop is loud").check()
    second.step.get_by_role("button", name="Save as chosen").click()
    expect(second.heading).to_contain_text("The fan of the laptop is loud")
    expect(second.properties).to_contain_text("High: work has stopped")

    # The other way round: the later one decides for their own words, knowing the other's.
    first.look_again()
    theirs, mine = first.begin_change(), second.begin_change()
    mine.get_by_label("Title").fill("The fan rattles")
    mine.get_by_role("button", name="Save").click()
    expect(second.heading).to_contain_text("The fan rattles")
    theirs.get_by_label("Title").fill("The fan is full of dust")
    theirs.get_by_role("button", name="Save").click()
    difference = first.step.locator("fieldset.difference")
    expect(difference).to_contain_text("set by Tamsin Harrowgate")
    difference.get_by_label("The fan is full of dust").check()
    first.step.get_by_role("button", name="Save as chosen").click()
    expect(first.heading).to_contain_text("The fan is full of dust")
    second.look_again()
    expect(second.heading).to_contain_text("The fan is full of dust")


def test_who_takes_what_was_taken_meanwhile_is_asked(reception: Reception, number: str) -> None:
    first = opened_by(reception, "agent", number)
    second = opened_by(reception, "lead", number)
    first.visitor.page.locator("#record-bar").get_by_role("button", name="Take it").click()
    expect(first.visitor.page.locator("#record-bar")).to_contain_text("Jonas Okereke-Vale has it")
    second.visitor.page.locator("#record-bar").get_by_role("button", name="Take it").click()
    expect(second.step).to_contain_text("Jonas Okereke-Vale")
    second.step.get_by_role("button", name="Do it anyway").click()
    expect(second.visitor.page.locator("#record-bar")).to_contain_text("Tamsin Harrowgate has it")


def test_a_draft_is_found_again_on_another_device_and_without_a_connection(
    reception: Reception, number: str
) -> None:
    here = opened_by(reception, "agent", number)
    page = here.visitor.page
    here.begin_reply("Dear Imre, the fan")
    status = page.locator("#compose-reply [data-draft-status]")
    expect(status).to_contain_text("Draft saved", timeout=SOON)

    there = opened_by(reception, "agent", number)
    written = _reply(there.visitor.page)
    expect(written).to_have_value("Dear Imre, the fan")

    # Without a connection it stays in this browser, and says so; then it is saved.
    page.context.set_offline(True)
    _reply(page).press_sequentially(" arrives tomorrow.")
    expect(status).to_contain_text("No connection", timeout=SOON)
    page.context.set_offline(False)
    expect(status).to_contain_text("Draft saved", timeout=SOON)
    here.visitor.troubles.clear()  # the browser complains of what it could not reach
    there.visitor.page.reload()
    expect(_reply(there.visitor.page)).to_have_value("Dear Imre, the fan arrives tomorrow.")

    # What was sent is no draft any more.
    here.send_reply()
    expect(here.conversation).to_contain_text("Dear Imre, the fan arrives tomorrow.")
    there.visitor.page.reload()
    expect(_reply(there.visitor.page)).to_have_value("")


def _reply(page: Page) -> Locator:
    return page.locator("#compose-reply textarea")
