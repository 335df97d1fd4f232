"""From report to closure, as requester and as agent, wide and on a phone, in both languages."""

from __future__ import annotations

import pytest

from tests.journeys.browser import DESK, PHONE, Visitor
from tests.journeys.desk import Desk
from tests.journeys.mail import MailFolder
from tests.journeys.portal import Portal
from tests.journeys.reception import Reception
from timshel.operation.work.states import Stage
from timshel.resolution_fulfilment.incident.states import ResolutionCode

REQUESTERS = {"en": ("requester", "imre.castellane"), "fr": ("demandeuse", "maelle.tessonneau")}
AGENTS = {"en": "agent", "fr": "lead"}
LIVE_SECONDS = 20  # five polls of an open page


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("width", [DESK, PHONE])
def test_from_report_to_closure(
    reception: Reception, mail_folder: MailFolder, width: int, language: str
) -> None:
    username, code = REQUESTERS[language]
    title = f"The screen stays black ({language}, {width})"
    requester = reception.person(username, width=width, language=language)
    agent = reception.person(AGENTS[language], width=width, language=language)

    # The agent looks at the queue; the report comes in by itself.
    queue = Desk(agent).go_to("My teams")
    still_the_same_page = agent.stays()
    portal = Portal(requester)
    number = portal.report(
        service="laptop",
        title=title,
        description="It beeps twice, then nothing.",
        impact="My team, or several people",
    )
    queue.shows_within(title, seconds=LIVE_SECONDS)
    assert still_the_same_page()

    # The agent takes it, answers, and keeps a remark among colleagues.
    record = queue.open(title)
    record.is_at(Stage.NEW)
    record.take()
    record.is_at(Stage.IN_PROGRESS)
    record.reply("Which **lamp** is lit?")
    record.note("Third machine of this series this week.")

    # The requester reads the answer, and not the remark.
    case = portal.case(number)
    case.is_at(Stage.IN_PROGRESS)
    case.reads("Which lamp is lit?")
    case.never_reads("Third machine")

    # It waits for the requester, who answers; then it goes on.
    record.wait_for_requester("Asked for the lamp.")
    case.look_again()
    case.is_at(Stage.WAITING)
    case.says("Please answer below. We go on as soon as we have your answer.")
    case.never_reads("Asked for the lamp.")
    case.answer("The orange one.")
    case.is_at(Stage.IN_PROGRESS)
    record.look_again()
    record.is_at(Stage.IN_PROGRESS)

    # It is resolved; the requester finds that it works again.
    record.resolve(ResolutionCode.FIXED, "The memory was loose.")
    record.is_at(Stage.RESOLVED)
    case.look_again()
    case.is_at(Stage.RESOLVED)
    case.reads("The memory was loose.")
    case.confirm()
    case.is_at(Stage.CLOSED)
    case.never_reads("Third machine")
    record.look_again()
    record.is_at(Stage.CLOSED)

    assert_one_thread(mail_folder, requester, to=code, number=number, title=title)


def assert_one_thread(mails: MailFolder, reader: Visitor, *, to: str, **about: str) -> None:
    """The requester was told three times, in one thread, in their language, nothing internal."""
    sent = mails.wait_for(3, about["number"], to=to)
    # A header knows but one kind of space; French sets a narrow one before a colon.
    acknowledgement, reply, resolution = (
        sent[" ".join(reader.words(subject, **about).split())]
        for subject in (
            "[%(number)s] We received your report: %(title)s",
            "[%(number)s] Reply: %(title)s",
            "[%(number)s] Solved: %(title)s",
        )
    )
    assert reply["In-Reply-To"] == acknowledgement["Message-ID"]
    assert resolution["In-Reply-To"] == reply["Message-ID"]
    assert len({mail["References"].split()[0] for mail in sent.values()}) == 1
    assert not any("Third machine" in mail.as_string() for mail in sent.values())
