"""The cast is complete, has its rights and its routes, and is made with little."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.cast import AT, Cast, actor, build_cast, opened
from timshel.resolution_fulfilment.incident.queries import incident
from timshel.service_portfolio.service.queries import next_level, route

MOST_QUERIES = 1_500
"""Every test of a module may make the cast anew; a machine that is busy says nothing of that."""


@pytest.mark.django_db
def test_it_is_made_with_little_enough_for_every_test(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(MOST_QUERIES):
        build_cast()


def test_rights_hold_where_they_were_granted(cast: Cast) -> None:
    desk, workplace = cast.teams["service-desk"], cast.teams["workplace"]
    assert cast.requester.may("incident.report")
    assert not cast.requester.may_somewhere("work.view")
    assert cast.agent.may("incident.work", team=desk)
    assert not cast.agent.may("incident.work", team=workplace)
    assert cast.lead.may("incident.override_priority", team=workplace)
    assert cast.service_owner.may("service.manage", service=cast.services["mail"])
    assert cast.manager.may("work.view")
    assert not cast.manager.may_somewhere("work.read_notes")
    assert cast.auditor.may("journal.view")
    assert cast.administrator.may("authority.manage")
    assert cast.agent.team_ids == {desk}
    assert cast.french_requester.language == "fr"
    assert cast.french_requester.time_zone == "America/Toronto"
    assert actor("jonas.okereke") == cast.agent


def test_work_is_routed(cast: Cast) -> None:
    desk, workplace = cast.teams["service-desk"], cast.teams["workplace"]
    laptop = cast.services["laptop"]
    assert route(laptop, None) == desk
    assert route(laptop, cast.offerings["laptop-dock"], 2) == workplace
    assert next_level(desk, laptop, None) == workplace
    assert next_level(workplace, laptop, None) is None
    assert route(cast.services["heating"], None) == cast.teams["facilities-desk"]
    assert route(None, cast.offerings["heating-room"]) == cast.teams["facilities-desk"]
    assert route(None, None) is None


def test_an_incident_opens_with_its_team_and_clocks(cast: Cast) -> None:
    number = opened(cast.requester, impact=2, urgency=2)
    view = incident(number, actor=cast.agent, at=AT)
    assert view.priority == 3
    assert view.number == number
    assert len(view.clocks) == 2
