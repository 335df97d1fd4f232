"""Changing properties: what merges, what conflicts, what follows, and who may override."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import SYSTEM, Cast, later, opened
from tests.crowd import Crowd
from tests.incidents import own_row, row
from tests.witness import Witness
from timshel.context.people.actions import deactivate_person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Conflict, Difference, Invalid, NotAllowed, Refused
from timshel.operation.work.models import WorkItem
from timshel.relationship_agreement.service_level.queries import clocks_of
from timshel.resolution_fulfilment.incident import queries
from timshel.resolution_fulfilment.incident.actions import (
    assign_incident,
    change_incident,
    note_on_incident,
)
from timshel.resolution_fulfilment.incident.events import IncidentChanged
from timshel.service_portfolio.service.actions import set_priority_matrix
from timshel.service_portfolio.service.models import Service

JONAS, MIRELA = "Jonas Okereke-Vale", "Mirela Dobrescu-Hart"


def change(number: str, seen: int, by: Actor, minutes: float, **changes: Any) -> IncidentChanged:
    return change_incident(number, changes=changes, seen_version=seen, actor=by, at=later(minutes))


def form(number: str, **typed: Any) -> dict[str, Any]:
    """Return all the fields of a form as it was read, but for what was typed."""
    item, own = row(number), own_row(number)
    service = Service.objects.filter(pk=item.service_id).first()
    return {
        "title": item.title,
        "service": service.code if service else None,
        "offering": own.offering.code if own.offering else None,
        "impact": item.impact,
        "urgency": item.urgency,
        "service_state": own.service_state,
        "symptom": own.symptom,
        "requester_id": item.requester_id,
        "parent": item.parent.number if item.parent else None,
        "priority": item.priority,
        "priority_reason": own.priority_reason,
        **typed,
    }


def test_several_at_once(cast: Cast, witness: Witness) -> None:
    number = opened(cast.requester)
    with witness.watching() as seen:
        event = change(number, 1, cast.agent, 5, title=" No\n picture ", impact=2, urgency=2)
    item = row(number)
    assert (item.title, item.impact, item.urgency, item.priority) == ("No picture", 2, 2, 3)
    assert (item.version, item.updated_at) == (2, later(5))
    assert seen.entry.verb == "incident.changed"
    assert seen.entry.version == 2
    assert seen.entry.changes == {
        "title": ["The screen stays black", "No picture"],
        "impact": [3, 2],
        "urgency": [3, 2],
        "priority": [5, 3],
    }
    assert seen.fact == event
    assert event == IncidentChanged(
        item.pk,
        number,
        later(5),
        cast.agent.person_id,
        ("impact", "priority", "title", "urgency"),
    )
    assert seen.regions == {
        "work",
        "unassigned",
        f"work_item:{item.pk}",
        f"person:{cast.requester.person_id}",
        f"team:{cast.teams['service-desk']}",
    }


def test_another_priority_sets_the_clocks_anew_and_keeps_the_time_used(cast: Cast) -> None:
    number = opened(cast.requester)
    key = row(number).pk
    assert clocks_of(key, at=later(30))[0].due_at == later(hours=8)
    change(number, 1, cast.agent, 30, impact=1, urgency=1)
    respond, resolve = clocks_of(key, at=later(30))
    assert (respond.target, respond.due_at) == (timedelta(minutes=15), later(30))
    assert respond.elapsed == timedelta(minutes=30)
    assert (resolve.target, resolve.due_at) == (timedelta(hours=4), later(hours=4))
    assert resolve.elapsed == timedelta(minutes=30)
    assert row(number).next_due_at == later(30)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"title": "The screen stays black"},
        {"impact": 3, "urgency": 3, "service_state": None, "symptom": ""},
        {"service": "laptop", "offering": None, "parent": None, "priority": None},
        {"priority": 5},
    ],
)
def test_what_stands_already_changes_nothing(
    changes: dict[str, Any], cast: Cast, witness: Witness
) -> None:
    number = opened(cast.requester)
    with witness.unmoved():
        event = change(number, 1, cast.agent, 5, **changes)
    assert event.fields == ()


class TestConflicts:
    def test_different_fields_merge(self, cast: Cast) -> None:
        number = opened(cast.requester)
        change(number, 1, cast.agent, 5, title="Black")
        change(number, 1, cast.second_agent, 6, urgency=1)
        assert (row(number).title, row(number).urgency, row(number).version) == ("Black", 1, 3)

    def test_the_same_field_to_the_same_value(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        change(number, 1, cast.agent, 5, urgency=1)
        with witness.unmoved():
            change(number, 1, cast.second_agent, 6, urgency=1)

    def test_the_same_field_to_another_value(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        change(number, 1, cast.agent, 5, urgency=1, title="Black")
        with witness.refused(Conflict) as refusal:
            change(number, 1, cast.second_agent, 6, urgency=2, impact=1)
        assert refusal.value.differences == (Difference("urgency", 3, 1, 2, JONAS, later(5)),)
        change(number, 2, cast.second_agent, 7, urgency=2, impact=1)
        assert (row(number).urgency, row(number).impact, row(number).title) == (2, 1, "Black")

    def test_every_field_that_conflicts_is_named(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester, offering="laptop-standard")
        change(
            number, 1, cast.lead, 5, title="A", impact=1, urgency=1, symptom="a", service="mail",
            service_state="down", requester_id=cast.other_requester.person_id,
            priority=4, priority_reason="a",
        )  # fmt: skip
        with witness.refused(Conflict) as refusal:
            change(
                number, 1, cast.lead, 6, title="B", impact=2, urgency=2, symptom="b",
                service="heating", offering="heating-room", service_state="faulty",
                requester_id=cast.french_requester.person_id, priority=2, priority_reason="b",
            )  # fmt: skip
        assert {each.field for each in refusal.value.differences} == {
            "title",
            "impact",
            "urgency",
            "symptom",
            "service",
            "offering",
            "service_state",
            "requester",
            "priority",
        }
        for difference in refusal.value.differences:
            assert difference.changed_by == "Tamsin Harrowgate"
            assert difference.changed_at == later(5)

    def test_references_are_told_by_name(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        change(number, 1, cast.lead, 5, service="mail")
        with witness.refused(Conflict) as refusal:
            change(number, 1, cast.lead, 6, service="heating")
        (difference,) = refusal.value.differences
        assert difference.seen == {"id": cast.services["laptop"], "name": "Laptop and screen"}
        assert difference.current == {"id": cast.services["mail"], "name": "Mail"}
        assert difference.wanted == {"id": cast.services["heating"], "name": "Heating and air"}

    @pytest.mark.parametrize(
        "typed",
        [
            {"title": "Typed"},
            {"symptom": "typed"},
            {"requester_id": None},
        ],
    )
    def test_a_whole_form_overwrites_nothing_it_left_alone(
        self, typed: dict[str, Any], cast: Cast
    ) -> None:
        number = opened(cast.requester, offering="laptop-dock", urgency=2)
        other = opened(cast.requester)
        if "requester_id" in typed:
            typed = {"requester_id": cast.customer.person_id}
        sent = form(number, **typed)
        change(
            number, 1, cast.lead, 5, impact=1, urgency=1, service="mail", parent=other,
            service_state="degraded", priority=1, priority_reason="The board waits",
        )  # fmt: skip
        change(number, 1, cast.lead, 6, **sent)
        assert form(number) == {
            "title": "The screen stays black",
            "symptom": "",
            "requester_id": cast.requester.person_id,
            "service": "mail",
            "offering": None,
            "impact": 2,
            "urgency": 1,
            "service_state": "degraded",
            "parent": other,
            "priority": 1,
            "priority_reason": "The board waits",
            **typed,
        }

    def test_a_version_from_the_future_saw_what_stands(self, cast: Cast) -> None:
        number = opened(cast.requester)
        change(number, 1, cast.agent, 5, urgency=1)
        change(number, 99, cast.agent, 6, urgency=2)
        assert row(number).urgency == 2

    def test_version_nought_saw_nothing(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        with witness.refused(Conflict) as refusal:
            change(number, 0, cast.agent, 5, urgency=2)
        assert refusal.value.differences == (
            Difference("urgency", None, 3, 2, "Imre Castellane", later()),
        )
        with witness.unmoved():
            change(number, 0, cast.agent, 5, urgency=3)

    def test_notes_and_assignments_are_no_hindrance(self, cast: Cast) -> None:
        number = opened(cast.requester)
        note_on_incident(number, text="Again.", actor=cast.agent, at=later(5))
        assign_incident(number, assignee_id=cast.agent.person_id, actor=cast.agent, at=later(6))
        change(number, 1, cast.lead, 7, urgency=1)
        assert (row(number).urgency, row(number).version) == (1, 4)

    def test_changes_that_were_dated_in_another_order_than_written(
        self, cast: Cast, witness: Witness
    ) -> None:
        number = opened(cast.requester)
        change(number, 1, cast.agent, 6, urgency=2)
        change(number, 2, cast.agent, 5, urgency=1)
        with witness.refused(Conflict) as refusal:
            change(number, 1, cast.second_agent, 7, urgency=2)
        assert refusal.value.differences == (Difference("urgency", 3, 1, 2, JONAS, later(5)),)

    @pytest.mark.django_db(transaction=True)
    def test_of_many_at_once_one_wins(self, cast: Cast) -> None:
        number = opened(cast.requester)
        lost: list[Refused] = []

        def write(title: str) -> None:
            try:
                change(number, 1, cast.agent, 5, title=title)
            except Conflict as refusal:
                lost.append(refusal)

        crowd = Crowd()
        for each in range(6):
            crowd.start(write, f"Title {each}")
        crowd.wait()
        assert len(lost) == 5
        assert row(number).version == 2


class TestService:
    def test_another_one_drops_what_it_does_not_offer(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester, offering="laptop-dock")
        with witness.watching() as seen:
            event = change(number, 1, cast.agent, 5, service="mail")
        assert row(number).service_id == cast.services["mail"]
        assert own_row(number).offering is None
        assert seen.entry.changes == {
            "service": [
                {"id": cast.services["laptop"], "name": "Laptop and screen"},
                {"id": cast.services["mail"], "name": "Mail"},
            ],
            "offering": [
                {"id": cast.offerings["laptop-dock"], "name": "Docking station and screen"},
                None,
            ],
        }
        assert event.fields == ("offering", "service")

    def test_even_where_a_form_sends_it_as_it_was(self, cast: Cast) -> None:
        number = opened(cast.requester, offering="laptop-dock")
        change(number, 1, cast.agent, 5, **form(number, service="mail"))
        assert row(number).service_id == cast.services["mail"]
        assert own_row(number).offering is None

    def test_with_an_offering_of_its_own(self, cast: Cast) -> None:
        number = opened(cast.requester, offering="laptop-dock")
        change(number, 1, cast.agent, 5, service="mail", offering="mail-box")
        assert own_row(number).offering_id == cast.offerings["mail-box"]

    def test_none_any_more(self, cast: Cast) -> None:
        number = opened(cast.requester, offering="laptop-dock")
        change(number, 1, cast.agent, 5, service=None)
        assert (row(number).service_id, own_row(number).offering_id) == (None, None)

    def test_the_team_stays(self, cast: Cast) -> None:
        number = opened(cast.requester)
        change(number, 1, cast.agent, 5, service="heating")
        assert row(number).team_id == cast.teams["service-desk"]

    def test_has_a_matrix_of_its_own(self, cast: Cast) -> None:
        cells = {f"{i}{u}": 2 for i in (1, 2, 3) for u in (1, 2, 3)}
        set_priority_matrix(cells=cells, service="mail", actor=SYSTEM, at=later())
        number = opened(cast.requester)
        change(number, 1, cast.agent, 5, service="mail")
        assert row(number).priority == 2
        change(number, 2, cast.agent, 6, service="laptop")
        assert row(number).priority == 5

    def test_one_that_was_retired_meanwhile_hinders_nothing_else(self, cast: Cast) -> None:
        number = opened(cast.requester, offering="laptop-dock")
        Service.objects.filter(code="laptop").update(life_cycle="retired")
        change(number, 1, cast.agent, 5, **form(number, title="Typed"))
        assert row(number).title == "Typed"

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"service": "teleport"}, "service"),
            ({"service": "\0"}, "service"),
            ({"service": "\ud800"}, "service"),
            ({"offering": "mail-box"}, "offering"),
            ({"service": "mail", "offering": "heating-room"}, "offering"),
            ({"title": " "}, "title"),
            ({"title": "x" * 251}, "title"),
            ({"title": "a\0"}, "title"),
            ({"symptom": "x" * 101}, "symptom"),
            ({"impact": 0}, "impact"),
            ({"urgency": 4}, "urgency"),
            ({"service_state": "on fire"}, "service_state"),
            ({"requester_id": None}, "requester"),
            ({"requester_id": 10**9}, "requester"),
            ({"parent": "INC9999999"}, "parent"),
            ({"parent": "\ud800"}, "parent"),
            ({"priority": 0, "priority_reason": "x"}, "priority"),
            ({"priority": 6, "priority_reason": "x"}, "priority"),
            ({"priority": 1}, "priority_reason"),
            ({"priority": 1, "priority_reason": " "}, "priority_reason"),
            ({"priority": 1, "priority_reason": "x" * 501}, "priority_reason"),
            ({"priority": 1, "priority_reason": "a\0"}, "priority_reason"),
        ],
    )
    def test_nonsense_is_refused(
        self, changes: dict[str, Any], field: str, cast: Cast, witness: Witness
    ) -> None:
        number = opened(cast.requester)
        with witness.refused(Invalid) as refusal:
            change(number, 1, cast.lead, 5, **changes)
        assert set(refusal.value.fields) == {field}


class TestImpact:
    def test_the_state_of_the_service_decides(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester, urgency=2)
        with witness.watching() as seen:
            change(number, 1, cast.agent, 5, service_state="down")
        assert (row(number).impact, row(number).priority) == (1, 2)
        assert seen.entry.changes == {
            "service_state": [None, "down"],
            "impact": [3, 1],
            "priority": [4, 2],
        }
        with witness.unmoved():
            change(number, 2, cast.agent, 6, impact=3)

    def test_as_stated_once_the_state_is_unknown_again(self, cast: Cast) -> None:
        number = opened(cast.requester, service_state="down")
        change(number, 1, cast.agent, 5, service_state=None, impact=2)
        assert (row(number).impact, row(number).priority) == (2, 4)


class TestRequester:
    def test_takes_unit_and_customer_along(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        before = row(number)
        with witness.watching() as seen:
            change(number, 1, cast.agent, 5, requester_id=cast.customer.person_id)
        item = row(number)
        assert (item.requester_id, item.unit_id) == (cast.customer.person_id, None)
        assert item.customer_id == item.requester.customer_id is not None
        assert seen.entry.changes == {
            "requester": [
                {"id": before.requester_id, "name": "Imre Castellane"},
                {"id": item.requester_id, "name": "Nora Fitzallan-Shore"},
            ],
            "unit": [{"id": before.unit_id, "name": "Climate and Oceans"}, None],
            "customer": [
                None,
                {"id": item.customer_id, "name": "Brackwater Harbour Authority"},
            ],
        }
        assert f"person:{before.requester_id}" in seen.regions
        assert f"person:{item.requester_id}" in seen.regions

    def test_one_who_left_hinders_nothing_else(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        assert cast.requester.person_id
        deactivate_person(cast.requester.person_id, actor=SYSTEM, at=later())
        change(number, 1, cast.agent, 5, **form(number, title="Typed"))
        assert row(number).title == "Typed"
        other = opened(cast.other_requester)
        with witness.refused(Invalid) as refusal:
            change(other, 1, cast.agent, 6, requester_id=cast.requester.person_id)
        assert set(refusal.value.fields) == {"requester"}


class TestPriority:
    def test_against_the_matrix(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        with witness.watching() as seen:
            change(number, 1, cast.lead, 5, priority=1, priority_reason=" The board waits ")
        assert (row(number).priority, own_row(number).priority_reason) == (1, "The board waits")
        assert seen.entry.changes == {
            "priority": [5, 1],
            "priority_reason": ["", "The board waits"],
        }

    def test_sticks_until_it_is_given_back(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        change(number, 1, cast.lead, 5, priority=1, priority_reason="The board waits")
        change(number, 2, cast.agent, 6, urgency=2, impact=2)
        assert (row(number).priority, own_row(number).priority_reason) == (1, "The board waits")
        with witness.watching() as seen:
            change(number, 3, cast.lead, 7, priority=None)
        assert (row(number).priority, own_row(number).priority_reason) == (3, "")
        assert seen.entry.changes == {
            "priority": [1, 3],
            "priority_reason": ["The board waits", ""],
        }
        change(number, 4, cast.agent, 8, urgency=1)
        assert row(number).priority == 2

    def test_what_the_matrix_says_ends_it_too(self, cast: Cast) -> None:
        number = opened(cast.requester)
        change(number, 1, cast.lead, 5, priority=1, priority_reason="The board waits")
        change(number, 2, cast.lead, 6, priority=5)
        assert (row(number).priority, own_row(number).priority_reason) == (5, "")

    def test_another_one_keeps_the_reason_unless_told(self, cast: Cast) -> None:
        number = opened(cast.requester)
        change(number, 1, cast.lead, 5, priority=1, priority_reason="The board waits")
        change(number, 2, cast.lead, 6, priority=2)
        assert (row(number).priority, own_row(number).priority_reason) == (2, "The board waits")

    def test_keeping_what_stands_while_the_rest_changes(self, cast: Cast) -> None:
        number = opened(cast.requester)
        change(number, 1, cast.lead, 5, urgency=1, priority=5, priority_reason="Spare one is here")
        assert (row(number).priority, own_row(number).priority_reason) == (5, "Spare one is here")

    @pytest.mark.parametrize(
        "changes",
        [
            {"priority": 1, "priority_reason": "Please"},
            {"priority": 5, "priority_reason": "Leave it", "urgency": 1},
        ],
    )
    def test_needs_the_right(self, changes: dict[str, Any], cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        with witness.refused(NotAllowed):
            change(number, 1, cast.agent, 5, **changes)
        change(number, 1, cast.service_owner, 5, **changes)

    def test_its_reason_is_not_for_others_to_rewrite(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        change(number, 1, cast.lead, 5, priority=1, priority_reason="The board waits")
        with witness.refused(NotAllowed):
            change(number, 2, cast.agent, 6, priority=1, priority_reason="No idea")

    def test_a_form_without_the_right_leaves_it(self, cast: Cast) -> None:
        number = opened(cast.requester)
        change(number, 1, cast.lead, 5, priority=1, priority_reason="The board waits")
        change(number, 2, cast.agent, 6, **form(number, title="Typed"))
        assert (row(number).title, row(number).priority) == ("Typed", 1)

    def test_a_form_that_was_read_before_leaves_it(self, cast: Cast) -> None:
        number = opened(cast.requester)
        sent = form(number, title="Typed")
        change(number, 1, cast.lead, 5, priority=1, priority_reason="The board waits")
        change(number, 1, cast.agent, 6, **sent)
        assert (row(number).title, row(number).priority) == ("Typed", 1)

    def test_a_form_with_another_urgency_and_the_old_priority_is_asked_why(
        self, cast: Cast, witness: Witness
    ) -> None:
        number = opened(cast.requester)
        with witness.refused(Invalid) as refusal:
            change(number, 1, cast.agent, 5, **form(number, urgency=1))
        assert set(refusal.value.fields) == {"priority_reason"}
        change(number, 1, cast.agent, 5, **form(number, urgency=1, priority=None))
        assert (row(number).priority, own_row(number).priority_reason) == (3, "")

    def test_a_form_that_was_read_before_the_matrix_moved_it_leaves_it(self, cast: Cast) -> None:
        number = opened(cast.requester)
        sent = form(number, title="Typed")
        change(number, 1, cast.agent, 5, urgency=1)
        change(number, 1, cast.second_agent, 6, **sent)
        assert (row(number).title, row(number).priority) == ("Typed", 3)

    def test_two_who_decide_differently(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        change(number, 1, cast.lead, 5, priority=1, priority_reason="The board waits")
        with witness.refused(Conflict) as refusal:
            change(number, 1, cast.process_owner, 6, priority=3, priority_reason="It can wait")
        assert refusal.value.differences == (
            Difference("priority", 5, 1, 3, "Tamsin Harrowgate", later(5)),
        )

    def test_a_later_matrix_changes_nothing_by_itself(self, cast: Cast) -> None:
        number = opened(cast.requester)
        cells = {f"{i}{u}": 1 for i in (1, 2, 3) for u in (1, 2, 3)}
        set_priority_matrix(cells=cells, service="laptop", actor=SYSTEM, at=later())
        change(number, 1, cast.agent, 5, title="Typed")
        assert row(number).priority == 5
        change(number, 2, cast.agent, 6, urgency=2)
        assert row(number).priority == 1


class TestParents:
    def test_a_child(self, cast: Cast, witness: Witness) -> None:
        parent, child = opened(cast.requester, title="Power is out"), opened(cast.requester)
        with witness.watching() as seen:
            change(child, 1, cast.agent, 5, parent=parent.lower())
        key = row(parent).pk
        assert row(child).parent_id == key
        assert seen.entry.changes == {"parent": [None, {"id": key, "name": parent}]}
        view = queries.incident(child, actor=cast.agent, at=later(6))
        assert view.parent is not None
        assert (view.parent.number, view.parent.title) == (parent, "Power is out")
        below = queries.incident(parent, actor=cast.agent, at=later(6)).children
        assert [each.number for each in below] == [child]
        change(child, 2, cast.agent, 7, parent=None)
        assert row(child).parent_id is None

    def test_no_circles(self, cast: Cast, witness: Witness) -> None:
        top, middle, leaf = (opened(cast.requester) for _ in range(3))
        change(middle, 1, cast.agent, 5, parent=top)
        for child, parent in ((top, top), (top, middle), (leaf, middle), (top, leaf)):
            with witness.refused(Invalid) as refusal:
                change(child, row(child).version, cast.agent, 6, parent=parent)
            assert set(refusal.value.fields) == {"parent"}

    def test_not_below_what_one_may_not_see(self, cast: Cast, witness: Witness) -> None:
        hidden = opened(cast.other_requester, service="heating")
        number = opened(cast.requester)
        with witness.refused(Invalid) as refusal:
            change(number, 1, cast.agent, 5, parent=hidden)
        (unseen,) = refusal.value.fields["parent"]
        with witness.refused(Invalid) as refusal:
            change(number, 1, cast.agent, 5, parent="INC9999999")
        (absent,) = refusal.value.fields["parent"]
        assert str(unseen) == str(absent)

    def test_relatives_show_only_to_those_who_may_see_them(self, cast: Cast) -> None:
        parent = opened(cast.other_requester, service="heating")
        child = opened(cast.requester)
        change(child, 1, cast.process_owner, 5, parent=parent)
        for actor, sees in ((cast.agent, False), (cast.requester, False), (cast.manager, True)):
            view = queries.incident(child, actor=actor, at=later(6))
            assert (view.parent is not None) is sees
        seen = queries.incident(parent, actor=cast.facilities_agent, at=later(6))
        assert seen.children == ()
        entries = queries.incident(child, actor=cast.requester, at=later(6)).history
        assert not any("parent" in line.changes for line in entries)

    def test_a_parent_that_one_may_not_see_hinders_nothing_else(self, cast: Cast) -> None:
        parent = opened(cast.other_requester, service="heating")
        child = opened(cast.requester)
        change(child, 1, cast.process_owner, 5, parent=parent)
        change(child, 2, cast.agent, 6, **form(child, title="Typed"))
        assert (row(child).title, row(child).parent_id) == ("Typed", row(parent).pk)

    @pytest.mark.django_db(transaction=True)
    def test_no_circle_closes_when_two_link_at_once(self, cast: Cast) -> None:
        for _ in range(3):
            one, other = opened(cast.requester), opened(cast.requester)
            refused: list[Refused] = []

            def link(child: str, parent: str, refused: list[Refused] = refused) -> None:
                try:
                    change(child, 1, cast.agent, 5, parent=parent)
                except Invalid as refusal:
                    refused.append(refusal)

            crowd = Crowd()
            crowd.start(link, one, other)
            crowd.start(link, other, one)
            crowd.wait()
            linked = WorkItem.objects.filter(number__in=[one, other], parent__isnull=False)
            assert (len(refused), linked.count()) == (1, 1)
