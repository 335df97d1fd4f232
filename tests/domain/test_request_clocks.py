"""The clocks of requests and of their tasks, stored as they are read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.agreements import ALWAYS, calendar, content, line, publish
from tests.cast import AT, FOUNDED, Cast, later
from tests.ordered import offer_laptop, ordered, simple_diagram, tasks_of
from timshel.operation.task import actions as tasks
from timshel.relationship_agreement.service_level.models import Clock
from timshel.relationship_agreement.service_level.queries import clocks_of
from timshel.relationship_agreement.service_level.queries.delivery import promised_offerings
from timshel.relationship_agreement.service_level.queries.explanation import explain_clock
from timshel.relationship_agreement.service_level.states import AgreementKind, ClockKind
from timshel.resolution_fulfilment.service_request import actions as requests
from timshel.service_portfolio.service.models import Service

HOUR = timedelta(hours=1)


@pytest.fixture
def promised(cast: Cast, db: None) -> Cast:
    """Promises to everybody, and of the service desk to the others; around the clock."""
    calendar("always", ALWAYS)
    whole = replace(
        content(unit=None, services=(), calendar="always"),
        targets=(line("respond", 1), line("resolve", 8), line("fulfil", 24), line("update", 12)),
    )
    publish("whole", whole)
    desk = replace(
        content(unit=None, services=(), calendar="always"),
        kind=AgreementKind.OPERATIONAL,
        provider_team="service-desk",
        targets=(line("hop", 2), line("fulfil", 6)),
    )
    publish("desk", desk)
    return cast


def kinds(key: int) -> dict[str, timedelta]:
    return {each.kind.value: each.target for each in clocks_of(key, at=AT)}


def request_key(number: str) -> int:
    from timshel.operation.work.models import WorkItem

    return WorkItem.objects.get(number=number).pk


def test_a_request_and_its_task_have_clocks_of_their_own(promised: Cast) -> None:
    offer_laptop(promised, diagram=simple_diagram(), process="simple_laptop")
    number = ordered(promised.requester)
    (task,) = tasks_of(number)
    assert kinds(request_key(number)) == {"respond": HOUR, "fulfil": 24 * HOUR}
    assert kinds(task.pk) == {"fulfil": 6 * HOUR}
    assert task.next_due_at == AT + 6 * HOUR


def test_a_promise_between_teams_promises_whoever_asks_nothing(cast: Cast) -> None:
    laptop, phone = (11, 1), (12, 1)
    calendar("always", ALWAYS)
    everything = content(unit=None, services=(), calendar="always")
    desk = replace(everything, kind=AgreementKind.OPERATIONAL, provider_team="service-desk")
    publish("desk", replace(desk, targets=(line("fulfil", 6),)))
    assert promised_offerings([laptop, phone], at=AT) == frozenset()
    publish("whole", replace(everything, targets=(line("fulfil", 24),)))
    assert promised_offerings([laptop, phone], at=AT) == {11, 12}
    assert promised_offerings([laptop], at=FOUNDED - HOUR) == frozenset()


def test_what_is_promised_of_one_offering_is_promised_of_no_other(cast: Cast) -> None:
    calendar("always", ALWAYS)
    laptops = line("fulfil", 24, service="laptop")
    publish("whole", content(unit=None, services=(), calendar="always", targets=(laptops,)))
    laptop, mail = (Service.objects.get(code=code).pk for code in ("laptop", "mail"))
    assert promised_offerings([(11, laptop), (12, mail)], at=AT) == {11}


def test_a_target_of_the_step_goes_before_the_agreement(promised: Cast) -> None:
    diagram = simple_diagram(target="2", unit="working_days")
    offer_laptop(promised, diagram=diagram, process="simple_laptop")
    (task,) = tasks_of(ordered(promised.requester))
    assert kinds(task.pk) == {"fulfil": 16 * HOUR}
    why = explain_clock(task.pk, ClockKind.FULFIL, at=AT)
    assert (why.target.is_own, why.target.amount, why.target.unit) == (True, 2, "working_days")
    assert why.agreement_code == "desk"


def test_where_the_team_promises_nothing_the_customers_agreement_lends_its_calendar(
    promised: Cast,
) -> None:
    diagram = simple_diagram(team="workplace", target="90", unit="minutes")
    offer_laptop(promised, diagram=diagram, process="simple_laptop")
    (task,) = tasks_of(ordered(promised.requester))
    assert kinds(task.pk) == {"fulfil": 1.5 * HOUR}
    assert explain_clock(task.pk, ClockKind.FULFIL, at=AT).agreement_code == "whole"


def test_taking_a_task_answers_the_promise_to_respond_once(promised: Cast) -> None:
    offer_laptop(promised, diagram=simple_diagram(), process="simple_laptop")
    number = ordered(promised.requester)
    (task,) = tasks_of(number)
    tasks.take_task(task.number, actor=promised.agent, at=later(30))
    (clock,) = Clock.objects.filter(work_item__number=number, kind="respond")
    assert (clock.state, clock.stopped_at) == ("met", later(30))
    tasks.complete_task(
        task.number, completion=tasks.Completion(), actor=promised.agent, at=later(60)
    )
    (clock,) = Clock.objects.filter(work_item__number=number, kind="respond")
    assert clock.stopped_at == later(30)
    states = dict(Clock.objects.filter(kind="fulfil").values_list("work_item__kind", "state"))
    assert states == {"service_request": "met", "task": "met"}


def test_waiting_for_an_approval_stops_the_promise_to_fulfil(promised: Cast) -> None:
    offer_laptop(promised)
    number = ordered(promised.requester)
    states = dict(Clock.objects.filter(work_item__number=number).values_list("kind", "state"))
    assert states == {"respond": "running", "fulfil": "paused"}


def test_cancelling_ends_all_clocks_without_a_result(promised: Cast) -> None:
    offer_laptop(promised, diagram=simple_diagram(), process="simple_laptop")
    number = ordered(promised.requester)
    requests.cancel_request(number, reason="Ordered twice.", actor=promised.lead, at=later(5))
    assert set(Clock.objects.values_list("state", flat=True)) == {"cancelled"}
