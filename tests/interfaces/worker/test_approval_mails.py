"""Who is asked, reminded and told about approvals, in which words, and once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.approvals import asked
from tests.cast import AT, SYSTEM, Cast, later
from tests.jobs import run_jobs
from timshel.interfaces.worker import approvals
from timshel.kernel.actor import Actor
from timshel.leadership.approval import outcomes
from timshel.leadership.approval.actions import (
    Absence,
    Line,
    Price,
    decide_approval,
    delegate,
    end_delegation,
    expire_and_remind_due,
    hand_over_seat,
    withdraw_approval,
)
from timshel.leadership.approval.models import LinkAttempt
from timshel.leadership.approval.queries import approval
from timshel.leadership.approval.states import Decision, OnExpiry
from timshel.support.communication.models import OutgoingMessage

YES, NO = Decision.APPROVED, Decision.REFUSED
LINK = re.compile(r"https://desk\.timshel\.example/approve/([\w-]{43})\?answer=(\w+)")


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    settings.MAIL_URL = "folder"
    settings.DATA_DIRECTORY = tmp_path
    settings.BASE_ADDRESS = "https://desk.timshel.example"
    monkeypatch.setattr(outcomes, "_handlers", [])
    monkeypatch.setattr(outcomes, "_holders", [])


def now() -> datetime:
    return datetime.now(UTC)


def told(*, times: int = 1) -> list[tuple[str, str]]:
    """Carry out all jobs; return whom they told what, and forget it."""
    run_jobs(times=times)
    rows = OutgoingMessage.objects.order_by("pk")
    found = [(row.kind, row.address.split("@")[0]) for row in rows]
    rows.delete()
    return found


def mail_to(who: Actor) -> OutgoingMessage:
    run_jobs()
    return OutgoingMessage.objects.filter(person_id=who.person_id).latest("pk")


def stand_in(cast: Cast) -> int:
    assert cast.manager.person_id is not None
    assert cast.lead.person_id is not None
    # Jobs read the clock, so these days are around today's.
    days = (now().date() - timedelta(days=1), now().date() + timedelta(days=5))
    absence = Absence(cast.manager.person_id, cast.lead.person_id, *days, "Field trip")
    return delegate(absence, actor=cast.manager, at=now()).delegation_id


def test_who_is_asked_reads_all_that_is_needed(cast: Cast) -> None:
    asked(
        cast.manager,
        by=cast.requester,
        asked_by_id=cast.other_requester.person_id,
        summary=(Line("Size", "14 inches", {}), Line("What for?", "Fieldwork", {})),
        price=Price(Decimal("1250.00"), "GBP", "year"),
        due_at=later(days=5),
    )
    mail = mail_to(cast.manager)
    assert mail.subject == "[REQ0000012] Please approve: A laptop for fieldwork"
    links = LINK.findall(mail.text)
    assert [answer for _secret, answer in links] == ["approved", "refused"]
    assert len({secret for secret, _answer in links}) == 1
    assert LINK.sub("LINK", mail.text).split("\n\n") == [
        "Hello Wendell Achterberg,",
        "Solveig Adeyemi asks for this for Imre Castellane. It needs an approval.",
        "A laptop for fieldwork\nSize: 14 inches\nWhat for? Fieldwork\nPrice: 1,250.00 GBP a year",
        "Please answer by Saturday 7 March 2026 10:00 GMT. After that it counts as refused.",
        "Look and approve:\nLINK",
        "Look and refuse:\nLINK",
        "These two links are for you alone and need no sign-in; they first show what is asked and "
        "work for one answer. Please do not pass this mail on. You can also sign in:\n"
        f"https://desk.timshel.example/approvals/{approval_id(mail)}\n",
    ]


def approval_id(mail: OutgoingMessage) -> int:
    found = re.search(r"/approvals/(\d+)", mail.text)
    assert found is not None
    return int(found[1])


def test_the_link_in_the_mail_works(cast: Cast) -> None:
    key = asked(cast.manager, by=cast.requester)
    found = LINK.search(mail_to(cast.manager).text)
    assert found is not None
    address = found[0].removeprefix("https://desk.timshel.example")
    assert Client().get(address).status_code == 200
    Client().post(address, {"decision": "approved"})
    assert approval(key, actor=SYSTEM, at=AT).state == "approved"


def test_in_the_readers_language(cast: Cast) -> None:
    asked(
        cast.french_requester,
        by=cast.requester,
        translations={"fr": {"title": "Un ordinateur de terrain"}},
        price=Price(Decimal("1250.00"), "GBP"),
    )
    mail = mail_to(cast.french_requester)
    assert "Un ordinateur de terrain" in mail.subject
    assert re.search(r"1\W250,00 GBP", mail.text)


def test_everybody_who_can_answer_is_asked_once(cast: Cast) -> None:
    stand_in(cast)
    assert told() == [("approval.delegated", "tamsin.harrowgate")]
    asked(cast.manager, cast.service_owner, by=cast.requester)
    assert told(times=2) == [
        ("approval.asked", "wendell.achterberg"),
        ("approval.asked", "adaeze.thornquist"),
        ("approval.asked", "tamsin.harrowgate"),
    ]


def test_a_substitute_reads_for_whom_and_gets_a_link_of_their_own(cast: Cast) -> None:
    stand_in(cast)
    key = asked(cast.manager, by=cast.requester)
    run_jobs()
    mail = mail_to(cast.lead)
    assert "You are asked because you stand in for Wendell Achterberg." in mail.text
    own, theirs = LINK.search(mail.text), LINK.search(mail_to(cast.manager).text)
    assert own is not None
    assert theirs is not None
    assert own[1] != theirs[1]
    Client().post(f"/approve/{own[1]}", {"decision": "approved"})
    (seat,) = approval(key, actor=SYSTEM, at=now()).seats
    assert (seat.decided_by, seat.capacity) == ("Tamsin Harrowgate", "delegate")


def test_a_substitute_whose_request_it_is_is_not_asked(cast: Cast) -> None:
    stand_in(cast)
    told()
    asked(cast.manager, by=cast.lead)
    assert told() == [("approval.asked", "wendell.achterberg")]


def test_where_nobody_was_found_those_who_manage_approvals_hear(cast: Cast) -> None:
    asked(None, by=cast.requester)
    mail = mail_to(cast.process_owner)
    assert mail.subject == "[REQ0000012] Nobody to approve: A laptop for fieldwork"
    assert LINK.search(mail.text) is None
    assert "Decide it, or ask somebody, here:" in mail.text
    assert told() == [
        ("approval.asked", "bastian.nwosu"),
        ("approval.asked", "zachary.penrose"),
    ]


def test_a_reminder_carries_the_same_link(cast: Cast) -> None:
    asked(cast.manager, by=cast.requester, remind_at=later(days=1), due_at=later(days=5))
    first = LINK.search(mail_to(cast.manager).text)
    assert first is not None
    told()
    expire_and_remind_due(actor=SYSTEM, at=later(days=1))
    mail = mail_to(cast.manager)
    assert mail.subject == "[REQ0000012] Reminder: please approve: A laptop for fieldwork"
    assert "You were asked for this before and have not answered yet." in mail.text
    assert first[0] in mail.text
    assert told(times=2) == [("approval.reminded", "wendell.achterberg")]


def test_whoever_is_asked_later_hears_like_the_first(cast: Cast) -> None:
    key = asked(cast.manager, cast.service_owner, by=cast.requester)
    told()
    seat = approval(key, actor=SYSTEM, at=AT).seats[0].id
    assert cast.lead.person_id is not None
    by = {"actor": cast.process_owner, "at": later(1)}
    hand_over_seat(seat, person_id=cast.lead.person_id, reason="Closer", **by)
    assert told(times=2) == [("approval.asked", "tamsin.harrowgate")]


def test_who_is_asked_because_nobody_answered(cast: Cast) -> None:
    asked(
        cast.requester,
        by=cast.other_requester,
        due_at=later(days=2),
        on_expiry=OnExpiry.ESCALATED,
    )
    told()
    expire_and_remind_due(actor=SYSTEM, at=later(days=2))
    assert told() == [("approval.asked", "wendell.achterberg")]


@pytest.mark.parametrize(
    ("decision", "comment", "subject", "line"),
    [
        (YES, "Fine", "Approved: A laptop", "Wendell Achterberg approved it. It goes on now."),
        (NO, "Too dear.", "Not approved: A laptop", "Wendell Achterberg did not approve it."),
    ],
)
def test_the_requester_hears_what_came_of_it(
    cast: Cast, decision: Decision, comment: str, subject: str, line: str
) -> None:
    key = asked(
        cast.manager,
        by=cast.requester,
        asked_by_id=cast.other_requester.person_id,
        title="A laptop",
    )
    told()
    decide_approval(key, decision=decision, comment=comment, actor=cast.manager, at=later(1))
    mail = mail_to(cast.requester)
    assert mail.subject == f"[REQ0000012] {subject}"
    assert line in mail.text
    # Why something is refused is for who asked; what is said with a yes is not.
    assert (comment in mail.text) == (decision is NO)
    assert told(times=2) == [
        ("approval.decided", "imre.castellane"),
        ("approval.decided", "solveig.adeyemi"),
    ]


@pytest.mark.parametrize(
    ("on_expiry", "line"),
    [
        (OnExpiry.REFUSED, "Nobody answered in time; it counts as refused."),
        (OnExpiry.APPROVED, "Nobody answered in time; it counts as approved, and goes on."),
        (OnExpiry.EXPIRED, "Nobody answered in time."),
    ],
)
def test_the_requester_hears_that_nobody_answered(
    cast: Cast, on_expiry: OnExpiry, line: str
) -> None:
    asked(cast.manager, by=cast.requester, due_at=later(days=1), on_expiry=on_expiry)
    assert told() == [("approval.asked", "wendell.achterberg")]
    expire_and_remind_due(actor=SYSTEM, at=later(days=1))
    assert line in mail_to(cast.requester).text


def test_nobody_hears_of_what_is_no_longer_asked(cast: Cast) -> None:
    key = asked(cast.manager, by=cast.requester)
    withdraw_approval(key, actor=SYSTEM, at=later(1))
    assert told() == []


def test_a_substitute_hears_of_the_beginning_and_the_end(cast: Cast) -> None:
    made = stand_in(cast)
    mail = mail_to(cast.lead)
    assert mail.subject == "You stand in for Wendell Achterberg"
    assert re.search(
        r"You stand in for Wendell Achterberg from \w+ \d+ \w+ \d{4} 00:00 \w+ until "
        r"\w+ \d+ \w+ \d{4} 23:59 \w+\.",
        mail.text,
    )
    assert "Field trip" in mail.text
    told()
    end_delegation(made, actor=cast.manager, at=now())
    approvals.tell_substitute(delegation_id=made, is_over=True)
    assert told(times=2) == [("approval.delegation_ended", "tamsin.harrowgate")]


def test_the_sweeps(cast: Cast) -> None:
    key = asked(cast.manager, by=cast.requester, due_at=later(days=1))
    approvals.expire_and_remind.func(0)
    assert approval(key, actor=SYSTEM, at=later(days=2)).state == "expired"
    LinkAttempt.objects.create(origin="192.0.2.1", at=AT)
    LinkAttempt.objects.create(origin="192.0.2.1", at=AT + timedelta(days=9_000))
    approvals.forget.func(0)
    assert LinkAttempt.objects.count() == 1
