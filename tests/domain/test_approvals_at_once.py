"""Two people answer at once, each on a connection of its own: one verdict, told once."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

import pytest
from django.db import connection, transaction

from tests.approvals import asked
from tests.cast import SYSTEM, build_cast, later
from tests.crowd import PATIENCE, Crowd
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Refused, WrongState
from timshel.kernel.journal.models import Entry
from timshel.leadership.approval import outcomes
from timshel.leadership.approval.actions import (
    decide_approval,
    expire_and_remind_due,
    withdraw_approval,
)
from timshel.leadership.approval.outcomes import Decided
from timshel.leadership.approval.queries import approval
from timshel.leadership.approval.states import Decision, Outcome

pytestmark = pytest.mark.django_db(transaction=True)

YES, NO = Decision.APPROVED, Decision.REFUSED


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Decided]:
    heard: list[Decided] = []

    def handler(decided: Decided, /, **_named: Any) -> None:
        heard.append(decided)

    monkeypatch.setattr(outcomes, "_handlers", [handler])
    monkeypatch.setattr(outcomes, "_holders", [])
    return heard


def at_once(*works: Any) -> list[str]:
    """Run functions at the same moment; returns the codes of what was refused."""
    ready = threading.Barrier(len(works))
    refused: list[str] = []

    def run(work: Any) -> None:
        ready.wait(PATIENCE)
        try:
            work()
        except Refused as refusal:
            refused.append(refusal.code)

    crowd = Crowd()
    for work in works:
        crowd.start(run, work)
    crowd.wait()
    return refused


def answering(key: int, decision: Decision, who: Actor) -> Any:
    def answer() -> None:
        decide_approval(key, decision=decision, comment="So.", actor=who, at=later(1))

    return answer


def test_two_who_are_enough_each_settle_it_once(told: list[Decided]) -> None:
    cast = build_cast()
    for number in range(8):
        key = asked(cast.manager, cast.lead, by=cast.requester, needed=1, step=f"step {number}")
        refused = at_once(answering(key, YES, cast.manager), answering(key, NO, cast.lead))
        view = approval(key, actor=SYSTEM, at=later(2))
        # A refusal alone settles nothing here, a yes does; whoever came second after it is told.
        assert view.state == "approved"
        assert refused in ([], ["wrong_state"])
    assert Counter(each.approval_id for each in told).most_common(1)[0][1] == 1
    assert {each.outcome for each in told} == {Outcome.APPROVED}


def test_the_last_two_of_all_settle_it_together(told: list[Decided]) -> None:
    cast = build_cast()
    for number in range(8):
        key = asked(cast.manager, cast.lead, by=cast.requester, step=f"step {number}")
        at_once(answering(key, YES, cast.manager), answering(key, YES, cast.lead))
        assert approval(key, actor=SYSTEM, at=later(2)).state == "approved"
    assert len(told) == 8
    assert Entry.objects.filter(verb="approval.decided").count() == 8


def test_a_click_sent_five_times_is_one_answer(told: list[Decided]) -> None:
    cast = build_cast()
    key = asked(cast.manager, by=cast.requester)
    assert at_once(*[answering(key, YES, cast.manager)] * 5) == []
    assert len(told) == 1
    assert Entry.objects.filter(verb="approval.answered").count() == 1


def test_two_sweeps_and_somebody_who_answers(told: list[Decided]) -> None:
    cast = build_cast()

    def sweep() -> None:
        expire_and_remind_due(actor=SYSTEM, at=later(days=3))

    for number in range(6):
        key = asked(cast.manager, by=cast.requester, step=f"{number}", due_at=later(days=2))
        at_once(sweep, answering(key, YES, cast.manager), sweep)
        assert approval(key, actor=SYSTEM, at=later(days=3)).state in {"approved", "expired"}
    assert Counter(each.approval_id for each in told) == {each.approval_id: 1 for each in told}
    assert len(told) == 6


def test_whoever_changes_the_work_and_whoever_answers_do_not_lock_each_other_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The work is locked first by both, here by an advisory lock that stands for its row."""
    cast = build_cast()

    def lock(work_item_id: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [work_item_id])

    monkeypatch.setattr(outcomes, "_handlers", [])
    monkeypatch.setattr(outcomes, "_holders", [lock])

    def withdrawing(key: int) -> Any:
        def withdraw() -> None:
            with transaction.atomic():
                lock(number)
                withdraw_approval(key, actor=SYSTEM, at=later(1))

        return withdraw

    for number in range(1, 9):
        key = asked(cast.manager, by=cast.requester, work_item_id=number)
        refused = at_once(withdrawing(key), answering(key, YES, cast.manager))
        state = approval(key, actor=SYSTEM, at=later(2)).state
        assert (state, refused) in [("withdrawn", [WrongState.code]), ("approved", [])]
