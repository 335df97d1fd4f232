"""Asking people to approve something and answering, with and without the right."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.approvals import WORK_ITEM, asked, work
from tests.cast import AT, SYSTEM, Cast, later, person_id
from tests.witness import Witness
from timshel.context.people import actions as people
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.leadership.approval import events, outcomes
from timshel.leadership.approval.actions import (
    Line,
    Price,
    Question,
    SeatAsked,
    ask_approval,
    decide_approval,
    hand_over_seat,
    withdraw_approval,
)
from timshel.leadership.approval.outcomes import Decided
from timshel.leadership.approval.queries import ApprovalView, approval, approvals_of
from timshel.leadership.approval.states import (
    ApprovalState,
    Capacity,
    Decision,
    Outcome,
    SeatState,
    Why,
)

pytestmark = pytest.mark.django_db

YES, NO = Decision.APPROVED, Decision.REFUSED


@pytest.fixture(autouse=True)
def _work(cast: Cast) -> None:
    work(cast.requester)


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Witness:
    facts = [events.ApprovalAsked, events.ApprovalDecided, events.SeatGiven]
    return Witness(monkeypatch, facts)


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> list[Decided]:
    """What whoever asked was told, in place of what the product registers."""
    heard: list[Decided] = []

    def handler(decided: Decided, /, **_named: Any) -> None:
        heard.append(decided)

    monkeypatch.setattr(outcomes, "_handlers", [handler])
    monkeypatch.setattr(outcomes, "_holders", [])
    return heard


def seats_of(view: ApprovalView) -> list[tuple[str, str]]:
    return [(seat.person, seat.state) for seat in view.seats]


def test_asking_keeps_what_is_asked_as_it_stands(cast: Cast, witness: Witness) -> None:
    line = Line("Size", "14 inches", {"fr": {"label": "Taille", "value": "14 pouces"}})
    with witness.watching() as seen:
        key = asked(
            cast.manager,
            by=cast.requester,
            summary=(line,),
            price=Price(Decimal("1250.00"), "GBP"),
            due_at=later(days=5),
            translations={"fr": {"title": "Un ordinateur de terrain"}},
        )
    assert seen.verbs == ["approval.asked"]
    assert seen.fact == events.ApprovalAsked(key, WORK_ITEM, "approve", AT)
    assert seen.regions == {
        f"approval:{key}",
        f"approvals:{cast.manager.person_id}",
        f"person:{cast.requester.person_id}",
    }
    view = approval(key, actor=cast.manager, at=AT)
    assert (view.title, view.reference, view.state) == (
        "A laptop for fieldwork",
        "REQ0000012",
        "open",
    )
    assert view.summary == (("Size", "14 inches"),)
    assert view.price == Price(Decimal("1250.00"), "GBP", "once")
    assert (view.requester, view.requester_unit) == ("Imre Castellane", "Climate and Oceans")
    assert (view.needed, view.chairs, view.approved) == (1, 1, 0)
    assert view.may_decide
    assert not view.may_hand_over
    assert seats_of(view) == [("Wendell Achterberg", SeatState.OPEN)]


def test_asking_the_same_again_changes_nothing(cast: Cast, witness: Witness) -> None:
    key = asked(cast.manager, by=cast.requester)
    with witness.unmoved():
        assert asked(cast.manager, by=cast.requester, at=later(5)) == key
    assert asked(cast.manager, by=cast.requester, step="approve#2") != key


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("step", {"step": ""}),
        ("title", {"title": ""}),
        ("needed", {"needed": 0}),
        ("due_at", {"due_at": AT}),
    ],
)
def test_a_malformed_question_is_refused(
    cast: Cast, witness: Witness, field: str, given: dict[str, Any]
) -> None:
    with witness.refused(Invalid) as caught:
        asked(cast.manager, by=cast.requester, **given)
    assert list(caught.value.fields) == [field]


def test_asking_somebody_who_does_not_exist_is_refused(cast: Cast, witness: Witness) -> None:
    with witness.refused(NotFound):
        asked(999_999, by=cast.requester)
    with witness.refused(NotFound):
        asked(cast.manager, by=cast.requester, requester_id=999_999)


def test_one_yes_of_one_approves(cast: Cast, witness: Witness, told: list[Decided]) -> None:
    key = asked(cast.manager, by=cast.requester)
    with witness.watching() as seen:
        standing = decide_approval(key, decision=YES, actor=cast.manager, at=later(5))
    assert standing.state is ApprovalState.APPROVED
    assert seen.verbs == ["approval.answered", "approval.decided"]
    assert told == [
        Decided(key, WORK_ITEM, "approve", Outcome.APPROVED, cast.manager.person_id, "")
    ]
    assert seen.fact == events.ApprovalDecided(
        key, WORK_ITEM, "approve", later(5), "approved", cast.manager.person_id, ""
    )
    view = approval(key, actor=cast.manager, at=later(6))
    assert (view.state, view.outcome, view.decided_at) == ("approved", "approved", later(5))
    (seat,) = view.seats
    assert (seat.decided_by, seat.capacity, seat.channel) == (
        "Wendell Achterberg",
        Capacity.HOLDER,
        "desk",
    )


def test_a_double_click_changes_nothing(cast: Cast, witness: Witness, told: list[Decided]) -> None:
    key = asked(cast.manager, by=cast.requester)
    first = decide_approval(key, decision=YES, actor=cast.manager, at=later(5))
    with witness.unmoved():
        assert decide_approval(key, decision=YES, actor=cast.manager, at=later(6)) == first
    assert len(told) == 1


def test_an_answer_is_not_taken_back(cast: Cast, witness: Witness) -> None:
    key = asked(cast.manager, cast.lead, by=cast.requester)
    decide_approval(key, decision=YES, actor=cast.manager, at=later(5))
    with witness.refused(WrongState):
        decide_approval(key, decision=NO, comment="No", actor=cast.manager, at=later(6))


def test_refusing_needs_a_comment(cast: Cast, witness: Witness, told: list[Decided]) -> None:
    key = asked(cast.manager, by=cast.requester)
    with witness.refused(Invalid) as caught:
        decide_approval(key, decision=NO, comment="  ", actor=cast.manager, at=later(5))
    assert list(caught.value.fields) == ["comment"]
    decide_approval(key, decision=NO, comment="Too dear.", actor=cast.manager, at=later(5))
    assert [(each.outcome, each.comment) for each in told] == [(Outcome.REFUSED, "Too dear.")]
    # The requester is told why; what was said with a yes stays among those who were asked.
    seen = approval(key, actor=cast.requester, at=later(6))
    assert [seat.comment for seat in seen.seats] == ["Too dear."]


def test_a_comment_with_a_yes_is_for_those_who_are_asked(cast: Cast) -> None:
    key = asked(cast.manager, cast.lead, by=cast.requester)
    decide_approval(key, decision=YES, comment="As agreed", actor=cast.manager, at=later(5))
    for reader, comment in ((cast.requester, ""), (cast.lead, "As agreed")):
        assert approval(key, actor=reader, at=later(6)).seats[0].comment == comment


@pytest.mark.parametrize("comment", ["x" * 2_001, "no\0w"])
def test_a_comment_that_cannot_be_kept_is_refused(
    cast: Cast, witness: Witness, comment: str
) -> None:
    key = asked(cast.manager, by=cast.requester)
    with witness.refused(Invalid):
        decide_approval(key, decision=NO, comment=comment, actor=cast.manager, at=later(5))


def test_strangers_do_not_know_of_it_and_the_requester_does_not_answer(
    cast: Cast, witness: Witness
) -> None:
    key = asked(cast.manager, by=cast.requester)
    with witness.refused(NotFound):
        decide_approval(key, decision=YES, actor=cast.agent, at=later(5))
    with witness.refused(NotAllowed):
        decide_approval(key, decision=YES, actor=cast.requester, at=later(5))
    with witness.refused(NotAllowed):
        decide_approval(key, decision=YES, actor=SYSTEM, at=later(5))
    with pytest.raises(NotFound):
        approval(key, actor=cast.agent, at=later(5))


def test_two_of_three_are_enough(cast: Cast, told: list[Decided]) -> None:
    key = asked(cast.manager, cast.lead, cast.service_owner, by=cast.requester, needed=2)
    decide_approval(key, decision=NO, comment="No.", actor=cast.lead, at=later(1))
    decide_approval(key, decision=YES, actor=cast.manager, at=later(2))
    assert told == []
    decide_approval(key, decision=YES, actor=cast.service_owner, at=later(3))
    assert [each.outcome for each in told] == [Outcome.APPROVED]


def test_it_is_refused_as_soon_as_too_few_are_left(
    cast: Cast, witness: Witness, told: list[Decided]
) -> None:
    key = asked(cast.manager, cast.lead, cast.service_owner, by=cast.requester, needed=2)
    decide_approval(key, decision=NO, comment="No.", actor=cast.lead, at=later(1))
    decide_approval(key, decision=NO, comment="Nor I.", actor=cast.manager, at=later(2))
    assert [(each.outcome, each.by_person_id) for each in told] == [
        (Outcome.REFUSED, cast.manager.person_id)
    ]
    view = approval(key, actor=cast.service_owner, at=later(3))
    assert [seat.state for seat in view.seats] == ["refused", "refused", "not_needed"]
    assert not view.may_decide
    with witness.refused(WrongState):
        decide_approval(key, decision=YES, actor=cast.service_owner, at=later(3))


def test_nobody_approves_for_themselves(cast: Cast, witness: Witness) -> None:
    """The manager's own request goes up; without anybody above to whoever manages approvals."""
    key = asked(cast.requester, by=cast.requester)
    view = approval(key, actor=cast.manager, at=AT)
    (seat,) = view.seats
    assert (seat.person, seat.passed_from) == ("Wendell Achterberg", "Imre Castellane")
    top = asked(cast.manager, by=cast.manager, step="other")
    (empty,) = approval(top, actor=cast.process_owner, at=AT).seats
    assert (empty.person, empty.passed_from) == ("", "Wendell Achterberg")
    with witness.refused(Invalid):
        decide_approval(top, decision=YES, actor=cast.process_owner, at=later(1))
    decide_approval(top, decision=YES, comment="Vacant", actor=cast.process_owner, at=later(1))
    assert approval(top, actor=cast.manager, at=later(2)).state == "approved"


def test_who_asked_for_somebody_else_does_not_approve_it_either(cast: Cast) -> None:
    key = asked(cast.manager, by=cast.requester, asked_by_id=cast.manager.person_id)
    (seat,) = approval(key, actor=cast.manager, at=AT).seats
    assert (seat.person, seat.passed_from) == ("", "Wendell Achterberg")


def test_the_seat_of_somebody_who_left_passes_up(cast: Cast) -> None:
    assert cast.other_requester.person_id is not None
    people.deactivate_person(cast.other_requester.person_id, actor=SYSTEM, at=AT)
    key = asked(cast.other_requester, by=cast.requester)
    (seat,) = approval(key, actor=cast.manager, at=AT).seats
    assert (seat.person, seat.passed_from) == ("Wendell Achterberg", "Solveig Adeyemi")


def test_nobody_is_asked_twice_and_none_of_the_needed_seats_is_lost(cast: Cast) -> None:
    key = asked(cast.manager, cast.requester, cast.manager, by=cast.requester, needed=2)
    view = approval(key, actor=cast.process_owner, at=AT)
    # The requester's own seat would pass to the manager, who is asked already.
    assert seats_of(view) == [("Wendell Achterberg", "open"), ("", "open")]
    nobody = asked(by=cast.requester, step="nobody")
    assert [(seat.person, seat.why) for seat in approval(nobody, actor=SYSTEM, at=AT).seats] == [
        ("", Why.VACANT)
    ]


def test_one_person_is_one_voice(cast: Cast, witness: Witness) -> None:
    key = asked(cast.process_owner, None, by=cast.requester, needed=2)
    decide_approval(key, decision=YES, actor=cast.process_owner, at=later(1))
    with witness.unmoved():  # the same answer again, not one for the empty seat
        decide_approval(key, decision=YES, comment="Again", actor=cast.process_owner, at=later(2))
    assert approval(key, actor=SYSTEM, at=later(3)).state == "open"
    decide_approval(key, decision=YES, comment="Vacant", actor=cast.administrator, at=later(4))
    assert approval(key, actor=SYSTEM, at=later(5)).state == "approved"


def test_withdrawing_tells_nobody_but_the_pages(
    cast: Cast, witness: Witness, told: list[Decided]
) -> None:
    key = asked(cast.manager, by=cast.requester)
    with witness.watching() as seen:
        state = withdraw_approval(key, reason="Not wanted", actor=SYSTEM, at=later(5))
    assert state is ApprovalState.WITHDRAWN
    assert seen.entry.verb == "approval.withdrawn"
    assert seen.entry.changes["comment"] == [None, "Not wanted"]
    assert seen.fact.outcome == "withdrawn"
    assert told == []
    with witness.unmoved():
        assert withdraw_approval(key, actor=SYSTEM, at=later(6)) is ApprovalState.WITHDRAWN
    with witness.refused(WrongState):
        decide_approval(key, decision=YES, actor=cast.manager, at=later(6))


def test_only_who_asked_or_manages_withdraws(cast: Cast, witness: Witness) -> None:
    key = asked(cast.manager, by=cast.requester)
    with witness.refused(NotAllowed):
        withdraw_approval(key, actor=cast.manager, at=later(5))
    with witness.refused(NotFound):
        withdraw_approval(key, actor=cast.agent, at=later(5))
    withdraw_approval(key, actor=cast.requester, at=later(5))


def test_handing_over_asks_somebody_else(cast: Cast, witness: Witness) -> None:
    key = asked(cast.manager, by=cast.requester)
    (seat,) = approval(key, actor=cast.manager, at=AT).seats
    lead = cast.lead.person_id
    assert lead is not None
    given = {"person_id": lead, "reason": "Closer to it"}
    with witness.refused(NotAllowed):
        hand_over_seat(seat.id, **given, actor=cast.manager, at=later(1))
    with witness.refused(NotFound):
        hand_over_seat(seat.id, **given, actor=cast.agent, at=later(1))
    with witness.watching() as seen:
        new = hand_over_seat(seat.id, **given, actor=cast.process_owner, at=later(1))
    assert seen.entry.verb == "approval.handed_over"
    assert seen.entry.changes == {
        "holder": [cast.manager.person_id, lead],
        "reason": [None, "Closer to it"],
    }
    assert seen.fact == events.SeatGiven(key, WORK_ITEM, "approve", later(1), new)
    with witness.unmoved():
        assert hand_over_seat(seat.id, **given, actor=cast.process_owner, at=later(2)) == new
    with witness.refused(NotAllowed):
        decide_approval(key, decision=YES, seat_id=new, actor=cast.manager, at=later(3))
    decide_approval(key, decision=YES, actor=cast.lead, at=later(3))
    view = approval(key, actor=cast.manager, at=later(4))
    assert seats_of(view) == [
        ("Wendell Achterberg", SeatState.HANDED_OVER),
        ("Tamsin Harrowgate", SeatState.APPROVED),
    ]


def test_a_seat_is_handed_to_somebody_who_may_decide(cast: Cast, witness: Witness) -> None:
    key = asked(cast.manager, cast.lead, by=cast.requester)
    seat = approval(key, actor=cast.manager, at=AT).seats[0].id
    by = {"actor": cast.process_owner, "at": later(1)}
    for who in (cast.requester.person_id, cast.lead.person_id, 999_999):
        assert who is not None
        with witness.refused(Invalid) as caught:
            hand_over_seat(seat, person_id=who, reason="Why not", **by)
        assert list(caught.value.fields) == ["person"]
    agent = cast.agent.person_id
    assert agent is not None
    with witness.refused(Invalid) as caught:
        hand_over_seat(seat, person_id=agent, reason=" ", **by)
    assert list(caught.value.fields) == ["reason"]
    decide_approval(key, decision=YES, actor=cast.manager, at=later(2))
    with witness.refused(WrongState):
        hand_over_seat(seat, person_id=agent, reason="Too late", **by)


def test_what_follows_fails_with_the_answer(
    cast: Cast, witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_decided: Decided, /, **_named: Any) -> None:
        raise WrongState("The process stands elsewhere.")

    monkeypatch.setattr(outcomes, "_handlers", [broken])
    key = asked(cast.manager, by=cast.requester)
    with witness.refused(WrongState):
        decide_approval(key, decision=YES, actor=cast.manager, at=later(1))


def test_the_approvals_of_a_piece_of_work(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = asked(cast.manager, by=cast.requester)
    second = asked(cast.lead, cast.service_owner, by=cast.requester, step="second")
    asked(cast.lead, by=cast.requester, work_item_id=WORK_ITEM + 1)
    with django_assert_num_queries(3):
        found = approvals_of(WORK_ITEM, actor=cast.requester, at=AT)
    assert [each.id for each in found] == [first, second]
    assert [each.id for each in approvals_of(WORK_ITEM, actor=cast.lead, at=AT)] == [second]
    assert approvals_of(WORK_ITEM, actor=cast.agent, at=AT) == ()


def test_a_question_names_its_seats(cast: Cast) -> None:
    holder = person_id("wendell.achterberg")
    question = Question(
        work_item_id=WORK_ITEM,
        step="budget",
        title="A desk",
        requester_id=person_id("imre.castellane"),
        seats=(SeatAsked(holder, Why.ROLE, "Head of Finance"),),
        remind_at=AT + timedelta(days=1),
    )
    key = ask_approval(question, actor=cast.requester, at=AT).approval_id
    (seat,) = approval(key, actor=cast.requester, at=AT).seats
    assert (seat.why, seat.why_detail) == ("role", "Head of Finance")
