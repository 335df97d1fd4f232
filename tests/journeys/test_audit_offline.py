"""An auditor writes on the spot while the connection is lost; all of it is sent once."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.journeys.browser import PHONE, Visitor
from tests.journeys.house import accounts
from tests.journeys.reception import Doors, Reception
from tests.journeys.test_audit import planned
from tests.pictures import PLACE, png

KEPT = "Kept on this phone, will be sent."
TYPED = "Kept on this phone while you write."
TOO_LONG = "x" * 5_001
DOOR: FilePayload = {"name": "door.png", "mimeType": "image/png", "buffer": png()}


@pytest.fixture(scope="module")
def address(doors: Doors) -> str:
    """An audit that runs, planned and begun once for all tests here."""
    people = Reception(doors)
    found = planned(people.person("process"), "Fieldwork without a connection")
    auditor = people.person("auditor")
    auditor.open(found)
    auditor.button("Begin").click()
    expect(auditor.page.locator("#audit a[href*='/questions/']").first).to_be_visible()
    people.close()
    return found


@pytest.fixture
def auditor(reception: Reception, address: str) -> Visitor:
    visitor = reception.person("auditor", width=PHONE)
    _on_the_spot(visitor, address)
    return visitor


def test_a_note_with_a_photo_waits_for_the_connection_and_is_sent_once(
    auditor: Visitor, address: str
) -> None:
    page, said = auditor.page, "The door to the racks stood open."
    sent: list[str] = []
    page.context.set_offline(True)
    _new(page).locator("textarea").fill(said)
    expect(_status(page)).to_have_text(auditor.words(TYPED))
    _new(page).locator("input[type=file]").set_input_files([DOOR])
    _save(_new(page))
    expect(page.locator("#field-queue")).to_contain_text(auditor.words(KEPT))
    expect(_new(page).locator("textarea")).to_have_value("")
    page.on("request", lambda each: sent.append(each.url) if each.method == "POST" else None)
    page.context.set_offline(False)
    expect(_status(page)).to_have_text(auditor.words("Saved."))
    expect(page.locator("#field-queue li")).to_have_count(0)
    expect(_written(page, said)).to_have_count(1)
    auditor.troubles.clear()  # the browser complains of what it could not reach
    assert len(sent) == 1
    _on_the_spot(auditor, address)
    expect(_written(page, said)).to_have_count(1)
    _written(page, said).click()
    photo = page.locator("#field-notes details[open] .field-photos a").first
    shown = auditor.context.request.get(auditor.address + str(photo.get_attribute("href")))
    assert shown.headers["content-type"] == "image/png"
    assert PLACE not in shown.body()


def test_what_waits_and_what_is_half_written_outlives_the_closed_tab(
    auditor: Visitor, address: str
) -> None:
    page, said, half = auditor.page, "Two of three badges were valid.", "The third belongs"
    page.context.set_offline(True)
    _new(page).locator("textarea").fill(said)
    _save(_new(page))
    expect(page.locator("#field-queue")).to_contain_text(auditor.words(KEPT))
    _new(page).locator("textarea").fill(half)
    _new(page).locator("input[type=file]").set_input_files([DOOR])
    expect(_status(page)).to_have_text(auditor.words(TYPED))
    page.close()
    auditor.troubles.clear()  # the browser complains of what it could not reach
    auditor.context.set_offline(False)
    auditor.page = page = auditor.context.new_page()
    _on_the_spot(auditor, address)
    expect(_written(page, said)).to_have_count(1)
    expect(page.locator("#field-queue li")).to_have_count(0)
    expect(_new(page).locator("textarea")).to_have_value(half)
    _save(_new(page))
    expect(_written(page, half)).to_have_count(1)
    _written(page, half).click()
    expect(page.locator("#field-notes details[open] .field-photos img")).to_have_count(1)
    _on_the_spot(auditor, address)
    expect(_written(page, said)).to_have_count(1)
    expect(_new(page).locator("textarea")).to_have_value("")


def test_what_is_refused_goes_back_into_the_form_with_all_that_was_written(
    auditor: Visitor,
) -> None:
    page, other = auditor.page, "Written meanwhile."
    page.context.set_offline(True)
    _new(page).locator("input[name=spoken_with]").fill("A clerk")
    _new(page).locator("textarea").evaluate("each => each.removeAttribute('maxlength')")
    _new(page).locator("textarea").fill(TOO_LONG)
    _new(page).locator("input[type=file]").set_input_files([DOOR])
    _save(_new(page))
    expect(page.locator("#field-queue")).to_contain_text(auditor.words(KEPT))
    _new(page).locator("textarea").fill(other)
    page.context.set_offline(False)
    auditor.button("Put it back into the form").click()
    expect(page.locator("#field-queue li")).to_have_count(0)
    expect(_new(page).locator("textarea")).to_have_value(f"{other}\n\n{TOO_LONG}")
    expect(_new(page).locator("input[name=spoken_with]")).to_have_value("A clerk")
    assert _new(page).locator("input[type=file]").evaluate("each => each.files.length") == 1
    _new(page).locator("textarea").fill(other)
    _save(_new(page))
    expect(_written(page, other)).to_have_count(1)
    auditor.troubles.clear()  # the browser complains of what was refused


def test_an_answer_that_somebody_overtook_is_put_together(
    auditor: Visitor, reception: Reception, address: str
) -> None:
    page = auditor.page
    page.context.set_offline(True)
    _answer(page, "Seen on the phone.")
    expect(page.locator("#field-queue")).to_contain_text(auditor.words(KEPT))
    desk = reception.person("auditor")
    _on_the_spot(desk, address)
    _answer(desk.page, "Seen at the desk.")
    expect(_status(desk.page)).to_have_text(desk.words("Saved."))
    page.context.set_offline(False)
    expect(page.locator("#field-queue")).to_contain_text("Seen at the desk.")
    auditor.button("Put both together").click()
    notes = _first(page).locator("textarea[name=notes]")
    expect(notes).to_have_value("Seen at the desk.\n\nSeen on the phone.")
    _save(_first(page))
    expect(_status(page)).to_have_text(auditor.words("Saved."))
    _on_the_spot(desk, address)
    expect(_first(desk.page).locator("textarea[name=notes]")).to_have_value(
        "Seen at the desk.\n\nSeen on the phone."
    )
    auditor.troubles.clear()  # the browser complains of what was refused


def test_a_page_that_was_opened_once_opens_without_a_connection(
    auditor: Visitor, address: str
) -> None:
    page, said, half = auditor.page, "The list of keys hangs open.", "Behind the desk"
    _kept(page)
    page.context.set_offline(True)
    page.close()
    auditor.page = page = auditor.context.new_page()
    page.goto(f"{auditor.address}{address}/fieldwork")
    expect(page.locator("#field-as-of")).to_be_visible()
    _new(page).locator("textarea").fill(said)
    _save(_new(page))
    expect(page.locator("#field-queue")).to_contain_text(auditor.words(KEPT))
    _new(page).locator("textarea").fill(half)
    expect(_status(page)).to_have_text(auditor.words(TYPED))
    page.reload()
    expect(page.locator("#field-queue")).to_contain_text(auditor.words(KEPT))
    expect(_new(page).locator("textarea")).to_have_value(half)
    # The token of the page that was kept is of a sign-in that is over.
    _take_another_token(auditor)
    page.context.set_offline(False)
    expect(_written(page, said)).to_have_count(1)
    expect(page.locator("#field-queue li")).to_have_count(0)
    auditor.troubles.clear()  # the browser complains of what it could not reach
    _on_the_spot(auditor, address)
    expect(page.locator("#field-as-of")).to_be_hidden()
    expect(_written(page, said)).to_have_count(1)


def test_whoever_signs_out_leaves_nothing_to_open(reception: Reception, address: str) -> None:
    # By a session of their own, lest those who share the usual one are signed out too.
    visitor = reception.stranger(width=PHONE)
    visitor.sign_in("auditor", accounts()["password"])
    _on_the_spot(visitor, address)
    page = visitor.page
    _kept(page)
    page.locator("form[action$='/sign-out']").evaluate("each => each.submit()")
    expect(page.locator("input[name=password]")).to_be_visible()
    page.wait_for_function("async () => !(await caches.keys()).length")
    page.context.set_offline(True)
    with pytest.raises(PlaywrightError):
        page.goto(f"{visitor.address}{address}/fieldwork")
    visitor.troubles.clear()  # the browser complains of what it could not reach


def test_what_one_person_wrote_is_not_sent_by_another(auditor: Visitor, address: str) -> None:
    page, said = auditor.page, "The alarm is not tested."
    # As the page stands where somebody else has signed in since, in another window.
    page.locator("#fieldwork").evaluate("each => (each.dataset.reader = 'somebody-else')")
    _take_another_token(auditor)
    _new(page).locator("textarea").fill(said)
    _save(_new(page))
    expect(page.locator("#field-sign-in a")).to_be_visible()
    expect(page.locator("#field-queue")).to_contain_text(auditor.words(KEPT))
    auditor.troubles.clear()  # the browser complains of what was refused
    _on_the_spot(auditor, address)
    expect(_written(page, said)).to_have_count(0)
    expect(page.locator("#field-queue li")).to_have_count(0)
    auditor.troubles.clear()


def test_whose_session_is_over_is_led_to_sign_in_and_back(auditor: Visitor, address: str) -> None:
    page, said = auditor.page, "The lamp over the stairs is out."
    auditor.context.clear_cookies()
    _new(page).locator("textarea").fill(said)
    _save(_new(page))
    link = page.locator("#field-sign-in a")
    expect(link).to_be_visible()
    auditor.troubles.clear()  # the browser complains of what was refused
    link.click()
    _enter(auditor)
    expect(_written(page, said)).to_have_count(1)
    expect(page.locator("#field-queue li")).to_have_count(0)
    assert page.url == f"{auditor.address}{address}/fieldwork"


def _kept(page: Page) -> None:
    """Wait until the browser can open the page by itself."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("async () => Boolean(await caches.match(location.pathname))")


def _take_another_token(visitor: Visitor) -> None:
    """Have the browser hold the token of another sign-in than the page does."""
    held = next(each for each in visitor.context.cookies() if each["name"] == "csrftoken")
    visitor.context.clear_cookies(name="csrftoken")
    fields = ("name", "domain", "path", "expires", "httpOnly", "secure", "sameSite")
    kept: Any = {name: held[name] for name in fields if name in held}  # type: ignore[literal-required]
    visitor.context.add_cookies([{**kept, "value": "x" * 32}])


def _enter(visitor: Visitor) -> None:
    visitor.page.locator("input[name=username]").fill("auditor")
    visitor.page.locator("input[name=password]").fill(accounts()["password"])
    visitor.page.locator("form:has(input[name=password]) button[type=submit]").click()


def _on_the_spot(visitor: Visitor, address: str) -> None:
    visitor.open(f"{address}/fieldwork")
    visitor.page.locator("#field-queue").wait_for(state="attached")
    visitor.page.wait_for_load_state("networkidle")


def _new(page: Page) -> Locator:
    return page.locator("section[aria-labelledby=new-note] form")


def _first(page: Page) -> Locator:
    return page.locator("section[aria-labelledby=questions] details").first.locator("form").first


def _answer(page: Page, notes: str) -> None:
    page.locator("section[aria-labelledby=questions] summary").first.click()
    _first(page).locator("input[name=answer][value=conforms]").check()
    _first(page).locator("textarea[name=notes]").fill(notes)
    _save(_first(page))


def _save(form: Locator) -> None:
    form.locator("button[type=submit]").click()


def _status(page: Page) -> Locator:
    return page.locator("#field-status")


def _written(page: Page, text: str) -> Locator:
    return page.locator("#field-notes summary").filter(has_text=text)
