"""Two people on one record: what one changed is not overwritten unseen, whatever kind it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import Cast, later, opened
from tests.ordered import offer_laptop, ordered, simple_diagram, tasks_of
from tests.witness import Witness
from timshel.kernel.errors import Conflict
from timshel.operation.task.actions import assign_task, take_task
from timshel.operation.work.models import WorkItem
from timshel.resolution_fulfilment.incident.actions import assign_incident, take_incident
from timshel.resolution_fulfilment.service_request.actions import assign_request, take_request

Act = Callable[..., Any]


def a_request(cast: Cast) -> str:
    """Return the number of a request with one task, both at the service desk."""
    diagram = simple_diagram(checks=("Charged",), form="serial", outcomes="done,impossible")
    offer_laptop(cast, diagram=diagram, process="simple_laptop")
    number = ordered(cast.requester)
    WorkItem.objects.filter(number=number).update(team_id=cast.teams["service-desk"])
    return number


def a_task(cast: Cast) -> str:
    """Return the number of the task of such a request."""
    return tasks_of(a_request(cast))[0].number


KINDS: dict[str, tuple[Callable[[Cast], str], Act, Act]] = {
    "incident": (lambda cast: opened(cast.requester), take_incident, assign_incident),
    "request": (a_request, take_request, assign_request),
    "task": (a_task, take_task, assign_task),
}


@pytest.mark.parametrize("kind", KINDS)
def test_taking_what_somebody_took_meanwhile_is_asked_about(
    cast: Cast, witness: Witness, kind: str
) -> None:
    make, take, _assign = KINDS[kind]
    number = make(cast)
    seen = WorkItem.objects.get(number=number).version
    take(number, seen_version=seen, actor=cast.agent, at=later(1))
    with witness.refused(Conflict) as refused:
        take(number, seen_version=seen, actor=cast.second_agent, at=later(2))
    (difference,) = refused.value.differences
    assert (difference.field, difference.seen, difference.changed_by) == (
        "assignee",
        None,
        cast.agent.name,
    )
    now = WorkItem.objects.get(number=number)
    assert now.assignee_id == cast.agent.person_id
    take(number, seen_version=now.version, actor=cast.second_agent, at=later(3))
    assert WorkItem.objects.get(number=number).assignee_id == cast.second_agent.person_id


@pytest.mark.parametrize("kind", KINDS)
def test_giving_it_to_another_than_somebody_did_meanwhile_is_asked_about(
    cast: Cast, witness: Witness, kind: str
) -> None:
    make, _take, assign = KINDS[kind]
    number = make(cast)
    seen = WorkItem.objects.get(number=number).version
    to_second = {"team": "service-desk", "assignee_id": cast.second_agent.person_id}
    assign(number, **to_second, seen_version=seen, actor=cast.lead, at=later(1))
    with witness.refused(Conflict) as refused:
        assign(
            number,
            team="service-desk",
            assignee_id=cast.agent.person_id,
            seen_version=seen,
            actor=cast.agent,
            at=later(2),
        )
    assert [each.field for each in refused.value.differences] == ["assignee"]
    # The same answer twice is no conflict, and neither is what was left as it was seen.
    assign(number, **to_second, seen_version=seen, actor=cast.agent, at=later(3))
    assert WorkItem.objects.get(number=number).assignee_id == cast.second_agent.person_id
