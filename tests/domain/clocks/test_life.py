"""The clocks of an incident from its opening to its end, by the real actions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.domain.clocks.promises import (
    HOUR,
    MINUTE,
    SETUP,
    agree,
    resolve_clock,
    respond_clock,
    zurich,
)
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.operation.work.models import WorkItem
from timshel.operation.work.states import WaitingReason
from timshel.relationship_agreement.service_level.actions import (
    warn_and_breach_due,
)
from timshel.relationship_agreement.service_level.queries import (
    clocks_of,
    explain_clock,
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
from timshel.service_portfolio.service.models import Service

Opener = Callable[..., WorkItem]


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
        own = {(ClockKind.RESOLVE, 1): 3 * HOUR}
        agree("mail", own, services=("mail",), name="For mail", at=zurich(1, 8))
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
        assert (explained.agreement_name, explained.calendar_name) == ("For mail", "Office hours")

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
