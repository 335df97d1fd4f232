"""Links in mails: for one seat and person, once, for as long as an answer is expected."""

from __future__ import annotations

import re

import pytest

from tests.approvals import asked
from tests.cast import AT, SYSTEM, Cast, later
from tests.witness import Witness
from timshel.context.people import actions as people
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound, WrongState
from timshel.leadership.approval import outcomes
from timshel.leadership.approval.actions import (
    Absence,
    Throttled,
    decide_approval,
    decide_by_link,
    delegate,
    end_delegation,
    forget_link_attempts,
    hand_over_seat,
    issue_link,
    open_link,
    withdraw_approval,
)
from timshel.leadership.approval.models import ApprovalLink, LinkAttempt
from timshel.leadership.approval.queries import approval
from timshel.leadership.approval.states import Capacity, Decision, LinkState

pytestmark = pytest.mark.django_db

YES, NO = Decision.APPROVED, Decision.REFUSED
HERE = "192.0.2.7"


@pytest.fixture(autouse=True)
def _nobody_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes, "_handlers", [])
    monkeypatch.setattr(outcomes, "_holders", [])


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Witness:
    return Witness(monkeypatch, [])


def seat_of(key: int) -> int:
    return approval(key, actor=SYSTEM, at=AT).seats[0].id


def link(key: int, who: Actor) -> str:
    assert who.person_id is not None
    return issue_link(seat_of(key), person_id=who.person_id, at=AT)


def state_of(secret: str, *, minutes: float = 5) -> LinkState:
    return open_link(secret, origin=HERE, at=later(minutes)).state


def test_a_link_shows_what_is_asked_and_answers_once(cast: Cast, witness: Witness) -> None:
    key = asked(cast.manager, by=cast.requester, due_at=later(days=5))
    secret = link(key, cast.manager)
    with witness.unmoved():
        view = open_link(secret, origin=HERE, at=later(5))
    assert (view.person, view.language, view.time_zone) == (
        "Wendell Achterberg",
        "en",
        "Europe/London",
    )
    assert view.approval is not None
    assert (view.approval.title, view.approval.may_decide) == ("A laptop for fieldwork", True)
    decide_by_link(secret, decision=YES, comment="", origin=HERE, at=later(6))
    (seat,) = approval(key, actor=cast.manager, at=later(7)).seats
    assert (seat.decided_by, seat.capacity, seat.channel) == (
        "Wendell Achterberg",
        Capacity.HOLDER,
        "mail",
    )
    assert state_of(secret) is LinkState.USED
    assert open_link(secret, origin=HERE, at=later(8)).approval is None
    with witness.refused(WrongState):
        decide_by_link(secret, decision=NO, comment="No", origin=HERE, at=later(8))


def test_a_secret_cannot_be_found_in_any_table(cast: Cast) -> None:
    key = asked(cast.manager, by=cast.requester)
    secret = link(key, cast.manager)
    assert re.fullmatch(r"[\w-]{43}", secret)
    kept = ApprovalLink.objects.get()
    assert secret.encode() not in bytes(kept.digest)
    assert link(key, cast.manager) == secret
    assert link(key, cast.lead) != secret
    assert link(asked(cast.manager, by=cast.requester, step="second"), cast.manager) != secret


def test_a_link_to_nothing_is_not_issued(cast: Cast, witness: Witness) -> None:
    assert cast.manager.person_id is not None
    with witness.refused(NotFound):
        issue_link(999_999, person_id=cast.manager.person_id, at=AT)


def test_refusing_by_a_link_needs_a_comment_and_leaves_it_usable(
    cast: Cast, witness: Witness
) -> None:
    secret = link(asked(cast.manager, by=cast.requester), cast.manager)
    with witness.refused(Invalid):
        decide_by_link(secret, decision=NO, comment=" ", origin=HERE, at=later(1))
    assert state_of(secret) is LinkState.OPEN
    decide_by_link(secret, decision=NO, comment="Too dear.", origin=HERE, at=later(2))


def test_a_link_says_why_it_cannot_be_used(cast: Cast, witness: Witness) -> None:
    key = asked(cast.manager, by=cast.requester, due_at=later(days=5))
    secret = link(key, cast.manager)
    assert state_of(secret, minutes=60 * 24 * 5 - 1) is LinkState.OPEN
    assert state_of(secret, minutes=60 * 24 * 5) is LinkState.EXPIRED
    decide_approval(key, decision=YES, actor=cast.manager, at=later(1))
    assert state_of(secret) is LinkState.DECIDED

    key = asked(cast.manager, by=cast.requester, step="second")
    secret = link(key, cast.manager)
    withdraw_approval(key, actor=SYSTEM, at=later(1))
    assert state_of(secret) is LinkState.WITHDRAWN

    key = asked(cast.manager, by=cast.requester, step="third")
    secret = link(key, cast.manager)
    assert cast.lead.person_id is not None
    by = {"actor": cast.process_owner, "at": later(1)}
    hand_over_seat(seat_of(key), person_id=cast.lead.person_id, reason="Closer", **by)
    assert state_of(secret) is LinkState.NOT_YOURS
    for state in LinkState:
        if state is not LinkState.OPEN:
            with witness.refused(WrongState):
                decide_by_link(secret, decision=YES, comment="", origin=HERE, at=later(5))


def test_the_link_of_somebody_who_left_is_worth_nothing(cast: Cast) -> None:
    secret = link(asked(cast.other_requester, by=cast.requester), cast.other_requester)
    assert cast.other_requester.person_id is not None
    people.deactivate_person(cast.other_requester.person_id, actor=SYSTEM, at=later(1))
    assert state_of(secret) is LinkState.NOT_YOURS


def test_the_link_of_a_substitute_holds_for_their_days(cast: Cast) -> None:
    key = asked(cast.manager, by=cast.requester)
    assert cast.manager.person_id is not None
    assert cast.lead.person_id is not None
    days = (AT.date(), AT.date())
    absence = Absence(cast.manager.person_id, cast.lead.person_id, *days)
    made = delegate(absence, actor=cast.manager, at=AT)
    secret = link(key, cast.lead)
    view = open_link(secret, origin=HERE, at=later(1))
    assert view.approval is not None
    assert view.approval.in_place_of == "Wendell Achterberg"
    end_delegation(made.delegation_id, actor=cast.manager, at=later(2))
    assert state_of(secret) is LinkState.NOT_YOURS
    again = delegate(absence, actor=cast.manager, at=later(6))
    assert again.delegation_id != made.delegation_id
    decide_by_link(secret, decision=YES, comment="", origin=HERE, at=later(7))
    assert approval(key, actor=cast.manager, at=later(8)).seats[0].capacity == Capacity.DELEGATE


def test_a_link_carries_no_other_right(cast: Cast, witness: Witness) -> None:
    """A manager of approvals answers by link for the seat of the link, and for no other."""
    key = asked(cast.process_owner, cast.lead, by=cast.requester)
    secret = link(key, cast.process_owner)
    view = open_link(secret, origin=HERE, at=later(1))
    assert view.approval is not None
    assert not view.approval.may_hand_over
    decide_by_link(secret, decision=YES, comment="", origin=HERE, at=later(2))
    assert approval(key, actor=SYSTEM, at=later(3)).state == "open"


def test_wrong_links_are_told_nothing_and_counted(cast: Cast) -> None:
    secret = link(asked(cast.manager, by=cast.requester), cast.manager)
    for number in range(20):
        with pytest.raises(NotFound):
            open_link(f"wrong-{number}\0", origin=HERE, at=AT)
    with pytest.raises(Throttled):
        open_link("wrong again", origin=HERE, at=AT)
    with pytest.raises(Throttled):  # not even a good one, or one could still try on
        open_link(secret, origin=HERE, at=AT)
    assert open_link(secret, origin="192.0.2.8", at=AT).state is LinkState.OPEN
    with pytest.raises(NotFound):
        decide_by_link("wrong", decision=YES, comment="", origin=HERE, at=AT)
    assert forget_link_attempts(at=later(14)) == 0
    assert forget_link_attempts(at=later(16)) == 20
    assert LinkAttempt.objects.count() == 0
    assert open_link(secret, origin=HERE, at=later(16)).state is LinkState.OPEN
