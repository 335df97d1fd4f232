"""The service management plan: written, proposed, approved, compared, and bound to records."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.cast import SYSTEM, Cast, actor, later
from tests.witness import Witness
from timshel.kernel import due
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.kernel.journal.models import Entry
from timshel.performance_evaluation.indicator.actions import add_indicator
from timshel.performance_evaluation.indicator.rules import IndicatorContent
from timshel.performance_evaluation.indicator.states import Direction
from timshel.performance_evaluation.management_review.actions import plan_review
from timshel.planning.plan import access, actions, queries, sources
from timshel.planning.plan.events import PlanApproved, PlanProposed
from timshel.planning.plan.models import PlanPart, PlanVersion
from timshel.planning.plan.rules import PartContent, compared, judge
from timshel.planning.plan.sources import Drawn, Line, Reading
from timshel.planning.plan.states import (
    PLANS,
    LineMark,
    Part,
    PartState,
    PlanState,
    PlanTrigger,
)
from timshel.support.competence import actions as skills
from timshel.support.competence.actions import CertificateContent, SkillContent
from timshel.support.meeting.actions import call_meeting, create_board
from timshel.support.meeting.rules import BoardContent, MeetingContent

pytestmark = pytest.mark.django_db
TODAY = later().date()
SOON = TODAY + timedelta(days=90)
LONG = "The services are those of the catalogue.\n\nEach has an owner, who answers for all of it."
WHOLE = PartContent(LONG, "bastian.nwosu", SOON)


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Witness:
    return Witness(monkeypatch, [PlanProposed, PlanApproved])


def write_all(by: Actor = SYSTEM) -> None:
    for part in Part:
        actions.write_part(part, content=WHOLE, revision=0, actor=by, at=later())


def proposed(by: Actor = SYSTEM) -> int:
    write_all(by)
    return actions.propose_version(summary="The first one.", revision=1, actor=by, at=later(1))


@pytest.mark.parametrize("state", PlanState)
@pytest.mark.parametrize("trigger", PlanTrigger)
def test_every_step_from_every_state(state: PlanState, trigger: PlanTrigger) -> None:
    possible = {
        (PlanState.DRAFT, PlanTrigger.PROPOSE): PlanState.PROPOSED,
        (PlanState.PROPOSED, PlanTrigger.WITHDRAW): PlanState.DRAFT,
        (PlanState.PROPOSED, PlanTrigger.APPROVE): PlanState.APPROVED,
        (PlanState.APPROVED, PlanTrigger.SUPERSEDE): PlanState.SUPERSEDED,
    }
    if (state, trigger) in possible:
        assert PLANS.target(state, trigger) is possible[state, trigger]
    else:
        with pytest.raises(WrongState):
            PLANS.target(state, trigger)


def test_there_are_twelve_parts() -> None:
    assert len(Part) == 12


def reading(count: int, *, stale: int = 0) -> Reading:
    return Reading("things", "Things", Drawn(count=count, stale=stale))


@pytest.mark.parametrize(
    ("content", "readings", "state", "reasons"),
    [
        (WHOLE, [reading(3)], PartState.COMPLETE, 1),
        (WHOLE, [reading(5, stale=1)], PartState.COMPLETE, 1),
        (WHOLE, [reading(5, stale=2)], PartState.STALE, 1),
        (replace(WHOLE, review_date=TODAY), [reading(3)], PartState.COMPLETE, 1),
        (replace(WHOLE, review_date=TODAY - timedelta(days=1)), [reading(3)], PartState.STALE, 1),
        (replace(WHOLE, statement="Short."), [reading(3)], PartState.THIN, 1),
        (replace(WHOLE, statement=""), [reading(3)], PartState.THIN, 1),
        (WHOLE, [reading(3), reading(0)], PartState.THIN, 1),
        (WHOLE, [Reading("hidden", "Hidden", None)], PartState.COMPLETE, 1),
        (PartContent("Short."), [reading(0)], PartState.THIN, 4),
        (PartContent(" "), [reading(0)], PartState.MISSING, 1),
        (PartContent(""), [], PartState.MISSING, 1),
    ],
)
def test_how_a_part_stands(
    content: PartContent, readings: list[Reading], state: PartState, reasons: int
) -> None:
    judged = judge(content, readings, today=TODAY)
    assert judged.state is state
    assert len(judged.reasons) == reasons
    assert all(str(each) for each in judged.reasons)


def test_statements_are_compared_line_by_line() -> None:
    found = compared("One\nTwo\nThree", "One\nThree\nFour")
    assert [(line.mark, line.text) for line in found] == [
        (LineMark.SAME, "One"),
        (LineMark.REMOVED, "Two"),
        (LineMark.SAME, "Three"),
        (LineMark.ADDED, "Four"),
    ]


def test_the_first_text_begins_a_version(cast: Cast, witness: Witness) -> None:
    by: dict[str, Any] = {"actor": cast.process_owner}
    with witness.watching() as seen:
        revision = actions.write_part("services", content=WHOLE, revision=0, at=later(), **by)
    assert revision == 1
    assert seen.verbs == ["plan.begun", "plan.part_written"]
    assert seen.regions == {"plan"}
    with witness.watching() as seen:
        same = actions.write_part("services", content=WHOLE, revision=0, at=later(1), **by)
    assert (same, seen.verbs) == (1, [])
    with witness.refused(WrongState):
        other = replace(WHOLE, statement="Other.")
        actions.write_part("services", content=other, revision=0, at=later(1), **by)
    with witness.watching() as seen:
        moved = replace(WHOLE, review_date=SOON + timedelta(days=1))
        actions.write_part("services", content=moved, revision=1, at=later(2), **by)
    assert seen.entry.changes == {
        "review_date": [SOON.isoformat(), (SOON + timedelta(days=1)).isoformat()]
    }
    view = queries.plan(actor=cast.auditor, at=later(2))
    assert view.coming is not None
    assert (view.coming.number, view.coming.state) == (1, PlanState.DRAFT)
    assert view.coming.writers == ("Bastian Nwosu-Hale",)
    assert view.triggers == frozenset()
    assert not view.parts[1].may_write


def test_what_is_wrong_is_said_at_its_field(cast: Cast, witness: Witness) -> None:
    content = PartContent("\0", "nobody.here", TODAY)
    with witness.refused(Invalid) as caught:
        actions.write_part(
            "people", content=content, revision=0, actor=cast.process_owner, at=later()
        )
    assert isinstance(caught.value, Invalid)
    assert set(caught.value.fields) == {"statement", "owner", "review_date"}


def test_who_may_write_a_part(cast: Cast, witness: Witness) -> None:
    owned = replace(WHOLE, owner="jonas.okereke")
    for who in (cast.auditor, cast.manager, cast.service_owner):
        with witness.refused(NotAllowed):
            actions.write_part("people", content=owned, revision=0, actor=who, at=later())
    with witness.refused(NotFound):
        actions.write_part("people", content=owned, revision=0, actor=cast.agent, at=later())
    with witness.refused(NotFound):
        actions.write_part("thirteenth", content=owned, revision=0, actor=SYSTEM, at=later())
    actions.write_part("people", content=owned, revision=0, actor=SYSTEM, at=later())
    agent = cast.agent
    own = queries.plan_part("people", actor=agent, at=later())
    assert (own.may_write, own.may_manage) == (True, False)
    mended = replace(owned, statement=f"{LONG}\nAnd more.")
    actions.write_part("people", content=mended, revision=1, actor=agent, at=later(1))
    with witness.refused(NotAllowed):
        passed = replace(mended, owner="mirela.dobrescu")
        actions.write_part("people", content=passed, revision=2, actor=agent, at=later(2))
    with witness.refused(NotFound):
        actions.write_part("services", content=WHOLE, revision=0, actor=agent, at=later(2))
    with pytest.raises(NotAllowed):
        queries.plan(actor=agent, at=later())
    assert queries.version_list(actor=agent).items == ()
    parts = PlanPart.objects.visible_to(agent)
    assert [row.part for row in parts] == ["people"]
    assert all(access.may_see_part(row, actor=agent) for row in parts)


def test_a_part_is_looked_at_again(cast: Cast, witness: Witness) -> None:
    by: dict[str, Any] = {"actor": cast.process_owner, "at": later(1)}
    with witness.refused(WrongState):
        actions.review_part("services", found="Fine.", review_date=SOON, revision=0, **by)
    write_all()
    asked = due.Asked(until=SOON, actor=cast.process_owner, at=later())
    assert len([each for each in due.everything_due(asked) if each.kind == "plan_part"]) == 12
    with witness.refused(Invalid) as caught:
        actions.review_part("services", found=" ", review_date=TODAY, revision=1, **by)
    assert isinstance(caught.value, Invalid)
    assert set(caught.value.fields) == {"found", "review_date"}
    with witness.refused(NotAllowed):
        actions.review_part(
            "services", found="Fine.", review_date=SOON, revision=1, actor=cast.auditor, at=later()
        )
    with witness.refused(WrongState):
        actions.review_part("services", found="Fine.", review_date=SOON, revision=7, **by)
    next_day = date(TODAY.year + 1, 1, 1)
    with witness.watching() as seen:
        actions.review_part("services", found="Fine.", review_date=next_day, revision=1, **by)
    assert seen.verbs == ["plan.part_reviewed"]
    history = queries.part_history("services", actor=cast.auditor)
    assert history[0].new("found") == "Fine."
    assert queries.part_history("services", actor=cast.auditor)[1].verb == "plan.part_written"


def test_a_version_is_proposed_and_approved_by_somebody_else(cast: Cast, witness: Witness) -> None:
    author = cast.process_owner
    with witness.refused(NotFound):
        actions.propose_version(summary="All.", revision=1, actor=author, at=later())
    actions.write_part("services", content=WHOLE, revision=0, actor=author, at=later())
    with witness.refused(Invalid):
        actions.propose_version(summary=" ", revision=1, actor=author, at=later())
    with witness.refused(WrongState) as caught:
        actions.propose_version(summary="All.", revision=1, actor=author, at=later())
    assert "Money" in str(caught.value)
    for part in Part:
        actions.write_part(
            part, content=WHOLE, revision=int(part is Part.SERVICES), actor=author, at=later()
        )
    for who in (cast.auditor, cast.manager):
        with witness.refused(NotAllowed):
            actions.propose_version(summary="All.", revision=1, actor=who, at=later())
    with witness.refused(WrongState):
        actions.approve_version(revision=1, actor=cast.manager, at=later())
    with witness.watching() as seen:
        actions.propose_version(summary="All.", revision=1, actor=author, at=later(1))
    assert seen.verbs == ["plan.proposed"]
    assert seen.fact == PlanProposed(1, later(1), author.person_id)
    with witness.refused(WrongState):
        actions.propose_version(summary="All.", revision=2, actor=author, at=later(1))
    with witness.refused(WrongState):
        other = replace(WHOLE, statement="Changed meanwhile.")
        actions.write_part("services", content=other, revision=1, actor=author, at=later(1))
    with witness.refused(NotAllowed) as refused:
        actions.approve_version(revision=2, actor=author, at=later(2))
    assert "somebody else" in str(refused.value)
    with witness.refused(NotAllowed):
        actions.approve_version(revision=2, actor=cast.auditor, at=later(2))
    with witness.refused(WrongState):
        actions.approve_version(revision=1, actor=cast.manager, at=later(2))
    view = queries.plan(actor=cast.manager, at=later(2))
    assert view.triggers == {PlanTrigger.APPROVE, PlanTrigger.WITHDRAW}
    mine = queries.plan(actor=author, at=later(2))
    assert mine.triggers == {PlanTrigger.WITHDRAW}
    with witness.watching() as seen:
        actions.approve_version(revision=2, actor=cast.manager, at=later(2))
    assert seen.verbs == ["plan.approved"]
    assert seen.fact == PlanApproved(1, later(2), cast.manager.person_id)
    with witness.refused(NotFound):
        actions.approve_version(revision=3, actor=cast.manager, at=later(2))


def test_a_proposed_version_is_sent_back(cast: Cast, witness: Witness) -> None:
    proposed(cast.process_owner)
    with witness.refused(Invalid):
        actions.withdraw_version(reason=" ", revision=2, actor=cast.manager, at=later(2))
    with witness.refused(NotAllowed):
        actions.withdraw_version(reason="No.", revision=2, actor=cast.auditor, at=later(2))
    with witness.watching() as seen:
        actions.withdraw_version(
            reason="The money is missing.", revision=2, actor=cast.manager, at=later(2)
        )
    assert seen.entry.changes["reason"] == [None, "The money is missing."]
    with witness.refused(WrongState):
        actions.withdraw_version(reason="Again.", revision=3, actor=cast.manager, at=later(2))
    view = queries.plan(actor=cast.process_owner, at=later(3))
    assert view.coming is not None
    assert (view.coming.state, view.coming.proposed_at) == (PlanState.DRAFT, None)


def test_an_approved_version_stays_as_it_was(cast: Cast, witness: Witness) -> None:
    proposed(cast.process_owner)
    actions.approve_version(revision=2, actor=cast.manager, at=later(2))
    before = queries.plan_version(1, actor=cast.auditor, at=later(3))
    services = next(each for each in before.parts if each.part is Part.SERVICES)
    names = [line.name for line in services.readings[0].drawn.lines]  # type: ignore[union-attr]
    assert "Mail" in names
    view = queries.plan_part("services", actor=cast.auditor, at=later(3))
    assert not view.differs
    changed = replace(WHOLE, statement=f"{LONG}\nA new line.")
    actions.write_part(
        "services", content=changed, revision=1, actor=cast.process_owner, at=later(3)
    )
    assert queries.plan_part("services", actor=cast.auditor, at=later(3)).differs
    assert queries.plan_version(1, actor=cast.auditor, at=later(4)) == before
    found = queries.differences(1, actor=cast.auditor, at=later(4))
    assert found.after is None
    own = next(each for each in found.parts if each.part is Part.SERVICES)
    assert [line.text for line in own.lines if line.mark is LineMark.ADDED] == ["A new line."]
    actions.propose_version(summary="A line.", revision=1, actor=cast.process_owner, at=later(5))
    drawn = {"services": Drawn((Line("service", "fax", "Fax"),), 1)}
    actions.approve_version(revision=2, actor=cast.manager, at=later(6), drawn=drawn)
    states = [row.state.value for row in queries.version_list(actor=cast.auditor).items]
    assert states == ["approved", "superseded"]
    both = queries.differences(1, 2, actor=cast.auditor, at=later(7))
    lists = next(each for each in both.parts if each.part is Part.SERVICES).lists
    assert (lists[0].before, lists[0].after) == (3, 1)
    assert [line.name for line in lists[0].came] == ["Fax"]
    assert len(lists[0].went) == 3
    with pytest.raises(NotFound):
        queries.differences(1, 9, actor=cast.auditor, at=later(7))


def test_what_stands_is_approved_anew(cast: Cast, witness: Witness) -> None:
    proposed(SYSTEM)
    actions.approve_version(revision=2, actor=cast.manager, at=later(2))
    with witness.refused(NotAllowed):
        actions.begin_version(actor=cast.manager, at=later(3))
    with witness.watching() as seen:
        assert actions.begin_version(actor=cast.process_owner, at=later(3)) == 2
    assert seen.verbs == ["plan.begun"]
    with witness.refused(WrongState):
        actions.begin_version(actor=cast.process_owner, at=later(3))
    assert queries.known_numbers(actor=cast.auditor) == (2, 1)
    with pytest.raises(NotFound):
        queries.known_numbers(actor=cast.agent)


def test_lists_keep_to_what_the_reader_may_see(cast: Cast) -> None:
    def names(who: Actor, part: str) -> dict[str, bool]:
        found = queries.plan_part(part, actor=who, at=later()).view.readings
        return {each.name: each.drawn is not None for each in found}

    assert names(cast.process_owner, "technology")["mailboxes"] is False
    assert names(cast.administrator, "technology")["mailboxes"] is True
    content = replace(WHOLE, owner="jonas.okereke")
    actions.write_part("limitations", content=content, revision=0, actor=SYSTEM, at=later())
    assert names(actor("jonas.okereke"), "limitations") == {"risks": False, "issues": False}


def test_every_part_reads_some_list() -> None:
    assert all(sources.names_of(part) for part in Part)
    assert sources.title_of("gone") == "gone"


class TestListsOfOtherRooms:
    def drawn(self, part: str, name: str, cast: Cast, at: datetime) -> Drawn:
        read = queries.plan_part(part, actor=cast.process_owner, at=at).view.readings
        (found,) = [each.drawn for each in read if each.name == name]
        assert found is not None
        return found

    def test_skills_are_stale_while_too_few_hold_them(self, cast: Cast) -> None:
        by: dict[str, Any] = {"actor": cast.process_owner, "at": later()}
        levels = ("Reads", "Helps", "Runs", "Teaches")
        for code in ("linux", "mac"):
            skills.create_skill(SkillContent(code, code.title(), levels=levels), **by)
        need = {"kind": "team", "code": "service-desk", "level": 2, "people": 1}
        skills.say_need("linux", **need, **by)
        found = self.drawn("people", "skills", cast, later())
        assert found.lines == (Line("skill", "linux", "Linux"), Line("skill", "mac", "Mac"))
        assert found.stale == 1

    def test_certificates_are_stale_after_their_last_day(self, cast: Cast) -> None:
        content = CertificateContent(
            "jonas.okereke", "certificate", "Linux", "A school", TODAY, TODAY + timedelta(days=3)
        )
        number = skills.record_certificate(content, actor=cast.process_owner, at=later())
        found = self.drawn("people", "certificates", cast, later(days=3))
        assert found.lines == (Line("certificate", number, "Linux: Jonas Okereke-Vale"),)
        assert (found.stale, found.latest) == (0, TODAY)
        assert self.drawn("people", "certificates", cast, later(days=4)).stale == 1

    def test_indicators_are_stale_when_they_are_not_read(self, cast: Cast) -> None:
        content = IndicatorContent(
            "Little is open",
            "jonas.okereke",
            "backlog",
            *(Decimal(each) for each in (1, 2, 3)),
            direction=Direction.LOWER,
            why="It grows.",
        )
        number = add_indicator(content, actor=cast.process_owner, at=later())
        found = self.drawn("evaluation", "indicators", cast, later())
        assert found.lines == (Line("indicator", number, "Little is open"),)
        assert found.stale == 0
        assert self.drawn("evaluation", "indicators", cast, later(days=70)).stale == 1

    def test_a_management_review_is_stale_when_it_was_not_held(self, cast: Cast) -> None:
        board = BoardContent("Review", "management_review", "wendell.achterberg", 3)
        by: dict[str, Any] = {"actor": cast.process_owner, "at": later()}
        create_board("review", content=board, **by)
        start = later(days=1)
        called = MeetingContent("Spring review", start, start + timedelta(hours=2))
        meeting = call_meeting(content=called, board="review", **by)
        number = plan_review(meeting=meeting, **by)
        found = self.drawn("evaluation", "reviews", cast, later())
        assert found.lines == (Line("management_review", number, "Spring review"),)
        assert (found.stale, found.latest) == (0, None)
        assert self.drawn("evaluation", "reviews", cast, later(days=2)).stale == 1


def test_nobody_rewrites_the_journal_of_a_refusal(cast: Cast) -> None:
    count = Entry.objects.count()
    with pytest.raises(NotFound):
        actions.write_part("people", content=WHOLE, revision=0, actor=cast.agent, at=later())
    assert (Entry.objects.count(), PlanVersion.objects.count()) == (count, 0)
