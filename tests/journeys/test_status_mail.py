"""A stranger asks on the status page to be written to, and confirms it by the link in a mail."""

from __future__ import annotations

import email
import re
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from playwright.sync_api import expect

from tests.interfaces.cli.product import until
from tests.journeys.accessibility import findings
from tests.journeys.browser import answered
from tests.journeys.house import House
from tests.journeys.reception import Reception

LINK = re.compile(r"https?://\S+/status-mail/confirm/\S+")


def mail_to(address: str, folder: Path) -> EmailMessage | None:
    """Return the first mail to an address, or None."""
    mails = (
        email.message_from_bytes(path.read_bytes(), policy=default) for path in folder.glob("*.eml")
    )
    return next((mail for mail in mails if address in str(mail["To"])), None)


def test_a_stranger_asks_and_confirms(reception: Reception, house: House) -> None:
    address = f"{uuid4().hex}@lind.example"
    stranger = reception.stranger()
    page = stranger.page
    stranger.open("/status/mail")
    form = page.locator(".status-hear form")
    form.locator("[name=address]").fill(address)
    with answered(page):
        form.locator("button").click()
    expect(page.get_by_role("main")).to_contain_text(address)

    mail = until(lambda: mail_to(address, house.mail), f"a mail to {address}", 30)
    body = mail.get_body(("plain",))
    assert body is not None
    link = LINK.search(body.get_content())
    assert link is not None, body.get_content()

    # Whatever follows links in mails by itself confirms nothing: that takes a button.
    stranger.open(urlsplit(link[0]).path)
    assert not findings(page)
    with answered(page):
        page.get_by_role("main").locator("button").click()
    expect(page.locator("h1")).to_have_text(stranger.words("You will hear from us"))
    assert not findings(page)
