"""Who works without an agreement of their own: each figure is the length of the list behind it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.agreements import content, line, publish
from tests.cast import AT, FOUNDED, Cast, later, opened
from timshel.kernel.errors import Invalid, NotAllowed
from timshel.relationship_agreement.service_level.states import AgreementKind
from timshel.resolution_fulfilment.incident import actions
from timshel.resolution_fulfilment.incident.queries import incident_count
from timshel.resolution_fulfilment.incident.queries.finder import FinderRow, Finds, finder

pytestmark = pytest.mark.django_db
NOW = later(days=3)


def rows(finds: Finds, actor: Any) -> dict[str, FinderRow]:
    """What is found, by code."""
    found = finder(finds, opened_from=FOUNDED, opened_until=later(days=1), actor=actor, at=NOW)
    return {row.code: row for row in found}


def work(cast: Cast) -> None:
    """Some cases: late, reopened, handed over, waiting for a supplier."""
    first = opened(cast.requester)
    actions.assign_incident(first, team="workplace", actor=cast.lead, at=later(1))
    done = opened(cast.requester)
    actions.resolve_incident(done, code="fixed", text="Done.", actor=cast.agent, at=later(5))
    actions.reopen_incident(done, reason="No.", actor=cast.requester, at=later(6))
    waits = opened(cast.customer, service="mail")
    actions.wait_incident(
        waits, reason="supplier", supplier="northmere", actor=cast.agent, at=later(2)
    )
    actions.resume_incident(waits, actor=cast.agent, at=later(3))
    quick = opened(cast.other_requester, service="heating")
    actions.resolve_incident(
        quick, code="fixed", text="Done.", actor=cast.facilities_agent, at=later(4)
    )


def counted(row: FinderRow, actor: Any, **more: Any) -> int:
    """The length of the list behind a figure."""
    return incident_count(replace(row.filters, **more), actor=actor, at=NOW)


@pytest.mark.parametrize("finds", list(Finds))
def test_every_figure_equals_the_list_behind_it(cast: Cast, finds: Finds) -> None:
    work(cast)
    for actor in (cast.process_owner, cast.service_owner, cast.lead):
        for row in rows(finds, actor).values():
            assert row.cases == counted(row, actor)
            assert row.late == counted(row, actor, breached=True)
            assert row.reopened == counted(row, actor, reopened=True)
            assert row.handed_over == counted(row, actor, handed_over=True)
            assert row.weight == row.cases + 2 * row.late + row.reopened + row.handed_over


def test_the_heaviest_comes_first(cast: Cast) -> None:
    work(cast)
    found = rows(Finds.SERVICE, cast.process_owner)
    assert list(found) == ["laptop", "mail", "heating"]
    laptop = found["laptop"]
    assert (laptop.cases, laptop.late, laptop.reopened, laptop.handed_over) == (2, 1, 1, 1)
    assert (laptop.late_percent, laptop.weight) == (50, 6)
    assert found["heating"].open_time == later(4) - AT
    assert list(rows(Finds.SUPPLIER, cast.process_owner)) == ["northmere"]
    assert list(rows(Finds.CUSTOMER, cast.process_owner)) == ["brackwater"]
    assert set(rows(Finds.UNIT, cast.process_owner)) == {"climate", "materials"}
    assert set(rows(Finds.TEAM, cast.process_owner)) == {
        "service-desk",
        "workplace",
        "facilities-desk",
    }


def test_an_agreement_of_their_own_takes_them_from_the_list(cast: Cast) -> None:
    work(cast)
    publish("institute", content(unit="institute", services=(), offerings=("laptop-dock",)))
    publish("brackwater", content(unit=None, customer="brackwater", services=()))
    hop = content(
        kind=AgreementKind.OPERATIONAL,
        unit=None,
        services=(),
        provider_team="workplace",
        targets=(line("hop", 4),),
    )
    publish("workplace", hop)
    contract = replace(hop, kind=AgreementKind.SUPPLIER, provider_team=None, supplier="northmere")
    publish("northmere", contract)
    by = cast.process_owner
    assert set(rows(Finds.SERVICE, by)) == {"mail", "heating"}
    assert rows(Finds.UNIT, by) == {}
    assert rows(Finds.CUSTOMER, by) == {}
    assert set(rows(Finds.TEAM, by)) == {"service-desk", "facilities-desk"}
    assert rows(Finds.SUPPLIER, by) == {}


def test_the_finder_needs_the_right_and_a_period(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        rows(Finds.SERVICE, cast.agent)
    with pytest.raises(Invalid):
        finder(Finds.SERVICE, opened_from=AT, opened_until=AT, actor=cast.auditor, at=AT)


@pytest.mark.parametrize("finds", list(Finds))
def test_it_takes_few_queries(
    cast: Cast, finds: Finds, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    work(cast)
    with django_assert_max_num_queries(3):
        rows(finds, cast.process_owner)
