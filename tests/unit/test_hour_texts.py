"""Hours as people type and read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timshel.kernel.calendar import Hours
from timshel.relationship_agreement.service_level.rules.hour_texts import (
    HoursFault,
    clock_text,
    hours_text,
    intervals_of,
    typed_text,
    week_text,
)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", []),
        ("  ", []),
        ("08:00-12:00, 13:00-17:00", [["08:00", "12:00"], ["13:00", "17:00"]]),
        ("13-17, 8-12", [["08:00", "12:00"], ["13:00", "17:00"]]),
        ("8-12 13-17", [["08:00", "12:00"], ["13:00", "17:00"]]),
        ("8.30 – 12", [["08:30", "12:00"]]),
        ("8h00 à 12h30", [["08:00", "12:30"]]),
        ("8:00 to 12:00; 12:00 to 24:00", [["08:00", "12:00"], ["12:00", "24:00"]]),
        ("0-24", [["00:00", "24:00"]]),
    ],
)
def test_what_is_typed_is_understood(text: str, meant: list[list[str]]) -> None:
    assert intervals_of(text) == meant


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("early", "“early” cannot be read."),
        ("8-12, late", "“late” cannot be read."),
        ("8-25", "holds a time that no day has"),
        ("8:60-12", "holds a time that no day has"),
        ("24:30-25", "holds a time that no day has"),
        ("12-8", "must end after it begins"),
        ("22-6", "put what lies after midnight on the next day"),
        ("8-8", "must end after it begins"),
        ("8-12, 11-13", "08:00–12:00 and 11:00–13:00 overlap."),
        ("8-9," * 200, "This is too long."),
    ],
)
def test_what_cannot_be_meant_is_told(text: str, fault: str) -> None:
    with pytest.raises(HoursFault) as told:
        intervals_of(text)
    assert fault in str(told.value)


@given(st.sets(st.integers(0, 24 * 60), max_size=12))
def test_what_is_written_is_read_again(minutes: set[int]) -> None:
    ends = [clock_text(each * 60) for each in sorted(minutes)]
    intervals = [list(pair) for pair in zip(ends[::2], ends[1::2], strict=False)]
    assert intervals_of(typed_text(intervals)) == intervals


DAY: Hours = ((8 * 3_600, 18 * 3_600),)
SHORT: Hours = ((8 * 3_600, 12 * 3_600),)


@pytest.mark.parametrize(
    ("week", "words"),
    [
        ((DAY,) * 5 + ((),) * 2, "Monday to Friday 08:00–18:00"),
        ((DAY,) * 5 + (SHORT, ()), "Monday to Friday 08:00–18:00; Saturday 08:00–12:00"),
        ((DAY,) * 7, "Every day 08:00–18:00"),
        (((),) * 5 + (SHORT,) * 2, "Saturday and Sunday 08:00–12:00"),
        ((((0, 86_400),),) * 7, "Every day, around the clock"),
        (((),) * 7, "Closed but for single days"),
    ],
)
def test_a_week_in_words(week: tuple[Hours, ...], words: str) -> None:
    assert week_text(week) == words


def test_a_day_in_words() -> None:
    assert hours_text(()) == "closed"
    assert hours_text(((0, 86_400),)) == "around the clock"
    assert hours_text(((3_600, 3_661),)) == "01:00–01:01:01"
