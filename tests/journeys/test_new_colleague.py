"""A new colleague's bundle, from the order on a phone to the rating, past everybody it concerns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.browser import PHONE, Visitor, answered
from tests.journeys.mail import MailFolder
from tests.journeys.reception import Reception
from timshel.operation.work.states import STAGE_NAMES, Stage

BUDGET_HOLDER = "edmund.farrow"
SECONDS = 1_000
# What each task is called, by its element in the diagrams; and who does it.
TASKS: Mapping[str, tuple[str, str]] = {
    "create_account": ("agent", "Create account and mailbox"),
    "prepare_device": ("agent", "Prepare the device"),
    "check_device": ("agent", "Check it with fresh eyes"),
    "make_card": ("reception", "Make the card, open the doors"),
    "set_up": ("facilities", "Set up the desk"),
    "welcome_pack": ("people", "Put the welcome pack together"),
}


VALUES = {"account_name": "new.colleague"}
PARTS = {
    "en": ("Account", "Laptop", "card", "Place to work"),
    "fr": ("Compte", "Ordinateur", "Carte", "Place de travail"),
}


class Order:
    """The order of a line manager, on a phone.

    Args:
        visitor: who orders.
    """

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    def place(self, name: str) -> str:
        """Order everything for a new colleague from the portal's home; returns the number."""
        page = self.visitor.page
        self.visitor.open("/")
        page.locator(".door-need").click()
        page.locator("input[type=search][name=q]").first.fill(
            "nouveau collègue" if self.visitor.words.language == "fr" else "new colleague"
        )
        page.locator('a[href="/catalogue/offerings/joining-new"]').first.click()
        page.locator(".btn-ask").click()
        page.fill("[name=full_name]", name)
        page.fill("[name=private_email]", "new.colleague@example.org")
        page.fill("[name=start_date]", (datetime.now(UTC) + timedelta(days=1)).date().isoformat())
        self._go_on("step=place")
        page.select_option("[name=unit]", "direction")
        self._go_on("step=check")
        expect(page.get_by_text(name)).to_be_visible()
        page.locator("main form.panel button.btn-primary").click()
        page.wait_for_url("**/cases/REQ*")
        return page.url.rsplit("/", 1)[1]

    def _go_on(self, step: str) -> None:
        self.visitor.page.locator("main form.panel button.btn-primary").click()
        self.visitor.page.wait_for_url(f"**{step}*")


class Follow:
    """The page of one's own request.

    Args:
        visitor: who asked.
        number: of the request.
    """

    def __init__(self, visitor: Visitor, number: str) -> None:
        self.visitor = visitor
        self.number = number

    def look(self) -> None:
        """Open the page."""
        self.visitor.open(f"/cases/{self.number}")

    def is_at(self, stage: Stage, *, seconds: float = 20) -> None:
        """Check the stage, as it comes by itself."""
        mark = self.visitor.page.locator(
            f"#case-standing .stage-{stage.value.replace('_', '-')}"
        ).first
        expect(mark).to_have_text(self.visitor.words(STAGE_NAMES[stage]), timeout=seconds * SECONDS)

    def stands(self, **marks: str) -> None:
        """Check where the picture of the process stands: elements with their marks."""
        # The picture is drawn when somebody comes to it.
        self.visitor.page.locator("#request-picture").scroll_into_view_if_needed()
        for element, mark in marks.items():
            step = self.visitor.page.locator(f'.diagram-step[data-element="{element}"]').last
            expect(step).to_have_attribute("data-mark", mark)
            shape = self.visitor.page.locator(f'[data-element-id="{element}"]').first
            expect(shape).to_be_attached()
            expect(shape).to_have_class(re.compile(mark))

    def parts(self) -> Locator:
        """The parts of the bundle."""
        return self.visitor.page.locator("#request-parts .case-row")

    def part(self, code: str) -> str:
        """Return the number of the part whose name holds a text."""
        link = self.parts().locator("a", has_text=code).first
        return (link.get_attribute("href") or "").rsplit("/", 1)[1]

    def rate(self, rating: int) -> None:
        """Say how it was."""
        self.visitor.page.locator(f'.rate-choice[value="{rating}"]').click()
        expect(self.visitor.page.locator(".rate-choice.is-chosen")).to_have_attribute(
            "value", str(rating)
        )


@contextmanager
def without_signing_in(reception: Reception, path: str, language: str) -> Iterator[Visitor]:
    """Open a link from a mail as somebody who has not signed in."""
    visitor = reception.stranger(width=PHONE, language=language)
    visitor.open(path)
    yield visitor


def approve_by_mail(reception: Reception, folder: MailFolder, number: str, language: str) -> None:
    """The budget holder opens the mail on a phone, sees what it is, and approves."""
    mails = folder.wait_for(1, number, to=BUDGET_HOLDER)
    text = next(iter(mails.values())).get_body(("plain",)).get_content()  # type: ignore[union-attr]
    link = re.search(r"https?://[^/\s]+(/approve/\S+)", text)
    assert link is not None, text
    with without_signing_in(reception, link[1], language) as holder:
        expect(holder.page.locator("main")).to_contain_text("New Colleague")
        holder.page.locator("form.approve-form button[type=submit]").click()
        expect(holder.page.locator("form.approve-form")).to_have_count(0)
        # The link counts once.
        holder.open(link[1])
        expect(holder.page.locator("form.approve-form")).to_have_count(0)


def approve_as_substitute(reception: Reception, number: str, language: str) -> None:
    """The owner of the service is away; a colleague answers in their place."""
    owner = reception.person("head", language="en")
    owner.open("/approvals/away")
    page = owner.page
    if not page.locator("#delegations .approval-seats").count():
        today = datetime.now(UTC).date()
        page.fill("[name=person]", "adaeze.thornquist@aldermoor.example")
        page.fill("[name=from_date]", (today - timedelta(days=1)).isoformat())
        page.fill("[name=until_date]", (today + timedelta(days=2)).isoformat())
        page.locator("main form.panel button.btn-primary").click()
        expect(page.locator("#delegations .approval-seats").first).to_be_visible()
    substitute = reception.person("owner", language=language)
    substitute.open("/approvals")
    card = substitute.page.locator("main article, main li, main section", has_text=number).last
    expect(card).to_be_visible()
    card.locator("summary", has_text=re.compile("Approve|Approuver")).first.click()
    card.locator('form[id^="form-approved"] button[type=submit]').first.click()
    expect(substitute.page.locator("main")).not_to_contain_text(f"{number} ")


def do_task(
    reception: Reception, request: str, element: str, *, outcome: str = "", comment: str = ""
) -> None:
    """Somebody of the team opens the task, ticks everything off, fills it in and finishes it."""
    username, title = TASKS[element]
    overseer = reception.person("process")
    overseer.open(f"/desk/requests/{request}")
    address = overseer.page.locator(".work-task a", has_text=title).last.get_attribute("href")
    helper = reception.person(username)
    helper.open(str(address))
    page = helper.page
    while page.locator('.check-button[aria-checked="false"]').count():
        left = page.locator('.check-button[aria-checked="false"]').count()
        with answered(page):
            page.locator('.check-button[aria-checked="false"]').first.click()
        expect(page.locator('.check-button[aria-checked="false"]')).to_have_count(left - 1)
    fill_in(page.locator("form.finish"))
    if comment:
        page.fill("#finish-comment", comment)
    chosen = f'button[name=outcome][value="{outcome}"]' if outcome else "button[name=outcome]"
    with answered(page):
        page.locator(f"form.finish {chosen}").first.click()
    expect(page.locator("form.finish")).to_have_count(0)


def fill_in(form: Locator) -> None:
    """Fill in what the form asks."""
    for field in form.locator(".answering input, .answering textarea, .answering select").all():
        kind = field.get_attribute("type") or "text"
        name = field.get_attribute("name") or ""
        if not field.is_visible() or kind in ("search", "file", "hidden"):
            continue
        if kind == "radio":
            if not form.locator(f'[name="{name}"]:checked').count():
                field.check()
        elif kind == "date":
            field.fill(datetime.now(UTC).date().isoformat())
        elif field.evaluate("each => each.tagName") == "SELECT":
            field.select_option(index=1)
        elif kind != "checkbox" and not field.input_value():
            field.fill(next((v for k, v in VALUES.items() if name.endswith(k)), "4711"))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_new_colleague(reception: Reception, mail_folder: MailFolder, language: str) -> None:
    manager = reception.person("manager", width=PHONE, language=language)
    number = Order(manager).place(f"New Colleague {language}")
    follow = Follow(manager, number)
    follow.is_at(Stage.WAITING)
    follow.stands(budget_agrees="waiting")

    approve_by_mail(reception, mail_folder, number, language)
    follow.look()
    follow.stands(budget_agrees="done", owner_agrees="waiting")

    approve_as_substitute(reception, number, language)
    follow.look()
    follow.is_at(Stage.IN_PROGRESS)
    follow.stands(owner_agrees="done", welcome_pack="waiting")
    expect(follow.parts()).to_have_count(4)
    account, laptop, card, desk = (follow.part(text) for text in PARTS[language])

    # Four teams and more work side by side; the laptop does not pass its check and is done again.
    do_task(reception, account, "create_account")
    do_task(reception, laptop, "prepare_device")
    do_task(reception, laptop, "check_device", outcome="failed", comment="The camera is dead.")
    part = Follow(manager, laptop)
    part.look()
    part.stands(check_device="done", prepare_device="waiting")
    do_task(reception, laptop, "prepare_device")
    do_task(reception, laptop, "check_device", outcome="passed")
    part.look()
    part.is_at(Stage.RESOLVED)
    part.stands(prepare_device="done", check_device="done")
    do_task(reception, card, "make_card")
    do_task(reception, desk, "set_up")
    do_task(reception, number, "welcome_pack")

    # The day before the first day has come: the timer fires by itself, and everybody hears of it.
    follow.look()
    follow.is_at(Stage.RESOLVED, seconds=40)
    follow.look()
    follow.stands(welcome_pack="done", day_before="done")
    mail_folder.wait_for(2, number, to="wendell.achterberg")
    follow.rate(5)

    # It was delivered in time, and nothing is stuck.
    lead = reception.person("process")
    lead.open(f"/desk/requests/{number}")
    expect(lead.page.locator("#record-head .stage-resolved")).to_be_visible()
    expect(lead.page.locator(".clock-breached, .clock-missed")).to_have_count(0)
