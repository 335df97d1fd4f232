"""The promise of the next update by the real actions: who writes, and what each lap came to."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cast import Cast, later, opened
from tests.domain.clocks.promises import HOUR, MINUTE, STANDARD, SYSTEM, agree
from tests.incidents import row
from timshel.operation.work.states import WaitingReason
from timshel.relationship_agreement.service_level.models import Clock
from timshel.relationship_agreement.service_level.queries import clocks_of
from timshel.relationship_agreement.service_level.states import ClockKind, ClockState
from timshel.resolution_fulfilment.incident.actions import (
    note_on_incident,
    reopen_incident,
    reply_to_incident,
    resolve_incident,
    wait_incident,
)

UPDATE = ClockKind.UPDATE


@pytest.fixture(autouse=True)
def promise(cast: Cast) -> None:
    """An update every two hours, around the clock."""
    lines = {**STANDARD, (UPDATE, None): 2 * HOUR}
    agree("standard", lines, calendar="around-the-clock", actor=SYSTEM, at=later(-10))


def laps(number: str) -> list[tuple[int, str, object, object]]:
    """The stored laps of the clock: number, state, beginning and end."""
    rows = Clock.objects.filter(work_item__number=number, kind=UPDATE).order_by("lap")
    return [(each.lap, each.state, each.started_at, each.stopped_at) for each in rows]


def test_what_the_requester_writes_in_the_portal_restarts_it(cast: Cast) -> None:
    number = opened(cast.requester)
    reply_to_incident(number, text="We look.", actor=cast.agent, at=later(30))
    assert laps(number) == [(1, "running", later(30), None)]
    reply_to_incident(number, text="And the dock, too.", actor=cast.requester, at=later(60))
    assert laps(number) == [
        (1, "cancelled", later(30), later(60)),
        (2, "running", later(60), None),
    ]
    due = {view.kind: view.due_at for view in clocks_of(row(number).pk, at=later(70))}
    assert due[UPDATE] == later(60 + 120)
    reply_to_incident(number, text="Are you there?", actor=cast.requester, at=later(90))
    assert len(laps(number)) == 2


def test_the_result_of_each_stop_is_stored(cast: Cast) -> None:
    number = opened(cast.requester)
    reply_to_incident(number, text="We look.", actor=cast.agent, at=later(30))
    reply_to_incident(number, text="Still looking.", actor=cast.agent, at=later(60))
    reply_to_incident(number, text="Sorry, so late.", actor=cast.agent, at=later(60 + 121))
    resolve_incident(number, code="fixed", text="A new cable.", actor=cast.agent, at=later(200))
    stored = Clock.objects.filter(work_item__number=number).order_by("kind", "lap")
    assert [
        (each.kind, each.lap, each.state, each.elapsed, each.stopped_at, each.is_current)
        for each in stored
    ] == [
        ("resolve", 1, "met", 200 * MINUTE, later(200), True),
        ("respond", 1, "met", 30 * MINUTE, later(30), True),
        ("update", 1, "met", 30 * MINUTE, later(60), False),
        ("update", 2, "missed", 121 * MINUTE, later(181), False),
        ("update", 3, "met", 19 * MINUTE, later(200), True),
    ]


def test_notes_are_no_updates(cast: Cast) -> None:
    number = opened(cast.requester)
    note_on_incident(number, text="Third time.", actor=cast.agent, at=later(10))
    assert laps(number) == []
    reply_to_incident(number, text="We look.", actor=cast.agent, at=later(30))
    note_on_incident(number, text="Fourth time.", actor=cast.agent, at=later(40))
    assert laps(number) == [(1, "running", later(30), None)]


def test_it_waits_for_the_requester_and_their_answer_restarts_it(cast: Cast) -> None:
    number = opened(cast.requester)
    reply_to_incident(
        number, text="Which one?", wait_for_requester=True, actor=cast.agent, at=later(30)
    )
    assert laps(number) == [(1, "paused", later(30), None)]
    reply_to_incident(number, text="The left one.", actor=cast.requester, at=later(days=3))
    assert laps(number) == [
        (1, "cancelled", later(30), later(days=3)),
        (2, "running", later(days=3), None),
    ]


def test_waiting_for_a_supplier_is_no_excuse(cast: Cast) -> None:
    number = opened(cast.requester)
    reply_to_incident(number, text="We look.", actor=cast.agent, at=later(30))
    wait_incident(number, reason=WaitingReason.SUPPLIER, actor=cast.agent, at=later(40))
    views = {view.kind: view for view in clocks_of(row(number).pk, at=later(30 + 121))}
    assert (views[UPDATE].state, views[UPDATE].breached_at) == (ClockState.BREACHED, later(150))


@pytest.mark.parametrize("who", [lambda cast: cast.requester, lambda cast: cast.agent])
def test_reopening_promises_another_update(cast: Cast, who: Callable[[Cast], object]) -> None:
    number = opened(cast.requester)
    reply_to_incident(number, text="We look.", actor=cast.agent, at=later(30))
    resolve_incident(number, code="fixed", text="A new cable.", actor=cast.agent, at=later(60))
    reopen_incident(number, reason="Black again.", actor=who(cast), at=later(90))  # type: ignore[arg-type]
    assert laps(number) == [
        (1, "met", later(30), later(60)),
        (2, "running", later(90), None),
    ]
