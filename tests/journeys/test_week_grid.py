"""Somebody sets the hours of a week without a mouse, with one, with a finger, and by typing."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.journeys.browser import PHONE, Visitor
from tests.journeys.reception import Reception

CHANGE = "/administration/calendars/kestrel-bay-hours/change"
NINE = 18  # half hours since midnight


def cell(visitor: Visitor, day: int, slot: int) -> Locator:
    """Return a half hour of the grid; Monday is 0."""
    return visitor.page.locator(f".week-grid [data-day='{day}'][data-slot='{slot}']")


def hours(visitor: Visitor, day: str) -> Locator:
    """Return the text field of a day."""
    return visitor.page.locator(f"input[name={day}]")


def test_by_keyboard(reception: Reception) -> None:
    administrator = reception.person("administrator")
    administrator.open(CHANGE)
    press = administrator.page.keyboard.press
    grid = administrator.page.get_by_role("grid")
    expect(grid.locator("[tabindex='0']")).to_have_count(1)

    # From the last field of the week the next stop is the grid.
    hours(administrator, "sunday").focus()
    press("Tab")
    expect(cell(administrator, 0, 16)).to_be_focused()
    press("End")
    press("ArrowDown")
    press("ArrowDown")
    expect(cell(administrator, 6, NINE)).to_be_focused()
    expect(cell(administrator, 6, NINE)).to_have_attribute("aria-selected", "false")
    press("Space")
    expect(cell(administrator, 6, NINE)).to_have_attribute("aria-selected", "true")
    press("Shift+ArrowDown")
    press("Shift+ArrowDown")
    expect(hours(administrator, "sunday")).to_have_value("09:00-10:30")
    press("Space")
    expect(hours(administrator, "sunday")).to_have_value("09:00-10:00")
    press("Control+Home")
    expect(cell(administrator, 0, 0)).to_be_focused()
    press("ArrowLeft")
    expect(cell(administrator, 0, 0)).to_be_focused()
    press("Tab")
    expect(administrator.page.locator("[name=holiday_country]")).to_be_focused()


def test_by_mouse_and_by_typing(reception: Reception) -> None:
    administrator = reception.person("administrator")
    administrator.open(CHANGE)
    first, last = cell(administrator, 5, NINE), cell(administrator, 6, NINE + 3)
    first.scroll_into_view_if_needed()
    hours(administrator, "saturday").fill("")
    first.hover()
    administrator.page.mouse.down()
    last.hover()
    administrator.page.mouse.up()
    expect(hours(administrator, "saturday")).to_have_value("09:00-11:00")
    expect(hours(administrator, "sunday")).to_have_value("09:00-11:00")

    # What is typed is drawn, and a quarter past survives what is painted elsewhere.
    hours(administrator, "monday").fill("8:15-9")
    expect(cell(administrator, 0, 16)).to_have_attribute("data-state", "partly")
    expect(cell(administrator, 0, 17)).to_have_attribute("data-state", "open")
    cell(administrator, 0, 20).click()
    expect(hours(administrator, "monday")).to_have_value("08:15-09:00, 10:00-10:30")


def test_by_finger(reception: Reception) -> None:
    administrator = reception.person("administrator", width=PHONE)
    administrator.open(CHANGE)
    half_hour = cell(administrator, 6, NINE)
    half_hour.scroll_into_view_if_needed()
    half_hour.tap()
    expect(hours(administrator, "sunday")).to_have_value("09:00-09:30")
    half_hour.tap()
    expect(hours(administrator, "sunday")).to_have_value("")


def test_without_a_script(reception: Reception) -> None:
    administrator = reception.person("administrator", java_script_enabled=False)
    administrator.open(CHANGE)
    expect(administrator.page.locator("[data-week-grid]")).to_be_hidden()
    hours(administrator, "monday").fill("late")
    administrator.page.locator("button[value=always]").click()
    expect(hours(administrator, "monday")).to_have_value("00:00-24:00")
    hours(administrator, "monday").fill("late")
    administrator.button("Save, from now on").click()
    expect(administrator.page.locator("#id_monday_error")).to_contain_text("late")
    expect(hours(administrator, "monday")).to_have_value("late")
    expect(hours(administrator, "sunday")).to_have_value("00:00-24:00")
