"""Impact, windows, overrides, and who changed what since somebody looked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timshel.kernel.errors import Difference
from timshel.kernel.journal.queries import JournalEntry
from timshel.operation.work import conflicts
from timshel.operation.work.states import Stage
from timshel.resolution_fulfilment.incident import access, rules
from timshel.resolution_fulfilment.incident.states import (
    PRIORITY_NAMES,
    RESOLUTION_NAMES,
    SERVICE_STATE_NAMES,
    ResolutionCode,
    ServiceState,
    Verb,
    stage_allows,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


def entry(
    version: int,
    changes: Mapping[str, list[Any]],
    *,
    by: str = "Mirela",
    minutes: int | None = None,
) -> JournalEntry:
    at = NOON + timedelta(minutes=version if minutes is None else minutes)
    return JournalEntry(
        version, at, "person", 7, by, "desk", "", "incident.changed", 1, version, changes
    )


def test_the_state_of_the_service_decides_the_impact() -> None:
    assert [rules.impact_of("down", stated=each) for each in (1, 2, 3)] == [1, 1, 1]
    assert [rules.impact_of("degraded", stated=each) for each in (1, 2, 3)] == [2, 2, 2]
    assert [rules.impact_of("faulty", stated=each) for each in (1, 2, 3)] == [3, 3, 3]
    assert [rules.impact_of(None, stated=each) for each in (1, 2, 3)] == [1, 2, 3]


def test_every_state_of_a_service_has_an_impact() -> None:
    assert {rules.impact_of(each, stated=3) for each in ServiceState} == {1, 2, 3}


def test_the_windows() -> None:
    assert timedelta(days=7) == rules.CLOSE_AFTER
    assert timedelta(days=30) == rules.REOPEN_WINDOW


@pytest.mark.parametrize(
    ("passed", "within"),
    [
        (timedelta(0), True),
        (timedelta(days=30) - MOMENT, True),
        (timedelta(days=30), True),
        (timedelta(days=30) + MOMENT, False),
        (timedelta(days=3_000), False),
    ],
)
def test_the_edge_of_the_window_for_reopening(passed: timedelta, within: bool) -> None:
    assert rules.within_reopen_window(NOON, at=NOON + passed) is within


def test_what_was_never_resolved_has_no_window() -> None:
    assert not rules.within_reopen_window(None, at=NOON)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  The screen\r\n stays\tblack ", "The screen stays black"),
        ("\n\t ", ""),
        ("Écran\u2028noir\u00a0!", "Écran noir !"),
        ("plain", "plain"),
    ],
)
def test_one_line(text: str, line: str) -> None:
    assert rules.one_line(text) == line


@given(st.text())
def test_a_line_has_no_breaks_and_stays_itself(text: str) -> None:
    line = rules.one_line(text)
    assert len(line.splitlines()) <= 1
    assert rules.one_line(line) == line
    assert line.split() == text.split()


class TestSame:
    def test_references_are_the_same_by_key(self) -> None:
        assert conflicts.same({"id": 1, "name": "Mail"}, {"id": 1, "name": "Post"})
        assert not conflicts.same({"id": 1, "name": "Mail"}, {"id": 2, "name": "Mail"})
        assert not conflicts.same({"id": 1, "name": "Mail"}, None)

    def test_plain_values_by_value(self) -> None:
        assert conflicts.same(3, 3)
        assert conflicts.same(None, None)
        assert not conflicts.same("", None)


class TestSeenValues:
    def test_nothing_happened(self) -> None:
        assert conflicts.seen_values({"impact": 2}, ()) == {"impact": 2}

    def test_walks_back_through_all_that_happened(self) -> None:
        later = (
            entry(2, {"impact": [3, 2], "title": ["a", "b"]}),
            entry(3, {"impact": [2, 1]}),
            entry(4, {"stage": ["new", "waiting"]}),
        )
        current = {"impact": 1, "title": "b", "urgency": 2}
        assert conflicts.seen_values(current, later) == {"impact": 3, "title": "a", "urgency": 2}
        assert current == {"impact": 1, "title": "b", "urgency": 2}

    @given(st.lists(st.integers(1, 3), min_size=1, max_size=8), st.data())
    def test_gives_what_stood_at_any_version(self, values: list[int], data: st.DataObject) -> None:
        looked = data.draw(st.integers(0, len(values) - 1))
        pairs = list(pairwise(values))
        later = [entry(n + 2, {"impact": list(pair)}) for n, pair in enumerate(pairs)][looked:]
        assert conflicts.seen_values({"impact": values[-1]}, later) == {"impact": values[looked]}


class TestConflicts:
    later = (entry(2, {"impact": [3, 1]}, by="Mirela"), entry(3, {"impact": [1, 2]}, by="Jonas"))

    def test_the_same_field_to_another_value(self) -> None:
        assert conflicts.conflicts({"impact": 1}, {"impact": 2}, self.later) == (
            Difference("impact", 3, 2, 1, "Jonas", NOON + timedelta(minutes=3)),
        )

    def test_the_same_field_to_the_same_value(self) -> None:
        assert conflicts.conflicts({"impact": 2}, {"impact": 2}, self.later) == ()

    def test_a_field_left_as_it_was_seen(self) -> None:
        assert conflicts.conflicts({"impact": 3}, {"impact": 2}, self.later) == ()
        assert conflicts.touched({"impact": 3}, {"impact": 2}, self.later) == frozenset()

    def test_a_field_that_nobody_else_changed(self) -> None:
        assert conflicts.conflicts({"urgency": 1}, {"urgency": 3}, self.later) == ()
        assert conflicts.touched({"urgency": 1}, {"urgency": 3}, self.later) == {"urgency"}

    def test_a_field_that_was_changed_and_changed_back(self) -> None:
        later = (entry(2, {"impact": [3, 1]}), entry(3, {"impact": [1, 3]}))
        assert conflicts.conflicts({"impact": 2}, {"impact": 3}, later) == ()
        assert conflicts.touched({"impact": 2}, {"impact": 3}, later) == {"impact"}

    def test_each_field_for_itself(self) -> None:
        later = (entry(2, {"impact": [3, 1], "title": ["a", "b"], "urgency": [3, 2]}),)
        wanted = {"impact": 2, "title": "a", "urgency": 2}
        current = {"impact": 1, "title": "b", "urgency": 2}
        assert [each.field for each in conflicts.conflicts(wanted, current, later)] == ["impact"]

    def test_a_renamed_reference_is_no_conflict(self) -> None:
        old, new = {"id": 1, "name": "Mail"}, {"id": 2, "name": "Laptop"}
        later = (entry(2, {"service": [old, new]}),)
        wanted = {"service": {"id": 2, "name": "Laptop and screen"}}
        assert conflicts.conflicts(wanted, {"service": new}, later) == ()


BY_MATRIX = {"priority": 3, "priority_reason": ""}
PINNED = {"priority": 1, "priority_reason": "The board waits"}


class TestOverride:
    def test_only_a_reason_makes_one(self) -> None:
        assert rules.override(BY_MATRIX) == (None, "")
        assert rules.override(PINNED) == (1, "The board waits")

    @pytest.mark.parametrize(
        ("asked", "current", "wanted"),
        [
            ({}, BY_MATRIX, None),
            ({"priority_reason": "alone"}, BY_MATRIX, None),
            ({"priority": None}, BY_MATRIX, None),
            ({"priority": 3}, BY_MATRIX, (3, "")),
            ({"priority": 3, "priority_reason": " "}, BY_MATRIX, (3, "")),
            ({"priority": 3, "priority_reason": "Keep it"}, BY_MATRIX, (3, "Keep it")),
            ({"priority": 1}, BY_MATRIX, (1, "")),
            ({"priority": 1, "priority_reason": " Now "}, BY_MATRIX, (1, "Now")),
            ({"priority": None}, PINNED, (None, "")),
            ({"priority": 1}, PINNED, None),
            ({"priority": 1, "priority_reason": "The board waits"}, PINNED, None),
            ({"priority": 1, "priority_reason": "Another"}, PINNED, (1, "Another")),
            ({"priority": 2}, PINNED, (2, "The board waits")),
        ],
    )
    def test_what_is_asked_for(
        self, asked: dict[str, Any], current: dict[str, Any], wanted: tuple[int | None, str] | None
    ) -> None:
        assert rules.asked_override(asked, current, ()) == wanted
        assert rules.override_conflicts(asked, current, ()) == ()

    def test_a_form_that_was_read_before_somebody_pinned_it_leaves_it(self) -> None:
        later = (entry(2, {"priority": [3, 1], "priority_reason": ["", "The board waits"]}),)
        for asked in ({"priority": 3}, {"priority": None}):
            assert rules.asked_override(asked, PINNED, later) is None
            assert rules.override_conflicts(asked, PINNED, later) == ()

    def test_two_who_pin_it_differently(self) -> None:
        later = (entry(2, {"priority": [3, 1], "priority_reason": ["", "The board waits"]}),)
        asked = {"priority": 4, "priority_reason": "No hurry"}
        assert rules.override_conflicts(asked, PINNED, later) == (
            Difference("priority", 3, 1, 4, "Mirela", NOON + timedelta(minutes=2)),
        )

    def test_two_who_pin_it_alike(self) -> None:
        later = (entry(2, {"priority": [3, 1], "priority_reason": ["", "The board waits"]}),)
        asked = {"priority": 1, "priority_reason": "The board waits"}
        assert rules.asked_override(asked, PINNED, later) is None
        assert rules.override_conflicts(asked, PINNED, later) == ()

    def test_a_priority_that_followed_the_matrix_meanwhile_is_no_decision(self) -> None:
        later = (entry(2, {"urgency": [2, 1], "priority": [3, 2]}),)
        current = {"priority": 2, "priority_reason": ""}
        asked = {"priority": 1, "priority_reason": "The board waits"}
        assert rules.asked_override(asked, current, later) == (1, "The board waits")
        assert rules.override_conflicts(asked, current, later) == ()

    def test_a_form_that_was_read_before_the_matrix_moved_it_leaves_it(self) -> None:
        later = (entry(2, {"urgency": [2, 1], "priority": [3, 2]}),)
        current = {"priority": 2, "priority_reason": ""}
        assert rules.asked_override({"priority": 3}, current, later) is None

    def test_a_pin_that_was_moved_under_the_same_reason(self) -> None:
        later = (entry(2, {"priority": [2, 1]}, by="Jonas"),)
        (found,) = rules.override_conflicts({"priority": None}, PINNED, later)
        assert found == Difference("priority", 2, 1, None, "Jonas", NOON + timedelta(minutes=2))

    def test_a_pin_that_was_given_back(self) -> None:
        later = (entry(2, {"priority": [1, 3], "priority_reason": ["The board waits", ""]}),)
        assert rules.asked_override({"priority": None}, BY_MATRIX, later) is None
        assert rules.asked_override({"priority": 1}, BY_MATRIX, later) is None
        (found,) = rules.override_conflicts({"priority": 2}, BY_MATRIX, later)
        assert (found.seen, found.current, found.wanted) == (1, 3, 2)


OPEN = {Stage.NEW, Stage.IN_PROGRESS, Stage.WAITING}
ALLOWED = {
    Verb.TAKE: OPEN,
    Verb.START: {Stage.NEW},
    Verb.ASSIGN: OPEN,
    Verb.ESCALATE: OPEN,
    Verb.REPLY: OPEN | {Stage.RESOLVED},
    Verb.NOTE: set(Stage),
    Verb.WAIT: {Stage.NEW, Stage.IN_PROGRESS},
    Verb.RESUME: {Stage.WAITING},
    Verb.RESOLVE: OPEN,
    Verb.REOPEN: {Stage.RESOLVED, Stage.CLOSED},
    Verb.CLOSE: {Stage.RESOLVED},
    Verb.CANCEL: OPEN,
    Verb.CHANGE: OPEN | {Stage.RESOLVED},
    Verb.WITHDRAW: OPEN,
    Verb.CONFIRM: OPEN | {Stage.RESOLVED},
}


def test_every_verb_in_every_stage() -> None:
    assert set(ALLOWED) == set(Verb)
    for verb, stages in ALLOWED.items():
        assert {stage for stage in Stage if stage_allows(stage, verb)} == stages, verb


def test_every_verb_has_its_right_but_those_of_requesters() -> None:
    assert set(Verb) - set(access.RIGHTS) == {Verb.WITHDRAW, Verb.CONFIRM}


def test_everything_has_a_name() -> None:
    assert set(PRIORITY_NAMES) == {1, 2, 3, 4, 5}
    assert set(SERVICE_STATE_NAMES) == set(ServiceState)
    assert set(RESOLUTION_NAMES) == set(ResolutionCode)
