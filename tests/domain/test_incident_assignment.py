"""Taking, handing over and handing up: who has it, who is told, and how often it moved."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import SYSTEM, Cast, actor, later, opened, person_id
from tests.incidents import in_stage, row
from tests.witness import Witness
from timshel.context.organization.models import Team
from timshel.context.people.actions import add_member, deactivate_person
from timshel.kernel.errors import Conflict, Invalid, NotFound, WrongState
from timshel.leadership.authority.actions import grant_role
from timshel.operation.work.states import Stage
from timshel.relationship_agreement.service_level.queries import clocks_of
from timshel.resolution_fulfilment.incident.actions import (
    assign_incident,
    change_incident,
    escalate_incident,
    take_incident,
)
from timshel.resolution_fulfilment.incident.events import IncidentAssigned

JONAS, MIRELA = "Jonas Okereke-Vale", "Mirela Dobrescu-Hart"


def named(key: int | None, name: str) -> dict[str, Any]:
    return {"id": key, "name": name}


class TestTake:
    def test_a_new_one_begins(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        with witness.watching() as seen:
            event = take_incident(number, actor=cast.agent, at=later(5))
        item = row(number)
        assert (item.assignee_id, item.stage, item.version) == (
            cast.agent.person_id,
            "in_progress",
            2,
        )
        assert (item.reassignments, item.updated_at) == (0, later(5))
        assert seen.entry.verb == "incident.assigned"
        assert seen.entry.version == 2
        assert seen.entry.changes == {
            "assignee": [None, named(cast.agent.person_id, JONAS)],
            "stage": ["new", "in_progress"],
        }
        assert seen.fact == event
        assert event == IncidentAssigned(
            item.pk,
            number,
            later(5),
            cast.agent.person_id,
            cast.teams["service-desk"],
            cast.agent.person_id,
        )
        assert seen.regions == {
            "work",
            "unassigned",
            f"work_item:{item.pk}",
            f"team:{cast.teams['service-desk']}",
            f"person:{cast.requester.person_id}",
            f"person:{cast.agent.person_id}",
        }

    def test_does_not_stop_the_clock_that_promises_an_answer(self, cast: Cast) -> None:
        number = opened(cast.requester)
        take_incident(number, actor=cast.agent, at=later(5))
        respond, resolve = clocks_of(row(number).pk, at=later(5))
        assert (respond.state, resolve.state) == ("running", "running")

    def test_a_waiting_one_goes_on_waiting(self, cast: Cast) -> None:
        number = in_stage(Stage.WAITING, cast)
        take_incident(number, actor=cast.agent, at=later(5))
        assert (row(number).stage, row(number).waiting_reason) == ("waiting", "supplier")

    def test_from_somebody_else(self, cast: Cast) -> None:
        number = opened(cast.requester)
        take_incident(number, actor=cast.agent, at=later(5))
        take_incident(number, actor=cast.second_agent, at=later(6))
        assert row(number).assignee_id == cast.second_agent.person_id
        assert row(number).reassignments == 1

    def test_one_that_nobody_s_team_has_comes_to_the_taker_s_only_team(self, cast: Cast) -> None:
        number = opened(cast.agent, service=None)
        grant_role(
            person_id("jonas.okereke"),
            role="agent",
            scope_kind="everything",
            actor=SYSTEM,
            at=later(),
        )
        everywhere = actor("jonas.okereke")
        take_incident(number, actor=everywhere, at=later(5))
        assert row(number).team_id == cast.teams["service-desk"]
        assert row(number).reassignments == 0

    def test_with_two_teams_it_stays_open_whose_it_is(self, cast: Cast) -> None:
        number = opened(cast.agent, service=None)
        grant_role(
            person_id("jonas.okereke"),
            role="agent",
            scope_kind="everything",
            actor=SYSTEM,
            at=later(),
        )
        add_member("workplace", person="jonas.okereke", actor=SYSTEM, at=later())
        take_incident(number, actor=actor("jonas.okereke"), at=later(5))
        assert (row(number).team_id, row(number).assignee_id) == (None, cast.agent.person_id)

    def test_not_by_the_system(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        with witness.refused(Invalid) as refusal:
            take_incident(number, actor=SYSTEM, at=later(5))
        assert set(refusal.value.fields) == {"assignee"}

    def test_not_what_somebody_else_took_meanwhile(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        take_incident(number, seen_version=1, actor=cast.agent, at=later(5))
        with witness.refused(Conflict) as refusal:
            take_incident(number, seen_version=1, actor=cast.second_agent, at=later(6))
        (difference,) = refusal.value.differences
        assert (difference.field, difference.seen) == ("assignee", None)
        assert difference.current == named(cast.agent.person_id, JONAS)
        assert difference.wanted == named(cast.second_agent.person_id, MIRELA)
        assert (difference.changed_by, difference.changed_at) == (JONAS, later(5))

    def test_other_changes_are_no_hindrance(self, cast: Cast) -> None:
        number = opened(cast.requester)
        change_incident(
            number, changes={"title": "Other"}, seen_version=1, actor=cast.lead, at=later(5)
        )
        take_incident(number, seen_version=1, actor=cast.agent, at=later(6))
        assert row(number).assignee_id == cast.agent.person_id

    def test_again_after_one_took_it_oneself(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        take_incident(number, seen_version=1, actor=cast.agent, at=later(5))
        with witness.unmoved():
            take_incident(number, seen_version=1, actor=cast.agent, at=later(6))


class TestAssign:
    def test_to_a_person(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        with witness.watching() as seen:
            event = assign_incident(
                number, assignee_id=cast.second_agent.person_id, actor=cast.agent, at=later(5)
            )
        item = row(number)
        assert (item.assignee_id, item.stage) == (cast.second_agent.person_id, "new")
        assert (item.team_id, item.reassignments) == (cast.teams["service-desk"], 0)
        assert seen.entry.verb == "incident.assigned"
        assert seen.entry.changes == {
            "assignee": [None, named(cast.second_agent.person_id, MIRELA)]
        }
        assert seen.fact == event
        assert (event.team_id, event.assignee_id, event.by_person_id) == (
            cast.teams["service-desk"],
            cast.second_agent.person_id,
            cast.agent.person_id,
        )

    def test_to_oneself_begins(self, cast: Cast) -> None:
        number = opened(cast.requester)
        assign_incident(number, assignee_id=cast.agent.person_id, actor=cast.agent, at=later(5))
        assert row(number).stage == "in_progress"

    def test_to_another_team(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        take_incident(number, actor=cast.agent, at=later(5))
        with witness.watching() as seen:
            assign_incident(number, team="facilities-desk", actor=cast.agent, at=later(6))
        item = row(number)
        assert (item.team_id, item.assignee_id) == (cast.teams["facilities-desk"], None)
        assert (item.reassignments, item.stage) == (1, "in_progress")
        assert seen.entry.changes == {
            "team": [
                named(cast.teams["service-desk"], "IT service desk"),
                named(cast.teams["facilities-desk"], "Facilities desk"),
            ],
            "assignee": [named(cast.agent.person_id, JONAS), None],
        }
        # Those who had it and those who have it now are told, and the queue of nobody's work.
        assert seen.regions == {
            "work",
            "unassigned",
            f"work_item:{item.pk}",
            f"team:{cast.teams['service-desk']}",
            f"team:{cast.teams['facilities-desk']}",
            f"person:{cast.requester.person_id}",
            f"person:{cast.agent.person_id}",
        }
        with pytest.raises(NotFound):
            take_incident(number, actor=cast.agent, at=later(7))

    def test_how_often_it_moved(self, cast: Cast) -> None:
        number = opened(cast.requester)
        moves = (
            ({"assignee_id": cast.agent.person_id}, 0),  # the first person
            ({"assignee_id": cast.second_agent.person_id}, 1),  # from person to person
            ({"assignee_id": None}, 1),  # back to the team
            ({"assignee_id": cast.agent.person_id}, 1),  # from the team to a person
            ({"team": "workplace"}, 2),  # from team to team
            ({"team": "workplace", "assignee_id": cast.engineer.person_id}, 2),
            ({"team": "service-desk", "assignee_id": cast.agent.person_id}, 3),  # both at once
        )
        for minute, (to, count) in enumerate(moves):
            assign_incident(number, **to, actor=cast.process_owner, at=later(minute))
            assert row(number).reassignments == count, to

    @pytest.mark.parametrize("team", ["none", "work\0place", "\ud800", "Workplace devices"])
    def test_no_such_team(self, team: str, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        with witness.refused(Invalid) as refusal:
            assign_incident(number, team=team, actor=cast.agent, at=later(5))
        assert set(refusal.value.fields) == {"team"}

    def test_a_team_that_is_no_more(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        Team.objects.filter(code="workplace").update(is_active=False)
        with witness.refused(Invalid) as refusal:
            assign_incident(number, team="workplace", actor=cast.agent, at=later(5))
        assert set(refusal.value.fields) == {"team"}

    def test_somebody_of_another_team(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        for key in (cast.engineer.person_id, cast.requester.person_id, 10**9, 2**70):
            with witness.refused(Invalid) as refusal:
                assign_incident(number, assignee_id=key, actor=cast.agent, at=later(5))
            assert set(refusal.value.fields) == {"assignee"}

    def test_somebody_who_left(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        assert cast.second_agent.person_id
        deactivate_person(cast.second_agent.person_id, actor=SYSTEM, at=later())
        with witness.refused(Invalid):
            assign_incident(
                number, assignee_id=cast.second_agent.person_id, actor=cast.agent, at=later(5)
            )

    def test_conflicts_by_field(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        assign_incident(number, team="workplace", actor=cast.lead, at=later(5))
        with witness.refused(Conflict) as refusal:
            assign_incident(
                number, team="facilities-desk", seen_version=1, actor=cast.lead, at=later(6)
            )
        (difference,) = refusal.value.differences
        assert difference.field == "team"
        assert difference.seen == named(cast.teams["service-desk"], "IT service desk")
        assert difference.current == named(cast.teams["workplace"], "Workplace devices")
        assert difference.wanted == named(cast.teams["facilities-desk"], "Facilities desk")
        assert (difference.changed_by, difference.changed_at) == ("Tamsin Harrowgate", later(5))

    def test_both_gave_it_to_the_same(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        assign_incident(number, team="workplace", actor=cast.lead, at=later(5))
        with witness.unmoved():
            assign_incident(number, team="workplace", seen_version=1, actor=cast.lead, at=later(6))


class TestEscalate:
    def test_to_the_next_level(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        take_incident(number, actor=cast.agent, at=later(5))
        with witness.watching() as seen:
            event = escalate_incident(
                number, reason=" Needs a look on site. ", actor=cast.agent, at=later(6)
            )
        item = row(number)
        assert (item.team_id, item.assignee_id) == (cast.teams["workplace"], None)
        assert (item.reassignments, item.stage) == (1, "in_progress")
        assert seen.entry.verb == "incident.escalated"
        assert seen.entry.changes == {
            "team": [
                named(cast.teams["service-desk"], "IT service desk"),
                named(cast.teams["workplace"], "Workplace devices"),
            ],
            "assignee": [named(cast.agent.person_id, JONAS), None],
            "reason": [None, "Needs a look on site."],
        }
        assert seen.fact == event
        assert (event.team_id, event.assignee_id) == (cast.teams["workplace"], None)

    def test_not_from_the_last_level(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        escalate_incident(number, reason="On site.", actor=cast.lead, at=later(5))
        with witness.refused(WrongState) as refusal:
            escalate_incident(number, reason="Higher.", actor=cast.engineer, at=later(6))
        assert "no higher level" in str(refusal.value)

    @pytest.mark.parametrize("service", ["heating", "mail", None])
    def test_not_where_there_is_one_level(
        self, service: str | None, cast: Cast, witness: Witness
    ) -> None:
        number = opened(cast.requester, service=service)
        with witness.refused(WrongState):
            escalate_incident(number, reason="Higher.", actor=cast.process_owner, at=later(5))

    @pytest.mark.parametrize("reason", ["", " \n ", "x" * 1_001, "a\0b", "\ud800"])
    def test_needs_a_reason(self, reason: str, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        with witness.refused(Invalid) as refusal:
            escalate_incident(number, reason=reason, actor=cast.agent, at=later(5))
        assert set(refusal.value.fields) == {"reason"}
