"""Whatever is done to incidents and to promises: what is stored equals what the journal says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from tests.cast import Cast, later, opened
from tests.domain.clocks.promises import HOUR, MINUTE, OFFICE, SYSTEM, content
from tests.errands import run_errands
from tests.incidents import row
from timshel.context.organization.models import Customer
from timshel.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongState
from timshel.operation.work.models import WorkItem
from timshel.relationship_agreement.service_level.actions import (
    CalendarHours,
    change_calendar,
    choose_level,
    end_agreement,
    publish_draft,
    refresh_many,
    save_draft,
    take_effect_due,
    warn_and_breach_due,
)
from timshel.relationship_agreement.service_level.models import Clock
from timshel.relationship_agreement.service_level.queries.clocks import (
    ClockView,
    clock_laps,
    view_of_reading,
)
from timshel.relationship_agreement.service_level.queries.readings import read_clocks
from timshel.relationship_agreement.service_level.rules.clock import next_due_at
from timshel.relationship_agreement.service_level.states import (
    AgreementKind,
    ClockKind,
    ClockState,
)
from timshel.resolution_fulfilment.incident import actions

REFUSALS = (Conflict, Invalid, NotAllowed, NotFound, WrongState)
STEPS = 30

PARTIES: tuple[dict[str, Any], ...] = (
    {},
    {"customer": "brackwater"},
    {"customer_category": "dedicated_team"},
    {"unit": "climate"},
    {"unit": "institute"},
    {"services": ("laptop",)},
    {"offerings": ("laptop-dock",), "unit": "institute"},
    {"is_option": True},
)
HOLDERS: tuple[dict[str, Any], ...] = (
    {"kind": AgreementKind.OPERATIONAL, "provider_team": "service-desk"},
    {"kind": AgreementKind.OPERATIONAL, "provider_team": "workplace"},
    {
        "kind": AgreementKind.OPERATIONAL,
        "provider_team": "workplace",
        "recipient_team": "service-desk",
    },
    {"kind": AgreementKind.SUPPLIER, "supplier": "northmere"},
)
WEEKS = (
    OFFICE,
    CalendarHours("Pacific/Auckland", {**OFFICE.weekly, "saturday": [["09:00", "12:00"]]}),
    CalendarHours("UTC", {day: [["00:00", "24:00"]] for day in OFFICE.weekly}),
)


class Days:
    """Some days at the desk by chance; what happens is done by the real actions."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.chance, self.now = cast, Random(seed), later(0)
        self.numbers = [opened(who, at=self.now) for who in (cast.requester, cast.customer)]
        self.codes = ["standard"]
        self.done: list[str] = []

    def pass_time(self) -> None:
        """Go on by some minutes or days, or not at all; the sweep does what has become due."""
        self.now += self.chance.choice([0, 1, 20, 90, 600, 2_000]) * MINUTE
        if take_effect_due(at=self.now):
            run_errands(at=self.now)
        if self.chance.random() < 0.3:
            warn_and_breach_due(at=self.now)

    def step(self) -> None:
        """Do one thing, or be refused."""
        self.pass_time()
        act = self.chance.choice([self.work, self.work, self.work, self.promise, self.change])
        try:
            act()
        except REFUSALS:
            return
        run_errands(at=self.now)

    def work(self) -> None:
        """Do something with an incident."""
        name, given, who = self.chance.choice(self.deeds())
        number = self.chance.choice(self.numbers)
        if name == "change_incident":
            given = {**given, "seen_version": row(number).version}
        act: Callable[..., Any] = getattr(actions, name)
        act(number, **given, actor=who, at=self.now)
        self.done.append(name)

    def deeds(self) -> list[tuple[str, dict[str, Any], Any]]:
        """What may be done, and by whom."""
        cast, chance = self.cast, self.chance
        owner = chance.choice([cast.requester, cast.customer])
        canceller = cast.lead if chance.random() < 0.2 else owner
        reasons = ("requester", "evidence", "supplier", "problem")
        return [
            ("reply_to_incident", {"text": "We look."}, cast.agent),
            ("reply_to_incident", {"text": "Well?"}, owner),
            ("reply_to_incident", {"text": "Which?", "wait_for_requester": True}, cast.agent),
            ("note_on_incident", {"text": "Third time."}, cast.agent),
            ("take_incident", {}, cast.agent),
            ("assign_incident", {"team": "workplace"}, cast.lead),
            ("assign_incident", {"team": "service-desk"}, cast.lead),
            ("wait_incident", {"reason": chance.choice(reasons)}, cast.lead),
            ("wait_incident", {"reason": "supplier", "supplier": "northmere"}, cast.lead),
            ("resume_incident", {}, cast.lead),
            ("resume_incident", {}, cast.lead),
            ("resolve_incident", {"code": "fixed", "text": "A cable."}, cast.lead),
            ("reopen_incident", {"reason": "Black again."}, cast.lead),
            ("close_incident", {}, cast.lead),
            ("cancel_incident", {"reason": "Twice."}, canceller),
            ("change_incident", {"changes": self.changes()}, cast.lead),
            ("change_incident", {"changes": self.changes()}, cast.lead),
        ]  # fmt: skip

    def changes(self) -> dict[str, Any]:
        """Another priority, service or offering."""
        return self.chance.choice(
            [
                {"impact": self.chance.randint(1, 3), "urgency": self.chance.randint(1, 3)},
                {"service": self.chance.choice(["laptop", "mail"])},
                {"service": "laptop", "offering": "laptop-dock"},
            ]
        )

    def promise(self) -> None:
        """Publish a version of an agreement: now, as planned, or for a time that has passed."""
        chance = self.chance
        told = chance.choice([*PARTIES, *HOLDERS])
        is_hop = "kind" in told
        code = f"a{(PARTIES + HOLDERS).index(told)}" if told else "standard"
        kinds = (
            [ClockKind.HOP]
            if is_hop
            else chance.sample([ClockKind.RESPOND, ClockKind.UPDATE, ClockKind.RESOLVE], 2)
        )
        lines = {
            (kind, priority): chance.choice([30, 120, 480, 2_400]) * MINUTE
            for kind in kinds
            for priority in chance.choice([(None,), (None, 1, 3), (2, 4)])
        }
        said = content(
            lines,
            calendar=chance.choice(["office-hours", "around-the-clock"]),
            restarts_on_reopening=chance.random() < 0.5,
            **told,
        )
        save_draft(code, content=said, actor=SYSTEM, at=self.now)
        when = chance.choice([None, None, 5 * HOUR, -3 * HOUR])
        begins = None if when is None else self.now + when
        publish_draft(code, valid_from=begins, actor=SYSTEM, at=self.now)
        self.codes.append(code)
        self.done.append(f"publish {code} {when}")

    def change(self) -> None:
        """End an agreement, change a calendar, or choose a level."""
        chance = self.chance
        deed = chance.choice(["end", "end later", "calendar", "level"])
        if deed == "calendar":
            week = chance.choice(WEEKS)
            change_calendar("office-hours", hours=week, actor=SYSTEM, at=self.now)
        elif deed == "level":
            key = Customer.objects.get(code="brackwater").pk
            choose_level(chance.choice([None, "a7"]), customer_id=key, actor=SYSTEM, at=self.now)
        else:
            until = self.now + 4 * HOUR if deed == "end later" else None
            code = chance.choice(self.codes)
            end_agreement(code, valid_until=until, actor=SYSTEM, at=self.now)
        self.done.append(deed)

    def item_ids(self) -> list[int]:
        """The keys of the incidents."""
        return [row(number).pk for number in self.numbers]


def sorted_views(views: Iterable[ClockView]) -> list[ClockView]:
    """In one order."""
    return sorted(views, key=lambda view: (view.kind, view.lap))


def stored(key: int, at: datetime) -> list[ClockView]:
    """What is stored, brought forward."""
    return sorted_views(clock_laps(key, at=at))


def rebuilt(key: int, at: datetime) -> list[ClockView]:
    """What the journal says."""
    readings = read_clocks([key], at=at, to_the_end=True)[key]
    return sorted_views(view_of_reading(key, each) for each in readings)


@pytest.mark.parametrize("seed", range(12))
def test_what_is_stored_equals_what_the_journal_says(cast: Cast, seed: int) -> None:
    days = Days(cast, seed)
    for _ in range(STEPS):
        days.step()
        for key in days.item_ids():
            assert stored(key, days.now) == rebuilt(key, days.now), days.done
            assert_due(key, days.now)
    before = {key: stored(key, days.now) for key in days.item_ids()}
    dues = dict(WorkItem.objects.values_list("pk", "next_due_at"))
    refresh_many(days.item_ids(), at=days.now)
    assert {key: stored(key, days.now) for key in days.item_ids()} == before
    Clock.objects.all().delete()
    WorkItem.objects.update(next_due_at=None)
    refresh_many(days.item_ids(), at=days.now)
    assert {key: stored(key, days.now) for key in days.item_ids()} == before
    assert dict(WorkItem.objects.values_list("pk", "next_due_at")) == dues
    assert len(days.done) > STEPS // 3


def assert_due(key: int, at: datetime) -> None:
    """Work is sorted by the earliest due moment of its clocks that run."""
    readings = read_clocks([key], at=at, to_the_end=True)[key]
    assert WorkItem.objects.get(pk=key).next_due_at == next_due_at(readings)


def test_chance_reaches_every_kind_of_clock_and_end(cast: Cast) -> None:
    """The days above would prove little if nothing happened in them."""
    kinds, states = set(), set()
    days = Days(cast, seed=3)
    for _ in range(4 * STEPS):
        days.step()
        for view in (view for key in days.item_ids() for view in stored(key, days.now)):
            kinds.add(view.kind)
            states.add(view.state)
    assert kinds == set(ClockKind) - {ClockKind.FULFIL}
    assert states >= {ClockState.MET, ClockState.MISSED, ClockState.PAUSED, ClockState.BREACHED}
    assert days.now - later(0) > timedelta(days=3)
