"""Clocks of real incidents: started, kept, swept once, and re-read when promises change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from timshel.context.people.models import Person
from timshel.kernel import events as kernel_events
from timshel.kernel.actor import Actor, ActorKind, Channel, Scope, system_actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound
from timshel.kernel.journal.models import Entry
from timshel.operation.work.models import WorkItem
from timshel.operation.work.states import WaitingReason
from timshel.relationship_agreement.service_level.actions import (
    CalendarHours,
    change_calendar,
    change_target,
    create_calendar,
    load_default_targets,
    refresh_many,
    set_waiting_rule,
    warn_and_breach_due,
    withdraw_target,
)
from timshel.relationship_agreement.service_level.events import ClockBreached, ClockWarned
from timshel.relationship_agreement.service_level.models import (
    BusinessCalendar,
    Clock,
    Target,
    WaitingRule,
)
from timshel.relationship_agreement.service_level.queries import (
    ClockView,
    clocks_for,
    clocks_of,
    explain_clock,
    targets_in_force,
)
from timshel.relationship_agreement.service_level.states import ClockKind, ClockState
from timshel.resolution_fulfilment.incident.actions import (
    IncidentReport,
    cancel_incident,
    change_incident,
    note_on_incident,
    open_incident,
    reopen_incident,
    reply_to_incident,
    resolve_incident,
    resume_incident,
    take_incident,
    wait_incident,
)
from timshel.service_portfolio.service.models import Service, ServiceArea

ZURICH = ZoneInfo("Europe/Zurich")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SYSTEM = system_actor()
SETUP = datetime(2026, 1, 1, tzinfo=UTC)
DAY_OF_OFFICE = [["08:00", "12:00"], ["13:00", "17:00"]]
OFFICE = CalendarHours(
    "Europe/Zurich",
    dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), DAY_OF_OFFICE),
)
LONG_DAYS = CalendarHours("Europe/Zurich", {**OFFICE.weekly, "tuesday": [["07:00", "19:00"]]})


def zurich(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment of June 2026, which begins on a Monday."""
    return datetime(2026, 6, day, hour, minute, tzinfo=ZURICH)


@pytest.fixture
def requester(db: None) -> Person:
    return Person.objects.create(code="requester", name="Requester")


@pytest.fixture
def agent(db: None) -> Actor:
    person = Person.objects.create(code="agent", name="Agent")
    everywhere = Scope(everywhere=True)
    rights = (
        "work.view", "incident.report", "incident.report_for_others", "incident.work",
        "incident.assign", "incident.change", "incident.override_priority",
        "incident.resolve", "incident.cancel", "incident.reopen_closed",
    )  # fmt: skip
    return Actor(
        kind=ActorKind.PERSON,
        name=person.name,
        channel=Channel.DESK,
        person_id=person.pk,
        scopes=MappingProxyType(dict.fromkeys(rights, everywhere)),
    )


@pytest.fixture
def service(db: None) -> Service:
    area = ServiceArea.objects.create(code="workplace", name="Workplace")
    return Service.objects.create(area=area, code="mail", name="Mail")


@pytest.fixture
def targets(db: None) -> None:
    """Standard targets in office hours: two hours to respond and eight to resolve, urgent half."""
    create_calendar("office", name="Office hours", hours=OFFICE, actor=SYSTEM, at=SETUP)
    for kind, hours in ((ClockKind.RESPOND, 2), (ClockKind.RESOLVE, 8)):
        for priority in (1, 2, 3, 4, 5):
            change_target(
                kind,
                priority=priority,
                duration=hours * HOUR / (2 if priority < 3 else 1),
                calendar="office",
                since_ever=True,
                actor=SYSTEM,
                at=SETUP,
            )


Opener = Callable[..., WorkItem]


@pytest.fixture
def opened(targets: None, requester: Person, agent: Actor) -> Opener:
    """Open an incident at a moment, as the agent for the requester."""

    def open_at(at: datetime, **given: object) -> WorkItem:
        report = IncidentReport("Printer is on fire", requester_id=requester.pk, **given)  # type: ignore[arg-type]
        event = open_incident(report, actor=agent, at=at)
        return WorkItem.objects.get(pk=event.work_item_id)

    return open_at


@pytest.fixture
def published() -> Iterator[list[object]]:
    """What the sweep published, in order."""
    facts: list[object] = []
    for event_type in (ClockBreached, ClockWarned):
        kernel_events.subscribe(event_type, facts.append)
    yield facts
    for event_type in (ClockBreached, ClockWarned):
        kernel_events._handlers[event_type].remove(facts.append)


def clock(item: WorkItem, kind: ClockKind, at: datetime) -> ClockView:
    found = {view.kind: view for view in clocks_of(item.pk, at=at)}
    return found[kind]


def resolve_clock(item: WorkItem, at: datetime) -> ClockView:
    return clock(item, ClockKind.RESOLVE, at)


def respond_clock(item: WorkItem, at: datetime) -> ClockView:
    return clock(item, ClockKind.RESPOND, at)


def verbs(item: WorkItem) -> list[str]:
    entries = Entry.objects.filter(
        subject_kind="work_item", subject_id=item.pk, verb__startswith="service_level."
    )
    return [f"{entry.verb}:{entry.changes['clock'][1]}" for entry in entries.order_by("id")]


class TestLifeOfAnIncident:
    def test_opening_starts_both_clocks(self, opened: Opener) -> None:
        item = opened(zurich(1, 9))
        respond, resolve = clocks_of(item.pk, at=zurich(1, 10))
        assert (respond.kind, respond.target, respond.elapsed) == ("respond", 2 * HOUR, HOUR)
        assert (resolve.kind, resolve.due_at) == ("resolve", zurich(2, 9))
        assert resolve.remaining == 7 * HOUR
        item.refresh_from_db()
        assert item.next_due_at == respond.due_at == zurich(1, 11)

    def test_taking_and_noting_are_no_answer_and_a_reply_is(
        self, opened: Opener, agent: Actor
    ) -> None:
        item = opened(zurich(1, 9))
        take_incident(item.number, actor=agent, at=zurich(1, 9, 10))
        note_on_incident(item.number, text="Looks bad", actor=agent, at=zurich(1, 9, 15))
        assert respond_clock(item, zurich(1, 9, 20)).state is ClockState.RUNNING
        reply_to_incident(item.number, text="On my way", actor=agent, at=zurich(1, 9, 30))
        respond = respond_clock(item, zurich(3, 9))
        assert (respond.state, respond.stopped_at) == (ClockState.MET, zurich(1, 9, 30))
        assert respond.elapsed == 30 * MINUTE
        item.refresh_from_db()
        assert item.next_due_at == zurich(2, 9)

    def test_waiting_pauses_and_resuming_goes_on(self, opened: Opener, agent: Actor) -> None:
        item = opened(zurich(1, 9))
        reply_to_incident(item.number, text="Which printer?", actor=agent, at=zurich(1, 9, 30))
        wait_incident(item.number, reason=WaitingReason.REQUESTER, actor=agent, at=zurich(1, 10))
        paused = resolve_clock(item, zurich(9, 9))
        assert (paused.state, paused.due_at, paused.elapsed) == (ClockState.PAUSED, None, HOUR)
        assert (paused.paused_since, paused.paused_reason) == (zurich(1, 10), "requester")
        item.refresh_from_db()
        assert item.next_due_at is None
        resume_incident(item.number, actor=agent, at=zurich(9, 8))
        resumed = resolve_clock(item, zurich(9, 9))
        assert (resumed.state, resumed.due_at) == (ClockState.RUNNING, zurich(9, 16))
        assert resumed.elapsed == 2 * HOUR

    def test_resolving_stops_and_reopening_goes_on(self, opened: Opener, agent: Actor) -> None:
        item = opened(zurich(1, 9))
        resolve_incident(item.number, code="fixed", text="Done", actor=agent, at=zurich(1, 11))
        assert resolve_clock(item, zurich(2, 9)).state is ClockState.MET
        assert respond_clock(item, zurich(2, 9)).stopped_at == zurich(1, 11)
        reopen_incident(item.number, reason="Still burning", actor=agent, at=zurich(2, 8))
        again = resolve_clock(item, zurich(2, 9))
        assert (again.state, again.elapsed, again.stopped_at) == (
            ClockState.RUNNING,
            3 * HOUR,
            None,
        )
        assert respond_clock(item, zurich(2, 9)).stopped_at == zurich(1, 11)

    def test_another_priority_and_service_keep_what_was_used(
        self, opened: Opener, agent: Actor, service: Service
    ) -> None:
        change_target(
            ClockKind.RESOLVE, priority=1, service_id=service.pk, duration=3 * HOUR,
            calendar="office", actor=SYSTEM, at=zurich(1, 8),
        )  # fmt: skip
        item = opened(zurich(1, 9))
        change_incident(
            item.number,
            changes={"service": "mail", "impact": 1, "urgency": 1},
            seen_version=item.version,
            actor=agent,
            at=zurich(1, 10),
        )
        item.refresh_from_db()
        assert item.priority == 1
        resolve = resolve_clock(item, zurich(1, 11))
        assert (resolve.target, resolve.elapsed) == (3 * HOUR, 2 * HOUR)
        assert resolve.due_at == zurich(1, 12)
        explained = explain_clock(item.pk, ClockKind.RESOLVE, at=zurich(1, 11))
        assert (explained.is_standard, explained.calendar_name) == (False, "Office hours")

    def test_of_two_changes_at_once_the_second_may_be_dated_first(
        self, opened: Opener, agent: Actor
    ) -> None:
        item = opened(zurich(1, 9))
        resolve_incident(item.number, code="fixed", text="Done", actor=agent, at=zurich(1, 11))
        earlier = zurich(1, 11) - timedelta(milliseconds=3)
        note_on_incident(item.number, text="Thanks", actor=agent, at=earlier)
        assert resolve_clock(item, zurich(1, 12)).state is ClockState.MET
        reopen_incident(item.number, reason="No", actor=agent, at=earlier)
        assert resolve_clock(item, zurich(1, 11)).state is ClockState.RUNNING

    def test_cancelling_ends_the_clocks_without_result(self, opened: Opener, agent: Actor) -> None:
        item = opened(zurich(1, 9))
        cancel_incident(item.number, reason="A mistake", actor=agent, at=zurich(1, 10))
        states = {view.state for view in clocks_of(item.pk, at=zurich(5, 9))}
        assert states == {ClockState.CANCELLED}
        assert warn_and_breach_due(at=zurich(29, 9)) == 0

    def test_where_nothing_is_promised_there_are_no_clocks(
        self, requester: Person, agent: Actor
    ) -> None:
        event = open_incident(
            IncidentReport("Nobody promised", requester_id=requester.pk), actor=agent, at=SETUP
        )
        assert clocks_of(event.work_item_id, at=SETUP) == ()
        with pytest.raises(NotFound):
            explain_clock(event.work_item_id, ClockKind.RESOLVE, at=SETUP)


class TestSweep:
    def test_each_warning_and_breach_is_told_once(
        self, opened: Opener, published: list[object]
    ) -> None:
        item = opened(zurich(1, 9))
        assert warn_and_breach_due(at=zurich(1, 10, 29)) == 0
        assert warn_and_breach_due(at=zurich(1, 10, 30)) == 1
        assert warn_and_breach_due(at=zurich(1, 11)) == 0
        assert warn_and_breach_due(at=zurich(1, 11, 1)) == 1
        assert warn_and_breach_due(at=zurich(1, 16)) == 1
        assert warn_and_breach_due(at=zurich(2, 9, 1)) == 1
        assert warn_and_breach_due(at=zurich(5, 9)) == 0
        assert verbs(item) == [
            "service_level.warned:respond",
            "service_level.breached:respond",
            "service_level.warned:resolve",
            "service_level.breached:resolve",
        ]
        assert published[1] == ClockBreached(
            item.pk, ClockKind.RESPOND, zurich(1, 11), False, zurich(1, 11, 1)
        )
        assert [type(fact) for fact in published] == [ClockWarned, ClockBreached] * 2

    def test_a_late_sweep_notes_the_exact_moment_and_warns_no_more(
        self, opened: Opener, published: list[object]
    ) -> None:
        item = opened(zurich(1, 9))
        assert warn_and_breach_due(at=zurich(5, 9)) == 2
        rows = {row.kind: row for row in Clock.objects.filter(work_item=item)}
        assert (rows["respond"].state, rows["respond"].breached_at) == ("breached", zurich(1, 11))
        assert (rows["resolve"].state, rows["resolve"].breached_at) == ("breached", zurich(2, 9))
        assert {type(fact) for fact in published} == {ClockBreached}

    def test_a_breach_that_ended_before_the_sweep_is_told_as_such(
        self, opened: Opener, agent: Actor, published: list[object]
    ) -> None:
        item = opened(zurich(1, 9))
        reply_to_incident(item.number, text="Sorry", actor=agent, at=zurich(1, 11, 1))
        assert respond_clock(item, zurich(1, 12)).state is ClockState.MISSED
        warn_and_breach_due(at=zurich(1, 11, 2))
        (fact,) = published
        assert isinstance(fact, ClockBreached)
        assert fact.is_stopped

    def test_what_the_sweep_told_stays_told_when_the_work_changes(
        self, opened: Opener, agent: Actor
    ) -> None:
        item = opened(zurich(1, 9))
        warn_and_breach_due(at=zurich(5, 9))
        take_incident(item.number, actor=agent, at=zurich(5, 10))
        note_on_incident(item.number, text="Late", actor=agent, at=zurich(5, 11))
        assert warn_and_breach_due(at=zurich(5, 12)) == 0
        assert len(verbs(item)) == 2

    def test_a_new_deadline_is_warned_of_and_breached_anew(
        self, opened: Opener, agent: Actor
    ) -> None:
        item = opened(zurich(1, 9), impact=1, urgency=1)
        reply_to_incident(item.number, text="Here", actor=agent, at=zurich(1, 9, 30))
        assert warn_and_breach_due(at=zurich(1, 16)) == 1
        item.refresh_from_db()
        change_incident(
            item.number, changes={"impact": 3, "urgency": 3},
            seen_version=item.version, actor=agent, at=zurich(1, 16, 10),
        )  # fmt: skip
        resolve = resolve_clock(item, zurich(1, 16, 20))
        assert (resolve.state, resolve.breached) == (ClockState.RUNNING, False)
        explained = explain_clock(item.pk, ClockKind.RESOLVE, at=zurich(1, 16, 20))
        assert explained.withdrawn_breaches == (zurich(1, 14),)
        assert warn_and_breach_due(at=zurich(3, 9)) == 1
        assert verbs(item) == ["service_level.breached:resolve"] * 2

    def test_paused_work_is_left_alone(self, opened: Opener, agent: Actor) -> None:
        item = opened(zurich(1, 9))
        reply_to_incident(item.number, text="?", actor=agent, at=zurich(1, 9, 30))
        wait_incident(item.number, reason=WaitingReason.REQUESTER, actor=agent, at=zurich(1, 10))
        assert warn_and_breach_due(at=zurich(29, 9)) == 0

    def test_the_sweep_looks_at_no_more_than_it_is_told_to(self, opened: Opener) -> None:
        for _ in range(3):
            opened(zurich(1, 9))
        assert warn_and_breach_due(at=zurich(9, 9), limit=4) == 4
        assert warn_and_breach_due(at=zurich(9, 9), limit=4) == 2
        assert warn_and_breach_due(at=zurich(9, 9), limit=4) == 0

    def test_the_sweep_mends_a_cache_that_is_wrong(self, opened: Opener) -> None:
        item = opened(zurich(1, 9))
        Clock.objects.filter(work_item=item).update(due_at=zurich(1, 9, 1))
        assert warn_and_breach_due(at=zurich(1, 9, 10), limit=2) == 2
        assert verbs(item) == []
        assert resolve_clock(item, zurich(1, 9, 10)).due_at == zurich(2, 9)


@pytest.mark.django_db(transaction=True)
def test_ten_workers_at_once_tell_of_each_breach_exactly_once(opened: Opener) -> None:
    items = [opened(zurich(1, 9)) for _ in range(30)]
    together = Barrier(10)

    def sweep(_number: int) -> int:
        try:
            together.wait(timeout=30)
            return sum(warn_and_breach_due(at=zurich(9, 9), limit=7) for _ in range(12))
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as workers:
        assert sum(workers.map(sweep, range(10))) == 2 * len(items)
    for item in items:
        assert sorted(verbs(item)) == [
            "service_level.breached:resolve",
            "service_level.breached:respond",
        ]
    assert not Clock.objects.filter(breach_announced_at__isnull=True).exists()


@pytest.mark.django_db(transaction=True)
def test_answers_and_sweeps_at_once_neither_block_nor_contradict(
    opened: Opener, agent: Actor
) -> None:
    items = [opened(zurich(1, 9)) for _ in range(12)]
    together = Barrier(4)

    def answer(numbers: list[str]) -> None:
        try:
            together.wait(timeout=30)
            for number in numbers:
                reply_to_incident(number, text="Yes", actor=agent, at=zurich(1, 10))
        finally:
            connection.close()

    def sweep() -> None:
        try:
            together.wait(timeout=30)
            for _ in range(10):
                warn_and_breach_due(at=zurich(1, 12), limit=5)
        finally:
            connection.close()

    numbers = [item.number for item in items]
    with ThreadPoolExecutor(4) as workers:
        jobs = [workers.submit(answer, numbers[:6]), workers.submit(answer, numbers[6:])]
        jobs += [workers.submit(sweep), workers.submit(sweep)]
        for job in jobs:
            job.result(timeout=60)
    states = Clock.objects.filter(kind="respond").values_list("state", flat=True)
    assert set(states) == {"met"}
    assert all(len(verbs(item)) <= 1 for item in items)


class TestBulk:
    def test_reading_in_bulk_leaves_the_same_rows(self, opened: Opener, agent: Actor) -> None:
        items = [opened(zurich(1, 9)) for _ in range(4)]
        reply_to_incident(items[0].number, text="Yes", actor=agent, at=zurich(1, 10))
        wait_incident(items[1].number, reason=WaitingReason.EVIDENCE, actor=agent, at=zurich(1, 10))
        resolve_incident(items[2].number, code="fixed", text="Done", actor=agent, at=zurich(1, 10))
        expected = list(Clock.objects.order_by("work_item", "kind").values())
        dues = dict(WorkItem.objects.values_list("pk", "next_due_at"))
        Clock.objects.all().delete()
        WorkItem.objects.update(next_due_at=None)
        assert refresh_many([item.pk for item in items], at=zurich(1, 10)) == 4
        found = list(Clock.objects.order_by("work_item", "kind").values())
        for row in (*expected, *found):
            # The time of the last reading, and with it how much was used by then, may differ.
            for column in ("id", "read_at", "elapsed"):
                del row[column]
        assert found == expected
        assert dict(WorkItem.objects.values_list("pk", "next_due_at")) == dues

    def test_what_is_past_is_told_to_nobody_unless_asked_for(self, opened: Opener) -> None:
        item = opened(zurich(1, 9))
        refresh_many([item.pk], at=zurich(9, 9))
        assert warn_and_breach_due(at=zurich(9, 10)) == 0
        other = opened(zurich(1, 9))
        refresh_many([other.pk], at=zurich(9, 9), announce=True)
        assert warn_and_breach_due(at=zurich(9, 10)) == 2

    @pytest.mark.parametrize("count", [1, 8])
    def test_bulk_reading_takes_a_fixed_number_of_queries(
        self, opened: Opener, django_assert_num_queries: DjangoAssertNumQueries, count: int
    ) -> None:
        keys = [opened(zurich(1, 9)).pk for _ in range(count)]
        with transaction.atomic(), django_assert_num_queries(10):
            # Savepoint and release, lock work, four to read, lock clocks, write, set due.
            refresh_many(keys, at=zurich(1, 10))

    @pytest.mark.parametrize("count", [1, 8])
    def test_showing_takes_two_queries(
        self, opened: Opener, django_assert_num_queries: DjangoAssertNumQueries, count: int
    ) -> None:
        keys = [opened(zurich(1, 9)).pk for _ in range(count)]
        with django_assert_num_queries(2):
            assert len(clocks_for(keys, at=zurich(1, 10))) == count
        with django_assert_num_queries(5):
            explain_clock(keys[0], ClockKind.RESOLVE, at=zurich(1, 10))

    def test_stored_and_explained_readings_agree(self, opened: Opener, agent: Actor) -> None:
        item = opened(zurich(1, 9))
        reply_to_incident(item.number, text="Yes", actor=agent, at=zurich(1, 10))
        for at in (zurich(1, 11), zurich(1, 22), zurich(2, 9), zurich(6, 12)):
            for view in clocks_of(item.pk, at=at):
                assert view == explain_clock(item.pk, view.kind, at=at).clock


class TestConfiguration:
    def test_a_changed_target_reaches_open_work_and_leaves_stopped_clocks(
        self, opened: Opener, agent: Actor
    ) -> None:
        item = opened(zurich(1, 9))
        reply_to_incident(item.number, text="Yes", actor=agent, at=zurich(1, 10))
        for kind in ClockKind:
            change_target(
                kind, priority=item.priority, duration=HOUR / 2, calendar="office",
                actor=SYSTEM, at=zurich(1, 11),
            )  # fmt: skip
        respond, resolve = clocks_of(item.pk, at=zurich(1, 12))
        assert (respond.state, respond.target) == (ClockState.MET, 2 * HOUR)
        assert (resolve.state, resolve.target) == (ClockState.BREACHED, HOUR / 2)
        assert resolve.breached_at == zurich(1, 11)
        assert warn_and_breach_due(at=zurich(1, 12)) == 1

    def test_a_changed_calendar_counts_from_now_on(self, opened: Opener) -> None:
        item = opened(zurich(1, 9))
        change_calendar("office", hours=LONG_DAYS, actor=SYSTEM, at=zurich(1, 20))
        resolve = resolve_clock(item, zurich(2, 7, 30))
        assert (resolve.elapsed, resolve.due_at) == (7 * HOUR + 30 * MINUTE, zurich(2, 8))
        item.refresh_from_db()
        assert item.next_due_at == zurich(1, 11)
        kept = Entry.objects.get(verb="service_level.calendar_changed").changes
        assert kept["weekly"][0]["tuesday"] == DAY_OF_OFFICE

    def test_a_withdrawn_target_ends_the_clock_or_falls_back(
        self, opened: Opener, service: Service
    ) -> None:
        own = {"priority": 5, "service_id": service.pk}
        change_target(
            ClockKind.RESOLVE, duration=HOUR, calendar="office", **own, actor=SYSTEM, at=SETUP
        )
        item = opened(zurich(1, 9), service="mail", impact=3, urgency=3)
        own["priority"] = item.priority
        if item.priority != 5:
            change_target(
                ClockKind.RESOLVE, duration=HOUR, calendar="office", **own,
                actor=SYSTEM, at=zurich(1, 9, 1),
            )  # fmt: skip
        assert resolve_clock(item, zurich(1, 9, 30)).target == HOUR
        withdraw_target(ClockKind.RESOLVE, **own, actor=SYSTEM, at=zurich(1, 9, 30))
        assert resolve_clock(item, zurich(1, 9, 30)).target == 8 * HOUR
        withdraw_target(
            ClockKind.RESOLVE, priority=item.priority, actor=SYSTEM, at=zurich(1, 9, 40)
        )
        assert [view.kind for view in clocks_of(item.pk, at=zurich(1, 10))] == ["respond"]
        with pytest.raises(NotFound):
            withdraw_target(ClockKind.RESOLVE, **own, actor=SYSTEM, at=zurich(1, 9, 50))

    def test_a_waiting_rule_is_read_at_once(self, opened: Opener, agent: Actor) -> None:
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
        paused = resolve_clock(item, zurich(1, 11))
        assert (paused.state, paused.elapsed) == (ClockState.PAUSED, HOUR)

    def test_the_default_targets_are_loaded_once(self, db: None) -> None:
        create_calendar("office", name="Office", hours=OFFICE, actor=SYSTEM, at=SETUP)
        for _ in range(2):
            load_default_targets(calendar="office", actor=SYSTEM, at=SETUP)
        assert Target.objects.count() == 10
        shown = targets_in_force(at=SETUP)
        assert len(shown) == 10
        assert (shown[-1].priority, shown[-1].duration) == (5, 8 * HOUR)

    def test_nothing_changes_without_the_right(self, opened: Opener, agent: Actor) -> None:
        opened(zurich(1, 9))
        before = (Target.objects.count(), BusinessCalendar.objects.count(), Entry.objects.count())
        at = zurich(1, 10)
        resolve = ClockKind.RESOLVE
        refused: list[Callable[[], object]] = [
            lambda: create_calendar("x", name="X", hours=OFFICE, actor=agent, at=at),
            lambda: change_calendar("office", hours=LONG_DAYS, actor=agent, at=at),
            lambda: change_target(
                resolve, priority=1, duration=HOUR, calendar="office", actor=agent, at=at
            ),
            lambda: withdraw_target(resolve, priority=1, actor=agent, at=at),
            lambda: set_waiting_rule(
                resolve, reason=WaitingReason.SUPPLIER, pauses=True, actor=agent, at=at
            ),
        ]
        for act in refused:
            with pytest.raises(NotAllowed):
                act()
        assert before == (
            Target.objects.count(),
            BusinessCalendar.objects.count(),
            Entry.objects.count(),
        )
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
        given = {"priority": 1, "duration": HOUR, "calendar": "office", "at": zurich(1, 9)}
        change_target(ClockKind.RESOLVE, service_id=service.pk, actor=owner, **given)  # type: ignore[arg-type]
        with pytest.raises(NotAllowed):
            change_target(ClockKind.RESOLVE, actor=owner, **given)  # type: ignore[arg-type]

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
            Target.objects.create(
                kind="respond", priority=1, duration=HOUR, calendar=calendar, valid_from=SETUP
            )
        with pytest.raises(Invalid):
            create_calendar("office", name="Again", hours=OFFICE, actor=SYSTEM, at=SETUP)
        with pytest.raises(Invalid):
            change_target(
                ClockKind.RESOLVE, priority=9, duration=-HOUR, calendar="office",
                actor=SYSTEM, at=SETUP,
            )  # fmt: skip
