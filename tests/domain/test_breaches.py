"""What needs hands now: who sees it, in which order, narrowed how, page by page."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import AT, SYSTEM, Cast, later, opened
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed
from timshel.operation.work.states import WaitingReason
from timshel.relationship_agreement.service_level.models import Clock, Forecast
from timshel.relationship_agreement.service_level.queries.breaches import (
    BreachFilters,
    BreachRow,
    breach_list,
    end_of_day,
)
from timshel.relationship_agreement.service_level.states import ClockKind, ClockState
from timshel.resolution_fulfilment.incident import actions

LATE = later(days=20)
RESOLVE = BreachFilters(kind=ClockKind.RESOLVE)


def rows(
    filters: BreachFilters | None = None, *, actor: Actor = SYSTEM, at: datetime = LATE, **more: Any
) -> list[BreachRow]:
    return list(breach_list(filters or BreachFilters(), actor=actor, at=at, **more).items)


def numbers(*arguments: Any, **more: Any) -> list[str]:
    return [row.number for row in rows(*arguments, **more)]


def foretell(
    number: str, chance: float, *, kind: ClockKind = ClockKind.RESOLVE, is_learnt: bool = True
) -> None:
    """Write a forecast down as the worker does."""
    Forecast.objects.update_or_create(
        clock=Clock.objects.get(work_item__number=number, kind=kind),
        defaults={
            "chance": chance,
            "is_learnt": is_learnt,
            "reasons": [{"name": "backlog", "raises": True, "fact": 40}],
            "made_at": AT,
        },
    )


class TestWhoSees:
    def test_everybody_what_they_may_see(self, cast: Cast) -> None:
        laptop = opened(cast.requester)
        heating = opened(cast.requester, service="heating")
        assert set(numbers(actor=cast.process_owner)) == {laptop, heating}
        assert set(numbers(actor=cast.agent)) == {laptop}
        assert set(numbers(actor=cast.facilities_agent)) == {heating}
        assert set(numbers(actor=cast.service_owner)) == {laptop}

    def test_who_only_asks_is_refused(self, cast: Cast) -> None:
        with pytest.raises(NotAllowed):
            rows(actor=cast.requester)

    def test_ones_own_request_elsewhere_tells_nothing_of_that_team(self, cast: Cast) -> None:
        number = opened(cast.agent, service="heating")
        foretell(number, 0.9)
        (own,) = rows(RESOLVE, actor=cast.agent, at=later(1))
        (theirs,) = rows(RESOLVE, actor=cast.facilities_agent, at=later(1))
        assert (own.number, own.chance, own.reasons, own.is_likely) == (number, None, (), False)
        assert (theirs.chance, theirs.is_likely) == (0.9, True)
        assert [each.text for each in theirs.reasons] == ["the team has 40 open cases"]


class TestWhatIsShown:
    def test_a_late_clock(self, cast: Cast) -> None:
        number = opened(cast.requester)
        actions.take_incident(number, actor=cast.agent, at=later(5))
        actions.wait_incident(number, reason=WaitingReason.SUPPLIER, actor=cast.agent, at=later(9))
        (row,) = rows(RESOLVE, actor=cast.agent)
        clock = Clock.objects.get(work_item__number=number, kind="resolve")
        assert (row.number, row.kind, row.lap) == (number, ClockKind.RESOLVE, 1)
        assert (row.is_late, row.state, row.due_at) == (True, ClockState.BREACHED, clock.due_at)
        assert row.elapsed + row.remaining == row.target == timedelta(hours=80)
        assert row.remaining < timedelta(0)
        assert (row.chance, row.reasons) == (None, ())
        assert (row.assignee, row.team, row.service) == (
            "Jonas Okereke-Vale",
            "IT service desk",
            "Laptop and screen",
        )
        assert (row.waiting_reason, str(row.waiting_name)) == ("supplier", "Waiting for a supplier")

    def test_names_are_in_the_readers_language(self, cast: Cast) -> None:
        opened(cast.requester)
        (row,) = rows(RESOLVE, actor=replace(cast.agent, language="fr"))
        assert (row.team, row.service) == (
            "Centre de services informatiques",
            "Ordinateur et écran",
        )

    def test_what_is_over_is_not_there(self, cast: Cast) -> None:
        number = opened(cast.requester)
        actions.resolve_incident(
            number, code="fixed", text="Ok.", actor=cast.agent, at=later(days=9)
        )
        assert rows() == []

    def test_paused_and_late_stays_late(self, cast: Cast) -> None:
        number = opened(cast.requester)
        actions.wait_incident(
            number, reason=WaitingReason.REQUESTER, actor=cast.agent, at=later(days=15)
        )
        (row,) = rows(RESOLVE)
        assert (row.is_late, row.state) == (True, ClockState.PAUSED)

    def test_paused_in_time_only_if_likely(self, cast: Cast) -> None:
        number = opened(cast.requester)
        actions.wait_incident(number, reason=WaitingReason.REQUESTER, actor=cast.agent, at=later(5))
        assert rows(RESOLVE) == []
        foretell(number, 0.6)
        (row,) = rows(RESOLVE)
        assert (row.due_at, row.is_likely) == (None, True)


class TestOrder:
    def test_late_first_by_how_late_times_priority(self, cast: Cast) -> None:
        low = opened(cast.requester, at=AT)
        high = opened(cast.requester, impact=1, urgency=1, at=later(days=14))
        soon = opened(cast.requester, at=LATE - timedelta(hours=1))
        foretell(soon, 0.99)
        at = later(days=15)
        foretell(soon, 0.99)
        assert numbers(RESOLVE, at=at) == [high, low, soon]
        assert numbers(RESOLVE, at=later(days=19)) == [high, low, soon]

    def test_then_by_what_would_be_lost(self, cast: Cast) -> None:
        low, high = opened(cast.requester), opened(cast.requester, impact=1, urgency=2)
        foretell(low, 0.9)
        foretell(high, 0.5)
        assert numbers(RESOLVE, at=later(1)) == [high, low]
        foretell(high, 0.11, is_learnt=True)
        assert numbers(RESOLVE, at=later(1)) == [low, high]

    def test_until_there_is_a_forecast_the_share_counts(self, cast: Cast) -> None:
        first = opened(cast.requester)
        Clock.objects.update(elapsed=timedelta(hours=79))
        second = opened(cast.requester)
        assert numbers(replace(RESOLVE, when="likely"), at=later(1)) == [first]
        foretell(second, 0.8, is_learnt=False)
        assert numbers(replace(RESOLVE, when="likely"), at=later(1)) == [first, second]
        foretell(second, 0.7, is_learnt=False)
        assert numbers(replace(RESOLVE, when="likely"), at=later(1)) == [first]


class TestFilters:
    def test_late_within_an_hour_and_today(self, cast: Cast) -> None:
        # Priority 5 has 8 hours to respond: opened at 10:00 it is due at 18:00.
        number = opened(cast.requester)
        respond = BreachFilters(kind=ClockKind.RESPOND)

        def found(when: str | None, at: datetime) -> bool:
            return number in numbers(replace(respond, when=when), actor=cast.agent, at=at)

        moments = {"now": later(1), "hour": later(hours=7.5), "late": later(hours=9)}
        seen = {
            name: [when for when in (None, "late", "hour", "today", "likely") if found(when, at)]
            for name, at in moments.items()
        }
        assert seen["now"] == [None, "today"]
        assert seen["hour"] == [None, "hour", "today"]
        assert seen["late"] == [None, "late"]

    def test_today_is_the_readers(self, cast: Cast) -> None:
        opened(cast.requester)
        respond = BreachFilters(kind=ClockKind.RESPOND, when="today")
        at = later(hours=3)  # 13:00 in UTC, 02:00 of the next day in Auckland
        auckland = replace(cast.agent, time_zone="Pacific/Auckland")
        assert len(rows(respond, actor=auckland, at=at)) == 1
        early = later(minutes=30)  # 23:30 in Auckland
        assert rows(respond, actor=auckland, at=early) == []

    def test_by_team_service_and_clock(self, cast: Cast) -> None:
        laptop, heating = opened(cast.requester), opened(cast.requester, service="heating")
        assert set(numbers(BreachFilters(team="service-desk"))) == {laptop}
        assert set(numbers(BreachFilters(service="heating"))) == {heating}
        assert numbers(BreachFilters(team="nowhere")) == []
        kinds = {row.kind for row in rows(BreachFilters(kind=ClockKind.RESPOND))}
        assert kinds == {ClockKind.RESPOND}

    @pytest.mark.parametrize(
        "asked", [{"filters": BreachFilters(when="never")}, {"group": "colour"}, {"cursor": "x"}]
    )
    def test_what_does_not_exist_is_refused(self, cast: Cast, asked: dict[str, Any]) -> None:
        with pytest.raises(Invalid):
            rows(asked.pop("filters", None), **asked)

    @pytest.mark.parametrize(
        "cursor", ["5.", "9999999999999999.x", "99999999999999999999.e30", "²."]
    )
    def test_a_place_made_up_is_refused(self, cast: Cast, cursor: str) -> None:
        with pytest.raises(Invalid):
            rows(cursor=cursor)


class TestGroups:
    @pytest.mark.parametrize(("group", "order"), [("team", 0), ("service", 1)])
    def test_they_stand_together(self, cast: Cast, group: str, order: int) -> None:
        for service in ("laptop", "heating", "mail", "laptop", "heating"):
            opened(cast.requester, service=service)
        found = rows(RESOLVE, group=group)
        keys = [(row.team_code, row.service)[order] for row in found]
        assert len(found) == 5
        assert sum(one != other for one, other in pairwise(keys)) == (len(set(keys)) - 1)


class TestPages:
    @pytest.mark.parametrize("group", [None, "team", "service"])
    def test_none_repeats_or_misses_a_clock_though_time_passes(
        self, cast: Cast, group: str | None
    ) -> None:
        for position in range(7):
            service = ("laptop", "heating")[position % 2]
            number = opened(cast.requester, service=service, at=later(hours=position))
            if position % 3 == 0:
                foretell(number, 0.5 + position / 20)
        at = later(days=1, hours=4)
        whole = [row.clock_id for row in rows(at=at, group=group)]
        assert len(whole) == len(set(whole)) > 7
        found, cursor, before = [], None, None
        for _page in range(99):
            page = breach_list(
                BreachFilters(), actor=SYSTEM, at=at, group=group, cursor=cursor, size=2
            )
            found += [row.clock_id for row in page.items]
            before = page.previous_cursor
            cursor, at = page.next_cursor, at + timedelta(hours=5)
            if cursor is None:
                break
        assert found == whole
        assert before is not None
        back = breach_list(BreachFilters(), actor=SYSTEM, at=at, group=group, cursor=before, size=2)
        kept = whole[: len(whole) - (len(whole) % 2 or 2)]
        assert [row.clock_id for row in back.items] == kept[-2:]

    def test_it_takes_three_queries(self, cast: Cast) -> None:
        for service in ("laptop", "heating", "mail") * 3:
            opened(cast.requester, service=service)
        with CaptureQueriesContext(
            connection,
        ) as taken:
            assert len(rows(actor=cast.process_owner)) == 18
        assert len(taken) == 3


@pytest.mark.parametrize(
    ("zone", "end"),
    [
        ("UTC", "2026-03-29T00:00"),
        ("Europe/Zurich", "2026-03-28T23:00"),
        ("America/Toronto", "2026-03-29T04:00"),
    ],
)
def test_the_day_ends_where_the_reader_is(zone: str, end: str) -> None:
    at = datetime.fromisoformat("2026-03-28T12:00+00:00")
    assert end_of_day(at, zone).isoformat() == f"{end}:00+00:00"
