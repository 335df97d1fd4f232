"""State machines as tables."""

from __future__ import annotations

from enum import StrEnum

import pytest

from timshel.kernel.errors import WrongState
from timshel.kernel.states import StateMachine, Transition


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    LOCKED = "locked"


class Hand(StrEnum):
    CLOSE = "close"
    OPEN = "open"
    LOCK = "lock"
    REMOVE = "remove"


CLOSE = Transition(Hand.CLOSE, frozenset({Door.OPEN}), Door.SHUT)
OPEN = Transition(Hand.OPEN, frozenset({Door.SHUT, Door.LOCKED}), Door.OPEN)
LOCK = Transition(Hand.LOCK, frozenset({Door.SHUT}), Door.LOCKED)
DOOR: StateMachine[Door, Hand] = StateMachine(
    "door", initial=Door.OPEN, transitions=(CLOSE, OPEN, LOCK)
)


def test_a_trigger_leads_to_its_target() -> None:
    assert DOOR.initial is Door.OPEN
    assert DOOR.target(Door.OPEN, Hand.CLOSE) is Door.SHUT
    assert DOOR.target(Door.LOCKED, Hand.OPEN) is Door.OPEN


@pytest.mark.parametrize(
    ("state", "trigger"),
    [
        (state, transition.trigger)
        for transition in DOOR.transitions
        for state in Door
        if state not in transition.sources
    ],
)
def test_every_arrow_that_is_not_drawn_is_refused(state: Door, trigger: Hand) -> None:
    assert not DOOR.allows(state, trigger)
    with pytest.raises(WrongState):
        DOOR.target(state, trigger)


def test_triggers_come_in_the_order_of_the_table() -> None:
    assert list(DOOR.triggers(Door.SHUT)) == [Hand.OPEN, Hand.LOCK]
    assert list(DOOR.triggers(Door.OPEN)) == [Hand.CLOSE]


def test_a_trigger_without_an_arrow_is_a_fault_of_the_code() -> None:
    with pytest.raises(KeyError):
        DOOR.allows(Door.OPEN, Hand.REMOVE)


def test_one_trigger_has_one_target() -> None:
    with pytest.raises(ValueError, match="door has two transitions for one trigger"):
        StateMachine("door", initial=Door.OPEN, transitions=(CLOSE, CLOSE))


def test_the_diagram_shows_every_arrow() -> None:
    assert DOOR.diagram() == (
        "stateDiagram-v2\n"
        "    [*] --> open\n"
        "    open --> shut: close\n"
        "    locked --> open: open\n"
        "    shut --> open: open\n"
        "    shut --> locked: lock"
    )
