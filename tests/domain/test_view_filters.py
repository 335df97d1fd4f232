"""Filters over work: the condition that the database gets says what a plain reading of it says.

A twin of each condition in Python is held against the query over work of many kinds.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import AT, FOUNDED, Cast, later, opened
from tests.ordered import offer_laptop, ordered
from timshel.kernel.actor import Actor
from timshel.kernel.filters import Asker, Condition, Filter, Operator
from timshel.kernel.filters.moments import span_of
from timshel.operation.teamwork import actions as teamwork
from timshel.operation.view.fields import FIELDS
from timshel.operation.work.models import WorkItem
from timshel.operation.work.states import OPEN_STAGES, Stage, WaitingReason
from timshel.relationship_agreement.service_level.models import Clock
from timshel.relationship_agreement.service_level.queries.clocks import late
from timshel.resolution_fulfilment.incident import actions
from timshel.service_portfolio.service.models import Service

LAST = later(minutes=60 * 24 * 3)


def made(cast: Cast) -> None:
    """Make work in every stage, of several people, teams, services and times."""
    opened(cast.requester, title="The lamp is dark", impact=1, urgency=1, at=FOUNDED)
    taken = opened(cast.other_requester, title="A kettle whistles", service="mail", at=later(1))
    actions.take_incident(taken, actor=cast.agent, at=later(2))
    waiting = opened(cast.manager, title="Lamp of the manager", impact=2, at=later(3))
    actions.wait_incident(
        waiting, reason=WaitingReason.SUPPLIER, supplier="northmere", actor=cast.lead, at=later(4)
    )
    actions.reply_to_incident(waiting, text="When?", actor=cast.manager, at=later(9))
    teamwork.tag_work(waiting, tags=["VPN"], actor=cast.agent, at=later(9))
    moved = opened(cast.french_requester, title="Écran noir", at=later(5))
    actions.assign_incident(moved, team="workplace", actor=cast.lead, at=later(6))
    solved = opened(cast.requester, title="A stuck key", service="heating", at=later(7))
    actions.resolve_incident(
        solved, code="fixed", text="Oil.", actor=cast.facilities_agent, at=later(8)
    )
    again = opened(cast.customer, title="A lamp again", at=later(10))
    actions.resolve_incident(again, code="fixed", text="Bulb.", actor=cast.agent, at=later(11))
    actions.reopen_incident(again, reason="Dark.", actor=cast.lead, at=later(12))
    cancelled = opened(cast.requester, title="Nothing", at=later(13))
    actions.cancel_incident(cancelled, reason="No.", actor=cast.lead, at=later(14))
    offer_laptop(cast)
    ordered(cast.requester, at=later(15))


def row(item: WorkItem, asker: Asker) -> dict[str, Any]:
    """Return what the twin looks at, read without any filter."""
    codes = dict(Service.objects.values_list("pk", "code"))
    requester = item.requester
    own_clocks = Clock.objects.filter(late(asker.at), work_item=item)
    return {
        "kind": item.kind,
        "standing": "open" if Stage(item.stage) in OPEN_STAGES else "finished",
        "stage": item.stage,
        "waiting_reason": item.waiting_reason,
        "priority": str(item.priority),
        "impact": str(item.impact),
        "urgency": str(item.urgency),
        "team": item.team.code if item.team else None,
        "assignee": str(item.assignee_id) if item.assignee_id else None,
        "requester": str(item.requester_id),
        "opened_by": str(item.opened_by_id) if item.opened_by_id else None,
        "trait": set(requester.traits) or None,
        "unit": _chain(item.unit) if item.unit else None,
        "unit_itself": item.unit.code if item.unit else None,
        "customer": item.customer.code if item.customer else None,
        "site": requester.site.code if requester.site else None,
        "service": codes.get(item.service_id or 0),
        "channel": item.channel,
        "tag": {each.tag.name for each in item.tags.all()} or None,
        "due": item.next_due_at,
        "opened": item.opened_at,
        "updated": item.updated_at,
        "resolved": item.resolved_at,
        "unanswered": item.unanswered_since,
        "replied": item.unanswered_since is not None,
        "reopened": item.reopenings > 0,
        "part": item.parent_id is not None,
        "overdue": own_clocks.exists(),
        "reassignments": item.reassignments,
        "my_teams": item.team_id in asker.actor.team_ids,
    }


def _chain(unit: Any) -> set[str]:
    found = set()
    while unit is not None:
        found.add(unit.code)
        unit = unit.parent
    return found


def holds(asked: Condition, of: dict[str, Any], asker: Asker) -> bool:
    """Tell whether a condition holds, read as its words say."""
    value = of[asked.field]
    match asked.operator:
        case Operator.EMPTY:
            return value is None
        case Operator.GIVEN:
            return value is not None
        case Operator.IS | Operator.IS_NOT if isinstance(value, bool):
            return value == (asked.values == ("yes",))
        case Operator.IS if isinstance(value, int):
            return value == int(asked.values[0])
        case Operator.AT_LEAST:
            return bool(value >= int(asked.values[0]))
        case Operator.AT_MOST:
            return bool(value <= int(asked.values[0]))
        case Operator.IS:
            return _among(asked, value, of, asker)
        case Operator.IS_NOT:
            return not _among(asked, value, of, asker)
    return value is not None and _within(asked, value, asker)


def _among(asked: Condition, value: Any, of: dict[str, Any], asker: Asker) -> bool:
    wanted = {str(asker.actor.person_id) if each == "me" else each for each in asked.values}
    if "my_teams" in wanted and of["my_teams"]:
        return True
    return bool(wanted & value) if isinstance(value, set) else value in wanted


def _within(asked: Condition, value: datetime, asker: Asker) -> bool:
    first, end = span_of(asked.values[0], at=asker.at, zone=asker.actor.time_zone)
    is_moment = first == end
    return {
        Operator.BEFORE: value < first,
        Operator.UNTIL: value <= end if is_moment else value < end,
        Operator.ON: value == first if is_moment else first <= value < end,
        Operator.SINCE: value >= first,
        Operator.AFTER: value > end if is_moment else value >= end,
    }[asked.operator]


def fits(wanted: Filter, of: dict[str, Any], asker: Asker) -> bool:
    """Tell whether a row fits a filter."""
    return (
        all(holds(each, of, asker) for each in wanted.all)
        and (not wanted.any or any(holds(each, of, asker) for each in wanted.any))
        and not any(holds(each, of, asker) for each in wanted.none)
    )


VALUES = {
    "kind": ["incident", "service_request", "task"],
    "standing": ["open", "finished"],
    "stage": [str(stage) for stage in Stage],
    "waiting_reason": ["supplier", "requester"],
    "priority": ["1", "2", "3", "4", "5"],
    "impact": ["1", "2", "3"],
    "urgency": ["1", "3"],
    "team": ["my_teams", "service-desk", "workplace", "facilities-desk", "nowhere"],
    "assignee": ["me"],
    "requester": ["me"],
    "trait": ["vip", "accessibility"],
    "unit": ["climate", "materials", "aldermoor", "research", "nowhere"],
    "unit_itself": ["climate", "research"],
    "customer": ["brackwater", "nowhere"],
    "site": ["headquarters", "quebec"],
    "service": ["laptop", "mail", "heating", "nowhere"],
    "channel": ["desk", "portal", "phone"],
    "tag": ["VPN"],
}
FLAGS = ["replied", "reopened", "part", "overdue"]
MOMENTS = ["due", "opened", "updated", "resolved", "unanswered"]
SPANS = ["now", "today", "yesterday", "this week", "in 2 hours", "2 days ago", "2026-03-02",
         "2026-03-02T10:05:00+00:00", "last month"]  # fmt: skip


def _conditions() -> st.SearchStrategy[Condition]:
    chosen = st.sampled_from(sorted(VALUES)).flatmap(
        lambda field: st.builds(
            Condition,
            st.just(field),
            st.sampled_from([Operator.IS, Operator.IS_NOT]),
            st.lists(st.sampled_from(VALUES[field]), min_size=1, unique=True).map(tuple),
        )
    )
    empty = st.builds(
        Condition,
        st.sampled_from(
            [
                each.key
                for each in FIELDS
                if each.empty is not None
                and each.key not in ("watcher", "closed", "supplier", "offering")
            ]
        ),
        st.sampled_from([Operator.EMPTY, Operator.GIVEN]),
    )
    flags = st.builds(
        Condition,
        st.sampled_from(FLAGS),
        st.just(Operator.IS),
        st.sampled_from([("yes",), ("no",)]),
    )
    moments = st.builds(
        Condition,
        st.sampled_from(MOMENTS),
        st.sampled_from(
            [Operator.BEFORE, Operator.UNTIL, Operator.ON, Operator.SINCE, Operator.AFTER]
        ),
        st.sampled_from(SPANS).map(lambda each: (each,)),
    )
    counted = st.builds(
        Condition,
        st.just("reassignments"),
        st.sampled_from([Operator.IS, Operator.AT_LEAST, Operator.AT_MOST]),
        st.sampled_from([("0",), ("1",)]),
    )
    return st.one_of(chosen, empty, flags, moments, counted)


some = st.lists(_conditions(), max_size=3, unique=True).map(tuple)
askers = st.sampled_from(["agent", "facilities_agent", "requester", "process_owner"])


def test_a_condition_of_the_database_says_what_its_words_say(cast: Cast) -> None:
    made(cast)
    items = list(
        WorkItem.objects.select_related(
            "team", "unit__parent__parent", "customer", "requester__site"
        ).prefetch_related("tags__tag")
    )
    assert len(items) == 8
    rows: dict[int, dict[int, dict[str, Any]]] = {}

    def read(asker: Asker) -> dict[int, dict[str, Any]]:
        key = asker.actor.person_id or 0
        return rows.setdefault(key, {item.pk: row(item, asker) for item in items})

    seen = []

    @settings(
        max_examples=400,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(st.builds(Filter, some, some, some), askers)
    def agrees(wanted: Filter, who: str) -> None:
        actor: Actor = getattr(cast, who)
        asker = Asker(actor, LAST)
        found = WorkItem.objects.filter(FIELDS.condition(wanted, asker))
        expected = {key for key, each in read(asker).items() if fits(wanted, each, asker)}
        assert set(found.values_list("pk", flat=True)) == expected
        seen.append(len(expected))

    agrees()
    assert any(0 < each < len(items) for each in seen)


@pytest.mark.parametrize("key", [each.key for each in FIELDS])
def test_every_field_can_be_asked_in_every_way(cast: Cast, key: str) -> None:
    field = FIELDS.get(key)
    assert field is not None
    asker = Asker(cast.agent, AT)
    values = {"flag": ("yes",), "number": ("1",), "moment": ("today",), "words": ("lamp",)}
    offered = [each.value for each in field.choices(asker)] if field.choices else ["me"]
    usual = values.get(field.kind.value, tuple(offered[:2] or ["nothing"]))
    total = WorkItem.objects.count()
    for operator in field.operators:
        asked = Condition(key, operator, usual)
        found = WorkItem.objects.filter(FIELDS.condition(Filter(all=(asked,)), asker)).count()
        others = WorkItem.objects.filter(FIELDS.condition(Filter(none=(asked,)), asker)).count()
        assert found + others == total
