"""Reading much work again leaves the same rows, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from tests.domain.clocks.promises import (
    zurich,
)
from timshel.kernel.actor import Actor
from timshel.operation.work.models import WorkItem
from timshel.operation.work.states import WaitingReason
from timshel.relationship_agreement.service_level.actions import (
    refresh_many,
    warn_and_breach_due,
)
from timshel.relationship_agreement.service_level.models import Clock
from timshel.relationship_agreement.service_level.queries import (
    clocks_for,
    clocks_of,
    explain_clock,
)
from timshel.relationship_agreement.service_level.states import ClockKind
from timshel.resolution_fulfilment.incident.actions import (
    reply_to_incident,
    resolve_incident,
    wait_incident,
)

Opener = Callable[..., WorkItem]


class TestBulk:
    def test_reading_in_bulk_leaves_the_same_rows(self, opened: Opener, agent: Actor) -> None:
        items = [opened(zurich(1, 9)) for _ in range(4)]
        reply_to_incident(items[0].number, text="Yes", actor=agent, at=zurich(1, 10))
        wait_incident(items[1].number, reason=WaitingReason.EVIDENCE, actor=agent, at=zurich(1, 10))
        resolve_incident(items[2].number, code="fixed", text="Done", actor=agent, at=zurich(1, 10))
        expected = list(Clock.objects.order_by("work_item", "kind", "lap").values())
        dues = dict(WorkItem.objects.values_list("pk", "next_due_at"))
        Clock.objects.all().delete()
        WorkItem.objects.update(next_due_at=None)
        assert refresh_many([item.pk for item in items], at=zurich(1, 10)) == 4
        found = list(Clock.objects.order_by("work_item", "kind", "lap").values())
        for row in (*expected, *found):
            # The time of the last reading, and with it how much was used by then, may differ.
            for column in ("id", "read_at", "elapsed"):
                del row[column]
        assert found == expected
        assert dict(WorkItem.objects.values_list("pk", "next_due_at")) == dues

    def test_what_is_past_is_told_to_nobody_unless_asked_for(self, opened: Opener) -> None:
        item = opened(zurich(1, 9))
        refresh_many([item.pk], at=zurich(9, 9))
        assert warn_and_breach_due(at=zurich(9, 10)) == 0
        other = opened(zurich(1, 9))
        refresh_many([other.pk], at=zurich(9, 9), announce=True)
        assert warn_and_breach_due(at=zurich(9, 10)) == 2

    @pytest.mark.parametrize("count", [1, 8])
    def test_bulk_reading_takes_a_fixed_number_of_queries(
        self, opened: Opener, django_assert_num_queries: DjangoAssertNumQueries, count: int
    ) -> None:
        keys = [opened(zurich(1, 9)).pk for _ in range(count)]
        with transaction.atomic(), django_assert_num_queries(10):
            # Savepoint and release, lock work, four to read, lock clocks, write, set due.
            refresh_many(keys, at=zurich(1, 10))

    @pytest.mark.parametrize("count", [1, 8])
    def test_showing_takes_two_queries(
        self, opened: Opener, django_assert_num_queries: DjangoAssertNumQueries, count: int
    ) -> None:
        keys = [opened(zurich(1, 9)).pk for _ in range(count)]
        with django_assert_num_queries(2):
            assert len(clocks_for(keys, at=zurich(1, 10))) == count
        with django_assert_num_queries(12):
            explain_clock(keys[0], ClockKind.RESOLVE, at=zurich(1, 10))

    def test_stored_and_explained_readings_agree(self, opened: Opener, agent: Actor) -> None:
        item = opened(zurich(1, 9))
        reply_to_incident(item.number, text="Yes", actor=agent, at=zurich(1, 10))
        for at in (zurich(1, 11), zurich(1, 22), zurich(2, 9), zurich(6, 12)):
            for view in clocks_of(item.pk, at=at):
                assert view == explain_clock(item.pk, view.kind, at=at).clock
