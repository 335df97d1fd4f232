"""Changing what is promised reaches open work and leaves what has stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

import pytest
from django.db import IntegrityError, transaction

from tests.domain.clocks.promises import (
    DAY_OF_OFFICE,
    HOUR,
    LONG_DAYS,
    MINUTE,
    OFFICE,
    SETUP,
    STANDARD,
    SYSTEM,
    ZURICH,
    agree,
    content,
    resolve_clock,
    zurich,
)
from tests.errands import run_errands
from timshel.kernel.actor import Actor, ActorKind, Channel, Scope
from timshel.kernel.errors import Invalid, NotAllowed, NotFound
from timshel.kernel.journal.models import Entry
from timshel.kernel.progress.models import Errand
from timshel.operation.work.models import WorkItem
from timshel.operation.work.states import WaitingReason
from timshel.relationship_agreement.service_level.actions import (
    CalendarHours,
    change_calendar,
    choose_level,
    create_calendar,
    discard_draft,
    end_agreement,
    publish_draft,
    refresh_many,
    save_draft,
    set_escalation_rules,
    set_waiting_rule,
    take_effect_due,
    warn_and_breach_due,
)
from timshel.relationship_agreement.service_level.models import (
    Agreement,
    BusinessCalendar,
    LevelChoice,
    Target,
    WaitingRule,
)
from timshel.relationship_agreement.service_level.queries import clocks_of
from timshel.relationship_agreement.service_level.rules.contents import TargetContent
from timshel.relationship_agreement.service_level.states import (
    ClockKind,
    ClockState,
    DurationUnit,
)
from timshel.resolution_fulfilment.incident.actions import (
    reply_to_incident,
    resolve_incident,
    wait_incident,
)
from timshel.service_portfolio.service.models import Service

Opener = Callable[..., WorkItem]


class TestConfiguration:
    def test_a_changed_target_reaches_open_work_and_leaves_stopped_clocks(
        self, opened: Opener, agent: Actor
    ) -> None:
        item = opened(zurich(1, 9))
        reply_to_incident(item.number, text="Yes", actor=agent, at=zurich(1, 10))
        lines = {(kind, item.priority): HOUR / 2 for kind in (ClockKind.RESPOND, ClockKind.RESOLVE)}
        agree("standard", lines, at=zurich(1, 11))
        respond, resolve = clocks_of(item.pk, at=zurich(1, 12))
        assert (respond.state, respond.target) == (ClockState.MET, 2 * HOUR)
        assert (resolve.state, resolve.target) == (ClockState.BREACHED, HOUR / 2)
        assert resolve.breached_at == zurich(1, 11)
        assert warn_and_breach_due(at=zurich(1, 12)) == 1

    def test_a_changed_calendar_counts_from_now_on(self, opened: Opener) -> None:
        item = opened(zurich(1, 9))
        change_calendar("office", hours=LONG_DAYS, actor=SYSTEM, at=zurich(1, 20))
        assert run_errands(at=zurich(1, 20)) == ["clocks.refresh"]
        resolve = resolve_clock(item, zurich(2, 7, 30))
        assert (resolve.elapsed, resolve.due_at) == (7 * HOUR + 30 * MINUTE, zurich(2, 8))
        item.refresh_from_db()
        assert item.next_due_at == zurich(1, 11)
        kept = Entry.objects.get(verb="service_level.calendar_changed").changes
        assert kept["weekly"][0]["tuesday"] == DAY_OF_OFFICE

    def test_a_withdrawn_target_ends_the_clock_or_falls_back(
        self, opened: Opener, service: Service
    ) -> None:
        agree("mail", {(ClockKind.RESOLVE, None): HOUR}, services=("mail",), at=SETUP)
        item = opened(zurich(1, 9), service="mail", impact=3, urgency=3)
        assert resolve_clock(item, zurich(1, 9, 30)).target == HOUR
        end_agreement("mail", actor=SYSTEM, at=zurich(1, 9, 30))
        run_errands(at=zurich(1, 9, 30))
        assert resolve_clock(item, zurich(1, 9, 30)).target == 8 * HOUR
        others = {key: each for key, each in STANDARD.items() if key[0] is ClockKind.RESPOND}
        agree("standard", others, at=zurich(1, 9, 40))
        assert [view.kind for view in clocks_of(item.pk, at=zurich(1, 10))] == ["respond"]
        with pytest.raises(NotFound):
            end_agreement("mail", actor=SYSTEM, at=zurich(1, 9, 50))

    def test_a_waiting_rule_counts_from_now_on(self, opened: Opener, agent: Actor) -> None:
        item = opened(zurich(1, 9))
        wait_incident(item.number, reason=WaitingReason.SUPPLIER, actor=agent, at=zurich(1, 10))
        assert resolve_clock(item, zurich(1, 11)).state is ClockState.RUNNING
        set_waiting_rule(
            ClockKind.RESOLVE,
            reason=WaitingReason.SUPPLIER,
            pauses=True,
            actor=SYSTEM,
            at=zurich(1, 11),
        )
        assert resolve_clock(item, zurich(1, 11)).state is ClockState.RUNNING
        run_errands(at=zurich(1, 11))
        paused = resolve_clock(item, zurich(1, 12))
        assert (paused.state, paused.elapsed) == (ClockState.PAUSED, 2 * HOUR)
        assert paused.paused_since == zurich(1, 11)

    def test_a_waiting_rule_leaves_what_ended_as_it_was(self, opened: Opener, agent: Actor) -> None:
        item = opened(zurich(1, 9))
        wait_incident(item.number, reason=WaitingReason.SUPPLIER, actor=agent, at=zurich(1, 10))
        resolve_incident(item.number, code="fixed", text="Mended.", actor=agent, at=zurich(1, 11))
        supplier = WaitingReason.SUPPLIER
        rule = {"reason": supplier, "pauses": True, "actor": SYSTEM, "at": zurich(1, 14)}
        set_waiting_rule(ClockKind.RESOLVE, **rule)
        refresh_many([item.pk], at=zurich(1, 15))
        assert resolve_clock(item, zurich(1, 15)).elapsed == 2 * HOUR
        set_waiting_rule(ClockKind.RESOLVE, since_ever=True, **rule)
        refresh_many([item.pk], at=zurich(1, 15))
        assert resolve_clock(item, zurich(1, 15)).elapsed == HOUR

    def test_a_planned_version_takes_effect_when_its_time_has_come(self, opened: Opener) -> None:
        item = opened(zurich(1, 9))
        lines = {**STANDARD, (ClockKind.RESOLVE, item.priority): 2 * HOUR}
        agree("standard", lines, valid_from=zurich(1, 15), at=zurich(1, 10))
        assert resolve_clock(item, zurich(1, 14)).target == 8 * HOUR
        assert take_effect_due(at=zurich(1, 14)) == 0
        assert take_effect_due(at=zurich(1, 15)) == 1
        assert run_errands(at=zurich(1, 15)) == ["clocks.refresh"]
        late = resolve_clock(item, zurich(1, 15, 30))
        assert (late.target, late.breached_at) == (2 * HOUR, zurich(1, 15))
        assert take_effect_due(at=zurich(1, 16)) == 0

    def test_working_days_are_what_the_calendar_says(self, opened: Opener) -> None:
        target = TargetContent(ClockKind.RESOLVE, 2, DurationUnit.WORKING_DAYS)
        told = replace(content({}, name="In days"), targets=(target,))
        save_draft("standard", content=told, actor=SYSTEM, at=zurich(1, 8))
        publish_draft("standard", actor=SYSTEM, at=zurich(1, 8))
        item = opened(zurich(1, 9))
        assert resolve_clock(item, zurich(1, 9)).target == 16 * HOUR
        short = replace(OFFICE, working_day=6 * HOUR)
        change_calendar("office", hours=short, actor=SYSTEM, at=zurich(1, 10))
        run_errands(at=zurich(1, 10))
        resolve = resolve_clock(item, zurich(1, 10))
        assert (resolve.target, resolve.elapsed) == (12 * HOUR, HOUR)
        assert resolve.due_at == zurich(2, 14)

    def test_nothing_changes_without_the_right(self, opened: Opener, agent: Actor) -> None:
        opened(zurich(1, 9))
        save_draft("x", content=content(STANDARD), actor=SYSTEM, at=zurich(1, 9))
        before = counts()
        at = zurich(1, 10)
        resolve = ClockKind.RESOLVE
        refused: list[Callable[[], object]] = [
            lambda: create_calendar("x", name="X", hours=OFFICE, actor=agent, at=at),
            lambda: change_calendar("office", hours=LONG_DAYS, actor=agent, at=at),
            lambda: save_draft("y", content=content(STANDARD), actor=agent, at=at),
            lambda: save_draft("x", content=content(STANDARD), actor=agent, at=at),
            lambda: publish_draft("x", actor=agent, at=at),
            lambda: discard_draft("x", actor=agent, at=at),
            lambda: end_agreement("standard", actor=agent, at=at),
            lambda: choose_level("standard", customer_id=1, actor=agent, at=at),
            lambda: set_escalation_rules([], actor=agent, at=at),
            lambda: set_waiting_rule(
                resolve, reason=WaitingReason.SUPPLIER, pauses=True, actor=agent, at=at
            ),
        ]
        for act in refused:
            with pytest.raises(NotAllowed):
                act()
        assert before == counts()
        assert not WaitingRule.objects.exists()

    def test_the_right_for_a_service_is_no_right_for_the_standard(
        self, targets: None, service: Service
    ) -> None:
        scope = Scope(within=MappingProxyType({"service": frozenset({service.pk})}))
        owner = Actor(
            kind=ActorKind.PERSON,
            name="Owner",
            channel=Channel.DESK,
            scopes=MappingProxyType({"service_level.configure": scope}),
        )
        lines = {(ClockKind.RESOLVE, 1): HOUR}
        at = zurich(1, 9)
        own = content(lines, services=("mail",))
        save_draft("mail", content=own, actor=owner, at=at)
        publish_draft("mail", actor=owner, at=at)
        for refused in (content(lines), content(lines, customer="harbour")):
            with pytest.raises(NotAllowed):
                save_draft("standard", content=refused, actor=owner, at=at)
        with pytest.raises(NotAllowed):
            # Nor may they make of their own agreement one about everything.
            save_draft("mail", content=content(lines), actor=owner, at=at)
        save_draft("standard", content=content(lines), actor=SYSTEM, at=at)
        with pytest.raises(NotAllowed):
            publish_draft("standard", actor=owner, at=at)

    @pytest.mark.parametrize(
        ("hours", "field"),
        [
            (CalendarHours("Europe/Nowhere", OFFICE.weekly), "time_zone"),
            (CalendarHours("UTC", {"monday": [["12:00", "08:00"]]}), "weekly"),
            (CalendarHours("UTC", {"monday": [["08:00", "12:00"], ["11:00", "13:00"]]}), "weekly"),
            (CalendarHours("UTC", {"monday": [["8", "12"]]}), "weekly"),
            (CalendarHours("UTC", {"montag": [["08:00", "12:00"]]}), "weekly"),
            (CalendarHours("UTC", {}), "weekly"),
            (CalendarHours("UTC", OFFICE.weekly, {"24 December": {}}), "exceptions"),
            (CalendarHours("UTC", OFFICE.weekly, {}, "XX"), "holiday_country"),
        ],
    )
    def test_hours_that_cannot_be_are_refused(
        self, db: None, hours: CalendarHours, field: str
    ) -> None:
        with pytest.raises(Invalid) as refused:
            create_calendar("x", name="X", hours=hours, actor=SYSTEM, at=SETUP)
        assert list(refused.value.fields) == [field]
        assert not BusinessCalendar.objects.exists()

    def test_holidays_and_exceptions_are_kept(self, db: None) -> None:
        hours = CalendarHours(
            "Europe/Zurich",
            {"friday": [["22:00", "24:00"]], "saturday": [["00:00", "06:00"]]},
            {"2026-05-01": {"name": "Open all the same", "hours": [["09:00", "10:00"]]}},
            "CH",
            "ZH",
        )
        create_calendar("nights", name="Nights", hours=hours, actor=SYSTEM, at=SETUP)
        calendar = BusinessCalendar.objects.get(code="nights").hours()
        start = datetime(2026, 4, 30, 12, tzinfo=ZURICH)
        assert calendar.add(start, 9 * HOUR) == datetime(2026, 5, 9, tzinfo=ZURICH)

    def test_there_is_one_current_version_of_each(self, targets: None) -> None:
        calendar = BusinessCalendar.objects.get()
        with pytest.raises(IntegrityError), transaction.atomic():
            BusinessCalendar.objects.create(
                code="office", name="Again", time_zone="UTC", valid_from=SETUP
            )
        with pytest.raises(Invalid):
            create_calendar("office", name="Again", hours=OFFICE, actor=SYSTEM, at=SETUP)
        with pytest.raises(IntegrityError), transaction.atomic():
            Agreement.objects.create(
                code="standard",
                number=2,
                kind="service",
                name="Again",
                calendar_code=calendar.code,
                valid_from=SETUP,
                is_draft=False,
            )
        agreement = Agreement.objects.get(code="standard")
        with pytest.raises(IntegrityError), transaction.atomic():
            Target.objects.create(
                agreement=agreement, kind="respond", priority=1, amount=1, unit="hours"
            )
        with pytest.raises(Invalid):
            save_draft(
                "wrong", content=content({(ClockKind.RESOLVE, 9): -HOUR}), actor=SYSTEM, at=SETUP
            )


def counts() -> tuple[int, ...]:
    """How many rows there are of all that could have changed."""
    return tuple(
        model.objects.count()
        for model in (Target, Agreement, BusinessCalendar, Entry, Errand, LevelChoice)
    )
