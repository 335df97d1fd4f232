"""A mail comes in, is answered in the browser, and its answer comes in again: one conversation."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from playwright.sync_api import Locator, expect

from tests.interfaces.cli.product import until
from tests.journeys.browser import DESK, PHONE
from tests.journeys.desk import Desk
from tests.journeys.house import House
from tests.journeys.mail import MailFolder
from tests.journeys.portal import Portal
from tests.journeys.reception import Reception
from timshel.operation.work.states import Stage

REQUESTER = "imre.castellane@aldermoor.example"
DESK_ADDRESS = "service.desk@timshel.example"
LIVE_SECONDS = 20


def bring(house: House, mail: EmailMessage) -> None:
    """Bring a mail as the mail server of the house does."""
    recipient = parseaddr(str(mail["To"]))[1]
    with smtplib.LMTP("127.0.0.1", house.lmtp, timeout=30) as client:
        assert client.sendmail(REQUESTER, [recipient], mail.as_bytes()) == {}


def written(subject: str, text: str, *, to: str = DESK_ADDRESS, **headers: str) -> EmailMessage:
    """Return a mail of the requester's."""
    mail = EmailMessage()
    mail["From"] = f"Imre Castellane <{REQUESTER}>"
    mail["To"], mail["Subject"] = to, subject
    mail["Message-ID"] = f"<{abs(hash((subject, text)))}@aldermoor.example>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def unfolds(conversation: Locator, text: str) -> None:
    """Check that a quote is there, folded, and that a click shows it."""
    fold = conversation.locator("details.mail-fold", has_text="Quoted text").last
    expect(fold.locator(".mail-text")).not_to_be_visible()
    fold.locator("summary").click()
    expect(fold.locator(".mail-text")).to_be_visible()
    expect(fold.locator(".mail-text")).to_contain_text(text)


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_a_mail_is_answered_and_its_answer_folds_what_it_quotes(
    reception: Reception, house: House, mail_folder: MailFolder, width: int
) -> None:
    if not house.lmtp:
        pytest.skip("nobody brings mail to this product")
    title = f"No light in the archive ({width})"
    agent = reception.person("agent", width=width)
    requester = reception.person("requester", width=width)

    # A mail becomes a case by itself, while the agent looks at the queue.
    queue = Desk(agent).go_to("My teams")
    first = written(title, "It went out at noon.\n\n-- \nImre Castellane\n")
    bring(house, first)
    queue.shows_within(title, seconds=LIVE_SECONDS)
    record = queue.open(title)
    record.is_at(Stage.NEW)
    expect(agent.page.get_by_role("main")).to_contain_text("It went out at noon.")
    number = record.heading.inner_text().split()[0]

    # The agent answers; what leaves belongs to the thread of the mail that came.
    record.take()
    record.reply("Which **lamp** is it?")
    sent = mail_folder.wait_for(2, number, to=REQUESTER)
    answer = next(mail for subject, mail in sent.items() if "Reply" in subject)
    assert first["Message-ID"] in answer["References"].split()
    assert {parseaddr(str(answer["From"]))[1], parseaddr(str(answer["Reply-To"]))[1]} == {
        DESK_ADDRESS
    }
    words = answer.get_body(("plain",))
    assert words is not None
    assert "Which lamp is it?" in words.get_content().replace("*", "")

    # The requester answers that mail, and their program quotes it.
    back = written(
        f"Re: {answer['Subject']}",
        "The one above the door.\n\n"
        f"On 22 November 2026 at 18:00, {answer['From']} wrote:\n> Which lamp is it?\n",
        to=str(answer["Reply-To"]),
        In_Reply_To=str(answer["Message-ID"]),
        References=f"{answer['References']} {answer['Message-ID']}",
    )
    bring(house, back)

    def has_come() -> bool:
        record.look_again()
        return "The one above the door." in record.conversation.inner_text()

    until(has_come, "the answer stands in the case", LIVE_SECONDS)
    unfolds(record.conversation, "Which lamp is it?")
    case = Portal(requester).case(number)
    case.reads("The one above the door.")
    unfolds(case.conversation, "Which lamp is it?")

    # Brought once more, nothing is said twice.
    bring(house, back)
    record.look_again()
    said = record.conversation.get_by_text("The one above the door.", exact=True)
    expect(said).to_have_count(1)
