"""One rule decides who sees work: asked of a row, and of a table, it answers the same."""

from __future__ import annotations

from contextlib import suppress
from copy import copy
from itertools import product
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from tests.cast import AT, SYSTEM, Cast, later, opened
from tests.incidents import row
from timshel.context.organization.actions import create_unit
from timshel.context.organization.queries import keys_by_code
from timshel.context.people.actions import create_person
from timshel.kernel.actor import Actor, ActorKind, Channel, Scope
from timshel.kernel.errors import NotFound
from timshel.leadership.authority.actions import grant_role
from timshel.leadership.authority.queries import actor_for
from timshel.operation.work.access import find, may_see
from timshel.operation.work.models import WorkItem
from timshel.resolution_fulfilment.incident import queries

WHO = (
    "requester",
    "other_requester",
    "french_requester",
    "customer",
    "agent",
    "second_agent",
    "engineer",
    "facilities_agent",
    "lead",
    "service_owner",
    "process_owner",
    "manager",
    "auditor",
    "administrator",
)


@pytest.fixture
def everywhere(cast: Cast) -> tuple[WorkItem, ...]:
    """One piece of work for each requester, service and team, some reported for others."""
    teams = (None, *cast.teams.values())
    rows = []
    for asker in ("requester", "other_requester", "customer", "agent", "manager"):
        first = row(opened(getattr(cast, asker)))
        for service, team in product((None, *cast.services.values()), teams):
            rows.append(copy(first))
            rows[-1].pk, rows[-1].number = None, f"INC9{len(rows)}"
            rows[-1].service_id, rows[-1].team_id = service, team
    WorkItem.objects.bulk_create(rows)
    for by, other in (("agent", "requester"), ("facilities_agent", "customer")):
        opened(getattr(cast, by), requester_id=getattr(cast, other).person_id, service="mail")
    opened(SYSTEM, requester_id=cast.french_requester.person_id, service="heating")
    return tuple(WorkItem.objects.all())


def agree(actor: Actor, items: tuple[WorkItem, ...]) -> set[int]:
    """Return what an actor sees, having asked in both ways."""
    by_row = {item.pk for item in items if may_see(actor, item)}
    assert set(WorkItem.objects.visible_to(actor).values_list("pk", flat=True)) == by_row
    return by_row


def test_for_everybody_of_the_cast(everywhere: tuple[WorkItem, ...], cast: Cast) -> None:
    seen = {who: agree(getattr(cast, who), everywhere) for who in WHO}
    everything = {item.pk for item in everywhere}
    desk = {item.pk for item in everywhere if item.team_id == cast.teams["service-desk"]}
    for who in ("process_owner", "manager", "auditor", "administrator"):
        assert seen[who] == everything
    assert agree(SYSTEM, everywhere) == everything
    assert seen["requester"] == {
        item.pk for item in everywhere if item.requester_id == cast.requester.person_id
    }
    assert seen["agent"] > desk
    assert seen["second_agent"] == desk
    assert seen["lead"] == desk | seen["engineer"]
    owned = {cast.services["laptop"], cast.services["mail"]}
    assert seen["service_owner"] == {item.pk for item in everywhere if item.service_id in owned}
    assert seen["french_requester"] == {everywhere[-1].pk}


def test_finding_lists_and_counts_agree(everywhere: tuple[WorkItem, ...], cast: Cast) -> None:
    for who in ("requester", "agent", "service_owner", "manager"):
        actor = getattr(cast, who)
        seen = agree(actor, everywhere)
        found = set()
        for item in everywhere:
            with suppress(NotFound):
                found.add(find(item.number, actor=actor).pk)
        assert found == seen
        filters = queries.IncidentFilters()
        assert queries.incident_count(filters, actor=actor, at=AT) == len(seen)
        listed = queries.incident_list(filters, actor=actor, at=later(5), size=100)
        assert {line.id for line in listed.items} == seen


@pytest.mark.parametrize("unit", ["institute", "climate", "materials", "it", "facilities"])
def test_a_unit_opens_all_below_it(unit: str, everywhere: tuple[WorkItem, ...], cast: Cast) -> None:
    key = keys_by_code().units[unit]
    person = cast.french_requester.person_id
    assert person is not None
    grant_role(person, role="manager", scope_kind="unit", scope_id=key, actor=SYSTEM, at=AT)
    actor = actor_for(person, channel=Channel.DESK)
    assert actor is not None
    below = set(keys_by_code().units.values()) if unit == "institute" else {key}
    assert agree(actor, everywhere) == {
        item.pk for item in everywhere if item.unit_id in below or item.requester_id == person
    }


def test_a_unit_made_later_is_below_too(cast: Cast) -> None:
    by: dict[str, Any] = {"actor": SYSTEM, "at": AT}
    create_unit(code="ice", parent="climate", name="Ice cores", **by)
    create_person(code="new.one", name="New One", email="new@x.example", unit="ice", **by)
    key = keys_by_code().units["climate"]
    person = cast.other_requester.person_id
    assert person is not None
    grant_role(person, role="manager", scope_kind="unit", scope_id=key, **by)
    actor = actor_for(person, channel=Channel.DESK)
    assert actor is not None
    assert keys_by_code().units["ice"] in actor.scope("work.view").keys("unit")


KEYS = st.frozensets(st.integers(1, 8), max_size=4)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(person=st.none() | st.integers(1, 16), teams=KEYS, units=KEYS, services=KEYS)
def test_for_any_scope(
    everywhere: tuple[WorkItem, ...],
    person: int | None,
    teams: frozenset[int],
    units: frozenset[int],
    services: frozenset[int],
) -> None:
    scope = Scope(within=MappingProxyType({"team": teams, "unit": units, "service": services}))
    actor = Actor(
        ActorKind.PERSON,
        "Anybody",
        Channel.DESK,
        person_id=person,
        scopes=MappingProxyType({"work.view": scope}),
    )
    agree(actor, everywhere)


def test_what_was_found_before_is_not_read_again_but_asked_again(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    number = opened(cast.requester)
    found = find(number, actor=cast.agent)
    with django_assert_num_queries(0):
        assert find(found, kind="incident", actor=cast.requester) is found
    # One query asks whether they watch it.
    with django_assert_num_queries(1), pytest.raises(NotFound):
        find(found, actor=cast.other_requester)
    with pytest.raises(NotFound):
        find(found, kind="task", actor=cast.agent)
