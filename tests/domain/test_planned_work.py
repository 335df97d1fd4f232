"""Planned work: who plans it, who knows of it, and what the clock does with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from tests.cast import SYSTEM, Cast, later
from tests.witness import Witness
from timshel.design_transition.maintenance import access, actions
from timshel.design_transition.maintenance.events import (
    PlannedWorkBegun,
    PlannedWorkCancelled,
    PlannedWorkChanged,
    PlannedWorkEnded,
    WorkPlanned,
)
from timshel.design_transition.maintenance.models import PlannedWork
from timshel.design_transition.maintenance.queries import (
    Window,
    plannable_services,
    planned_between,
    planned_words,
    planned_work,
    planned_work_list,
    running_windows,
)
from timshel.design_transition.maintenance.rules import Plan
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.service_portfolio.service.models import Service

pytestmark = pytest.mark.django_db
FACTS = [
    WorkPlanned,
    PlannedWorkChanged,
    PlannedWorkCancelled,
    PlannedWorkBegun,
    PlannedWorkEnded,
]
NIGHT = Plan(
    title="The mail server moves",
    message="Mail cannot be read for **two hours**.",
    services=("mail",),
    starts_at=later(hours=10),
    ends_at=later(hours=12),
    translations={"fr": {"title": "Le serveur de courrier déménage"}},
)


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Witness:
    return Witness(monkeypatch, list(FACTS))


def planned(by: Actor, plan: Plan = NIGHT, *, at: datetime = later()) -> int:  # noqa: B008
    return actions.plan_work(plan=plan, actor=by, at=at).planned_work_id


def numbers(who: Actor, when: str = "open", *, at: datetime = later()) -> list[int]:  # noqa: B008
    return [row.id for row in planned_work_list(actor=who, at=at, when=when).items]


def test_an_owner_plans_and_everybody_knows_in_their_language(cast: Cast, witness: Witness) -> None:
    with witness.watching() as seen:
        key = planned(cast.service_owner)
    assert seen.verbs == ["planned_work.planned"]
    assert seen.entry.changes["services"] == [None, ["mail"]]
    assert seen.fact == WorkPlanned(
        key, (cast.services["mail"],), later(), cast.service_owner.person_id
    )
    assert seen.regions == {"maintenance"}
    row = planned_work(key, actor=cast.french_requester, at=later())
    assert (row.title, row.state) == ("Le serveur de courrier déménage", "planned")
    assert row.message == NIGHT.message
    assert [each.name for each in row.services] == ["Messagerie"]
    assert (row.sites, row.may_change, row.planned_by) == ((), False, "Adaeze Thornquist")
    assert planned_work(key, actor=cast.service_owner, at=later()).may_change
    assert planned_words(key, actor=cast.customer).translations == NIGHT.translations


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"message": "\0"}, "message"),
        ({"translations": {"fr": {"title": "x" * 201}}}, "title_fr"),
        ({"services": ()}, "services"),
        ({"services": ("mail", "nowhere")}, "services"),
        ({"sites": ("nowhere",)}, "sites"),
        ({"ends_at": later(hours=10)}, "ends_at"),
        ({"ends_at": later(days=100)}, "ends_at"),
        ({"starts_at": later(hours=-3), "ends_at": later(hours=-2)}, "ends_at"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    cast: Cast, witness: Witness, change: dict[str, object], field: str
) -> None:
    with witness.refused(Invalid) as caught:
        planned(cast.administrator, replace(NIGHT, **change))  # type: ignore[arg-type]
    assert isinstance(caught.value, Invalid)
    assert list(caught.value.fields) == [field]


def test_only_who_may_plan_for_all_of_its_services_plans(cast: Cast, witness: Witness) -> None:
    for who in (cast.requester, cast.agent, cast.lead, cast.manager, cast.auditor):
        with witness.refused(NotAllowed):
            planned(who)
    both = replace(NIGHT, services=("mail", "heating"))
    with witness.refused(NotAllowed):
        planned(cast.service_owner, both)
    key = planned(cast.process_owner, both)
    for deed in (actions.cancel_planned_work, actions.finish_planned_work):
        with witness.refused(NotAllowed):
            deed(key, actor=cast.service_owner, at=later())
    with witness.refused(NotAllowed):
        actions.change_planned_work(key, plan=NIGHT, actor=cast.service_owner, at=later())


def test_what_can_be_chosen_is_what_may_be_planned_for(cast: Cast) -> None:
    assert [code for code, _name in plannable_services(actor=cast.service_owner)] == [
        "laptop",
        "mail",
    ]
    assert len(plannable_services(actor=cast.administrator)) == 3
    assert plannable_services(actor=cast.agent) == []


def test_what_touches_a_confidential_service_is_known_to_its_own_alone(cast: Cast) -> None:
    Service.objects.filter(code="mail").update(is_confidential=True)
    key = planned(cast.service_owner)
    for who in (cast.requester, cast.agent, cast.lead, cast.customer):
        assert numbers(who) == []
        assert not access.may_see(key, actor=who)
        with pytest.raises(NotFound):
            planned_work(key, actor=who, at=later())
    for who in (cast.service_owner, cast.manager, cast.administrator, SYSTEM):
        assert numbers(who) == [key]
        assert access.may_see(key, actor=who)


def test_it_is_planned_otherwise_and_the_same_again_changes_nothing(
    cast: Cast, witness: Witness
) -> None:
    key = planned(cast.service_owner)
    other = replace(NIGHT, services=("laptop",), ends_at=later(hours=14), sites=("aldermoor",))
    with witness.watching() as seen:
        actions.change_planned_work(key, plan=other, actor=cast.service_owner, at=later(5))
    assert seen.verbs == ["planned_work.changed"]
    assert set(seen.entry.changes) == {"services", "sites", "ends_at"}
    assert seen.fact.service_ids == tuple(sorted((cast.services["laptop"], cast.services["mail"])))
    with witness.unmoved():
        actions.change_planned_work(key, plan=other, actor=cast.service_owner, at=later(6))
    row = planned_work(key, actor=cast.requester, at=later())
    assert [each.code for each in row.services] == ["laptop"]
    assert [each.code for each in row.sites] == ["aldermoor"]


def test_the_clock_begins_and_ends_it_once(cast: Cast, witness: Witness) -> None:
    key = planned(cast.service_owner)
    assert actions.begin_and_end_due(actor=SYSTEM, at=later(hours=9)) == 0
    with witness.watching() as seen:
        actions.begin_and_end_due(actor=SYSTEM, at=later(hours=10))
        actions.begin_and_end_due(actor=SYSTEM, at=later(hours=11))
    assert seen.verbs == ["planned_work.begun"]
    assert type(seen.fact) is PlannedWorkBegun
    assert numbers(cast.requester, "running", at=later(hours=11)) == [key]
    with witness.refused(Invalid):
        moved = replace(NIGHT, starts_at=later(hours=11, minutes=30))
        actions.change_planned_work(key, plan=moved, actor=cast.service_owner, at=later(hours=11))
    with witness.watching() as seen:
        actions.begin_and_end_due(actor=SYSTEM, at=later(hours=12))
        actions.begin_and_end_due(actor=SYSTEM, at=later(hours=13))
    assert seen.verbs == ["planned_work.ended"]
    assert numbers(cast.requester, at=later(hours=12)) == []
    assert numbers(cast.requester, "over", at=later(hours=12)) == [key]
    with witness.refused(WrongState):
        actions.cancel_planned_work(key, actor=cast.service_owner, at=later(hours=13))
    with witness.unmoved():
        actions.finish_planned_work(key, actor=cast.service_owner, at=later(hours=13))


def test_what_a_stopped_worker_missed_is_told_as_both(cast: Cast, witness: Witness) -> None:
    planned(cast.service_owner)
    with witness.watching() as seen:
        assert actions.begin_and_end_due(actor=SYSTEM, at=later(days=1)) == 1
    assert [type(each) for each in seen.facts] == [PlannedWorkBegun, PlannedWorkEnded]


def test_it_is_finished_early(cast: Cast, witness: Witness) -> None:
    key = planned(cast.service_owner)
    with witness.refused(WrongState):
        actions.finish_planned_work(key, actor=cast.service_owner, at=later(hours=9))
    with witness.watching() as seen:
        actions.finish_planned_work(key, actor=cast.service_owner, at=later(hours=11))
    assert seen.verbs == ["planned_work.finished"]
    assert type(seen.fact) is PlannedWorkEnded
    row = planned_work(key, actor=cast.requester, at=later(hours=11))
    assert (row.state, row.over_at, row.ends_at) == ("done", later(hours=11), later(hours=12))
    assert running_windows(at=later(hours=11, minutes=30)) == ()
    assert actions.begin_and_end_due(actor=SYSTEM, at=later(hours=13)) == 0


def test_it_is_called_off_once(cast: Cast, witness: Witness) -> None:
    key = planned(cast.service_owner)
    with witness.watching() as seen:
        actions.cancel_planned_work(key, actor=cast.service_owner, at=later(5))
    assert seen.verbs == ["planned_work.cancelled"]
    with witness.unmoved():
        actions.cancel_planned_work(key, actor=cast.service_owner, at=later(6))
    assert numbers(cast.requester) == []
    assert numbers(cast.requester, "over") == [key]
    assert actions.begin_and_end_due(actor=SYSTEM, at=later(hours=13)) == 0
    with witness.refused(WrongState):
        actions.finish_planned_work(key, actor=cast.service_owner, at=later(hours=11))


def test_windows_for_monitoring_and_for_the_status_page(
    cast: Cast, django_assert_num_queries: object
) -> None:
    first = planned(cast.service_owner, replace(NIGHT, sites=("aldermoor",)))
    second = planned(
        cast.service_owner,
        replace(NIGHT, starts_at=later(days=3), ends_at=later(days=4), services=("laptop",)),
    )
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert running_windows(at=later(hours=11)) == (
            Window(
                first,
                NIGHT.title,
                later(hours=12),
                frozenset({cast.services["mail"]}),
                frozenset({"aldermoor"}),
            ),
        )
    by = {"actor": cast.requester, "at": later()}
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = planned_between(start=later(), end=later(days=30), **by)  # type: ignore[arg-type]
    assert [row.id for row in found] == [first, second]
    mail = [cast.services["mail"]]
    week = {"start": later(days=2), "end": later(days=9)}
    assert planned_between(service_ids=mail, **week, **by) == ()  # type: ignore[arg-type]


def test_a_list_is_one_query_and_pages(cast: Cast, django_assert_num_queries: object) -> None:
    keys = [
        planned(cast.administrator, replace(NIGHT, services=("mail", "laptop", "heating")))
        for _ in range(5)
    ]
    with django_assert_num_queries(1):  # type: ignore[operator]
        page = planned_work_list(actor=cast.requester, at=later(), size=3)
    assert [row.id for row in page.items] == keys[:3]
    more = planned_work_list(actor=cast.requester, at=later(), size=3, cursor=page.next_cursor)
    assert [row.id for row in more.items] == keys[3:]
    assert planned_work_list(actor=cast.requester, at=later(), service="heating").items
    assert numbers(cast.requester, "coming") == keys
    assert not planned_work_list(actor=cast.requester, at=later(), service="x").items
    assert PlannedWork.objects.count() == 5
    with pytest.raises(NotFound):
        planned_work(2**70, actor=cast.requester, at=later())
