"""Improvements: suggested by anybody, assessed, authorised, done and measured; their cycles."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.cast import AT, SYSTEM, Cast, later
from tests.witness import Witness
from timshel.improvement.initiative import actions
from timshel.improvement.initiative.access import may_see, may_see_cycle
from timshel.improvement.initiative.events import ImprovementMoved
from timshel.improvement.initiative.hosting import ImprovementHost
from timshel.improvement.initiative.models import Cycle, Improvement, Step
from timshel.improvement.initiative.queries import (
    Wanted,
    cycle_choices,
    cycle_list,
    improvement_list,
    improvement_summary,
    one_cycle,
    one_improvement,
    own_suggestion,
    own_suggestions,
    readable_improvements,
    told_of,
)
from timshel.improvement.initiative.rules import (
    Area,
    Assessment,
    CycleContent,
    ImprovementContent,
    Promised,
    Suggestion,
    compare,
    score_of,
)
from timshel.improvement.initiative.states import (
    CYCLES,
    IMPROVEMENTS,
    CycleDeed,
    CycleStep,
    Deed,
    ImprovementState,
    Outcome,
    Urgency,
)
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState

pytestmark = pytest.mark.django_db
MAIL = Area("service", "mail")
HEATING = Area("service", "heating")
FEWER = Promised("Fewer calls about passwords", "", Area(), "calls", Decimal(40), Decimal(10))
GOOD = Assessment(benefit=4, cost=2, effort=2, risk=1, promised=FEWER)
DEAR = replace(GOOD, cost=4)
DUE = AT.date() + timedelta(days=30)
S = ImprovementState

MOVES: dict[tuple[S, Deed], S] = {
    (S.SUGGESTED, Deed.ASSESS): S.ASSESSED,
    (S.ASSESSED, Deed.ASSESS): S.ASSESSED,
    (S.ASSESSED, Deed.AUTHORISE): S.AUTHORISED,
    (S.AUTHORISED, Deed.PLAN): S.PLANNED,
    (S.PLANNED, Deed.START): S.RUNNING,
    (S.RUNNING, Deed.FINISH): S.DONE,
    (S.DONE, Deed.MEASURE): S.MEASURED,
    **{(s, Deed.PARK): S.PARKED for s in (S.SUGGESTED, S.ASSESSED, S.AUTHORISED, S.PLANNED)},
    **{
        (s, Deed.DECLINE): S.DECLINED
        for s in (S.SUGGESTED, S.ASSESSED, S.AUTHORISED, S.PLANNED, S.PARKED)
    },
    (S.PARKED, Deed.RESUME): S.SUGGESTED,
    (S.DECLINED, Deed.RESUME): S.SUGGESTED,
}


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Witness:
    return Witness(monkeypatch, [ImprovementMoved])


def suggested(by: Actor, title: str = "Passwords are reset by oneself", **more: Any) -> str:
    return actions.suggest_improvement(Suggestion(title, **more), actor=by, at=AT)


def taken(number: str, deed: Deed, by: Actor, *, assessment: Assessment = GOOD) -> None:
    """Take a step with whatever it needs."""
    do: dict[Deed, tuple[Any, dict[str, Any]]] = {
        Deed.ASSESS: (actions.assess_improvement, {"assessment": assessment}),
        Deed.AUTHORISE: (actions.authorise_improvement, {}),
        Deed.PLAN: (actions.plan_improvement, {"owner": "jonas.okereke", "due_date": DUE}),
        Deed.START: (actions.start_improvement, {}),
        Deed.FINISH: (actions.finish_improvement, {"said": "It is there."}),
        Deed.MEASURE: (actions.measure_benefit, {"said": "Good.", "reached": Decimal(12)}),
        Deed.PARK: (actions.park_improvement, {"said": "Next year."}),
        Deed.DECLINE: (actions.decline_improvement, {"said": "Too dear."}),
        Deed.RESUME: (actions.resume_improvement, {}),
    }
    action, given = do[deed]
    action(number, **given, actor=by, at=later(hours=1))


def brought_to(state: S, cast: Cast, **more: Any) -> str:
    """Bring a new improvement to a state."""
    number = suggested(cast.requester, f"Better {state}", **more)
    way = [Deed.ASSESS, Deed.AUTHORISE, Deed.PLAN, Deed.START, Deed.FINISH, Deed.MEASURE]
    if state in (S.PARKED, S.DECLINED):
        taken(number, Deed.PARK if state is S.PARKED else Deed.DECLINE, cast.process_owner)
    for deed in way:
        if standing(number) == state:
            break
        taken(number, deed, cast.process_owner)
    assert standing(number) == state
    return number


def standing(number: str) -> str:
    return str(one_improvement(number, actor=SYSTEM, at=AT).row.state)


def titles(who: Actor, **wanted: Any) -> list[str]:
    page = improvement_list(actor=who, at=AT, wanted=Wanted(**wanted))
    return [row.title for row in page.items]


@pytest.mark.parametrize("state", list(S))
def test_every_state_knows_every_deed(state: S) -> None:
    for deed in Deed:
        if (state, deed) in MOVES:
            assert IMPROVEMENTS.target(state, deed) == MOVES[state, deed]
        else:
            with pytest.raises(WrongState):
                IMPROVEMENTS.target(state, deed)


@pytest.mark.parametrize("state", list(CycleStep))
def test_every_step_of_a_cycle_knows_every_deed(state: CycleStep) -> None:
    following = {
        CycleStep.PLAN: CycleDeed.DO,
        CycleStep.DO: CycleDeed.CHECK,
        CycleStep.CHECK: CycleDeed.ACT,
        CycleStep.ACT: CycleDeed.CLOSE,
    }
    for deed in CycleDeed:
        assert CYCLES.allows(state, deed) == (following.get(state) is deed)


def test_the_score_is_the_benefit_times_what_is_left() -> None:
    assert score_of(benefit=5, cost=1, effort=1, risk=1) == 75
    assert score_of(benefit=1, cost=5, effort=5, risk=5) == 3
    assert score_of(benefit=4, cost=2, effort=2, risk=1) == 52


@pytest.mark.parametrize(
    ("before", "expected", "reached", "outcome", "percent"),
    [
        (40, 10, 10, Outcome.REACHED, 100),
        (40, 10, 5, Outcome.MORE, 117),
        (40, 10, 25, Outcome.PARTLY, 50),
        (40, 10, 40, Outcome.NOTHING, 0),
        (40, 10, 50, Outcome.WORSE, -33),
        (80, 95, 96, Outcome.MORE, 107),
        (80, 95, 70, Outcome.WORSE, -67),
        (10, 10, 10, Outcome.REACHED, None),
        (10, 10, 11, Outcome.WORSE, None),
    ],
)
def test_a_benefit_is_held_against_the_promise(
    before: int, expected: int, reached: int, outcome: Outcome, percent: int | None
) -> None:
    found = compare(before=Decimal(before), expected=Decimal(expected), reached=Decimal(reached))
    assert (found.outcome, found.percent) == (outcome, percent)


class TestSuggesting:
    def test_anybody_suggests_and_follows_it(self, cast: Cast, witness: Witness) -> None:
        with witness.watching() as seen:
            number = suggested(cast.customer, page="/cases", detail="It takes long.")
        assert seen.verbs == ["improvement.suggested"]
        assert seen.regions == {"improvements"}
        assert told_of(seen.fact.step_id).person_id == cast.customer.person_id
        taken(number, Deed.DECLINE, cast.process_owner)
        view = own_suggestion(number, actor=cast.customer)
        assert [(each.state, each.said) for each in view.steps] == [
            ("suggested", ""),
            ("declined", "Too dear."),
        ]
        assert [each.number for each in own_suggestions(actor=cast.customer).items] == [number]
        with pytest.raises(NotFound):
            own_suggestion(number, actor=cast.requester)

    def test_the_same_again_is_not_new(self, cast: Cast, witness: Witness) -> None:
        number = suggested(cast.requester)
        with witness.unmoved():
            assert suggested(cast.requester) == number
        assert suggested(cast.other_requester) != number

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            (Suggestion(" "), "title"),
            (Suggestion("x" * 201), "title"),
            (Suggestion("x", detail="\0"), "detail"),
            (Suggestion("x", page="//elsewhere.example"), "page"),
            (Suggestion("x", page="https://elsewhere.example"), "page"),
            (Suggestion("x", area=Area("service", "nowhere")), "area"),
            (Suggestion("x", area=Area("team", "it")), "area"),
            (Suggestion("x", area=Area("", "mail")), "area"),
        ],
    )
    def test_what_is_wrong_is_said(
        self, cast: Cast, witness: Witness, given: Suggestion, field: str
    ) -> None:
        with witness.refused(Invalid) as caught:
            actions.suggest_improvement(given, actor=cast.requester, at=AT)
        assert list(caught.value.fields) == [field]

    def test_without_the_right_nothing_is_suggested(self, cast: Cast, witness: Witness) -> None:
        with witness.refused(NotAllowed):
            suggested(replace(cast.requester, scopes={}))


class TestSeeing:
    def test_who_sees_what(self, cast: Cast) -> None:
        of_mail = suggested(cast.requester, "Mail", area=MAIL)
        of_heating = suggested(cast.agent, "Heating", area=HEATING)
        everybody = (cast.process_owner, cast.manager, cast.auditor)
        assert all(len(titles(who)) == 2 for who in everybody)
        assert titles(cast.service_owner) == ["Mail"]
        assert titles(cast.lead) == ["Heating"]
        assert titles(cast.agent) == ["Heating"]
        assert titles(cast.requester) == ["Mail"]
        assert titles(cast.other_requester) == []
        assert may_see(of_mail, actor=cast.requester)
        assert not may_see(of_heating, actor=cast.requester)
        keys = {of_mail, of_heating}
        seen = readable_improvements(keys, needs="", actor=cast.requester, at=AT)
        assert set(seen) == {of_mail}
        host = ImprovementHost()
        assert host.title(of_mail, actor=cast.auditor) == "Mail"
        assert host.may_plan(of_mail, actor=cast.process_owner)
        assert not host.may_plan(of_mail, actor=cast.auditor)
        assert not host.may_plan(of_mail, actor=cast.other_requester)

    def test_lists_are_narrowed_and_ranked(self, cast: Cast) -> None:
        for title, assessment in (("Small", replace(GOOD, benefit=1)), ("Large", GOOD)):
            number = suggested(cast.requester, title, area=MAIL)
            taken(number, Deed.ASSESS, cast.process_owner, assessment=assessment)
        brought_to(S.DECLINED, cast)
        who = cast.process_owner
        assert titles(who, is_ranked=True) == ["Large", "Small"]
        assert titles(who, text="lar") == ["Large"]
        assert titles(who, text="\0") == []
        assert titles(who, when="ended") == ["Better declined"]
        assert len(titles(who, when="all")) == 3
        assert titles(who, state=S.DECLINED) == ["Better declined"]
        assert len(titles(who, area=MAIL)) == 2
        assert titles(who, is_own=True) == []
        first = improvement_list(actor=who, at=AT, wanted=Wanted(is_ranked=True), size=1)
        second = improvement_list(
            actor=who, at=AT, wanted=Wanted(is_ranked=True), size=1, cursor=first.next_cursor
        )
        assert [row.title for row in (*first.items, *second.items)] == ["Large", "Small"]


class TestMoving:
    def test_from_the_thought_to_the_measured_benefit(self, cast: Cast, witness: Witness) -> None:
        number = suggested(cast.requester)
        for deed, verb in (
            (Deed.ASSESS, "assessed"),
            (Deed.AUTHORISE, "authorised"),
            (Deed.PLAN, "planned"),
            (Deed.START, "started"),
            (Deed.FINISH, "finished"),
            (Deed.MEASURE, "measured"),
        ):
            with witness.watching() as seen:
                taken(number, deed, cast.process_owner)
            assert seen.verbs == [f"improvement.{verb}"]
            assert isinstance(seen.fact, ImprovementMoved)
            with witness.unmoved():
                taken(number, deed, cast.process_owner) if deed is not Deed.ASSESS else None
        view = one_improvement(number, actor=cast.auditor, at=AT)
        assert view.row.comparison is not None
        assert (view.row.comparison.outcome, view.row.comparison.percent) == (Outcome.PARTLY, 93)
        assert (view.row.owner_code, view.row.due_date) == ("jonas.okereke", DUE)
        assert (view.deeds, view.may_change) == ((), False)
        assert len(view.steps) == 7

    @pytest.mark.parametrize("state", list(S))
    def test_what_the_state_forbids_changes_nothing(
        self, cast: Cast, witness: Witness, state: S
    ) -> None:
        number = brought_to(state, cast)
        for deed in Deed:
            if (state, deed) in MOVES or (deed is not Deed.ASSESS and _arrival(deed) is state):
                continue
            with witness.refused(WrongState):
                taken(number, deed, cast.process_owner)

    def test_what_costs_much_needs_two(self, cast: Cast, witness: Witness) -> None:
        number = suggested(cast.requester)
        taken(number, Deed.ASSESS, cast.process_owner, assessment=DEAR)
        with witness.refused(NotAllowed):
            taken(number, Deed.AUTHORISE, cast.process_owner)
        view = one_improvement(number, actor=cast.process_owner, at=AT)
        assert view.waits_for_other
        assert Deed.AUTHORISE not in view.deeds
        taken(number, Deed.AUTHORISE, cast.manager)
        assert standing(number) == S.AUTHORISED

    def test_who_may_not_is_refused(self, cast: Cast, witness: Witness) -> None:
        number = suggested(cast.requester, area=MAIL)
        for deed in (Deed.ASSESS, Deed.PARK, Deed.DECLINE):
            for who in (cast.requester, cast.service_owner, cast.manager, cast.auditor):
                with witness.refused(NotAllowed):
                    taken(number, deed, who)
        with witness.refused(NotFound):
            taken(number, Deed.ASSESS, cast.agent)
        taken(number, Deed.ASSESS, cast.process_owner)
        with witness.refused(NotAllowed):
            taken(number, Deed.AUTHORISE, cast.auditor)

    def test_whoever_answers_for_it_does_it(self, cast: Cast) -> None:
        number = brought_to(S.PLANNED, cast)
        for deed in (Deed.START, Deed.FINISH, Deed.MEASURE):
            taken(number, deed, cast.agent)
        assert standing(number) == S.MEASURED
        assert titles(cast.agent, when="ended", is_own=True) == ["Better planned"]

    def test_words_are_needed_where_somebody_waits(self, cast: Cast, witness: Witness) -> None:
        number = suggested(cast.requester)
        by: dict[str, Any] = {"actor": cast.process_owner, "at": AT}
        for deed in (actions.park_improvement, actions.decline_improvement):
            with witness.refused(Invalid):
                deed(number, said=" ", **by)
        running, done = brought_to(S.RUNNING, cast), brought_to(S.DONE, cast)
        with witness.refused(Invalid):
            actions.finish_improvement(running, said="", **by)
        with witness.refused(Invalid):
            actions.measure_benefit(done, said="Good.", **by)
        with witness.refused(Invalid):
            actions.measure_benefit(done, said="", reached=Decimal(1), **by)
        authorised = brought_to(S.AUTHORISED, cast)
        with witness.refused(Invalid) as caught:
            actions.plan_improvement(authorised, owner="", due_date=None, **by)
        assert set(caught.value.fields) == {"owner", "due_date"}
        with witness.refused(Invalid):
            yesterday = AT.date() - timedelta(days=1)
            actions.plan_improvement(authorised, owner="nobody", due_date=yesterday, **by)

    def test_what_was_declined_is_looked_at_again(self, cast: Cast) -> None:
        number = brought_to(S.DECLINED, cast)
        taken(number, Deed.RESUME, cast.process_owner)
        assert standing(number) == S.SUGGESTED
        row = Improvement.objects.get()
        assert (row.assessed_by_id, row.authorised_by_id) == (None, None)


class TestAssessing:
    @pytest.mark.parametrize(
        ("assessment", "field"),
        [
            (replace(GOOD, benefit=0), "benefit"),
            (replace(GOOD, risk=6), "risk"),
            (replace(GOOD, promised=replace(FEWER, text=" ")), "expected_benefit"),
            (replace(GOOD, promised=replace(FEWER, expected=None)), "value_expected"),
            (replace(GOOD, promised=replace(FEWER, before=None)), "value_before"),
            (replace(GOOD, promised=replace(FEWER, before=Decimal("NaN"))), "value_before"),
            (replace(GOOD, promised=replace(FEWER, before=Decimal("1e15"))), "value_before"),
            (replace(GOOD, promised=replace(FEWER, measure="nothing", before=None)), "measure"),
            (
                replace(GOOD, promised=replace(FEWER, area=Area("service", ""))),
                "measured_area",
            ),
        ],
    )
    def test_what_is_wrong_is_said(
        self, cast: Cast, witness: Witness, assessment: Assessment, field: str
    ) -> None:
        number = suggested(cast.requester)
        with witness.refused(Invalid) as caught:
            taken(number, Deed.ASSESS, cast.process_owner, assessment=assessment)
        assert list(caught.value.fields) == [field]

    def test_the_figure_is_read_from_the_measure(self, cast: Cast, witness: Witness) -> None:
        number = suggested(cast.requester)
        opened = Promised("Fewer cases", "opened", MAIL, expected=Decimal(-1))
        assessment = replace(GOOD, promised=opened)
        taken(number, Deed.ASSESS, cast.process_owner, assessment=assessment)
        with witness.unmoved():
            taken(number, Deed.ASSESS, cast.process_owner, assessment=assessment)
        row = one_improvement(number, actor=cast.auditor, at=AT).row
        assert (row.value_before, row.score) == (Decimal(0), 52)
        for deed in (Deed.AUTHORISE, Deed.PLAN, Deed.START, Deed.FINISH):
            taken(number, deed, cast.process_owner)
        with witness.refused(Invalid):
            actions.measure_benefit(number, said="So.", actor=cast.agent, at=AT)
        actions.measure_benefit(number, said="So.", actor=cast.process_owner, at=AT)
        comparison = one_improvement(number, actor=cast.auditor, at=AT).row.comparison
        assert comparison is not None
        assert comparison.outcome is Outcome.NOTHING

    def test_of_nothing_no_figure_is_read(self, cast: Cast, witness: Witness) -> None:
        number = suggested(cast.requester)
        for measure, area in (
            ("attainment", MAIL),
            ("opened", Area("process", "x")),
            ("opened", Area("service", "nowhere")),
        ):
            promised = Promised("Better", measure, area, expected=Decimal(99))
            with witness.refused(Invalid):
                assessment = replace(GOOD, promised=promised)
                taken(number, Deed.ASSESS, cast.process_owner, assessment=assessment)


class TestChanging:
    def test_it_is_said_otherwise(self, cast: Cast, witness: Witness) -> None:
        number = suggested(cast.requester)
        content = ImprovementContent(
            "Better", "More", MAIL, Urgency.HIGH, "jonas.okereke", date(2026, 5, 1)
        )
        by: dict[str, Any] = {"actor": cast.process_owner, "at": AT}
        with witness.watching() as seen:
            actions.change_improvement(number, content=content, seen_revision=1, **by)
        assert seen.verbs == ["improvement.changed"]
        with witness.unmoved():
            actions.change_improvement(number, content=content, seen_revision=2, **by)
        with witness.refused(WrongState):
            actions.change_improvement(number, content=content, seen_revision=1, **by)
        row = one_improvement(number, actor=cast.agent, at=later(days=90)).row
        assert (row.title, row.area, row.is_overdue) == ("Better", MAIL, True)
        for change in ({"title": ""}, {"owner": "nobody"}, {"cycle": 99}, {"area": Area("unit")}):
            wrong = replace(content, **change)  # type: ignore[arg-type]
            with witness.refused(Invalid):
                actions.change_improvement(number, content=wrong, seen_revision=2, **by)
        with witness.refused(NotAllowed):
            actions.change_improvement(
                number, content=content, seen_revision=2, actor=cast.manager, at=AT
            )


class TestCycles:
    def test_a_turn_begins_the_next(self, cast: Cast, witness: Witness) -> None:
        by: dict[str, Any] = {"actor": cast.process_owner, "at": AT}
        content = CycleContent("Faster help", MAIL, plan="Answer within an hour.")
        with witness.watching() as seen:
            key = actions.begin_cycle(content, **by)
        assert seen.verbs == ["improvement_cycle.begun"]
        with witness.refused(WrongState):
            actions.begin_cycle(content, **by)
        member, ended = suggested(cast.requester), brought_to(S.DECLINED, cast)
        for number in (member, ended):
            row = one_improvement(number, actor=SYSTEM, at=AT).row
            inside = ImprovementContent(row.title, cycle=key)
            actions.change_improvement(number, content=inside, seen_revision=row.revision, **by)
        with witness.refused(WrongState):
            actions.move_cycle(key, deed=CycleDeed.ACT, **by)
        assert actions.move_cycle(key, deed=CycleDeed.DO, **by) == key
        with witness.unmoved():
            actions.move_cycle(key, deed=CycleDeed.DO, **by)
        with witness.refused(Invalid):
            actions.move_cycle(key, deed=CycleDeed.CHECK, **by)
        written = replace(content, do="Two people more.", check="It helps.", act="Keep them.")
        actions.change_cycle(key, content=written, seen_revision=2, **by)
        with witness.refused(WrongState):
            actions.change_cycle(key, content=content, seen_revision=2, **by)
        for deed in (CycleDeed.CHECK, CycleDeed.ACT):
            actions.move_cycle(key, deed=deed, **by)
        following = actions.move_cycle(key, deed=CycleDeed.CLOSE, **by)
        assert actions.move_cycle(key, deed=CycleDeed.CLOSE, **by) == following
        turned = one_cycle(following, actor=cast.auditor, at=AT)
        assert (turned.plan, turned.turn, turned.before_id, turned.step) == (
            "Keep them.",
            2,
            key,
            "plan",
        )
        assert [each.number for each in turned.improvements] == [member]
        assert not turned.may_change
        assert [each.id for each in cycle_list(actor=cast.auditor, at=AT).items] == [following]
        closed = cycle_list(actor=cast.auditor, at=AT, is_closed=True).items
        assert [each.id for each in closed] == [key]
        assert cycle_choices(actor=cast.auditor) == [(following, "Faster help (2)")]
        with witness.refused(WrongState):
            actions.change_cycle(key, content=written, seen_revision=6, **by)
        inside = ImprovementContent("Passwords are reset by oneself", cycle=key)
        revision = one_improvement(member, actor=SYSTEM, at=AT).row.revision
        with witness.refused(Invalid):
            actions.change_improvement(member, content=inside, seen_revision=revision, **by)

    def test_who_sees_and_changes_cycles(self, cast: Cast, witness: Witness) -> None:
        by: dict[str, Any] = {"actor": cast.process_owner, "at": AT}
        system = actions.begin_cycle(CycleContent("System"), **by)
        mail = actions.begin_cycle(CycleContent("Mail", MAIL), **by)
        heating = actions.begin_cycle(CycleContent("Heating", HEATING), **by)
        seen = {row.id for row in cycle_list(actor=cast.service_owner, at=AT).items}
        assert seen == {system, mail}
        assert may_see_cycle(mail, actor=cast.service_owner)
        assert not may_see_cycle(heating, actor=cast.service_owner)
        assert cycle_list(actor=cast.requester, at=AT).items == ()
        with witness.refused(NotFound):
            actions.move_cycle(heating, deed=CycleDeed.DO, actor=cast.service_owner, at=AT)
        with witness.refused(NotAllowed):
            actions.move_cycle(mail, deed=CycleDeed.DO, actor=cast.service_owner, at=AT)
        with witness.refused(NotAllowed):
            actions.begin_cycle(CycleContent("More"), actor=cast.manager, at=AT)
        with witness.refused(Invalid):
            actions.begin_cycle(CycleContent(" ", Area("unit", "it")), **by)
        assert Cycle.objects.count() == 3


def test_the_summary_counts(cast: Cast) -> None:
    for state in (S.SUGGESTED, S.DECLINED, S.DONE, S.MEASURED):
        brought_to(state, cast)
    found = improvement_summary(since=later(days=-1), at=later(days=60))
    assert (found.suggested, found.open, found.unassessed, found.overdue) == (4, 2, 1, 0)
    assert (found.done, found.measured, found.declined) == (2, 1, 1)
    assert (found.kept, found.held) == (0, 1)
    before = improvement_summary(since=later(days=-9), at=later(days=-8))
    assert (before.suggested, before.done, before.held) == (0, 0, 0)
    assert Step.objects.count() == 16


def _arrival(deed: Deed) -> S:
    return next(each.target for each in IMPROVEMENTS.transitions if each.trigger is deed)
