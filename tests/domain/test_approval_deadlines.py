"""What happens by the clock: reminders, the end of time, and who is asked next."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from tests.approvals import WORK_ITEM, asked
from tests.cast import AT, SYSTEM, Cast, later
from tests.witness import Witness
from timshel.kernel.actor import Actor
from timshel.leadership.approval import events, outcomes
from timshel.leadership.approval.actions import (
    decide_approval,
    expire_and_remind_due,
    issue_link,
    open_link,
)
from timshel.leadership.approval.outcomes import Decided
from timshel.leadership.approval.queries import approval, waiting_count
from timshel.leadership.approval.states import Decision, LinkState, OnExpiry, Outcome, Why

pytestmark = pytest.mark.django_db

YES = Decision.APPROVED


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> list[Decided]:
    heard: list[Decided] = []

    def handler(decided: Decided, /, **_named: Any) -> None:
        heard.append(decided)

    monkeypatch.setattr(outcomes, "_handlers", [handler])
    monkeypatch.setattr(outcomes, "_holders", [])
    return heard


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Witness:
    facts = [events.ApprovalReminded, events.ApprovalDecided, events.SeatGiven]
    return Witness(monkeypatch, facts)


def sweep(days: float, *, limit: int = 500) -> int:
    return expire_and_remind_due(actor=SYSTEM, at=later(days=days), limit=limit)


def test_those_who_have_not_answered_are_reminded_once(cast: Cast, witness: Witness) -> None:
    key = asked(cast.manager, by=cast.requester, remind_at=later(days=1))
    with witness.unmoved():
        assert sweep(0.9) == 0
    with witness.watching() as seen:
        assert sweep(1) == 1
    assert seen.entry.verb == "approval.reminded"
    assert seen.fact == events.ApprovalReminded(key, WORK_ITEM, "approve", later(days=1))
    with witness.unmoved():
        assert sweep(2) == 0


def test_nobody_is_reminded_of_what_is_decided(cast: Cast, witness: Witness) -> None:
    key = asked(cast.manager, by=cast.requester, remind_at=later(days=1), due_at=later(days=2))
    decide_approval(key, decision=YES, actor=cast.manager, at=later(1))
    with witness.unmoved():
        assert sweep(3) == 0


@pytest.mark.parametrize(
    ("on_expiry", "outcome"),
    [
        (OnExpiry.REFUSED, Outcome.REFUSED),
        (OnExpiry.APPROVED, Outcome.APPROVED),
        (OnExpiry.EXPIRED, Outcome.EXPIRED),
    ],
)
def test_time_settles_it_as_was_agreed(
    cast: Cast,
    witness: Witness,
    told: list[Decided],
    on_expiry: OnExpiry,
    outcome: Outcome,
) -> None:
    key = asked(cast.manager, by=cast.requester, due_at=later(days=2), on_expiry=on_expiry)
    with witness.unmoved():
        assert sweep(1.99) == 0
    with witness.watching() as seen:
        assert sweep(2) == 1
    assert seen.entry.verb == "approval.decided"
    assert (seen.fact.outcome, seen.fact.by_person_id) == (outcome, None)
    assert told == [Decided(key, WORK_ITEM, "approve", outcome, None, "")]
    view = approval(key, actor=cast.requester, at=later(days=2))
    assert (view.state, view.outcome) == ("expired", outcome)
    assert [seat.state for seat in view.seats] == ["not_needed"]
    with witness.unmoved():
        assert sweep(3) == 0


def test_the_manager_above_is_asked_and_the_deadline_moves_once(
    cast: Cast, witness: Witness, told: list[Decided]
) -> None:
    key = asked(
        cast.requester,
        cast.lead,
        by=cast.other_requester,
        remind_at=later(days=1),
        due_at=later(days=2),
        on_expiry=OnExpiry.ESCALATED,
    )
    decide_approval(key, decision=YES, actor=cast.lead, at=later(1))
    assert sweep(1) == 1
    with witness.watching() as seen:
        assert sweep(2) == 1
    assert seen.entry.verb == "approval.escalated"
    view = approval(key, actor=cast.manager, at=later(days=2))
    assert (view.state, view.due_at) == ("open", later(days=4))
    # Two people on one chair: two chairs still, and both must approve.
    assert (view.needed, view.chairs, view.approved) == (2, 2, 1)
    assert [(seat.person, seat.passed_from, seat.why, seat.state) for seat in view.seats] == [
        ("Imre Castellane", "", Why.LINE_MANAGER, "open"),
        ("Wendell Achterberg", "Imre Castellane", Why.ESCALATED, "open"),
        ("Tamsin Harrowgate", "", Why.LINE_MANAGER, "approved"),
    ]
    assert [type(fact) for fact in seen.facts] == [events.SeatGiven]
    assert sweep(3) == 1  # reminded again, of the new deadline
    decide_approval(key, decision=YES, actor=cast.manager, at=later(days=3))
    assert [each.outcome for each in told] == [Outcome.APPROVED]
    seats = approval(key, actor=cast.manager, at=later(days=3)).seats
    assert [seat.state for seat in seats] == ["not_needed", "approved", "approved"]


def test_it_expires_if_nobody_answers_then_either(
    cast: Cast, told: list[Decided], witness: Witness
) -> None:
    key = asked(
        cast.requester,
        by=cast.other_requester,
        due_at=later(days=2),
        on_expiry=OnExpiry.ESCALATED,
    )
    assert [sweep(2), sweep(3), sweep(4), sweep(5)] == [1, 0, 1, 0]
    assert [each.outcome for each in told] == [Outcome.EXPIRED]
    assert approval(key, actor=cast.manager, at=later(days=5)).state == "expired"


def test_without_a_manager_above_those_who_manage_approvals_are_asked(cast: Cast) -> None:
    asked(cast.manager, by=cast.requester, due_at=later(days=2), on_expiry=OnExpiry.ESCALATED)
    assert waiting_count(actor=cast.process_owner, at=later(days=1)) == 0
    assert sweep(2) == 1
    assert waiting_count(actor=cast.process_owner, at=later(days=2)) == 1


def test_a_link_holds_as_long_as_the_deadline_that_moved(cast: Cast) -> None:
    key = asked(
        cast.requester,
        by=cast.other_requester,
        due_at=later(days=2),
        on_expiry=OnExpiry.ESCALATED,
    )
    (seat,) = approval(key, actor=cast.requester, at=AT).seats
    assert cast.requester.person_id is not None
    secret = issue_link(seat.id, person_id=cast.requester.person_id, at=AT)
    sweep(2)
    assert open_link(secret, origin="10.0.0.1", at=later(days=3)).state is LinkState.OPEN
    assert open_link(secret, origin="10.0.0.1", at=later(days=4)).state is LinkState.EXPIRED


def test_one_that_fails_does_not_hold_up_the_others(
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    first = asked(cast.manager, by=cast.requester, due_at=later(days=1))
    second = asked(cast.manager, by=cast.requester, step="second", due_at=later(days=2))

    def handler(decided: Decided, /, *, actor: Actor, at: Any) -> None:
        if decided.approval_id == first:
            raise RuntimeError("The process is broken.")

    monkeypatch.setattr(outcomes, "_handlers", [handler])
    with caplog.at_level(logging.ERROR):
        assert sweep(3) == 1
    assert f"Approval {first} could not be brought to its end" in caplog.text
    states = {key: approval(key, actor=SYSTEM, at=later(days=3)).state for key in (first, second)}
    assert states == {first: "open", second: "expired"}
    monkeypatch.setattr(outcomes, "_handlers", [])
    assert sweep(3) == 1


def test_as_many_as_the_limit_means_that_there_may_be_more(cast: Cast) -> None:
    for number in range(3):
        asked(cast.manager, by=cast.requester, step=f"late {number}", due_at=later(days=1))
        asked(cast.manager, by=cast.requester, step=f"near {number}", remind_at=later(days=1))
    assert [sweep(2, limit=4), sweep(2, limit=4), sweep(2, limit=4)] == [4, 2, 0]
