"""Objectives: what is to be reached, who says so, how far it is, and how it ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import AT, SYSTEM, Cast, opened
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, Text, WrongState
from timshel.kernel.journal.models import Entry
from timshel.planning.objective import actions, measuring
from timshel.planning.objective.access import may_see
from timshel.planning.objective.actions import ObjectiveContent, ReadingGiven
from timshel.planning.objective.measuring import Counted, Figure
from timshel.planning.objective.models import Objective, ObjectiveReading
from timshel.planning.objective.queries import (
    ObjectiveFilter,
    objective,
    objective_list,
    objective_summary,
    objective_tree,
    parent_choices,
)
from timshel.planning.objective.rules.control import Signal, control
from timshel.planning.objective.rules.progress import is_reached, progress, together
from timshel.planning.objective.states import (
    OBJECTIVES,
    Direction,
    Level,
    ObjectiveState,
    ReadingSource,
    Trigger,
)
from timshel.planning.planned_action.actions import About, ActionPlan, plan_action
from timshel.planning.planned_action.queries import actions_about
from timshel.planning.planned_action.states import ActionKind
from timshel.reactions.objectives import Registry

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NUMBERS = st.decimals(min_value=-10_000, max_value=10_000, places=3)
DIRECTIONS = st.sampled_from(list(Direction))


class Counter:
    """Counts one measure, with the figures that a test puts there."""

    def __init__(self) -> None:
        self.told: tuple[Figure, ...] = ()
        self.asked: list[tuple[Counted, date]] = []

    def faults(self, counted: Counted, /) -> dict[str, list[Text]]:
        return {} if counted.measure == "reopening_rate" else {"measure": ["No such measure."]}

    def has(self, kind: str, code: str, /) -> bool:
        return (kind, code) in {("service", "mail"), ("customer", "brackwater")}

    def figures(self, counted: Counted, /, *, since: date, at: datetime) -> tuple[Figure, ...]:
        self.asked.append((counted, since))
        return tuple(each for each in self.told if since <= each.day <= at.date())


@pytest.fixture(autouse=True)
def counter() -> Iterator[Counter]:
    before = measuring.source()
    found = Counter()
    measuring.register(found)
    yield found
    assert before is not None
    measuring.register(before)


def code_of(actor: Actor) -> str:
    assert actor.person_id is not None
    return Person.objects.get(pk=actor.person_id).code


def content(cast: Cast, parent: str = "", **more: Any) -> ObjectiveContent:
    said = ObjectiveContent(
        Level.OBJECTIVE,
        "Fewer cases come back",
        code_of(cast.agent),
        parent=parent,
        due_date=AT.date() + 300 * DAY,
        start_date=AT.date(),
        unit="%",
        direction=Direction.AT_MOST,
        baseline=Decimal(12),
        baseline_date=AT.date() - 400 * DAY,
        target=Decimal(4),
    )
    return replace(said, **more)


def goal(cast: Cast, title: str = "People trust us") -> str:
    said = ObjectiveContent(Level.GOAL, title, code_of(cast.manager), due_date=date(2030, 1, 1))
    return actions.set_objective(said, actor=cast.process_owner, at=AT)


def drafted(cast: Cast, **more: Any) -> str:
    parent = more.pop("parent", None) or goal(cast)
    return actions.set_objective(content(cast, parent, **more), actor=cast.process_owner, at=AT)


def agreed(cast: Cast, **more: Any) -> str:
    number = drafted(cast, **more)
    actions.agree_objective(number, actor=cast.process_owner, at=AT)
    return number


def read(cast: Cast, number: str, *values: int, at: datetime = AT) -> None:
    for back, value in enumerate(reversed(values)):
        actions.record_reading(
            number,
            reading=ReadingGiven(at.date() - 30 * back * DAY, Decimal(value)),
            actor=cast.agent,
            at=at,
        )


def one(cast: Cast, number: str) -> Any:
    return objective(number, actor=cast.process_owner, at=AT)


class TestRules:
    def test_the_table_of_states(self) -> None:
        possible = {
            (state.value, trigger.value): OBJECTIVES.target(state, trigger).value
            for state in ObjectiveState
            for trigger in Trigger
            if OBJECTIVES.allows(state, trigger)
        }
        assert possible == {
            ("draft", "agree"): "agreed",
            ("agreed", "meet"): "met",
            ("agreed", "miss"): "missed",
            ("draft", "drop"): "dropped",
            ("agreed", "drop"): "dropped",
            ("agreed", "revise"): "draft",
            ("dropped", "revise"): "draft",
            ("met", "reopen"): "agreed",
            ("missed", "reopen"): "agreed",
        }

    @pytest.mark.parametrize(
        ("value", "baseline", "target", "direction", "expected"),
        [
            (8, 12, 4, Direction.AT_MOST, 50),
            (12, 12, 4, Direction.AT_MOST, 0),
            (20, 12, 4, Direction.AT_MOST, 0),
            (3, 12, 4, Direction.AT_MOST, 100),
            (85, 80, 90, Direction.AT_LEAST, 50),
            (95, 80, 90, Direction.AT_LEAST, 100),
            (70, 80, 90, Direction.AT_LEAST, 0),
            (90, 95, 90, Direction.AT_LEAST, 100),
            (89, 95, 90, Direction.AT_LEAST, 0),
            (90, 90, 90, Direction.AT_LEAST, 100),
        ],
    )
    def test_the_share_of_the_way(
        self, value: int, baseline: int, target: int, direction: Direction, expected: int
    ) -> None:
        share = progress(
            Decimal(value),
            baseline=Decimal(baseline),
            target=Decimal(target),
            direction=direction,
        )
        assert share == expected

    @given(value=NUMBERS, baseline=NUMBERS, target=NUMBERS, direction=DIRECTIONS)
    def test_it_is_a_share_and_all_of_it_only_where_reached(
        self, value: Decimal, baseline: Decimal, target: Decimal, direction: Direction
    ) -> None:
        share = progress(value, baseline=baseline, target=target, direction=direction)
        assert 0 <= share <= 100
        assert (share == 100) == is_reached(value, target=target, direction=direction)

    @given(one=NUMBERS, other=NUMBERS, baseline=NUMBERS, target=NUMBERS)
    def test_better_is_never_less_and_both_directions_mirror_each_other(
        self, one: Decimal, other: Decimal, baseline: Decimal, target: Decimal
    ) -> None:
        worse, better = sorted((one, other))

        def share(value: Decimal) -> Decimal:
            return progress(value, baseline=baseline, target=target, direction=Direction.AT_LEAST)

        assert share(worse) <= share(better)
        mirrored = progress(-one, baseline=-baseline, target=-target, direction=Direction.AT_MOST)
        assert mirrored == share(one)

    def test_what_is_below_counts_together(self) -> None:
        assert together([Decimal(100), None, Decimal(50)]) == 75
        assert together([None]) is None

    def test_limits_by_a_worked_example(self) -> None:
        # Mean 11.6; ranges 2, 1, 2, 1, of which the mean is 1.5; 2.66 x 1.5 = 3.99.
        found = control([Decimal(each) for each in (10, 12, 11, 13, 12)], fewest=5)
        assert found is not None
        assert (found.centre, found.mean_range) == (Decimal("11.6"), Decimal("1.5"))
        assert (found.lower, found.upper) == (Decimal("7.61"), Decimal("15.59"))
        assert not any(found.signals)

    def test_too_few_say_nothing(self) -> None:
        assert control([Decimal(1)] * 5) is None
        assert control([Decimal(1)], fewest=1) is None
        assert control([Decimal(1)] * 6) is not None

    def test_what_lies_beyond_the_limits_is_a_signal(self) -> None:
        found = control([Decimal(each) for each in (*([10, 11] * 6), 40, *([10, 11] * 6))])
        assert found is not None
        beyond = [place for place, each in enumerate(found.signals) if Signal.BEYOND in each]
        assert beyond == [12]

    @pytest.mark.parametrize(("above", "is_signal"), [(6, False), (7, True)])
    def test_eight_on_one_side_are_a_signal(self, above: int, is_signal: bool) -> None:
        # Ranges are wide enough that nothing lies beyond the limits.
        values = [*([0, 40] * 8), *([30] * above), 0, 0]
        found = control([Decimal(each) for each in values])
        assert found is not None
        runs = [place for place, each in enumerate(found.signals) if Signal.RUN in each]
        # The last reading before them lies above the centre as well.
        assert runs == (list(range(15, 16 + above)) if is_signal else [])

    def test_a_reading_on_the_centre_ends_a_run(self) -> None:
        side = [Decimal(1)] * 7
        found = control([*side, Decimal(0), *(-each for each in side)])
        assert found is not None
        assert not any(Signal.RUN in each for each in found.signals)

    @given(values=st.lists(NUMBERS, min_size=6, max_size=40))
    def test_limits_lie_around_the_mean(self, values: Sequence[Decimal]) -> None:
        found = control(values)
        assert found is not None
        assert found.lower <= found.centre <= found.upper
        assert len(found.signals) == len(values)


class TestSetting:
    def test_it_is_set_as_a_draft(self, cast: Cast) -> None:
        parent = goal(cast)
        number = drafted(cast, parent=parent, why="  They wait twice.  ", service_code="mail")
        row = one(cast, number).row
        assert number.startswith("OBJ")
        assert (row.state, row.content.parent, row.content.why) == (
            "draft",
            parent,
            "They wait twice.",
        )
        assert (row.may_manage, row.may_read, row.is_overdue) == (True, True, False)
        entry = Entry.objects.filter(verb="objective.set").latest("pk")
        assert entry.changes["service_code"] == [None, "mail"]

    def test_without_the_right_nothing_happens(self, cast: Cast) -> None:
        number = agreed(cast)
        before = Entry.objects.count()
        for actor, refusal in (
            (cast.agent, NotAllowed),
            (cast.auditor, NotAllowed),
            (cast.requester, NotFound),
        ):
            said = content(cast)
            with pytest.raises(NotAllowed):
                actions.set_objective(said, actor=actor, at=AT)
            with pytest.raises(refusal):
                actions.change_objective(number, content=said, seen_revision=2, actor=actor, at=AT)
            with pytest.raises(refusal):
                actions.agree_objective(number, actor=actor, at=AT)
            for deed in (
                actions.meet_objective,
                actions.miss_objective,
                actions.drop_objective,
                actions.revise_objective,
                actions.reopen_objective,
            ):
                with pytest.raises(refusal):
                    deed(number, outcome="So", actor=actor, at=AT)
        assert Entry.objects.count() == before

    def test_its_owner_sees_it_and_strangers_do_not(self, cast: Cast) -> None:
        number = drafted(cast)
        assert may_see(number, actor=cast.agent)
        assert may_see(number, actor=cast.auditor)
        assert not may_see(number, actor=cast.requester)
        assert not may_see(number, actor=replace(cast.requester, person_id=None))
        own = objective_tree(actor=cast.agent, at=AT)
        assert [(each.number, each.depth) for each in own] == [(number, 0)]
        with pytest.raises(NotFound):
            objective(number, actor=cast.requester, at=AT)

    def test_all_faults_are_said_at_once(self, cast: Cast) -> None:
        wrong = content(
            cast,
            "OBJ9999999",
            title=" ",
            owner="nobody",
            target=Decimal("1.0001"),
            service_code="unknown",
            customer_code="unknown",
            due_date=AT.date() - DAY,
        )
        with pytest.raises(Invalid) as refusal:
            actions.set_objective(wrong, actor=cast.process_owner, at=AT)
        assert set(refusal.value.fields) == {
            "title",
            "owner",
            "parent",
            "target",
            "service_code",
            "customer_code",
            "due_date",
        }
        assert not Objective.objects.exists()

    @pytest.mark.parametrize(
        ("more", "field"),
        [
            ({"owner": ""}, "owner"),
            ({"parent": ""}, "parent"),
            ({"parent": "RSK1"}, "parent"),
            ({"measure": "magic"}, "measure"),
            ({"subject_code": "mail"}, "subject_code"),
            ({"baseline": Decimal("NaN")}, "baseline"),
            ({"baseline": Decimal(10) ** 12}, "baseline"),
            ({"why": "a\0b"}, "why"),
            ({"level": Level.GOAL}, "parent"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(
        self, cast: Cast, more: dict[str, Any], field: str
    ) -> None:
        said = content(cast, **{"parent": goal(cast), **more})
        with pytest.raises(Invalid) as refusal:
            actions.set_objective(said, actor=cast.process_owner, at=AT)
        assert set(refusal.value.fields) == {field}

    def test_without_a_source_nothing_is_counted(self, cast: Cast) -> None:
        measuring._sources.clear()
        with pytest.raises(Invalid):
            drafted(cast, measure="reopening_rate")
        assert drafted(cast, service_code="anything")

    def test_an_objective_serves_no_objective_and_nothing_that_ended(self, cast: Cast) -> None:
        first = drafted(cast)
        with pytest.raises(Invalid):
            drafted(cast, parent=first)
        ended = goal(cast)
        actions.drop_objective(ended, outcome="No more", actor=cast.process_owner, at=AT)
        with pytest.raises(Invalid):
            drafted(cast, parent=ended)
        offered = [
            number
            for number, _title in parent_choices(actor=cast.process_owner, level=Level.OBJECTIVE)
        ]
        assert ended not in offered
        assert first not in offered


class TestChanging:
    def test_a_draft_changes_and_the_same_again_does_nothing(self, cast: Cast) -> None:
        number = drafted(cast)
        said = replace(one(cast, number).row.content, target=Decimal(3), title="Few come back")
        for _again in range(2):
            revision = one(cast, number).row.revision
            actions.change_objective(
                number, content=said, seen_revision=revision, actor=cast.process_owner, at=AT
            )
        row = one(cast, number).row
        assert (row.content.target, row.content.title, row.revision) == (3, "Few come back", 2)
        entries = Entry.objects.filter(verb="objective.changed")
        assert [each.changes["target"] for each in entries] == [["4.000", "3"]]

    def test_two_at_once_do_not_lose_each_other(self, cast: Cast) -> None:
        number = drafted(cast)
        said = replace(one(cast, number).row.content, title="Else")
        with pytest.raises(WrongState):
            actions.change_objective(
                number, content=said, seen_revision=7, actor=cast.process_owner, at=AT
            )

    def test_what_was_agreed_is_fixed_and_its_way_is_not(self, cast: Cast) -> None:
        number = agreed(cast)
        row = one(cast, number).row
        with pytest.raises(Invalid) as refusal:
            actions.change_objective(
                number,
                content=replace(row.content, target=Decimal(6), due_date=date(2031, 1, 1)),
                seen_revision=row.revision,
                actor=cast.process_owner,
                at=AT,
            )
        assert set(refusal.value.fields) == {"target", "due_date"}
        said = replace(row.content, plan="Look at each", owner=code_of(cast.lead))
        actions.change_objective(
            number,
            content=said,
            seen_revision=row.revision,
            actor=cast.process_owner,
            at=AT,
        )
        assert one(cast, number).row.owner_name == cast.lead.name

    def test_what_ended_does_not_change_and_its_level_never_does(self, cast: Cast) -> None:
        number = drafted(cast)
        said = one(cast, number).row.content
        with pytest.raises(Invalid):
            actions.change_objective(
                number,
                content=replace(said, level=Level.RESULT),
                seen_revision=1,
                actor=cast.process_owner,
                at=AT,
            )
        actions.drop_objective(number, outcome="No", actor=cast.process_owner, at=AT)
        with pytest.raises(WrongState):
            actions.change_objective(
                number,
                content=replace(said, title="Else"),
                seen_revision=2,
                actor=cast.process_owner,
                at=AT,
            )


class TestEnding:
    @pytest.mark.parametrize(
        ("more", "fields"),
        [
            ({"due_date": None}, {"due_date"}),
            ({"unit": ""}, {"measure"}),
            ({"baseline": None, "target": None}, {"baseline", "target"}),
        ],
    )
    def test_what_is_agreed_can_be_measured(
        self, cast: Cast, more: dict[str, Any], fields: set[str]
    ) -> None:
        number = drafted(cast, **more)
        with pytest.raises(Invalid) as refusal:
            actions.agree_objective(number, actor=cast.process_owner, at=AT)
        assert set(refusal.value.fields) == fields

    def test_or_there_is_a_reason(self, cast: Cast) -> None:
        number = agreed(
            cast, unit="", baseline=None, target=None, unmeasured_because="Nobody counts trust."
        )
        assert one(cast, number).row.state == "agreed"
        assert objective_summary(at=AT).unmeasured == 1

    @pytest.mark.parametrize(
        ("deed", "state"),
        [
            (actions.meet_objective, "met"),
            (actions.miss_objective, "missed"),
            (actions.drop_objective, "dropped"),
        ],
    )
    def test_it_ends_once_with_words(
        self, cast: Cast, deed: Callable[..., None], state: str
    ) -> None:
        number = agreed(cast)
        with pytest.raises(Invalid):
            deed(number, outcome="  ", actor=cast.process_owner, at=AT)
        for _again in range(2):
            deed(number, outcome="As judged", actor=cast.process_owner, at=AT)
        row = one(cast, number).row
        assert (row.state, row.outcome, row.ended_at) == (state, "As judged", AT)
        assert Entry.objects.filter(verb=f"objective.{state}").count() == 1

    def test_it_is_taken_back_and_opened_again(self, cast: Cast) -> None:
        number, by = agreed(cast), cast.process_owner
        actions.agree_objective(number, actor=by, at=AT)
        actions.revise_objective(number, outcome="Too easy", actor=by, at=AT)
        assert one(cast, number).row.state == "draft"
        with pytest.raises(WrongState):
            actions.meet_objective(number, outcome="Done", actor=by, at=AT)
        actions.agree_objective(number, actor=by, at=AT)
        actions.meet_objective(number, outcome="Done", actor=by, at=AT)
        actions.reopen_objective(number, outcome="Too early", actor=by, at=AT)
        row = one(cast, number).row
        assert (row.state, row.ended_at, row.outcome) == ("agreed", None, "Too early")

    def test_the_database_knows_when_it_ended(self, cast: Cast) -> None:
        number = drafted(cast)
        with pytest.raises(DatabaseError), transaction.atomic():
            Objective.objects.filter(pk=int(number[3:])).update(state="met")


class TestReadings:
    def test_readings_tell_how_far_it_is(self, cast: Cast) -> None:
        number = agreed(cast)
        assert one(cast, number).row.progress is None
        read(cast, number, 12, 10, 8)
        view = one(cast, number)
        assert [each.value for each in view.readings] == [12, 10, 8]
        assert (view.row.last_value, view.row.progress, view.row.is_reached) == (8, 50, False)
        assert view.control is None
        read(cast, number, 12, 11, 10, 9, 8, 7, 4)
        view = one(cast, number)
        assert view.row.is_reached
        assert view.control is not None

    def test_a_day_has_one_and_the_same_again_does_nothing(self, cast: Cast) -> None:
        number = agreed(cast)
        for value in (9, 8, 8):
            read(cast, number, value)
        assert [each.value for each in one(cast, number).readings] == [8]
        assert Entry.objects.filter(verb="objective.reading_recorded").count() == 2

    def test_a_wrong_day_is_taken_away(self, cast: Cast) -> None:
        number = agreed(cast)
        read(cast, number, 9)
        for _again in range(2):
            actions.remove_reading(number, day=AT.date(), actor=cast.agent, at=AT)
        assert not ObjectiveReading.objects.exists()
        assert Entry.objects.filter(verb="objective.reading_removed").count() == 1

    def test_what_is_wrong_with_a_reading_is_said(self, cast: Cast) -> None:
        number = agreed(cast)
        wrong = ReadingGiven(AT.date() + 2 * DAY, Decimal("Infinity"), "x" * 501)
        with pytest.raises(Invalid) as refusal:
            actions.record_reading(number, reading=wrong, actor=cast.agent, at=AT)
        assert set(refusal.value.fields) == {"day", "value", "note"}

    def test_who_only_sees_it_records_nothing(self, cast: Cast) -> None:
        number = agreed(cast, measure="reopening_rate", subject_kind="everything")
        before = Entry.objects.count()
        reading = ReadingGiven(AT.date(), Decimal(1))
        with pytest.raises(NotAllowed):
            actions.record_reading(number, reading=reading, actor=cast.auditor, at=AT)
        with pytest.raises(NotAllowed):
            actions.remove_reading(number, day=AT.date(), actor=cast.auditor, at=AT)
        with pytest.raises(NotAllowed):
            actions.read_objective(number, actor=cast.auditor, at=AT)
        with pytest.raises(NotFound):
            actions.record_reading(number, reading=reading, actor=cast.requester, at=AT)
        assert Entry.objects.count() == before

    def test_goals_and_what_ended_are_not_read(self, cast: Cast) -> None:
        parent = goal(cast)
        number = agreed(cast, parent=parent)
        reading = ReadingGiven(AT.date(), Decimal(1))
        with pytest.raises(WrongState):
            actions.record_reading(parent, reading=reading, actor=cast.process_owner, at=AT)
        with pytest.raises(WrongState):
            actions.read_objective(number, actor=cast.agent, at=AT)
        actions.meet_objective(number, outcome="Done", actor=cast.process_owner, at=AT)
        with pytest.raises(WrongState):
            actions.record_reading(number, reading=reading, actor=cast.agent, at=AT)

    def test_figures_are_counted_and_what_was_recorded_stays(
        self, cast: Cast, counter: Counter
    ) -> None:
        number = agreed(cast, measure="reopening_rate", subject_kind="everything", unit="")
        january, february = date(2026, 1, 31), date(2026, 2, 28)
        actions.record_reading(
            number, reading=ReadingGiven(january, Decimal(9)), actor=cast.agent, at=AT
        )
        counter.told = (Figure(january, Decimal(11)), Figure(february, Decimal(6)))
        assert actions.read_objective(number, actor=cast.agent, at=AT) == 1
        assert actions.read_objective(number, actor=cast.agent, at=AT) == 0
        found = [(each.day, each.value, each.source) for each in one(cast, number).readings]
        assert found == [
            (january, 9, ReadingSource.HAND),
            (february, 6, ReadingSource.REGISTRY),
        ]
        counter.told = (Figure(february, Decimal(7)),)
        assert actions.read_objective(number, actor=cast.agent, at=AT) == 1
        assert Entry.objects.filter(verb="objective.counted").count() == 2

    def test_every_month_is_counted_once(self, cast: Cast, counter: Counter) -> None:
        number = agreed(cast, measure="reopening_rate", subject_kind="everything")
        drafted(cast, measure="reopening_rate", subject_kind="everything")
        counter.told = (
            Figure(date(2026, 2, 28), Decimal(6)),
            Figure(date(2026, 3, 31), Decimal(5)),
        )
        assert actions.read_due(actor=SYSTEM, at=AT) == 1
        assert actions.read_due(actor=SYSTEM, at=AT + DAY) == 0
        later = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)
        assert actions.read_due(actor=SYSTEM, at=later) == 1
        assert [each.value for each in one(cast, number).readings] == [6, 5]
        (counted, since) = counter.asked[0]
        assert counted == Counted("reopening_rate", "everything", "")
        assert since == AT.date() - 400 * DAY


class TestLists:
    def test_the_tree_and_how_far_goals_are(self, cast: Cast) -> None:
        top = goal(cast)
        result = actions.set_objective(
            ObjectiveContent(Level.RESULT, "Solved for good", code_of(cast.lead), parent=top),
            actor=cast.process_owner,
            at=AT,
        )
        first, second, third = (agreed(cast, parent=result) for _each in range(3))
        read(cast, first, 8)
        read(cast, second, 4)
        actions.meet_objective(second, outcome="Done", actor=cast.process_owner, at=AT)
        actions.drop_objective(third, outcome="No", actor=cast.process_owner, at=AT)
        tree = objective_tree(actor=cast.auditor, at=AT)
        assert [(each.number, each.depth, each.progress) for each in tree] == [
            (top, 0, 75),
            (result, 1, 75),
            (first, 2, 50),
            (second, 2, 100),
            (third, 2, None),
        ]
        running = objective_tree(actor=cast.auditor, at=AT, when="open")
        assert [each.number for each in running] == [top, result, first]
        assert running[0].progress == 75
        ended = objective_tree(actor=cast.auditor, at=AT, when="ended")
        assert [each.number for each in ended] == [second, third]
        view = objective(top, actor=cast.auditor, at=AT)
        assert (view.row.progress, len(view.children)) == (75, 1)
        assert view.parent is None
        below = objective(first, actor=cast.auditor, at=AT)
        assert below.parent is not None
        assert below.parent.number == result

    def test_lists_are_narrowed_and_paged(self, cast: Cast) -> None:
        top = goal(cast)
        first, second = agreed(cast, parent=top), drafted(cast, parent=top)

        def numbers(at: datetime = AT, **wanted: Any) -> list[str]:
            page = objective_list(actor=cast.manager, at=at, wanted=ObjectiveFilter(**wanted))
            return [each.number for each in page.items]

        assert numbers() == [second, first, top]
        assert numbers(state=ObjectiveState.AGREED) == [first]
        assert numbers(level=Level.GOAL) == [top]
        assert numbers(parent=top) == [second, first]
        assert numbers(is_overdue=True) == []
        assert numbers(AT + 400 * DAY, is_overdue=True) == [first]
        page = objective_list(actor=cast.manager, at=AT, wanted=ObjectiveFilter(), size=2)
        rest = objective_list(
            actor=cast.manager, at=AT, wanted=ObjectiveFilter(), cursor=page.next_cursor, size=2
        )
        assert [each.number for each in rest.items] == [top]

    def test_a_summary_counts_objectives(self, cast: Cast) -> None:
        by, later = cast.process_owner, AT + 400 * DAY
        first, second, third = agreed(cast), agreed(cast), agreed(cast)
        drafted(cast)
        read(cast, first, 8)
        actions.meet_objective(second, outcome="Done", actor=by, at=AT)
        actions.drop_objective(third, outcome="No", actor=by, at=AT)
        found = objective_summary(at=later)
        assert (found.drafts, found.running, found.overdue, found.unread) == (1, 1, 1, 0)
        assert (found.met, found.missed, found.dropped, found.unmeasured) == (1, 0, 1, 0)
        assert objective_summary(at=later, since=AT + DAY).met == 0


class TestTheWay:
    def test_whoever_answers_for_it_plans_actions(self, cast: Cast) -> None:
        number = agreed(cast)
        about = About(actions.SUBJECT, number)
        plan = ActionPlan(
            ActionKind.PLANNED, "Call back the next day", code_of(cast.lead), AT.date() + 20 * DAY
        )
        action = plan_action(about, plan=plan, actor=cast.agent, at=AT)
        (found,) = actions_about(actions.SUBJECT, [number], at=AT)[number]
        assert found.number == action
        with pytest.raises(NotAllowed):
            plan_action(about, plan=plan, actor=cast.auditor, at=AT)
        with pytest.raises(NotFound):
            plan_action(about, plan=plan, actor=cast.requester, at=AT)


class TestTheRegistry:
    def test_what_is_counted_has_to_exist(self, cast: Cast) -> None:
        found = Registry()
        assert found.faults(Counted("reopening_rate", "everything", "")) == {}
        assert found.faults(Counted("reopening_rate", "service", "mail")) == {}
        for kind, code in (("service", "magic"), ("service", ""), ("magic", "mail"), ("", "")):
            assert set(found.faults(Counted("reopening_rate", kind, code))) == {"subject_code"}
        assert set(found.faults(Counted("backlog_age", "everything", ""))) == {"measure"}
        assert not found.has("everything", "everything")
        assert not found.has("service", "a\0b")

    def test_figures_are_those_of_whole_months(self, cast: Cast) -> None:
        for back in (10, 11, 40):
            opened(cast.requester, at=AT - back * DAY)
        counted = Counted("opened", "everything", "")
        found = Registry().figures(counted, since=date(2026, 1, 15), at=AT)
        assert found == (
            Figure(date(2026, 1, 31), Decimal(1)),
            Figure(date(2026, 2, 28), Decimal(2)),
        )
        assert Registry().figures(counted, since=AT.date(), at=AT) == ()
        nothing = Counted("availability", "service", "mail")
        assert Registry().figures(nothing, since=date(2026, 1, 1), at=AT) == ()
        gone = Counted("opened", "service", "gone")
        assert Registry().figures(gone, since=date(2026, 1, 1), at=AT) == ()
