"""Recommendations of outside auditors: who answers and closes them, and what is refused."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.cast import Cast, later
from tests.nonconformities import advice
from tests.witness import Witness
from timshel.improvement.nonconformity import access, actions
from timshel.improvement.nonconformity.models import Recommendation
from timshel.improvement.nonconformity.queries import recommendation, recommendation_list
from timshel.improvement.nonconformity.states import (
    RECOMMENDATION,
    RecommendationState,
    RecommendationStep,
    Response,
)
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState

pytestmark = pytest.mark.django_db
State, Step = RecommendationState, RecommendationStep
ARROWS = {
    (State.OPEN, Step.RESPOND): State.RESPONDED,
    (State.RESPONDED, Step.RESPOND): State.RESPONDED,
    (State.RESPONDED, Step.IMPLEMENT): State.IMPLEMENTED,
    (State.RESPONDED, Step.CLOSE): State.CLOSED,
    (State.IMPLEMENTED, Step.CLOSE): State.CLOSED,
    (State.IMPLEMENTED, Step.REOPEN): State.RESPONDED,
    (State.CLOSED, Step.REOPEN): State.RESPONDED,
}


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Witness:
    return Witness(monkeypatch, [])


@pytest.fixture
def number(cast: Cast) -> str:
    return actions.record_recommendation(
        advice=advice(later()), actor=cast.process_owner, at=later()
    )


def answer(number: str, by: Actor, response: Response, *, revision: int = 1) -> None:
    actions.respond(
        number, response=response, text="So.", seen_revision=revision, actor=by, at=later()
    )


@pytest.mark.parametrize(("state", "step"), list(product(State, Step)))
def test_every_step_leads_where_the_table_says(state: State, step: Step) -> None:
    if (state, step) in ARROWS:
        assert RECOMMENDATION.target(state, step) is ARROWS[state, step]
    else:
        with pytest.raises(WrongState):
            RECOMMENDATION.target(state, step)


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"title": "", "text": " "}, {"title", "text"}),
        ({"auditor": "", "report": "x" * 201}, {"auditor", "report"}),
        ({"owner": "nobody"}, {"owner"}),
        ({"deadline": later(days=-30).date()}, {"deadline"}),
    ],
)
def test_what_is_wrong_is_said_at_its_fields(
    cast: Cast, witness: Witness, change: dict[str, Any], fields: set[str]
) -> None:
    with witness.refused(Invalid) as caught:
        actions.record_recommendation(
            advice=advice(later(), **change), actor=cast.process_owner, at=later()
        )
    assert isinstance(caught.value, Invalid)
    assert set(caught.value.fields) == fields


def test_only_who_handles_all_records_and_changes(
    cast: Cast, witness: Witness, number: str
) -> None:
    same: dict[str, Any] = {"seen_revision": 1, "at": later()}
    for who in (cast.manager, cast.auditor, cast.service_owner, cast.agent):
        with witness.refused(NotAllowed):
            actions.record_recommendation(advice=advice(later()), actor=who, at=later())
    for who in (cast.manager, cast.service_owner):
        with witness.refused(NotAllowed):
            actions.change_recommendation(number, advice=advice(later()), actor=who, **same)
    process = cast.process_owner
    with witness.unmoved():
        actions.change_recommendation(number, advice=advice(later()), actor=process, **same)
    other = advice(later(), title="Rehearse more")
    with witness.watching() as seen:
        actions.change_recommendation(number, advice=other, actor=process, **same)
    assert seen.verbs == ["recommendation.changed"]
    assert seen.entry.changes["title"][1] == "Rehearse more"
    with witness.refused(WrongState):
        actions.change_recommendation(number, advice=advice(later()), actor=process, **same)


def test_who_sees_which(cast: Cast, number: str) -> None:
    for who, seen in (
        (cast.process_owner, True),
        (cast.auditor, True),
        (cast.service_owner, True),
        (cast.lead, False),
        (cast.agent, False),
    ):
        page = recommendation_list(actor=who, at=later())
        assert [row.number for row in page.items] == ([number] if seen else [])
        assert access.may_see_advice(number, actor=who) is seen
    with pytest.raises(NotFound):
        recommendation(number, actor=cast.agent, at=later())
    late = recommendation_list(actor=cast.auditor, at=later(days=100), when="overdue").items
    assert [row.is_overdue for row in late] == [True]
    assert recommendation_list(actor=cast.auditor, at=later(), when="overdue").items == ()


def test_from_the_answer_to_the_end(cast: Cast, witness: Witness, number: str) -> None:
    owner, manager = cast.service_owner, cast.manager
    at: dict[str, Any] = {"at": later()}
    with witness.refused(WrongState):
        actions.implement_recommendation(number, evidence="So.", actor=owner, **at)
    with witness.refused(NotAllowed):
        answer(number, manager, Response.ACCEPTED)
    answer(number, owner, Response.ACCEPTED)
    with witness.unmoved():
        answer(number, owner, Response.ACCEPTED, revision=2)
    with witness.refused(WrongState):
        answer(number, owner, Response.REJECTED)
    with witness.refused(WrongState):
        actions.close_recommendation(number, actor=manager, **at)
    with witness.refused(Invalid):
        actions.implement_recommendation(number, evidence=" ", actor=owner, **at)
    actions.implement_recommendation(number, evidence="The record.", actor=owner, **at)
    for who in (owner, cast.auditor):
        with witness.refused(NotAllowed):
            actions.close_recommendation(number, actor=who, **at)
    actions.close_recommendation(number, actor=manager, **at)
    view = recommendation(number, actor=manager, at=later())
    assert (view.row.state, view.row.closed_by) == ("closed", "Wendell Achterberg")
    assert view.steps == {Step.REOPEN}
    with witness.refused(Invalid):
        actions.reopen_recommendation(number, reason="", actor=manager, **at)
    actions.reopen_recommendation(number, reason="It is empty.", actor=manager, **at)
    view = recommendation(number, actor=owner, at=later())
    assert (view.row.state, view.row.closed_at) == ("responded", None)
    assert view.steps == {Step.RESPOND, Step.IMPLEMENT}


def test_what_is_rejected_with_reasons_can_be_closed(
    cast: Cast, witness: Witness, number: str
) -> None:
    answer(number, cast.service_owner, Response.REJECTED)
    with witness.refused(WrongState):
        actions.implement_recommendation(
            number, evidence="So.", actor=cast.service_owner, at=later()
        )
    actions.close_recommendation(number, actor=cast.manager, at=later())
    with witness.refused(WrongState):
        actions.change_recommendation(
            number, advice=advice(later()), seen_revision=3, actor=cast.process_owner, at=later()
        )


def test_nobody_closes_what_they_did_themselves(cast: Cast, witness: Witness, number: str) -> None:
    answer(number, cast.service_owner, Response.ACCEPTED)
    by: dict[str, Any] = {"actor": cast.process_owner, "at": later()}
    actions.implement_recommendation(number, evidence="The record.", **by)
    with witness.refused(NotAllowed):
        actions.close_recommendation(number, **by)


def test_the_database_closes_nothing_without_somebody(cast: Cast, number: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Recommendation.objects.update(state="closed")
