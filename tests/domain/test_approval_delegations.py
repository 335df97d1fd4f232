"""Standing in for somebody: for which days, with and without the right, and what it opens."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.approvals import asked
from tests.cast import AT, SYSTEM, Cast, later
from tests.witness import Witness
from timshel.context.people import actions as people
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.leadership.approval import events, outcomes
from timshel.leadership.approval.actions import (
    Absence,
    decide_approval,
    delegate,
    end_delegation,
)
from timshel.leadership.approval.queries import (
    Which,
    approval,
    approval_inbox,
    delegation_list,
    delegations_of,
    waiting_count,
)
from timshel.leadership.approval.states import Capacity, Decision

pytestmark = pytest.mark.django_db

YES = Decision.APPROVED
DAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _nobody_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes, "_handlers", [])
    monkeypatch.setattr(outcomes, "_holders", [])


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Witness:
    return Witness(monkeypatch, [events.DelegationMade, events.DelegationEnded])


def absence(
    away: Actor, substitute: Actor, *, first: date = DAY, days: int = 3, reason: str = ""
) -> Absence:
    assert away.person_id is not None
    assert substitute.person_id is not None
    last = first + timedelta(days=days - 1)
    return Absence(away.person_id, substitute.person_id, first, last, reason)


def test_a_substitute_answers_for_who_is_away(cast: Cast, witness: Witness) -> None:
    key = asked(cast.manager, by=cast.requester)
    given = absence(cast.manager, cast.lead, reason="Field trip")
    with witness.watching() as seen:
        made = delegate(given, actor=cast.manager, at=AT)
    assert seen.entry.verb == "approval.delegated"
    assert seen.fact == made
    assert seen.regions == {
        f"approvals:{cast.manager.person_id}",
        f"approvals:{cast.lead.person_id}",
    }
    view = approval(key, actor=cast.lead, at=AT)
    assert (view.may_decide, view.in_place_of) == (True, "Wendell Achterberg")
    assert view.seats[0].substitute == "Tamsin Harrowgate"
    assert waiting_count(actor=cast.lead, at=AT) == 1
    decide_approval(key, decision=YES, actor=cast.lead, at=later(5))
    (seat,) = approval(key, actor=cast.manager, at=later(6)).seats
    assert (seat.person, seat.decided_by, seat.capacity) == (
        "Wendell Achterberg",
        "Tamsin Harrowgate",
        Capacity.DELEGATE,
    )
    # The substitute still sees it once the days are over: they had part in it.
    assert approval(key, actor=cast.lead, at=later(days=9)).id == key


def test_standing_in_holds_for_its_days_alone(cast: Cast, witness: Witness) -> None:
    key = asked(cast.manager, by=cast.requester)
    tomorrow = DAY + timedelta(days=1)
    delegate(absence(cast.manager, cast.lead, first=tomorrow), actor=cast.manager, at=AT)
    begins = datetime(2026, 3, 3, tzinfo=UTC)
    ends = datetime(2026, 3, 6, tzinfo=UTC)
    for moment in (AT, begins - timedelta(seconds=1), ends):
        with witness.refused(NotFound):
            decide_approval(key, decision=YES, actor=cast.lead, at=moment)
        assert waiting_count(actor=cast.lead, at=moment) == 0
    for moment in (begins, ends - timedelta(seconds=1)):
        assert waiting_count(actor=cast.lead, at=moment) == 1
    decide_approval(key, decision=YES, actor=cast.lead, at=begins)


def test_who_is_away_can_still_answer(cast: Cast, witness: Witness) -> None:
    key = asked(cast.manager, by=cast.requester)
    delegate(absence(cast.manager, cast.lead), actor=cast.manager, at=AT)
    decide_approval(key, decision=YES, actor=cast.manager, at=later(1))
    with witness.refused(WrongState):
        decide_approval(key, decision=YES, actor=cast.lead, at=later(2))


def test_a_substitute_does_not_approve_requests_of_their_own(cast: Cast, witness: Witness) -> None:
    key = asked(cast.manager, by=cast.lead)
    delegate(absence(cast.manager, cast.lead), actor=cast.manager, at=AT)
    assert waiting_count(actor=cast.lead, at=AT) == 0
    with witness.refused(NotAllowed):
        decide_approval(key, decision=YES, actor=cast.lead, at=later(1))


def test_standing_in_is_not_passed_on(cast: Cast, witness: Witness) -> None:
    key = asked(cast.manager, by=cast.requester)
    delegate(absence(cast.manager, cast.lead), actor=cast.manager, at=AT)
    delegate(absence(cast.lead, cast.agent), actor=cast.lead, at=AT)
    assert waiting_count(actor=cast.agent, at=AT) == 0
    with witness.refused(NotFound):
        decide_approval(key, decision=YES, actor=cast.agent, at=later(1))


def test_a_substitute_is_one_voice_for_two(cast: Cast, witness: Witness) -> None:
    key = asked(cast.manager, cast.lead, by=cast.requester)
    delegate(absence(cast.manager, cast.lead), actor=cast.manager, at=AT)
    decide_approval(key, decision=YES, actor=cast.lead, at=later(1))
    with witness.unmoved():
        decide_approval(key, decision=YES, actor=cast.lead, at=later(2))
    assert approval(key, actor=cast.lead, at=later(3)).state == "open"
    assert waiting_count(actor=cast.lead, at=later(3)) == 0
    decide_approval(key, decision=YES, actor=cast.manager, at=later(4))
    assert approval(key, actor=cast.lead, at=later(5)).state == "approved"


def test_the_same_twice_changes_nothing(cast: Cast, witness: Witness) -> None:
    given = absence(cast.manager, cast.lead)
    first = delegate(given, actor=cast.manager, at=AT)
    with witness.unmoved():
        assert delegate(given, actor=cast.manager, at=later(1)) == first


def test_only_who_is_away_or_manages_says_so(cast: Cast, witness: Witness) -> None:
    given = absence(cast.manager, cast.lead)
    for who in (cast.lead, cast.agent, SYSTEM, replace(cast.manager, scopes={})):
        with witness.refused(NotAllowed):
            delegate(given, actor=who, at=AT)
    made = delegate(given, actor=cast.process_owner, at=AT)
    with witness.refused(NotFound):
        end_delegation(made.delegation_id, actor=cast.agent, at=later(1))
    with witness.refused(NotFound):
        end_delegation(999_999, actor=cast.manager, at=later(1))


def test_what_is_not_possible(cast: Cast, witness: Witness) -> None:
    assert cast.engineer.person_id is not None
    people.deactivate_person(cast.engineer.person_id, actor=SYSTEM, at=AT)
    delegate(absence(cast.lead, cast.manager), actor=cast.lead, at=AT)
    delegate(
        absence(cast.manager, cast.agent, first=DAY + timedelta(days=20)),
        actor=cast.manager,
        at=AT,
    )
    wrong = {
        "substitute": [
            absence(cast.manager, cast.manager),
            absence(cast.manager, cast.engineer),
            absence(cast.manager, cast.customer),
            absence(cast.manager, cast.lead, days=1),  # each would count on the other
        ],
        "until_date": [
            absence(cast.manager, cast.agent, days=0),
            absence(cast.manager, cast.agent, first=DAY - timedelta(days=9)),
            absence(cast.manager, cast.agent, first=DAY + timedelta(days=40), days=400),
        ],
        "from_date": [absence(cast.manager, cast.second_agent, days=21)],
        "reason": [absence(cast.manager, cast.agent, reason="x" * 251)],
    }
    for field, attempts in wrong.items():
        for attempt in attempts:
            with witness.refused(Invalid) as caught:
                delegate(attempt, actor=cast.manager, at=AT)
            assert list(caught.value.fields) == [field], attempt


def test_ending_early_leaves_what_was_answered(cast: Cast, witness: Witness) -> None:
    first = asked(cast.manager, by=cast.requester)
    second = asked(cast.manager, by=cast.requester, step="second")
    made = delegate(absence(cast.manager, cast.lead), actor=cast.manager, at=AT)
    decide_approval(first, decision=YES, actor=cast.lead, at=later(5))
    with witness.watching() as seen:
        ended = end_delegation(made.delegation_id, actor=cast.manager, at=later(10))
    assert seen.entry.verb == "approval.delegation_ended"
    assert seen.fact == ended
    with witness.unmoved():
        end_delegation(made.delegation_id, actor=cast.manager, at=later(11))
    with witness.refused(NotFound):
        decide_approval(second, decision=YES, actor=cast.lead, at=later(12))
    # The days are free again, and a substitute may also say that they no longer stand in.
    again = delegate(absence(cast.manager, cast.lead), actor=cast.manager, at=later(15))
    assert again.delegation_id != made.delegation_id
    end_delegation(again.delegation_id, actor=cast.lead, at=later(20))
    assert [row.is_over for row in delegation_list(actor=cast.lead, at=later(21))] == [True, True]


def test_one_that_has_not_begun_never_does(cast: Cast) -> None:
    tomorrow = DAY + timedelta(days=1)
    given = absence(cast.manager, cast.lead, first=tomorrow)
    made = delegate(given, actor=cast.manager, at=AT)
    (row,) = delegations_of(made.person_id, actor=cast.manager, at=AT)
    assert (row.substitute, row.is_running, row.is_over) == ("Tamsin Harrowgate", False, False)
    end_delegation(made.delegation_id, actor=cast.manager, at=later(5))
    assert delegations_of(made.person_id, actor=cast.manager, at=later(6)) == ()
    key = asked(cast.manager, by=cast.requester)
    assert waiting_count(actor=cast.lead, at=later(days=1)) == 0
    assert approval(key, actor=cast.manager, at=later(days=1)).seats[0].substitute == ""


def test_who_stands_in_for_somebody_is_not_for_everybody(cast: Cast) -> None:
    made = delegate(absence(cast.manager, cast.lead), actor=cast.manager, at=AT)
    assert len(delegations_of(made.person_id, actor=cast.administrator, at=AT)) == 1
    with pytest.raises(NotAllowed):
        delegations_of(made.person_id, actor=cast.agent, at=AT)
    with pytest.raises(NotFound):
        delegations_of(999_999, actor=cast.administrator, at=AT)
    assert delegation_list(actor=cast.agent, at=AT) == ()
    assert delegation_list(actor=SYSTEM, at=AT) == ()


def test_the_inbox_of_a_substitute(cast: Cast) -> None:
    own = asked(cast.lead, by=cast.requester, step="own")
    theirs = asked(cast.manager, by=cast.requester, due_at=later(days=1))
    delegate(absence(cast.manager, cast.lead), actor=cast.manager, at=AT)
    page = approval_inbox(actor=cast.lead, at=AT)
    assert [(each.id, each.in_place_of) for each in page.items] == [
        (theirs, "Wendell Achterberg"),
        (own, ""),
    ]
    decide_approval(theirs, decision=YES, actor=cast.lead, at=later(1))
    done = approval_inbox(actor=cast.lead, at=later(2), which=Which.DECIDED)
    assert [each.id for each in done.items] == [theirs]
    assert [each.id for each in approval_inbox(actor=cast.lead, at=later(2)).items] == [own]
