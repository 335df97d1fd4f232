"""When an approval is settled and who is asked in whose place: pure, and every case of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timshel.kernel.errors import WrongState
from timshel.leadership.approval.rules import (
    LONGEST_CHAIN,
    Line,
    chair_state,
    deadline_moved,
    delegation_faults,
    delegation_span,
    is_throttled,
    successor,
    verdict,
)
from timshel.leadership.approval.states import APPROVALS, ApprovalState, SeatState, Trigger

ANSWERS = (SeatState.OPEN, SeatState.APPROVED, SeatState.REFUSED)
CASES = [
    (needed, chairs)
    for size in range(1, 6)
    for needed in (None, *range(1, size + 1))
    for chairs in product(ANSWERS, repeat=size)
]


@pytest.mark.parametrize("size", range(1, 6))
def test_a_verdict_falls_exactly_when_the_open_chairs_cannot_change_it(size: int) -> None:
    """Compared with trying every way in which those who are left could answer."""
    for needed, chairs in (each for each in CASES if len(each[1]) == size):
        wanted = size if needed is None else needed
        endings = {
            sum(each is SeatState.APPROVED for each in ending) >= wanted
            for ending in product(
                *(
                    (SeatState.APPROVED, SeatState.REFUSED) if each is SeatState.OPEN else (each,)
                    for each in chairs
                )
            )
        }
        if endings == {True}:
            expected = ApprovalState.APPROVED
        elif endings == {False}:
            expected = ApprovalState.REFUSED
        else:
            expected = ApprovalState.OPEN
        assert verdict(chairs, needed=needed) is expected, (needed, chairs)


@given(
    st.lists(st.sampled_from(ANSWERS), min_size=1, max_size=12),
    st.one_of(st.none(), st.integers(min_value=1, max_value=12)),
)
def test_an_answer_never_moves_a_verdict_back(chairs: list[SeatState], needed: int | None) -> None:
    before = verdict(chairs, needed=needed)
    for place, state in enumerate(chairs):
        if state is SeatState.OPEN and before is not ApprovalState.OPEN:
            for answer in (SeatState.APPROVED, SeatState.REFUSED):
                later = [*chairs[:place], answer, *chairs[place + 1 :]]
                assert verdict(later, needed=needed) is before


@pytest.mark.parametrize(
    ("seats", "expected"),
    [
        (["open"], "open"),
        (["open", "open"], "open"),
        (["approved", "not_needed"], "approved"),
        (["not_needed", "refused"], "refused"),
        (["handed_over", "open"], "open"),
        (["handed_over", "approved"], "approved"),
        (["handed_over", "not_needed"], "not_needed"),
        (["not_needed"], "not_needed"),
    ],
)
def test_a_chair_is_one_voice(seats: list[str], expected: str) -> None:
    assert chair_state(SeatState(each) for each in seats) is SeatState(expected)


@pytest.mark.parametrize("trigger", Trigger)
@pytest.mark.parametrize("state", ApprovalState)
def test_only_what_is_open_comes_to_an_end(state: ApprovalState, trigger: Trigger) -> None:
    if state is ApprovalState.OPEN:
        assert APPROVALS.target(state, trigger) is not ApprovalState.OPEN
        return
    with pytest.raises(WrongState):
        APPROVALS.target(state, trigger)


MANAGERS = {1: 2, 2: 3, 3: 4, 4: None, 5: 6, 6: 5, 7: 7}


@pytest.mark.parametrize(
    ("person", "possible", "expected"),
    [
        (1, {2, 3, 4}, 2),
        (1, {3, 4}, 3),
        (1, {4}, 4),
        (1, {1}, None),
        (4, {1, 2, 3}, None),
        (5, {6}, 6),
        (5, {1}, None),  # two who manage each other
        (7, {1}, None),  # somebody who is their own manager
    ],
)
def test_the_nearest_manager_above_who_may_be_asked(
    person: int, possible: set[int], expected: int | None
) -> None:
    found = successor(person, manager_of=MANAGERS.get, is_possible=possible.__contains__)
    assert found == expected


def test_looking_up_ends_at_some_height() -> None:
    found = successor(0, manager_of=lambda key: key + 1, is_possible=lambda key: key > 100)
    assert found is None
    last = LONGEST_CHAIN - 1
    assert successor(0, manager_of=lambda key: key + 1, is_possible=lambda key: key == last) == last


def test_a_deadline_begins_anew_with_its_first_length() -> None:
    asked = datetime(2026, 3, 2, 9, tzinfo=UTC)
    now = asked + timedelta(days=5, hours=1)
    due = asked + timedelta(days=5)
    assert deadline_moved(due, asked_at=asked, at=now) == now + timedelta(days=5)
    assert deadline_moved(None, asked_at=asked, at=now) is None


@pytest.mark.parametrize(
    ("zone", "starts_at", "ends_at"),
    [
        ("UTC", datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 3, 30, tzinfo=UTC)),
        # The clocks go forward in the night to the 29th: that day has 23 hours.
        (
            "Europe/London",
            datetime(2026, 3, 28, 0, tzinfo=UTC),
            datetime(2026, 3, 29, 23, tzinfo=UTC),
        ),
        (
            "America/Toronto",
            datetime(2026, 3, 28, 4, tzinfo=UTC),
            datetime(2026, 3, 30, 4, tzinfo=UTC),
        ),
    ],
)
def test_the_days_of_who_is_away(zone: str, starts_at: datetime, ends_at: datetime) -> None:
    first, last = date(2026, 3, 28), date(2026, 3, 29)
    assert delegation_span(first, last, zone=zone) == (starts_at, ends_at)


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        (date(2026, 3, 2), date(2026, 3, 2), 0),
        (date(2026, 2, 1), date(2026, 3, 2), 0),
        (date(2026, 3, 3), date(2026, 3, 2), 1),
        (date(2026, 2, 1), date(2026, 3, 1), 1),
        (date(2026, 3, 2), date(2027, 3, 3), 0),
        (date(2026, 3, 2), date(2027, 3, 4), 1),
    ],
)
def test_which_days_are_possible(first: date, last: date, count: int) -> None:
    _start, ends_at = delegation_span(first, max(first, last), zone="UTC")
    at = datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert len(delegation_faults(first, last, ends_at=ends_at, at=at)) == count


def test_lines_are_kept_and_read_back_in_a_language() -> None:
    line = Line("Size", "14 inches", {"fr": {"label": "Taille", "value": "14 pouces"}})
    again = Line.from_plain(line.plain())
    assert again == line
    assert again.words("en") == ("Size", "14 inches")
    assert again.words("fr") == ("Taille", "14 pouces")
    assert Line("Site", "Aldermoor", {"fr": {"label": "Lieu"}}).words("fr") == ("Lieu", "Aldermoor")


def test_wrong_links_count_against_an_address() -> None:
    assert not is_throttled(19)
    assert is_throttled(20)
