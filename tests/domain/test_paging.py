"""Keyset paging walked forwards and backwards over random rows equals the sorted list."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from timshel.kernel.errors import Invalid
from timshel.kernel.journal.models import Entry
from timshel.kernel.paging import KeysetOrder, Page, SortKey

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MOMENTS = st.integers(0, 3).map(lambda hours: NOON + timedelta(hours=hours, microseconds=hours))
ROWS = st.lists(
    st.tuples(
        MOMENTS,
        st.one_of(st.none(), st.integers(0, 2)),
        st.sampled_from(["a", "b", "é", "Z", ""]),
    ),
    max_size=14,
)
KEYS = st.permutations(
    [SortKey("at", is_time=True), SortKey("version", nullable=True), SortKey("verb")]
)


def entry(at: datetime, version: int | None, verb: str) -> Entry:
    return Entry(
        at=at,
        version=version,
        verb=verb,
        actor_kind="system",
        actor_name="x",
        channel="system",
        subject_kind="x",
        subject_id=1,
    )


def walk(order: KeysetOrder[Entry], rows: models.QuerySet[Entry], size: int) -> list[Page[Entry]]:
    pages = [order.page(rows, cursor=None, size=size)]
    while cursor := pages[-1].next_cursor:
        pages.append(order.page(rows, cursor=cursor, size=size))
    return pages


class Walks(TestCase):
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        rows=ROWS,
        keys=KEYS,
        used=st.integers(0, 3),
        directions=st.lists(st.booleans(), min_size=4, max_size=4),
        size=st.integers(1, 5),
    )
    def test_pages_equal_the_sorted_list(
        self,
        rows: list[tuple[datetime, int | None, str]],
        keys: list[SortKey],
        used: int,
        directions: list[bool],
        size: int,
    ) -> None:
        Entry.objects.bulk_create([entry(*row) for row in rows])
        chosen = [
            SortKey(key.field, descending, key.nullable, key.is_time)
            for key, descending in zip([*keys[:used], SortKey("id")], directions, strict=False)
        ]
        order: KeysetOrder[Entry] = KeysetOrder(*chosen)
        everything = Entry.objects.all()
        expected = list(
            everything.order_by(
                *(
                    models.F(key.field).desc(nulls_last=True if key.nullable else None)
                    if key.descending
                    else models.F(key.field).asc(nulls_last=True if key.nullable else None)
                    for key in chosen
                )
            )
        )

        pages = walk(order, everything, size)
        assert [row for page in pages for row in page.items] == expected
        assert all(len(page.items) == size for page in pages[:-1])
        assert pages[0].previous_cursor is None

        for earlier, later in zip(pages[-2::-1], pages[:0:-1], strict=True):
            assert later.previous_cursor is not None
            again = order.page(everything, cursor=later.previous_cursor, size=size)
            assert again.items == earlier.items
            assert again.next_cursor == earlier.next_cursor
            assert again.previous_cursor == earlier.previous_cursor or (
                (again.previous_cursor is None) == (earlier.previous_cursor is None)
            )


BY_VERSION: KeysetOrder[Entry] = KeysetOrder(
    SortKey("version", nullable=True), SortKey("at", is_time=True), SortKey("verb"), SortKey("id")
)


def cursor_of(*values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


GOOD = (False, 1, NOON.isoformat(), "a", 5)


@pytest.mark.django_db
def test_a_page_is_one_query(django_assert_num_queries: Any) -> None:
    Entry.objects.bulk_create([entry(NOON, 1, "a") for _ in range(5)])
    with django_assert_num_queries(1):
        first = BY_VERSION.page(Entry.objects.all(), cursor=None, size=2)
    with django_assert_num_queries(1):
        BY_VERSION.page(Entry.objects.all(), cursor=first.next_cursor, size=2)


@pytest.mark.django_db
def test_rows_that_come_meanwhile_neither_hide_nor_repeat_others() -> None:
    order: KeysetOrder[Entry] = KeysetOrder(
        SortKey("at", descending=True, is_time=True), SortKey("id")
    )
    old = Entry.objects.bulk_create([entry(NOON - timedelta(hours=n), 1, "a") for n in range(4)])
    first = order.page(Entry.objects.all(), cursor=None, size=2)
    entry(NOON + timedelta(hours=1), 1, "new").save()
    second = order.page(Entry.objects.all(), cursor=first.next_cursor, size=2)
    assert [*first.items, *second.items] == old
    assert second.next_cursor is None


@pytest.mark.django_db
def test_going_back_from_the_second_page_leaves_no_earlier_one() -> None:
    order: KeysetOrder[Entry] = KeysetOrder(SortKey("id"))
    rows = Entry.objects.bulk_create([entry(NOON, 1, "a") for _ in range(5)])
    second = order.page(
        Entry.objects.all(),
        cursor=order.page(Entry.objects.all(), cursor=None, size=2).next_cursor,
        size=2,
    )
    assert second.previous_cursor
    back = order.page(Entry.objects.all(), cursor=second.previous_cursor, size=2)
    assert back.items == tuple(rows[:2])
    assert back.previous_cursor is None
    assert back.next_cursor


@pytest.mark.django_db
@pytest.mark.parametrize(
    "values",
    [
        GOOD,
        (True, *GOOD[1:]),
        (False, None, *GOOD[2:]),
        (False, 10**10, *GOOD[2:]),
        (False, 1, "9999-12-31T23:59:59-12:00", "a", 5),
        (False, 1, "0001-01-01T00:00:00+12:00", "a", 5),
        (True, 1, NOON.isoformat(), "' OR 1=1 --", 2**63 - 1),
    ],
)
def test_a_cursor_of_ours_is_taken(values: tuple[Any, ...]) -> None:
    assert BY_VERSION.page(Entry.objects.all(), cursor=cursor_of(*values), size=3).items == ()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "é",
        "%%%%",
        "=" * 9,
        "\x00",
        cursor_of(),
        cursor_of(False),
        cursor_of(*GOOD, 1),
        cursor_of(*GOOD[:-1]),
        cursor_of(False, 1, NOON.isoformat(), "a", None),
        cursor_of(False, 1, None, "a", 5),
        cursor_of(False, 1, "2026-03-02T12:00:00", "a", 5),
        cursor_of(False, 1, "yesterday", "a", 5),
        cursor_of(False, 1, 7, "a", 5),
        cursor_of(False, 1, NOON.isoformat(), "a", 10**30),
        cursor_of(False, 1, NOON.isoformat(), "a", 2**63),
        cursor_of(False, "many", NOON.isoformat(), "a", 5),
        cursor_of(False, 1, NOON.isoformat(), "a\x00b", 5),
        cursor_of(False, 1, NOON.isoformat(), "\ud800", 5),
        cursor_of(False, 1, NOON.isoformat(), ["a"], 5),
        cursor_of(False, {"a": 1}, NOON.isoformat(), "a", 5),
        cursor_of(False, True, NOON.isoformat(), "a", 5),
        cursor_of(False, 1.5, NOON.isoformat(), "a", 5),
        base64.urlsafe_b64encode(b'{"a": 1}').decode(),
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
        base64.urlsafe_b64encode(b"[false," + b"9" * 5_000 + b"]").decode(),
        base64.urlsafe_b64encode(b"null").decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
        cursor_of(False, 1, NOON.isoformat(), "a" * 100_000, 5),
    ],
)
def test_a_cursor_that_is_none_of_ours_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid) as refusal:
        BY_VERSION.page(Entry.objects.all(), cursor=cursor, size=3)
    assert set(refusal.value.fields) == {"cursor"}
