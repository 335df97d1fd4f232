"""Indicators: what is followed, what was read of it, how it stands, and scorecards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import AT, SYSTEM, Cast, opened
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.kernel.journal.models import Entry
from timshel.leadership.responsibility.models import Matrix
from timshel.performance_evaluation.indicator import actions
from timshel.performance_evaluation.indicator.access import may_see
from timshel.performance_evaluation.indicator.actions import reading
from timshel.performance_evaluation.indicator.models import Indicator, Reading
from timshel.performance_evaluation.indicator.queries import (
    IndicatorFilter,
    IndicatorView,
    indicator,
    indicator_list,
    indicator_summary,
    process_choices,
    scorecard,
    scorecard_list,
)
from timshel.performance_evaluation.indicator.rules import (
    BACK,
    IndicatorContent,
    ScorecardContent,
    control_of,
    first_of_something,
    is_late,
    is_worse,
    last_over,
    standing_of,
    to_read,
)
from timshel.performance_evaluation.indicator.states import (
    INDICATORS,
    Audience,
    Direction,
    Frequency,
    IndicatorState,
    Standing,
    Trigger,
)
from timshel.performance_evaluation.measurement.queries import PeriodFigure
from timshel.performance_evaluation.measurement.rules.periods import Period
from timshel.planning.objective.rules.control import Signal, control
from timshel.planning.planned_action.actions import About, ActionPlan, plan_action
from timshel.planning.planned_action.queries import actions_about
from timshel.planning.planned_action.states import ActionKind

DAY = timedelta(days=1)
NUMBERS = st.decimals(min_value=-10_000, max_value=10_000, places=3)
DIRECTIONS = st.sampled_from(list(Direction))
MOMENTS = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001
    max_value=datetime(2035, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def code_of(actor: Actor) -> str:
    assert actor.person_id is not None
    return Person.objects.get(pk=actor.person_id).code


def content(cast: Cast, **more: Any) -> IndicatorContent:
    said = IndicatorContent(
        title="Solved in time",
        owner=code_of(cast.agent),
        measure="resolve_attainment",
        target=Decimal(95),
        warning=Decimal(90),
        critical=Decimal(80),
        subject_kind="service",
        subject_code="laptop",
        why="People wait for us.",
        clause="8.6.1",
    )
    return replace(said, **more)


def added(cast: Cast, *, at: datetime = AT, **more: Any) -> str:
    return actions.add_indicator(content(cast, **more), actor=cast.process_owner, at=at)


def one(cast: Cast, number: str, *, at: datetime = AT) -> IndicatorView:
    return indicator(number, actor=cast.process_owner, at=at)


def entries() -> int:
    return Entry.objects.count()


class Figures:
    """Counts what a test puts there, by the first day of the period."""

    def __init__(self) -> None:
        self.told: dict[date, tuple[Decimal | None, int]] = {}
        self.always: tuple[Decimal | None, int] = (Decimal(92), 25)

    def __call__(
        self, code: str, kind: str, subject: str, *, periods: Sequence[Period], at: datetime
    ) -> tuple[PeriodFigure, ...]:
        if subject == "mail":
            raise NotFound
        return tuple(
            PeriodFigure(each, *self.told.get(each.first_day, self.always)) for each in periods
        )


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> Figures:
    found = Figures()
    monkeypatch.setattr(reading, "period_figures", found)
    return found


class TestRules:
    def test_the_table_of_states(self) -> None:
        possible = {
            (state.value, trigger.value): INDICATORS.target(state, trigger).value
            for state in IndicatorState
            for trigger in Trigger
            if INDICATORS.allows(state, trigger)
        }
        assert possible == {("running", "retire"): "retired", ("retired", "resume"): "running"}

    @pytest.mark.parametrize(
        ("value", "standing"),
        [
            (None, Standing.NO_DATA),
            ("95", Standing.GOOD),
            ("90", Standing.GOOD),
            ("89.9", Standing.WARNING),
            ("80", Standing.WARNING),
            ("79.9", Standing.BAD),
        ],
    )
    def test_how_a_value_stands(self, value: str | None, standing: Standing) -> None:
        found = standing_of(
            None if value is None else Decimal(value),
            warning=Decimal(90),
            critical=Decimal(80),
            direction=Direction.HIGHER,
        )
        assert found is standing

    @given(NUMBERS, NUMBERS, NUMBERS)
    def test_both_directions_mirror_each_other(
        self, value: Decimal, warning: Decimal, critical: Decimal
    ) -> None:
        higher = standing_of(value, warning=warning, critical=critical, direction=Direction.HIGHER)
        lower = standing_of(-value, warning=-warning, critical=-critical, direction=Direction.LOWER)
        assert higher is lower

    @given(NUMBERS, NUMBERS, DIRECTIONS)
    def test_of_two_values_at_most_one_is_worse(
        self, one: Decimal, other: Decimal, direction: Direction
    ) -> None:
        found = is_worse(one, than=other, direction=direction)
        assert found + is_worse(other, than=one, direction=direction) == (one != other)

    @given(MOMENTS, st.sampled_from(list(Frequency)))
    def test_what_is_to_be_read_follows_without_gaps(
        self, at: datetime, frequency: Frequency
    ) -> None:
        periods = to_read(frequency, (), at=at)
        assert len(periods) == BACK
        assert periods[-1].is_over(at)
        assert not periods[-1].after().is_over(at)
        for before, after in pairwise(periods):
            assert after.first_day == before.last_day + DAY
        known = [each.first_day for each in periods]
        assert to_read(frequency, known, at=at) == ()
        assert to_read(frequency, known[:-3], at=at) == periods[-3:]
        assert to_read(frequency, known[5:], at=at) == ()
        assert to_read(frequency, [*known[:4], *known[5:]], at=at)[0] == periods[4]

    @given(MOMENTS, st.sampled_from(list(Frequency)))
    def test_a_reading_is_late_after_two_days(self, at: datetime, frequency: Frequency) -> None:
        last = last_over(frequency, at=at)
        assert not is_late(frequency, last.last_day, at=at)
        assert is_late(frequency, None, at=at)
        waited = at - last.until
        assert is_late(frequency, last.before().last_day, at=at) == (waited >= 2 * DAY)

    def test_what_lies_before_the_first_case_is_no_reading(self) -> None:
        nothing: tuple[None, int] = (None, 0)
        zero = (Decimal(0), 0)
        assert first_of_something([nothing, zero, (Decimal(3), 3), nothing]) == 2
        assert first_of_something([zero, (Decimal(0), 4)]) == 1
        assert first_of_something([nothing, nothing]) == 1
        assert first_of_something([]) == 0

    @given(st.lists(st.one_of(st.none(), NUMBERS), max_size=40))
    def test_limits_leave_out_what_has_no_value(self, values: list[Decimal | None]) -> None:
        limits, signals = control_of(values)
        assert limits == control([each for each in values if each is not None])
        assert len(signals) == len(values)
        for value, why in zip(values, signals, strict=True):
            if limits is None or value is None:
                assert not why
            else:
                is_out = not limits.lower <= value <= limits.upper
                assert (Signal.BEYOND in why) == is_out

    def test_a_run_is_a_signal(self) -> None:
        values = [*map(Decimal, (1, 3) * 4), None, *map(Decimal, (5, 6) * 4)]
        _limits, signals = control_of(values)
        assert all(Signal.RUN in why for why in signals[9:])
        assert not signals[8]


@pytest.mark.django_db
class TestChoosing:
    def test_it_is_followed_and_its_past_is_read(self, cast: Cast, figures: Figures) -> None:
        figures.told[date(2026, 2, 1)] = (Decimal("85.5"), 40)
        number = added(cast)
        view = one(cast, number)
        assert number.startswith("IND")
        assert len(view.readings) == BACK
        assert view.readings[-1].period.last_day == date(2026, 2, 28)
        row = view.row
        assert (row.standing, row.last_value, row.last_population) == (
            Standing.WARNING,
            Decimal("85.5"),
            40,
        )
        assert (row.change, row.is_overdue, row.has_owner_left) == ("worse", False, False)
        assert (row.may_manage, row.may_read) == (True, True)
        verbs = list(Entry.objects.order_by("-pk").values_list("verb", flat=True)[:2])
        assert verbs == ["indicator.read", "indicator.added"]

    def test_its_past_begins_with_the_first_case(self, cast: Cast, figures: Figures) -> None:
        figures.always = (None, 0)
        figures.told[date(2025, 12, 1)] = (Decimal(100), 2)
        number = added(cast)
        readings = one(cast, number).readings
        assert [each.value for each in readings] == [100, None, None]
        assert one(cast, number).row.standing is Standing.NO_DATA
        assert actions.read_indicator(number, actor=cast.agent, at=AT) == 0
        later = AT + 31 * DAY
        assert actions.read_indicator(number, actor=cast.agent, at=later) == 1

    def test_figures_come_from_the_registry(self, cast: Cast) -> None:
        for back in (10, 11, 40):
            opened(cast.requester, at=AT - back * DAY)
        number = added(
            cast,
            measure="opened",
            direction=Direction.LOWER,
            target=Decimal(1),
            warning=Decimal(1),
            critical=Decimal(2),
        )
        assert [(each.value, each.population) for each in one(cast, number).readings] == [
            (Decimal(1), 1),
            (Decimal(2), 2),
        ]
        assert one(cast, number).row.standing is Standing.WARNING
        goal = added(cast, measure="availability", frequency=Frequency.QUARTER)
        assert one(cast, goal).row.standing is Standing.NO_DATA

    def test_without_the_right_nothing_happens(self, cast: Cast, figures: Figures) -> None:
        number = added(cast)
        before = entries()
        by: dict[str, Any] = {"actor": cast.auditor, "at": AT}
        with pytest.raises(NotAllowed):
            actions.add_indicator(content(cast), **by)
        with pytest.raises(NotAllowed):
            actions.change_indicator(number, content=content(cast), seen_revision=1, **by)
        with pytest.raises(NotAllowed):
            actions.retire_indicator(number, reason="So", **by)
        with pytest.raises(NotAllowed):
            actions.resume_indicator(number, **by)
        with pytest.raises(NotAllowed):
            actions.read_indicator(number, **by)
        with pytest.raises(NotAllowed):
            actions.recount_reading(number, first_day=date(2026, 2, 1), **by)
        with pytest.raises(NotFound):
            actions.read_indicator(number, actor=cast.requester, at=AT)
        assert entries() == before

    def test_its_owner_sees_it_and_strangers_do_not(self, cast: Cast, figures: Figures) -> None:
        number = added(cast)
        for who, seen in (
            (cast.agent, True),
            (cast.auditor, True),
            (cast.requester, False),
            (SYSTEM, True),
        ):
            page = indicator_list(actor=who, at=AT, wanted=IndicatorFilter())
            assert [each.number for each in page.items] == [number] * seen
            assert may_see(number, actor=who) is seen

    def test_all_faults_are_said_at_once(self, cast: Cast) -> None:
        wrong = content(
            cast,
            title=" ",
            why="",
            owner="nobody",
            measure="magic",
            clause="seven",
            process_code="magic",
            target=Decimal("1e13"),
        )
        with pytest.raises(Invalid) as refusal:
            actions.add_indicator(wrong, actor=cast.process_owner, at=AT)
        assert set(refusal.value.fields) == {
            "title",
            "why",
            "owner",
            "measure",
            "clause",
            "process_code",
            "target",
        }
        with pytest.raises(Invalid) as refusal:
            added(cast, warning=Decimal(96), critical=Decimal(97), subject_code="gone")
        assert set(refusal.value.fields) == {"warning", "critical", "subject_code"}
        assert not Indicator.objects.exists()

    def test_it_changes_and_the_same_again_does_nothing(self, cast: Cast, figures: Figures) -> None:
        Matrix.objects.create(kind="process", code="incident", name="Incidents")
        number = added(cast)
        other = content(cast, warning=Decimal(93), process_code="incident")
        by: dict[str, Any] = {"actor": cast.process_owner, "at": AT}
        actions.change_indicator(number, content=other, seen_revision=1, **by)
        before = entries()
        actions.change_indicator(number, content=other, seen_revision=2, **by)
        assert entries() == before
        assert one(cast, number).row.standing is Standing.WARNING
        with pytest.raises(WrongState):
            actions.change_indicator(number, content=content(cast), seen_revision=1, **by)
        for fixed in ({"measure": "backlog"}, {"frequency": Frequency.WEEK}):
            with pytest.raises(Invalid) as refusal:
                actions.change_indicator(
                    number, content=replace(other, **fixed), seen_revision=2, **by
                )
            assert set(refusal.value.fields) == set(fixed)
        assert process_choices(language="en") == [("incident", "Incidents")]

    def test_it_is_retired_and_taken_up_again(self, cast: Cast, figures: Figures) -> None:
        number = added(cast)
        by: dict[str, Any] = {"actor": cast.process_owner, "at": AT}
        with pytest.raises(Invalid):
            actions.retire_indicator(number, reason=" ", **by)
        actions.retire_indicator(number, reason="Nobody looked", **by)
        before = entries()
        actions.retire_indicator(number, reason="Again", **by)
        assert entries() == before
        row = one(cast, number).row
        assert (row.state, row.retired_because) == (IndicatorState.RETIRED, "Nobody looked")
        assert len(one(cast, number).readings) == BACK
        with pytest.raises(WrongState):
            actions.read_indicator(number, **by)
        with pytest.raises(WrongState):
            actions.recount_reading(number, first_day=date(2026, 2, 1), **by)
        with pytest.raises(WrongState):
            actions.change_indicator(number, content=content(cast), seen_revision=2, **by)
        later = AT + 62 * DAY
        assert actions.read_due(actor=SYSTEM, at=later) == 0
        assert not one(cast, number, at=later).row.is_overdue
        actions.resume_indicator(number, actor=cast.process_owner, at=later)
        assert len(one(cast, number, at=later).readings) == BACK + 2
        before = entries()
        actions.resume_indicator(number, actor=cast.process_owner, at=later)
        assert entries() == before

    def test_the_database_knows_when_it_was_retired(self, cast: Cast, figures: Figures) -> None:
        added(cast)
        with pytest.raises(DatabaseError), transaction.atomic():
            Indicator.objects.update(state=IndicatorState.RETIRED)

    def test_whoever_answers_for_it_plans_actions(self, cast: Cast, figures: Figures) -> None:
        number = added(cast)
        plan = ActionPlan(
            kind=ActionKind.CORRECTIVE,
            title="Ask the second line",
            detail="",
            owner=code_of(cast.agent),
            due_date=AT.date() + 30 * DAY,
        )
        plan_action(About("indicator", number), plan=plan, actor=cast.agent, at=AT)
        assert len(actions_about("indicator", [number], at=AT)[number]) == 1
        with pytest.raises(NotAllowed):
            plan_action(About("indicator", number), plan=plan, actor=cast.auditor, at=AT)


@pytest.mark.django_db
class TestReading:
    def test_each_period_is_read_once_it_is_over(self, cast: Cast, figures: Figures) -> None:
        number = added(cast)
        assert actions.read_due(actor=SYSTEM, at=AT + 20 * DAY) == 0
        later = datetime(2026, 4, 4, tzinfo=UTC)
        assert one(cast, number, at=later).row.is_overdue
        wanted = IndicatorFilter(is_overdue=True)
        page = indicator_list(actor=cast.auditor, at=later, wanted=wanted)
        assert [each.number for each in page.items] == [number]
        assert actions.read_due(actor=SYSTEM, at=later) == 1
        assert actions.read_due(actor=SYSTEM, at=later) == 0
        view = one(cast, number, at=later)
        assert not view.row.is_overdue
        assert view.readings[-1].period.last_day == date(2026, 3, 31)
        assert view.readings[-1].read_at == later

    def test_what_was_read_does_not_change_silently(self, cast: Cast, figures: Figures) -> None:
        number = added(cast)
        figures.always = (Decimal(70), 30)
        assert actions.read_indicator(number, actor=cast.agent, at=AT) == 0
        assert one(cast, number).row.last_value == 92
        day = date(2026, 2, 1)
        by: dict[str, Any] = {"actor": cast.agent, "at": AT + DAY}
        assert actions.recount_reading(number, first_day=day, **by)
        assert one(cast, number).row.last_value == 70
        entry = Entry.objects.order_by("-pk")[0]
        assert entry.verb == "indicator.recounted"
        assert entry.changes["2026-02-01"] == ["92.000", "70.000"]
        assert not actions.recount_reading(number, first_day=day, **by)
        assert Entry.objects.order_by("-pk")[0] == entry
        with pytest.raises(NotFound):
            actions.recount_reading(number, first_day=date(2026, 2, 2), **by)

    def test_whose_subject_is_gone_is_overdue(self, cast: Cast, figures: Figures) -> None:
        number = added(cast, subject_code="mail")
        assert actions.read_due(actor=SYSTEM, at=AT) == 1
        row = one(cast, number).row
        assert (row.is_overdue, row.standing, row.last_period) == (True, Standing.NO_DATA, None)

    def test_weeks_and_quarters_have_their_own_ends(self, cast: Cast, figures: Figures) -> None:
        week = added(cast, frequency=Frequency.WEEK)
        quarter = added(cast, frequency=Frequency.QUARTER)
        assert one(cast, week).readings[-1].period.last_day == date(2026, 3, 1)
        assert one(cast, quarter).readings[-1].period.last_day == date(2025, 12, 31)
        assert actions.read_due(actor=SYSTEM, at=AT + 7 * DAY) == 1

    @pytest.mark.parametrize("direction", list(Direction))
    def test_the_list_stands_as_the_rule_says(
        self, cast: Cast, figures: Figures, direction: Direction
    ) -> None:
        sign = 1 if direction is Direction.HIGHER else -1
        for value in (None, 95, 90, 85, 80, 75):
            figures.always = (None if value is None else Decimal(sign * value), 5)
            added(
                cast,
                direction=direction,
                target=Decimal(sign * 95),
                warning=Decimal(sign * 90),
                critical=Decimal(sign * 80),
            )
        for standing, count in (
            (Standing.NO_DATA, 1),
            (Standing.GOOD, 2),
            (Standing.WARNING, 2),
            (Standing.BAD, 1),
        ):
            wanted = IndicatorFilter(standing=standing)
            page = indicator_list(actor=cast.auditor, at=AT, wanted=wanted)
            assert [each.standing for each in page.items] == [standing] * count
        found = indicator_summary(actor=cast.auditor, at=AT)
        assert (found.running, found.good, found.warning, found.bad) == (6, 2, 2, 1)
        assert (found.no_data, found.overdue) == (1, 0)
        narrowed = IndicatorFilter(
            state=IndicatorState.RUNNING, owner=code_of(cast.agent), process_code="none"
        )
        assert not indicator_list(actor=cast.auditor, at=AT, wanted=narrowed).items


@pytest.mark.django_db
class TestScorecards:
    def card(self, cast: Cast, *numbers: str, **more: Any) -> ScorecardContent:
        said = ScorecardContent("For the board", code_of(cast.lead), numbers)
        return replace(said, **more)

    def test_they_stand_in_their_order(self, cast: Cast, figures: Figures) -> None:
        first, second = added(cast), added(cast, title="Other")
        by: dict[str, Any] = {"actor": cast.process_owner, "at": AT}
        number = actions.add_scorecard(self.card(cast, second, first), **by)
        view = scorecard(number, actor=cast.auditor, at=AT)
        assert [each.row.number for each in view.lines] == [second, first]
        assert [len(each.trend) for each in view.lines] == [12, 12]
        assert view.row.content.indicators == (second, first)
        assert one(cast, first).scorecards == ((number, "For the board"),)
        other = self.card(cast, first, audience=Audience.SERVICE, audience_code="mail")
        actions.change_scorecard(number, content=other, seen_revision=1, **by)
        before = entries()
        actions.change_scorecard(number, content=other, seen_revision=2, **by)
        assert entries() == before
        with pytest.raises(WrongState):
            actions.change_scorecard(number, content=other, seen_revision=1, **by)
        [row] = scorecard_list(actor=cast.auditor).items
        assert (row.lines, row.revision, row.may_manage) == (1, 2, False)
        actions.remove_scorecard(number, **by)
        with pytest.raises(NotFound):
            actions.remove_scorecard(number, **by)
        assert Reading.objects.count() == 2 * BACK

    def test_its_owner_sees_what_stands_on_it(self, cast: Cast, figures: Figures) -> None:
        first, _second = added(cast), added(cast)
        said = self.card(cast, first, owner=code_of(cast.requester))
        number = actions.add_scorecard(said, actor=cast.process_owner, at=AT)
        page = indicator_list(actor=cast.requester, at=AT, wanted=IndicatorFilter())
        assert [each.number for each in page.items] == [first]
        assert len(scorecard(number, actor=cast.requester, at=AT).lines) == 1
        with pytest.raises(NotFound):
            scorecard(number, actor=cast.other_requester, at=AT)

    def test_all_faults_are_said_at_once(self, cast: Cast, figures: Figures) -> None:
        first = added(cast)
        before = entries()
        for said, fields in (
            (self.card(cast, title="", owner=""), {"title", "owner", "indicators"}),
            (self.card(cast, first, first), {"indicators"}),
            (self.card(cast, "IND9999999", "RSK1"), {"indicators"}),
            (self.card(cast, *[first] * 61), {"indicators"}),
            (self.card(cast, first, audience=Audience.PROCESS), {"audience_code"}),
            (
                self.card(cast, first, audience=Audience.SERVICE, audience_code="magic"),
                {"audience_code"},
            ),
            (self.card(cast, first, audience_code="mail"), {"audience_code"}),
        ):
            with pytest.raises(Invalid) as refusal:
                actions.add_scorecard(said, actor=cast.process_owner, at=AT)
            assert set(refusal.value.fields) == fields
        with pytest.raises(NotAllowed):
            actions.add_scorecard(self.card(cast, first), actor=cast.auditor, at=AT)
        assert entries() == before


@pytest.mark.django_db
def test_queries_do_not_grow(cast: Cast, figures: Figures) -> None:
    numbers = [added(cast) for _each in range(3)]
    said = ScorecardContent("All", code_of(cast.lead), tuple(numbers))
    card = actions.add_scorecard(said, actor=cast.process_owner, at=AT)

    def counts() -> list[int]:
        found = []
        for ask in (
            lambda: indicator_list(actor=cast.auditor, at=AT, wanted=IndicatorFilter()),
            lambda: indicator(numbers[0], actor=cast.auditor, at=AT),
            lambda: scorecard(card, actor=cast.auditor, at=AT),
            lambda: scorecard_list(actor=cast.auditor),
            lambda: indicator_summary(actor=cast.auditor, at=AT),
        ):
            with CaptureQueriesContext(connection) as queries:
                ask()
            found.append(len(queries))
        return found

    before = counts()
    assert before == [1, 4, 4, 1, 2]
    numbers += [added(cast) for _each in range(7)]
    more = replace(said, indicators=tuple(numbers))
    actions.change_scorecard(card, content=more, seen_revision=1, actor=cast.process_owner, at=AT)
    assert counts() == before
