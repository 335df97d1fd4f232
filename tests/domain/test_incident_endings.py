"""Starting, waiting, resolving, closing, cancelling and reopening, by people and by the sweep."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from tests.cast import SYSTEM, Cast, later, opened
from tests.crowd import PATIENCE, Crowd
from tests.incidents import in_stage, own_row, row
from tests.witness import Witness
from timshel.kernel.errors import Invalid, NotFound, WrongState
from timshel.kernel.journal.models import Entry
from timshel.operation.work.models import WorkItem
from timshel.operation.work.states import Stage, WaitingReason
from timshel.relationship_agreement.service_level.queries import clocks_of
from timshel.resolution_fulfilment.incident import queries
from timshel.resolution_fulfilment.incident.actions import (
    cancel_incident,
    close_due_incidents,
    close_incident,
    confirm_incident,
    reopen_incident,
    resolve_incident,
    resume_incident,
    start_incident,
    wait_incident,
    withdraw_incident,
)
from timshel.resolution_fulfilment.incident.events import (
    IncidentCancelled,
    IncidentClosed,
    IncidentMoved,
    IncidentReopened,
    IncidentResolved,
)
from timshel.resolution_fulfilment.incident.states import ResolutionCode

MOMENT = timedelta(microseconds=1)
RESOLVED_AT = later(1)
"""When ``in_stage`` resolves."""


def resolution(number: str) -> Any:
    return clocks_of(row(number).pk, at=later(60))[1]


class TestMoving:
    def test_start(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        with witness.watching() as seen:
            event = start_incident(number, actor=cast.agent, at=later(5))
        item = row(number)
        assert (item.stage, item.assignee_id, item.version) == ("in_progress", None, 2)
        assert seen.entry.verb == "incident.started"
        assert seen.entry.changes == {"stage": ["new", "in_progress"]}
        assert seen.fact == event
        assert event == IncidentMoved(
            item.pk, number, later(5), cast.agent.person_id, "in_progress"
        )
        assert f"work_item:{item.pk}" in seen.regions
        assert resolution(number).state == "running"

    @pytest.mark.parametrize(
        ("reason", "pauses"),
        [
            ("requester", True),
            ("evidence", True),
            ("appointment", True),
            ("supplier", False),
            ("problem", False),
            ("change", False),
        ],
    )
    def test_wait(self, reason: str, pauses: bool, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        with witness.watching() as seen:
            event = wait_incident(
                number, reason=reason, note=" Parcel 12 ", actor=cast.agent, at=later(5)
            )
        assert (row(number).stage, row(number).waiting_reason) == ("waiting", reason)
        assert seen.entry.verb == "incident.waited"
        assert seen.entry.changes == {
            "stage": ["new", "waiting"],
            "waiting_reason": [None, reason],
            "note": [None, "Parcel 12"],
        }
        assert event.stage == "waiting"
        assert (resolution(number).state == "paused") is pauses

    def test_wait_without_a_note(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        with witness.watching() as seen:
            wait_incident(number, reason="supplier", note=" ", actor=cast.agent, at=later(5))
        assert "note" not in seen.entry.changes

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"reason": "tea"}, "reason"),
            ({"reason": ""}, "reason"),
            ({"reason": "supplier", "note": "x" * 1_001}, "note"),
            ({"reason": "supplier", "note": "a\0b"}, "note"),
        ],
    )
    def test_waiting_for_nonsense(
        self, given: dict[str, str], field: str, cast: Cast, witness: Witness
    ) -> None:
        number = opened(cast.requester)
        with witness.refused(Invalid) as refusal:
            wait_incident(number, **given, actor=cast.agent, at=later(5))
        assert set(refusal.value.fields) == {field}

    def test_resume(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        wait_incident(number, reason=WaitingReason.REQUESTER, actor=cast.agent, at=later(5))
        with witness.watching() as seen:
            event = resume_incident(number, actor=cast.agent, at=later(25))
        assert (row(number).stage, row(number).waiting_reason) == ("in_progress", None)
        assert seen.entry.verb == "incident.resumed"
        assert seen.entry.changes == {
            "stage": ["waiting", "in_progress"],
            "waiting_reason": ["requester", None],
        }
        assert event.stage == "in_progress"
        # An hour has passed, of which the twenty minutes of waiting do not count.
        assert resolution(number).elapsed == timedelta(minutes=40)


class TestResolve:
    @pytest.mark.parametrize("code", sorted(set(ResolutionCode) - {ResolutionCode.CONFIRMED}))
    def test_with_code_and_words(self, code: ResolutionCode, cast: Cast, witness: Witness) -> None:
        number = in_stage(Stage.WAITING, cast)
        with witness.watching() as seen:
            event = resolve_incident(
                number, code=code, text=" New cable. ", actor=cast.agent, at=later(5)
            )
        item, own = row(number), own_row(number)
        assert (item.stage, item.waiting_reason) == ("resolved", None)
        assert (item.resolved_at, item.closed_at) == (later(5), None)
        assert (own.resolution_code, own.resolution_text) == (code, "New cable.")
        assert seen.entry.verb == "incident.resolved"
        assert seen.entry.changes == {
            "stage": ["waiting", "resolved"],
            "waiting_reason": ["supplier", None],
            "resolution_code": [None, code],
            "resolution_text": ["", "New cable."],
        }
        assert seen.fact == event
        assert event == IncidentResolved(item.pk, number, later(5), cast.agent.person_id)
        clocks = clocks_of(item.pk, at=later(60))
        assert [clock.stopped_at for clock in clocks] == [later(5), later(5)]
        assert item.next_due_at is None

    @pytest.mark.parametrize(
        ("code", "text", "fields"),
        [
            ("", "", {"code", "text"}),
            ("magic", "x", {"code"}),
            ("confirmed", "x", {"code"}),
            ("fixed", " \n", {"text"}),
            ("fixed", "x" * 10_001, {"text"}),
            ("fixed", "a\0b", {"text"}),
            ("fixed", "\ud800", {"text"}),
        ],
    )
    def test_nonsense(
        self, code: str, text: str, fields: set[str], cast: Cast, witness: Witness
    ) -> None:
        number = opened(cast.requester)
        with witness.refused(Invalid) as refusal:
            resolve_incident(number, code=code, text=text, actor=cast.agent, at=later(5))
        assert set(refusal.value.fields) == fields

    def test_again_after_reopening(self, cast: Cast, witness: Witness) -> None:
        number = in_stage(Stage.RESOLVED, cast)
        reopen_incident(number, reason="Black again.", actor=cast.agent, at=later(5))
        with witness.watching() as seen:
            resolve_incident(
                number, code="supplier", text="New screen.", actor=cast.agent, at=later(6)
            )
        assert seen.entry.changes["resolution_code"] == ["fixed", "supplier"]
        assert seen.entry.changes["resolution_text"] == ["New cable.", "New screen."]
        assert row(number).resolved_at == later(6)


class TestClose:
    def test_by_a_helper(self, cast: Cast, witness: Witness) -> None:
        number = in_stage(Stage.RESOLVED, cast)
        with witness.watching() as seen:
            event = close_incident(number, actor=cast.agent, at=later(5))
        item = row(number)
        assert (item.stage, item.resolved_at, item.closed_at) == (
            "closed",
            RESOLVED_AT,
            later(5),
        )
        assert seen.entry.verb == "incident.closed"
        assert seen.entry.changes == {"stage": ["resolved", "closed"]}
        assert seen.fact == event
        assert event == IncidentClosed(item.pk, number, later(5), cast.agent.person_id)
        assert resolution(number).stopped_at == RESOLVED_AT

    def test_by_the_requester_who_says_that_it_works(self, cast: Cast, witness: Witness) -> None:
        number = in_stage(Stage.RESOLVED, cast)
        with witness.watching() as seen:
            event = confirm_incident(number, actor=cast.requester, at=later(5))
        assert row(number).stage == "closed"
        assert own_row(number).resolution_code == "fixed"
        assert seen.verbs == ["incident.closed"]
        assert seen.fact == event
        assert event.by_person_id == cast.requester.person_id

    @pytest.mark.parametrize("stage", [Stage.NEW, Stage.IN_PROGRESS, Stage.WAITING])
    def test_what_mended_itself(self, stage: Stage, cast: Cast, witness: Witness) -> None:
        number = in_stage(stage, cast)
        with witness.watching() as seen:
            confirm_incident(number, actor=cast.requester, at=later(5))
        item, own = row(number), own_row(number)
        assert (item.stage, item.resolved_at, item.closed_at) == ("closed", later(5), later(5))
        assert (own.resolution_code, own.resolution_text) == ("confirmed", "")
        assert seen.verbs == ["incident.resolved", "incident.closed"]
        assert [type(fact) for fact in seen.facts] == [IncidentResolved, IncidentClosed]


class TestCancel:
    def test_by_a_lead(self, cast: Cast, witness: Witness) -> None:
        number = in_stage(Stage.WAITING, cast)
        with witness.watching() as seen:
            event = cancel_incident(number, reason=" Twice. ", actor=cast.lead, at=later(5))
        item = row(number)
        assert (item.stage, item.waiting_reason, item.closed_at) == (
            "cancelled",
            None,
            later(5),
        )
        assert item.resolved_at is None
        assert seen.entry.verb == "incident.cancelled"
        assert seen.entry.changes == {
            "stage": ["waiting", "cancelled"],
            "waiting_reason": ["supplier", None],
            "reason": [None, "Twice."],
        }
        assert seen.fact == event
        assert event == IncidentCancelled(item.pk, number, later(5), cast.lead.person_id)
        assert item.next_due_at is None

    @pytest.mark.parametrize("reason", ["", " ", "x" * 1_001, "a\0b", "\ud800"])
    def test_needs_a_reason(self, reason: str, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        with witness.refused(Invalid) as refusal:
            cancel_incident(number, reason=reason, actor=cast.lead, at=later(5))
        assert set(refusal.value.fields) == {"reason"}

    def test_a_requester_needs_none(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        with witness.watching() as seen:
            event = withdraw_incident(number, actor=cast.requester, at=later(5))
        assert seen.entry.changes == {"stage": ["new", "cancelled"]}
        assert event.by_person_id == cast.requester.person_id

    def test_but_may_give_one(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        with witness.watching() as seen:
            withdraw_incident(number, reason=" Found it. ", actor=cast.requester, at=later(5))
        assert seen.entry.changes["reason"] == [None, "Found it."]
        other = opened(cast.requester)
        for reason in ("a\0b", "x" * 1_001):
            with witness.refused(Invalid):
                withdraw_incident(other, reason=reason, actor=cast.requester, at=later(5))

    def test_nobody_else_withdraws(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        with witness.refused(NotFound):
            withdraw_incident(number, actor=cast.other_requester, at=later(5))

    def test_who_reported_it_for_somebody_may(self, cast: Cast) -> None:
        number = opened(cast.manager, requester_id=cast.requester.person_id)
        withdraw_incident(number, actor=cast.manager, at=later(5))
        assert row(number).stage == "cancelled"


class TestReopen:
    @pytest.mark.parametrize("stage", [Stage.RESOLVED, Stage.CLOSED])
    @pytest.mark.parametrize("who", ["requester", "agent"])
    def test_within_the_window(self, who: str, stage: Stage, cast: Cast, witness: Witness) -> None:
        number, actor = in_stage(stage, cast), getattr(cast, who)
        with witness.watching() as seen:
            event = reopen_incident(number, reason=" Black again. ", actor=actor, at=later(31))
        item = row(number)
        assert (item.stage, item.reopenings) == ("in_progress", 1)
        assert (item.resolved_at, item.closed_at) == (None, None)
        assert seen.entry.verb == "incident.reopened"
        assert seen.entry.changes == {
            "stage": [stage, "in_progress"],
            "reason": [None, "Black again."],
        }
        assert seen.fact == event
        assert event == IncidentReopened(item.pk, number, later(31), actor.person_id)
        clock = resolution(number)
        assert (clock.state, clock.stopped_at) == ("running", None)
        # The half hour in which it counted as resolved is nobody's delay.
        assert clock.elapsed == timedelta(minutes=30)

    def test_is_counted(self, cast: Cast) -> None:
        number = in_stage(Stage.RESOLVED, cast)
        for count in (1, 2, 3):
            reopen_incident(number, reason="Again.", actor=cast.requester, at=later(count * 10))
            assert row(number).reopenings == count
            resolve_incident(
                number, code="fixed", text="Now.", actor=cast.agent, at=later(count * 10 + 5)
            )

    @pytest.mark.parametrize("stage", [Stage.RESOLVED, Stage.CLOSED])
    @pytest.mark.parametrize("who", ["requester", "agent", "lead"])
    def test_the_edge_of_the_window(
        self, who: str, stage: Stage, cast: Cast, witness: Witness
    ) -> None:
        number, actor = in_stage(stage, cast), getattr(cast, who)
        edge = RESOLVED_AT + timedelta(days=30)
        for moment in (edge, edge + MOMENT):
            allowed = moment == edge or who == "lead"
            view = queries.incident(number, actor=actor, at=moment)
            assert ("reopen" in view.possible) is allowed
            if allowed:
                with transaction.atomic():
                    reopen_incident(number, reason="Again.", actor=actor, at=moment)
                    transaction.set_rollback(True)
            else:
                with witness.refused(WrongState) as refusal:
                    reopen_incident(number, reason="Again.", actor=actor, at=moment)
                assert "too long ago" in str(refusal.value)

    @pytest.mark.parametrize("reason", ["", " \n", "x" * 1_001, "a\0b"])
    def test_needs_a_reason(self, reason: str, cast: Cast, witness: Witness) -> None:
        number = in_stage(Stage.CLOSED, cast)
        with witness.refused(Invalid) as refusal:
            reopen_incident(number, reason=reason, actor=cast.requester, at=later(5))
        assert set(refusal.value.fields) == {"reason"}


class TestSweep:
    def test_the_edge_of_seven_days(self, cast: Cast, witness: Witness) -> None:
        number = in_stage(Stage.RESOLVED, cast)
        due = RESOLVED_AT + timedelta(days=7)
        with witness.unmoved():
            assert close_due_incidents(actor=SYSTEM, at=due - MOMENT) == 0
        with witness.watching() as seen:
            assert close_due_incidents(actor=SYSTEM, at=due) == 1
        item = row(number)
        assert (item.stage, item.closed_at) == ("closed", due)
        assert (seen.entry.verb, seen.entry.actor_kind, seen.entry.channel) == (
            "incident.closed",
            "system",
            "system",
        )
        assert seen.fact == IncidentClosed(item.pk, number, due, None)
        with witness.unmoved():
            assert close_due_incidents(actor=SYSTEM, at=due) == 0

    def test_closes_nothing_else(self, cast: Cast, witness: Witness) -> None:
        for stage in sorted(set(Stage) - {Stage.RESOLVED}):
            in_stage(stage, cast)
        with witness.unmoved():
            assert close_due_incidents(actor=SYSTEM, at=later(days=400)) == 0

    def test_what_was_reopened_counts_anew(self, cast: Cast) -> None:
        number = in_stage(Stage.RESOLVED, cast)
        reopen_incident(number, reason="Again.", actor=cast.requester, at=later(days=6))
        assert close_due_incidents(actor=SYSTEM, at=later(days=9)) == 0
        resolve_incident(number, code="fixed", text="Now.", actor=cast.agent, at=later(days=10))
        assert close_due_incidents(actor=SYSTEM, at=later(days=16)) == 0
        assert close_due_incidents(actor=SYSTEM, at=later(days=17)) == 1

    def test_the_oldest_first_and_no_more_than_asked(self, cast: Cast) -> None:
        numbers = [opened(cast.requester) for _ in range(3)]
        for minute, number in zip((30, 10, 20), numbers, strict=True):
            resolve_incident(number, code="fixed", text="Now.", actor=cast.agent, at=later(minute))
        assert close_due_incidents(actor=SYSTEM, at=later(days=8), limit=2) == 2
        assert [row(number).stage for number in numbers] == ["resolved", "closed", "closed"]

    @pytest.mark.django_db(transaction=True)
    def test_two_at_once_close_each_once(self, cast: Cast) -> None:
        for _ in range(12):
            in_stage(Stage.RESOLVED, cast)
        closed: list[int] = []
        together = threading.Barrier(4)

        def sweep() -> None:
            together.wait(PATIENCE)
            closed.append(close_due_incidents(actor=SYSTEM, at=later(days=8)))

        crowd = Crowd()
        for _ in range(4):
            crowd.start(sweep)
        crowd.wait()
        assert sum(closed) == 12
        assert Entry.objects.filter(verb="incident.closed").count() == 12
        assert set(WorkItem.objects.values_list("stage", "version")) == {("closed", 3)}

    @pytest.mark.django_db(transaction=True)
    def test_waits_for_nobody_who_is_at_work(self, cast: Cast) -> None:
        busy, idle = in_stage(Stage.RESOLVED, cast), in_stage(Stage.RESOLVED, cast)
        crowd, held, done = Crowd(), threading.Event(), threading.Event()

        def hold() -> None:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM work_workitem WHERE number = %s FOR UPDATE", [busy])
                held.set()
                assert done.wait(PATIENCE)

        crowd.start(hold)
        assert held.wait(PATIENCE)
        try:
            assert close_due_incidents(actor=SYSTEM, at=later(days=8)) == 1
        finally:
            done.set()
            crowd.wait()
        assert (row(busy).stage, row(idle).stage) == ("resolved", "closed")
