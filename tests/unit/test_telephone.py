"""Telephone numbers, as people write them, as telephone systems send them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timshel.kernel.telephone import is_same, last_digits, plain_number, read_number


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("+44 1632 960 018", "+441632960018"),
        ("+44 (0)1632 960018", "+441632960018"),
        ("0044 1632 960018", "+441632960018"),
        ("01632 960 018", "01632960018"),
        ("01632-960.018 ext. 12", "01632960018 ext. 12"),
        ("01632 960018 x12", "01632960018 ext. 12"),
        ("+441632960018;ext=12", "+441632960018 ext. 12"),
        ("01632/960018#12", "01632960018 ext. 12"),
        ("tel:+44-1632-960018", "+441632960018"),
        ("sip:4711@pbx.example", "4711"),
        ("4711", "4711"),
        ("+44 1632 960018 poste 3", "+441632960018 ext. 3"),
    ],
)
def test_a_number_is_read_however_it_is_written(text: str, plain: str) -> None:
    assert plain_number(text) == plain


@pytest.mark.parametrize("text", ["", "x", "12", "Imre", "anonymous", "a@b.example", "INC0000012"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert read_number(text) is None
    assert plain_number(text) == text


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("+44 1632 960018", "01632 960 018", True),
        ("+44 1632 960018", "0044 (0)1632 960018", True),
        ("+44 1632 960018", "+1 1632 960018", False),
        ("+44 1632 960018", "+44 1632 960019", False),
        ("01632 960018", "960018", True),
        ("1632 960018", "+44 1632 960018", True),
        ("4711", "+44 1632 960 000 ext. 4711", True),
        ("4711", "+44 1632 964711", True),
        ("4711", "4712", False),
        ("+44 1632 960000 x1", "+44 1632 960000 x2", False),
        ("+44 1632 960000 x1", "+44 1632 960000", True),
    ],
)
def test_two_ways_to_write_a_number_are_the_same(one: str, other: str, same: bool) -> None:
    first, second = read_number(one), read_number(other)
    assert first is not None
    assert second is not None
    assert is_same(first, second) is same
    assert is_same(second, first) is same


@given(
    st.text("123456789", min_size=9, max_size=10),
    st.sampled_from(["+44{}", "0044{}", "0{}", "+44 (0){}", "tel:+44{}"]),
    st.sampled_from(["+44{}", "0044{}", "0{}", "+44 (0){}", "tel:+44{}"]),
)
def test_a_number_is_the_same_in_every_writing_and_found_by_its_last_digits(
    digits: str, one: str, other: str
) -> None:
    first, second = read_number(one.format(digits)), read_number(other.format(digits))
    assert first is not None
    assert second is not None
    assert is_same(first, second)
    assert last_digits(first) == last_digits(second) == digits[-8:]


@given(st.text(max_size=60))
def test_nothing_that_is_typed_breaks_it(text: str) -> None:
    number = read_number(text)
    assert number is None or is_same(number, number)
    assert len(plain_number(text)) <= 40
