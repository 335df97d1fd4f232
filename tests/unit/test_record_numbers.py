"""Numbers of records: a prefix and the key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timshel.kernel.errors import NotFound
from timshel.kernel.record_numbers import LARGEST_KEY, is_number, key_of, number_of


@given(st.integers(1, LARGEST_KEY))
def test_a_number_leads_back_to_its_key(key: int) -> None:
    assert key_of("RSK", number_of("RSK", key)) == key


def test_it_is_read_as_people_write_it() -> None:
    assert number_of("RSK", 12) == "RSK0000012"
    assert key_of("RSK", "rsk12") == 12


@pytest.mark.parametrize(
    "number", ["", "RSK", "RSK0", "ACT1", "RSK1x", "RSK-1", "RSK१", "RSK" + "9" * 19]
)
def test_what_is_none_is_not_found(number: str) -> None:
    with pytest.raises(NotFound):
        key_of("RSK", number)


@pytest.mark.parametrize("text", ["RSK0000012", "DOC123456789", "IN0000001"])
def test_a_number_is_told_from_what_people_made_up(text: str) -> None:
    assert is_number(text)
    assert not is_number(text.lower())
    assert not is_number(text[:-7])
    assert not is_number(f"{text}x")
    assert not is_number(f"iso-20000-1-2018:{text}")
