"""Saved views: who sees, changes, shares, copies and pins them; counts that equal their lists."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from tests.cast import AT, Cast, later, opened
from tests.witness import Witness
from timshel.kernel.errors import Invalid, NotAllowed, NotFound
from timshel.kernel.filters import Condition, Filter, Operator
from timshel.operation.view import actions, queries
from timshel.operation.view.columns import ORDERS, ColumnChoice, keyset, read_columns
from timshel.operation.view.models import View
from timshel.operation.view.rules import GIVEN, Look, ViewContent
from timshel.operation.view.states import Audience, Density, Shape, Width
from timshel.operation.work.models import WorkItem
from timshel.relationship_agreement.service_level.queries.work_shapes import (
    work_board,
    work_calendar,
    work_counts,
    work_neighbours,
)
from timshel.relationship_agreement.service_level.queries.worklist import WorkFilters, work_list
from timshel.resolution_fulfilment.incident.actions import (
    reply_to_incident,
    resolve_incident,
    take_incident,
)

LAPTOPS = Look(
    filter=Filter(all=(Condition("service", Operator.IS, ("laptop",)),)),
    columns=(ColumnChoice("work", Width.WIDE), ColumnChoice("due")),
    sort="-opened",
    density=Density.COMPACT,
    shape=Shape.BOARD,
    by="team",
)


def saved(cast: Cast, *, by: Any = None, **content: Any) -> int:
    whole = ViewContent(**{"name": "Laptops", "look": LAPTOPS, **content})
    return actions.save_view(whole, actor=by or cast.agent, at=AT)


def keys(actor: Any) -> list[str]:
    return [each.key for each in queries.saved_views(actor=actor)]


def ours(cast: Cast) -> int:
    return saved(cast, audience=Audience.TEAM, team="service-desk")


def test_a_view_is_read_as_it_was_saved(cast: Cast, witness: Witness) -> None:
    with witness.watching() as seen:
        key = saved(cast)
    row = queries.view_of(str(key), actor=cast.agent)
    assert (row.name, row.look, row.audience) == ("Laptops", LAPTOPS, Audience.PERSONAL)
    assert row.is_own
    assert row.may_change
    assert seen.verbs == ["view.saved"]
    assert seen.entry.changes["columns"] == [None, ["work:wide", "due"]]


def test_who_sees_which(cast: Cast) -> None:
    personal, team = str(saved(cast)), str(ours(cast))
    house = str(saved(cast, by=cast.process_owner, audience=Audience.EVERYONE))
    assert set(keys(cast.agent)) == {personal, team, house}
    assert set(keys(cast.second_agent)) == {team, house}
    assert set(keys(cast.facilities_agent)) == {house}
    assert set(keys(cast.process_owner)) == {team, house}
    with pytest.raises(NotFound):
        queries.view_of(personal, actor=cast.second_agent)
    with pytest.raises(NotAllowed):
        queries.saved_views(actor=cast.requester)


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("second_agent", NotAllowed),
        ("facilities_agent", NotFound),
        ("requester", NotAllowed),
        ("lead", None),
        ("process_owner", None),
    ],
)
def test_who_changes_a_shared_one(
    cast: Cast, witness: Witness, who: str, refusal: type[Exception] | None
) -> None:
    key = ours(cast)
    content = ViewContent("Ours", LAPTOPS, Audience.TEAM, "service-desk")

    def change() -> None:
        actions.change_view(key, content=content, actor=getattr(cast, who), at=later(1))

    if refusal is None:
        change()
        assert queries.view_of(str(key), actor=cast.agent).name == "Ours"
        return
    with witness.watching() as seen, pytest.raises(refusal):
        change()
    assert seen.verbs == []
    assert View.objects.get(pk=key).name == "Laptops"


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        ({"audience": Audience.EVERYONE}, NotAllowed),
        ({"audience": Audience.TEAM, "team": "facilities-desk"}, NotAllowed),
        ({"audience": Audience.TEAM, "team": "nowhere"}, Invalid),
        ({"audience": Audience.TEAM}, Invalid),
        ({"name": " "}, Invalid),
        ({"name": "x" * 101}, Invalid),
        ({"look": replace(LAPTOPS, sort="colour")}, Invalid),
        ({"look": replace(LAPTOPS, by="due")}, Invalid),
        (
            {"look": Look(filter=Filter(all=(Condition("team", Operator.IS, ("nowhere",)),)))},
            Invalid,
        ),
        (
            {"look": Look(filter=Filter(all=(Condition("colour", Operator.IS, ("red",)),)))},
            Invalid,
        ),
    ],
)
def test_what_cannot_be_saved(
    cast: Cast, content: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        saved(cast, **content)
    assert not View.objects.exists()


def test_changing_to_the_same_tells_nobody(cast: Cast, witness: Witness) -> None:
    key = ours(cast)
    content = ViewContent("Laptops", LAPTOPS, Audience.TEAM, "service-desk")
    with witness.watching() as seen:
        actions.change_view(key, content=content, actor=cast.agent, at=later(1))
    assert seen.verbs == []


def test_a_view_keeps_what_it_named_when_that_is_gone(cast: Cast) -> None:
    key = saved(cast)
    View.objects.filter(pk=key).update(
        filter={"all": [{"field": "team", "operator": "is", "value": ["gone"]}]}
    )
    look = queries.view_of(str(key), actor=cast.agent).look
    actions.change_view(key, content=ViewContent("Still", look), actor=cast.agent, at=later(1))
    assert queries.view_of(str(key), actor=cast.agent).name == "Still"


def test_a_filter_that_cannot_be_read_any_more_finds_nothing(cast: Cast) -> None:
    opened(cast.requester)
    key = saved(cast)
    View.objects.filter(pk=key).update(filter={"all": [{"field": "gone"}]}, columns=["gone"])
    look = queries.view_of(str(key), actor=cast.agent).look
    page = work_list(WorkFilters(conditions=look.filter), actor=cast.agent, at=AT)
    assert page.items == ()
    assert look.columns == read_columns(())


def test_a_copy_is_ones_own(cast: Cast) -> None:
    key = ours(cast)
    copy = actions.copy_view(key, actor=cast.second_agent, at=later(1))
    row = queries.view_of(str(copy), actor=cast.second_agent)
    assert (row.name, row.look, row.is_own) == ("Copy of Laptops", LAPTOPS, True)
    with pytest.raises(NotFound):
        queries.view_of(str(copy), actor=cast.agent)


def test_pins_are_each_persons_own(cast: Cast) -> None:
    key = ours(cast)
    for _again in range(2):
        actions.pin_view(key, actor=cast.second_agent, at=later(1))
    assert queries.view_of(str(key), actor=cast.second_agent).is_pinned
    assert not queries.view_of(str(key), actor=cast.agent).is_pinned
    for _again in range(2):
        actions.unpin_view(key, actor=cast.second_agent, at=later(1))
    assert not queries.view_of(str(key), actor=cast.second_agent).is_pinned


def test_places(cast: Cast) -> None:
    first, second, third = (saved(cast, name=name) for name in ("One", "Two", "Three"))
    actions.move_view(third, position=0, actor=cast.agent, at=later(1))
    assert keys(cast.agent) == [str(third), str(first), str(second)]


def test_a_deleted_view_is_gone(cast: Cast, witness: Witness) -> None:
    key = ours(cast)
    actions.pin_view(key, actor=cast.second_agent, at=later(1))
    with pytest.raises(NotAllowed):
        actions.delete_view(key, actor=cast.second_agent, at=later(1))
    with witness.watching() as seen:
        actions.delete_view(key, actor=cast.agent, at=later(1))
    assert seen.verbs == ["view.deleted"]
    assert keys(cast.second_agent) == []


def listed(filters: WorkFilters, actor: Any, at: Any, **more: Any) -> list[str]:
    page = work_list(filters, actor=actor, at=at, size=200, **more)
    return [row.number for row in page.items]


def test_counts_of_all_given_views_equal_their_lists_in_one_query(cast: Cast) -> None:
    mine = opened(cast.requester)
    take_incident(mine, actor=cast.agent, at=later(1))
    reply_to_incident(mine, text="And now?", actor=cast.requester, at=later(2))
    opened(cast.other_requester, impact=1, urgency=1)
    opened(cast.requester, service="heating")
    done = opened(cast.requester)
    resolve_incident(done, code="fixed", text="Done.", actor=cast.agent, at=later(3))
    at = later(hours=1)
    for actor in (cast.agent, cast.lead, cast.process_owner, cast.auditor):
        wanted = {key: WorkFilters(conditions=each.filter(actor)) for key, each in GIVEN.items()}
        with CaptureQueriesContext(connection) as taken:
            counts = work_counts(wanted, actor=actor, at=at)
        assert len(taken) == 1
        assert counts == {key: len(listed(each, actor, at)) for key, each in wanted.items()}
    counts = work_counts(wanted | {"one": WorkFilters()}, actor=cast.agent, at=at, most=1)
    assert counts["one"] == 2  # more than one; no more was looked at


def test_given_views_hold_what_they_say(cast: Cast) -> None:
    at = later(hours=1)
    mine, free = opened(cast.requester), opened(cast.other_requester)
    take_incident(mine, actor=cast.agent, at=later(1))

    def view(key: str) -> list[str]:
        conditions = GIVEN[key].filter(cast.agent)
        return listed(WorkFilters(conditions=conditions), cast.agent, at)

    assert view("mine") == view("waiting") == [mine]
    assert view("unassigned") == [free]
    assert view("replied") == []
    reply_to_incident(mine, text="Which?", wait_for_requester=True, actor=cast.agent, at=later(2))
    assert view("waiting") == []
    reply_to_incident(mine, text="That one.", actor=cast.requester, at=later(3))
    assert view("replied") == view("waiting") == [mine]
    reply_to_incident(mine, text="Thanks.", actor=cast.agent, at=later(4))
    assert view("replied") == []


@pytest.mark.parametrize("sort", [*ORDERS, *(f"-{key}" for key in ORDERS)])
def test_pages_of_every_order_hold_everything_once_both_ways(cast: Cast, sort: str) -> None:
    numbers = [opened(cast.requester, title=f"Lamp {each}") for each in range(5)]
    reply_to_incident(numbers[2], text="Hm?", actor=cast.requester, at=later(1))
    resolve_incident(numbers[3], code="fixed", text="Oil.", actor=cast.agent, at=later(2))
    whole = listed(WorkFilters(), cast.agent, later(3), sort=sort)
    assert sorted(whole) == sorted(numbers)
    found, cursor = [], None
    while True:
        page = work_list(
            WorkFilters(), actor=cast.agent, at=later(3), sort=sort, cursor=cursor, size=2
        )
        found += [row.number for row in page.items]
        last, cursor = page, page.next_cursor
        if cursor is None:
            break
    assert found == whole
    back = work_list(
        WorkFilters(),
        actor=cast.agent,
        at=later(3),
        sort=sort,
        cursor=last.previous_cursor,
        size=2,
    )
    assert [row.number for row in back.items] == whole[2:4]
    turned = sort.removeprefix("-") if sort.startswith("-") else f"-{sort}"
    assert listed(WorkFilters(), cast.agent, later(3), sort=turned) == whole[::-1]


def test_neighbours_stand_where_the_list_had_them(cast: Cast) -> None:
    one, two, three = (
        opened(cast.requester, title=title, at=later(minute))
        for minute, title in enumerate(("One", "Two", "Three"))
    )
    filters = WorkFilters(conditions=GIVEN["all"].filter(cast.agent))
    row = WorkItem.objects.get(number=two)
    place = keyset("due").place(row)
    resolve_incident(two, code="fixed", text="Oil.", actor=cast.agent, at=later(5))
    with CaptureQueriesContext(connection) as taken:
        before, after = work_neighbours(
            filters, two, sort="due", place=place, actor=cast.agent, at=later(6)
        )
    assert len(taken) == 2
    assert before is not None
    assert after is not None
    assert (before.number, after.number) == (one, three)
    first, _next = work_neighbours(filters, one, sort="due", actor=cast.agent, at=later(6))
    assert first is None
    with pytest.raises(Invalid):
        work_neighbours(filters, two, sort="due", place="x", actor=cast.agent, at=AT)


def test_a_board_and_a_calendar_show_the_first_of_each(cast: Cast) -> None:
    numbers = [opened(cast.requester, title=f"Lamp {each}") for each in range(4)]
    take_incident(numbers[0], actor=cast.agent, at=later(1))
    work = WorkItem.objects.in_bulk(numbers, field_name="number")
    conditions = {key: Q(stage=key) for key in ("new", "in_progress")}
    with CaptureQueriesContext(connection) as taken:
        new, going = work_board(WorkFilters(), conditions, actor=cast.agent, at=later(2), most=2)
    assert len(taken) <= 4
    assert ([row.number for row in new.rows], new.has_more) == (numbers[1:3], True)
    assert ([row.number for row in going.rows], going.has_more) == (numbers[:1], False)
    day = work[numbers[0]].opened_at.date()
    (shown,) = work_calendar(
        WorkFilters(), [day], by="opened", actor=cast.agent, at=later(2), most=3
    )
    assert (len(shown.rows), shown.has_more) == (3, True)
