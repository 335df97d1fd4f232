"""Who of a team is on call: planned by its leads, read by all who are told of clocks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.cast import AT, SYSTEM, Cast, later, person_id
from timshel.context.people.actions import deactivate_person, drop_shift, plan_shift
from timshel.context.people.models import OnCallShift
from timshel.context.people.queries import on_call, shift_plan
from timshel.context.people.rules import doubled, uncovered
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.kernel.journal.models import Entry

START, END = later(hours=1), later(hours=9)


def planned(by: Actor, *, who: str = "jonas.okereke", at: datetime = AT, **more: datetime) -> int:
    """Plan a shift of the service desk; returns its key."""
    times = {"starts_at": START, "ends_at": END, **more}
    return plan_shift("service-desk", person_id=person_id(who), actor=by, at=at, **times).shift_id


def names(cast: Cast, at: datetime) -> list[str]:
    return [row.name for row in on_call([cast.teams["service-desk"]], at=at)]


class TestPlanning:
    def test_who_is_on_call_at_a_moment(self, cast: Cast) -> None:
        planned(cast.lead)
        planned(cast.lead, who="mirela.dobrescu", starts_at=later(hours=8), ends_at=later(hours=12))
        assert names(cast, START - timedelta(seconds=1)) == []
        assert names(cast, START) == ["Jonas Okereke-Vale"]
        assert names(cast, later(hours=8.5)) == ["Jonas Okereke-Vale", "Mirela Dobrescu-Hart"]
        assert names(cast, END) == ["Mirela Dobrescu-Hart"]
        assert on_call([cast.teams["workplace"]], at=START) == ()

    def test_it_is_journalled(self, cast: Cast) -> None:
        planned(cast.lead)
        entry = Entry.objects.filter(verb="people.shift_planned").get()
        assert (entry.subject_kind, entry.subject_id) == ("team", cast.teams["service-desk"])
        shift = [person_id("jonas.okereke"), START.isoformat(), END.isoformat()]
        assert entry.changes == {"shift": [None, shift]}

    def test_twice_the_same_is_one_shift(self, cast: Cast) -> None:
        assert planned(cast.lead) == planned(cast.lead)
        assert OnCallShift.objects.count() == 1
        assert Entry.objects.filter(verb="people.shift_planned").count() == 1

    def test_who_left_is_not_on_call(self, cast: Cast) -> None:
        planned(cast.lead)
        deactivate_person(person_id("jonas.okereke"), actor=SYSTEM, at=later())
        assert names(cast, START) == []

    @pytest.mark.parametrize("role", ["agent", "requester", "manager", "auditor", "service_owner"])
    def test_others_are_refused(self, cast: Cast, role: str) -> None:
        with pytest.raises(NotAllowed):
            planned(getattr(cast, role))
        assert not OnCallShift.objects.exists()

    @pytest.mark.parametrize("role", ["lead", "administrator"])
    def test_leads_and_those_who_keep_the_organisation(self, cast: Cast, role: str) -> None:
        assert planned(getattr(cast, role))

    def test_a_lead_plans_for_the_own_team_alone(self, cast: Cast) -> None:
        with pytest.raises(NotAllowed):
            plan_shift(
                "facilities-desk",
                person_id=person_id("petra.wolmar"),
                starts_at=START,
                ends_at=END,
                actor=cast.lead,
                at=later(),
            )

    @pytest.mark.parametrize(
        ("field", "change"),
        [
            ("person", {"who": "petra.wolmar"}),
            ("ends_at", {"ends_at": START}),
            ("ends_at", {"starts_at": later(hours=-3), "ends_at": later(hours=-1)}),
            ("ends_at", {"ends_at": START + timedelta(days=62, seconds=1)}),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(
        self, cast: Cast, field: str, change: dict[str, str | datetime]
    ) -> None:
        plan: Callable[..., int] = planned
        with pytest.raises(Invalid) as refused:
            plan(cast.lead, **change)
        assert list(refused.value.fields) == [field]

    def test_there_is_no_such_team(self, cast: Cast) -> None:
        with pytest.raises(NotFound):
            plan_shift(
                "nowhere",
                person_id=1,
                starts_at=START,
                ends_at=END,
                actor=cast.administrator,
                at=later(),
            )


class TestDropping:
    def test_one_that_lies_ahead_is_gone(self, cast: Cast) -> None:
        drop_shift(planned(cast.lead), actor=cast.lead, at=later(5))
        assert not OnCallShift.objects.exists()
        entry = Entry.objects.filter(verb="people.shift_dropped").get()
        assert entry.changes["shift"][1] is None

    def test_one_that_runs_ends_now(self, cast: Cast) -> None:
        key = planned(cast.lead)
        drop_shift(key, actor=cast.lead, at=later(hours=2))
        assert OnCallShift.objects.get(pk=key).ends_at == later(hours=2)
        assert names(cast, later(hours=1.5)) == ["Jonas Okereke-Vale"]
        assert names(cast, later(hours=2)) == []

    def test_what_is_over_stays_known(self, cast: Cast) -> None:
        key = planned(cast.lead)
        with pytest.raises(WrongState):
            drop_shift(key, actor=cast.lead, at=END)
        assert OnCallShift.objects.filter(pk=key).exists()

    def test_others_are_refused(self, cast: Cast) -> None:
        key = planned(cast.lead)
        with pytest.raises(NotAllowed):
            drop_shift(key, actor=cast.agent, at=later(5))
        with pytest.raises(NotFound):
            drop_shift(key + 1, actor=cast.lead, at=later(5))
        assert OnCallShift.objects.filter(pk=key).exists()


class TestThePlan:
    def test_gaps_and_overlaps_are_said(self, cast: Cast) -> None:
        planned(cast.lead)
        planned(cast.lead, who="mirela.dobrescu", starts_at=later(hours=8), ends_at=later(hours=12))
        plan = shift_plan(
            cast.teams["service-desk"], start=later(), end=later(hours=24), actor=cast.agent
        )
        assert [row.name for row in plan.shifts] == ["Jonas Okereke-Vale", "Mirela Dobrescu-Hart"]
        assert plan.gaps == ((later(), START), (later(hours=12), later(hours=24)))
        assert plan.overlaps == ((later(hours=8), END),)
        assert not plan.may_plan

    def test_who_may_change_it_is_told(self, cast: Cast) -> None:
        team = cast.teams["service-desk"]
        plan = shift_plan(team, start=later(), end=END, actor=cast.lead)
        assert plan.may_plan
        assert plan.gaps == ((later(), END),)

    def test_requesters_see_none(self, cast: Cast) -> None:
        with pytest.raises(NotAllowed):
            shift_plan(cast.teams["service-desk"], start=later(), end=END, actor=cast.requester)


def hours(*pairs: tuple[float, float]) -> tuple[tuple[datetime, datetime], ...]:
    return tuple((later(hours=start), later(hours=end)) for start, end in pairs)


@pytest.mark.parametrize(
    ("shifts", "gaps", "both"),
    [
        ((), ((0, 10),), ()),
        (((0, 10),), (), ()),
        (((-5, 20),), (), ()),
        (((2, 4), (6, 8)), ((0, 2), (4, 6), (8, 10)), ()),
        (((2, 6), (4, 8)), ((0, 2), (8, 10)), ((4, 6),)),
        (((0, 10), (2, 4), (4, 6)), (), ((2, 6),)),
        (((0, 10), (0, 10), (0, 10)), (), ((0, 10),)),
        (((-5, 2), (-4, 1)), ((2, 10),), ((0, 1),)),
        (((12, 14),), ((0, 10),), ()),
    ],
)
def test_what_shifts_leave_open_and_cover_twice(
    shifts: tuple[tuple[float, float], ...],
    gaps: tuple[tuple[float, float], ...],
    both: tuple[tuple[float, float], ...],
) -> None:
    times = hours(*shifts)
    within = {"start": later(), "end": later(hours=10)}
    assert uncovered(times, **within) == hours(*gaps)
    assert doubled(times, **within) == hours(*both)
