"""Issues of the context: written down, owned, looked at again, moved and closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from tests.cast import SYSTEM, Cast, later
from tests.witness import Witness
from timshel.context.issue import access, actions, queries
from timshel.context.issue.events import IssueOpened, IssueReviewed
from timshel.context.issue.models import Issue
from timshel.context.issue.queries import IssueFilter
from timshel.context.issue.rules import IssueContent, is_due, months_later
from timshel.context.issue.states import (
    ISSUES,
    ORIGIN_OF,
    Effect,
    IssueKind,
    IssueState,
    IssueTrigger,
    Origin,
)
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState

pytestmark = pytest.mark.django_db
FUNDS = IssueContent(
    title="Funding ends",
    kind=IssueKind.ECONOMIC,
    effect=Effect.HINDERS,
    meaning="Two services are paid by a programme that ends.",
    owner="imre.castellane",
    review_months=3,
)


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Witness:
    return Witness(monkeypatch, [IssueOpened, IssueReviewed])


def opened(by: Actor = SYSTEM, content: IssueContent = FUNDS, *, at: datetime | None = None) -> str:
    return actions.open_issue(content=content, actor=by, at=at or later())


def numbers(who: Actor, *, at: datetime | None = None, **asked: object) -> list[str]:
    wanted = IssueFilter(**asked)  # type: ignore[arg-type]
    return [
        row.number for row in queries.issue_list(actor=who, at=at or later(), asked=wanted).items
    ]


@pytest.mark.parametrize("state", IssueState)
@pytest.mark.parametrize("trigger", IssueTrigger)
def test_every_step_from_every_state(state: IssueState, trigger: IssueTrigger) -> None:
    possible = {
        (IssueState.OPEN, IssueTrigger.WATCH): IssueState.WATCHED,
        (IssueState.OPEN, IssueTrigger.CLOSE): IssueState.CLOSED,
        (IssueState.WATCHED, IssueTrigger.CLOSE): IssueState.CLOSED,
        (IssueState.WATCHED, IssueTrigger.REOPEN): IssueState.OPEN,
        (IssueState.CLOSED, IssueTrigger.REOPEN): IssueState.OPEN,
    }
    if (state, trigger) in possible:
        assert ISSUES.target(state, trigger) is possible[state, trigger]
    else:
        with pytest.raises(WrongState):
            ISSUES.target(state, trigger)


def test_every_kind_comes_from_one_side() -> None:
    assert set(ORIGIN_OF) == set(IssueKind)
    assert ORIGIN_OF[IssueKind.LEGAL] is Origin.EXTERNAL
    assert ORIGIN_OF[IssueKind.CULTURE] is Origin.INTERNAL


def test_months_end_where_a_month_is_too_short() -> None:
    assert months_later(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_later(date(2026, 11, 15), 14) == date(2028, 1, 15)
    day = date(2026, 3, 2)
    assert is_due(day, state=IssueState.WATCHED, today=day)
    assert not is_due(day, state=IssueState.CLOSED, today=day)
    assert not is_due(None, state=IssueState.OPEN, today=day)


def test_an_issue_is_written_down_and_found(cast: Cast, witness: Witness) -> None:
    with witness.watching() as seen:
        number = opened(cast.process_owner)
    assert seen.verbs == ["context.issue_opened"]
    assert seen.entry.changes["owner"] == [None, "imre.castellane"]
    assert seen.fact == IssueOpened(number, "open", later(), cast.process_owner.person_id)
    assert seen.regions == {"context"}
    view = queries.issue(number, actor=cast.auditor, at=later())
    assert (view.row.title, view.row.origin, view.row.owner) == (
        "Funding ends",
        Origin.EXTERNAL,
        "Imre Castellane",
    )
    assert view.row.review_date == date(2026, 6, 2)
    assert (view.may_change, view.may_review, view.triggers) == (False, False, ())
    other = opened(
        cast.process_owner,
        replace(FUNDS, title="People stay", kind=IssueKind.PEOPLE, effect=Effect.HELPS, owner=""),
    )
    who = cast.manager
    assert numbers(who) == [other, number]
    assert numbers(who, origin=Origin.INTERNAL) == [other]
    assert numbers(who, kind=IssueKind.ECONOMIC) == [number]
    assert numbers(who, effect=Effect.HELPS) == [other]
    assert numbers(who, owner="imre.castellane") == [number]
    assert numbers(who, state=IssueState.CLOSED) == []
    assert numbers(who, due=True) == []
    assert numbers(who, due=True, at=later(days=100)) == [other, number]
    rows = queries.all_issues(actor=who, at=later(), asked=IssueFilter())
    assert [row.number for row in rows] == [other, number]


def test_the_owner_sees_and_reviews_their_own_and_no_other(cast: Cast, witness: Witness) -> None:
    number, other = opened(), opened(content=replace(FUNDS, title="Else", owner=""))
    assert numbers(cast.requester) == [number]
    assert numbers(cast.other_requester) == numbers(cast.agent) == []
    view = queries.issue(number, actor=cast.requester, at=later())
    assert (view.may_change, view.may_review) == (False, True)
    assert access.may_see(Issue.objects.get(title="Else"), actor=cast.auditor)
    assert not access.may_see(Issue.objects.get(title="Else"), actor=cast.requester)
    for unknown in (other, "ISS9999999", "nonsense"):
        with pytest.raises(NotFound):
            queries.issue(unknown, actor=cast.requester, at=later())
    with witness.watching() as seen:
        actions.review_issue(
            number, finding="It goes on.", revision=1, actor=cast.requester, at=later(days=1)
        )
    assert seen.verbs == ["context.issue_reviewed"]
    for who, kind in ((cast.auditor, NotAllowed), (cast.agent, NotFound)):
        with witness.refused(kind):
            actions.review_issue(number, finding="x", revision=2, actor=who, at=later())


def test_only_who_keeps_the_context_writes(cast: Cast, witness: Witness) -> None:
    number = opened()
    for who in (cast.manager, cast.auditor, cast.service_owner, cast.requester):
        with witness.refused(NotAllowed):
            opened(who)
        with witness.refused(NotAllowed):
            actions.change_issue(
                number, content=replace(FUNDS, title="New"), revision=1, actor=who, at=later()
            )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"meaning": "\0"}, "meaning"),
        ({"review_months": 0}, "review_months"),
        ({"review_months": 61}, "review_months"),
        ({"owner": "nobody"}, "owner"),
        ({"owner": "nora.fitzallan"}, "owner"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    cast: Cast, witness: Witness, change: dict[str, object], field: str
) -> None:
    with witness.refused(Invalid) as caught:
        opened(cast.process_owner, replace(FUNDS, **change))  # type: ignore[arg-type]
    assert isinstance(caught.value, Invalid)
    assert list(caught.value.fields) == [field]


def test_a_change_names_what_is_different_and_knows_its_revision(
    cast: Cast, witness: Witness
) -> None:
    number = opened()
    by: dict[str, Any] = {"actor": cast.process_owner, "at": later(1)}
    new = replace(FUNDS, title="Funding is cut", owner="", review_date=date(2026, 5, 1))
    with witness.watching() as seen:
        actions.change_issue(number, content=new, revision=1, **by)
    assert seen.entry.changes == {
        "title": ["Funding ends", "Funding is cut"],
        "owner": ["imre.castellane", None],
        "review_date": ["2026-06-02", "2026-05-01"],
    }
    with witness.watching() as seen:
        actions.change_issue(number, content=new, revision=2, **by)
    assert seen.verbs == []
    with witness.refused(WrongState):
        actions.change_issue(number, content=FUNDS, revision=1, **by)


def test_reviews_are_kept_and_move_the_issue(cast: Cast, witness: Witness) -> None:
    number, who = opened(), cast.process_owner

    def review(revision: int, trigger: IssueTrigger | None = None, **more: object) -> None:
        given = {"finding": f"Seen {revision}.", "at": later(days=revision), **more}
        actions.review_issue(
            number,
            revision=revision,
            trigger=trigger,
            actor=who,
            **given,  # type: ignore[arg-type]
        )

    review(1)
    assert queries.issue(number, actor=who, at=later()).row.review_date == date(2026, 6, 3)
    review(2, IssueTrigger.WATCH, review_date=date(2026, 12, 1))
    with witness.refused(WrongState):
        review(2)
    with witness.refused(WrongState):
        review(3, IssueTrigger.WATCH)
    with witness.refused(Invalid):
        review(3, finding=" ")
    with witness.refused(Invalid):
        review(3, review_date=date(2026, 1, 1))
    with witness.watching() as seen:
        review(3, IssueTrigger.CLOSE)
    assert seen.entry.changes["state"] == ["watched", "closed"]
    assert seen.fact.state == "closed"
    with witness.refused(WrongState):
        review(4)
    view = queries.issue(number, actor=who, at=later(days=900))
    assert [each.finding for each in view.reviews] == ["Seen 3.", "Seen 2.", "Seen 1."]
    assert view.reviews[0].by == "Bastian Nwosu-Hale"
    assert (view.row.is_due, view.triggers) == (False, (IssueTrigger.REOPEN,))
    assert numbers(who, standing=True) == []
    assert queries.issues_due(actor=who, at=later(days=900)) == ()
    review(4, IssueTrigger.REOPEN)
    assert Issue.objects.get().closed_at is None
    assert [row.number for row in queries.issues_due(actor=who, at=later(days=900))] == [number]
