"""Two people on one record at the same time: both see each other's work, and none is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.desk import Desk, Record
from tests.journeys.portal import Portal
from tests.journeys.reception import Reception

LIVE_SECONDS = 20  # five polls of an open page


@pytest.fixture
def number(reception: Reception) -> str:
    """An incident that nobody has taken yet."""
    requester = reception.person("requester")
    return Portal(requester).report(
        service="laptop",
        title="The lid does not close",
        description="Since the move.",
        urgency="It is an annoyance",
    )


def opened_by(reception: Reception, username: str, number: str) -> Record:
    return Desk(reception.person(username)).record(number)


def test_the_second_to_save_is_shown_the_difference(reception: Reception, number: str) -> None:
    first = opened_by(reception, "agent", number)
    second = opened_by(reception, "lead", number)
    theirs, mine = first.begin_change(), second.begin_change()

    theirs.get_by_label("Title").fill("Lid of the laptop does not close")
    theirs.get_by_role("button", name="Save").click()
    expect(first.heading).to_contain_text("Lid of the laptop does not close")

    mine.get_by_label("Title").fill("Hinge broken")
    mine.locator("select[name=priority]").select_option("2")
    mine.get_by_label("Reason for another priority").fill("It is shown to visitors tomorrow.")
    mine.get_by_role("button", name="Save").click()

    # Only the title is disputed; both wordings are there, with who set which.
    difference = second.step.locator("fieldset.difference")
    expect(difference).to_have_count(1)
    expect(difference).to_contain_text("The lid does not close")
    expect(difference).to_contain_text("Lid of the laptop does not close")
    expect(difference).to_contain_text("set by Jonas Okereke-Vale")
    expect(difference).to_contain_text("Hinge broken")
    expect(second.heading).to_contain_text("Lid of the laptop does not close")

    difference.get_by_label("Hinge broken").check()
    second.step.get_by_role("button", name="Save as chosen").click()
    expect(second.heading).to_contain_text("Hinge broken")
    expect(second.properties).to_contain_text("P2 High")

    first.look_again()
    expect(first.heading).to_contain_text("Hinge broken")
    expect(first.properties).to_contain_text("P2 High")
    expect(first.properties).to_contain_text("It is shown to visitors tomorrow.")
    expect(first.history).to_contain_text("Lid of the laptop does not close")


def test_a_note_appears_while_a_reply_is_being_written(reception: Reception, number: str) -> None:
    writer = opened_by(reception, "agent", number)
    colleague = opened_by(reception, "lead", number)
    still_the_same_page = writer.visitor.stays()
    half_typed = writer.begin_reply("Dear Imre, we")

    colleague.note("The spare hinges are in the cellar.")
    expect(writer.conversation).to_contain_text(
        "The spare hinges are in the cellar.", timeout=LIVE_SECONDS * 1000
    )
    assert still_the_same_page()
    expect(half_typed).to_have_value("Dear Imre, we")
    expect(half_typed).to_be_focused()

    half_typed.press_sequentially(" bring you one.")
    writer.send_reply()
    expect(writer.conversation).to_contain_text("Dear Imre, we bring you one.")
