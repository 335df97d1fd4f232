"""What was promised about an incident: explained, followed link by link, told in plain words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.cast import AT, SYSTEM, Cast, later, opened
from tests.incidents import row
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.relationship_agreement.service_level import actions as service_level
from timshel.relationship_agreement.service_level.queries.explanation import FactsView
from timshel.relationship_agreement.service_level.rules.contents import (
    AgreementContent,
    TargetContent,
)
from timshel.relationship_agreement.service_level.rules.precedence import Mismatch
from timshel.relationship_agreement.service_level.states import (
    AgreementKind,
    ClockKind,
    ClockState,
    DurationUnit,
)
from timshel.resolution_fulfilment.incident import actions, queries

HOUR = timedelta(hours=1)
HOURS = DurationUnit.HOURS


def agree(code: str, *lines: tuple[ClockKind, int], **content: Any) -> None:
    """Put an agreement into force since ever, with targets in hours around the clock."""
    targets = tuple(TargetContent(kind=kind, amount=amount, unit=HOURS) for kind, amount in lines)
    given: dict[str, Any] = {
        "kind": AgreementKind.SERVICE,
        "name": code.capitalize(),
        "calendar": "around-the-clock",
        "targets": targets,
        **content,
    }
    service_level.save_draft(code, content=AgreementContent(**given), actor=SYSTEM, at=AT)
    service_level.publish_draft(code, since_ever=True, actor=SYSTEM, at=AT)


def explained(number: str, kind: ClockKind, actor: Actor, **given: Any) -> Any:
    at = given.pop("at", later(hours=1))
    return queries.incident_explanation(number, kind, actor=actor, at=at, **given).explanation


class TestExplanation:
    def test_the_agreement_and_why_the_others_do_not_apply(self, cast: Cast) -> None:
        resolve = (ClockKind.RESOLVE, 6)
        agree("laptops", resolve, services=("laptop",))
        agree("heating", resolve, services=("heating",))
        agree("harbour", resolve, customer="brackwater")
        agree("gold", resolve, is_option=True)
        number = opened(cast.requester)
        why = explained(number, ClockKind.RESOLVE, cast.agent)
        assert (why.agreement_code, why.agreement_number) == ("laptops", 1)
        assert [(each.code, each.is_chosen, each.applies) for each in why.candidates[:2]] == [
            ("laptops", True, True),
            ("standard", False, True),
        ]
        assert {each.code: each.mismatch for each in why.candidates[2:]} == {
            "gold": Mismatch.NOT_CHOSEN,
            "harbour": Mismatch.OTHER_PARTY,
            "heating": Mismatch.NOT_COVERED,
        }
        assert {each.code: each.reason for each in why.candidates} == {
            "laptops": "It is made with everybody. It names the service: Laptop and screen.",
            "standard": "It would apply, but another one goes before it. "
            "It is made with everybody. It covers everything.",
            "gold": "It is a level that the customer had not chosen.",
            "harbour": "It is made with somebody else: Brackwater Harbour Authority.",
            "heating": "It covers other things: Heating and air.",
        }
        assert why.facts == FactsView(
            priority=5,
            service="Laptop and screen",
            offering="",
            customer="",
            unit="Climate and Oceans",
        )
        assert (why.target.amount, why.target.unit, why.target.priority) == (6, HOURS, None)
        assert (why.calendar_code, why.calendar_zone) == ("around-the-clock", "UTC")

    def test_used_and_left_are_the_target_and_end_at_the_due_moment(self, cast: Cast) -> None:
        number = opened(cast.requester)
        why = explained(number, ClockKind.RESPOND, cast.agent, at=later(hours=1))
        clock = why.clock
        assert (clock.target, clock.elapsed, clock.remaining) == (8 * HOUR, HOUR, 7 * HOUR)
        assert clock.due_at == later(hours=8)
        counted = sum(
            (each.end - each.start for each in why.stretches if each.is_counted), timedelta(0)
        )
        assert counted == clock.target
        assert why.stretches[-1].end == clock.due_at
        assert why.stretches[-1].is_expected

    def test_what_was_promised_before_is_told(self, cast: Cast) -> None:
        number = opened(cast.requester)
        actions.change_incident(
            number,
            changes={"impact": 1, "urgency": 1},
            seen_version=1,
            actor=cast.lead,
            at=later(hours=5),
        )
        why = explained(number, ClockKind.RESOLVE, cast.agent, at=later(hours=6))
        assert [(each.since, each.target) for each in why.terms] == [
            (AT, 80 * HOUR),
            (later(hours=5), 4 * HOUR),
        ]
        assert (why.decided_at, why.facts.priority) == (later(hours=5), 1)
        assert (why.clock.state, why.clock.breached_at) == (ClockState.BREACHED, later(hours=5))

    def test_earlier_laps_have_their_own_explanation(self, cast: Cast) -> None:
        agree("news", (ClockKind.UPDATE, 2))
        number = opened(cast.requester)
        actions.reply_to_incident(number, text="We look.", actor=cast.agent, at=later(10))
        actions.reply_to_incident(number, text="Still.", actor=cast.agent, at=later(10, hours=3))
        now = later(20, hours=3)
        why = explained(number, ClockKind.UPDATE, cast.agent, at=now)
        assert [(each.clock.lap, each.clock.state) for each in why.laps] == [
            (1, ClockState.MISSED),
            (2, ClockState.RUNNING),
        ]
        first = explained(number, ClockKind.UPDATE, cast.agent, lap=1, at=now)
        assert (first.clock.lap, first.clock.breached_at) == (1, later(10, hours=2))
        assert not first.clock.is_current
        assert first.alerts == ()
        with pytest.raises(NotFound):
            explained(number, ClockKind.UPDATE, cast.agent, lap=3, at=now)

    def test_the_time_with_a_supplier_names_it(self, cast: Cast) -> None:
        agree("repairs", (ClockKind.HOP, 4), kind=AgreementKind.SUPPLIER, supplier="northmere")
        number = opened(cast.requester)
        actions.wait_incident(
            number, reason="supplier", supplier="northmere", actor=cast.agent, at=later(5)
        )
        why = explained(number, ClockKind.HOP, cast.agent)
        assert (why.holder, why.agreement_code) == ("Northmere Devices", "repairs")
        assert why.candidates[0].reason == (
            "It holds whoever handed the work over. It covers everything."
        )

    def test_where_nothing_is_promised_there_is_nothing_to_explain(self, cast: Cast) -> None:
        with pytest.raises(NotFound):
            explained(opened(cast.requester), ClockKind.FULFIL, cast.agent)

    def test_it_is_not_for_those_who_only_asked(self, cast: Cast) -> None:
        number = opened(cast.requester)
        with pytest.raises(NotAllowed):
            explained(number, ClockKind.RESOLVE, cast.requester)
        with pytest.raises(NotAllowed):
            queries.incident_chain(number, actor=cast.requester, at=later(5))
        with pytest.raises(NotFound):
            explained(number, ClockKind.RESOLVE, cast.other_requester)

    def test_it_takes_as_many_queries_whatever_happened(
        self, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        number = opened(cast.requester)
        explained(number, ClockKind.RESOLVE, cast.agent)  # the book is read once
        with django_assert_num_queries(13):
            explained(number, ClockKind.RESOLVE, cast.agent)
        for minutes in range(1, 9):
            actions.reply_to_incident(number, text="Hm.", actor=cast.agent, at=later(minutes))
        with django_assert_num_queries(13):
            explained(number, ClockKind.RESOLVE, cast.agent)


class TestChain:
    def handed_on(self, cast: Cast) -> str:
        number = opened(cast.requester)
        actions.wait_incident(
            number, reason="supplier", supplier="northmere", actor=cast.agent, at=later(hours=1)
        )
        actions.resume_incident(number, actor=cast.agent, at=later(hours=3))
        actions.assign_incident(number, team="workplace", actor=cast.lead, at=later(hours=4))
        actions.resolve_incident(
            number, code="fixed", text="Done.", actor=cast.lead, at=later(hours=6)
        )
        return number

    def test_who_had_it_when_by_name(self, cast: Cast) -> None:
        number = self.handed_on(cast)
        way = queries.incident_chain(number, actor=cast.lead, at=later(hours=9)).chain
        assert [(each.kind, each.code, each.amounts.wall) for each in way.links] == [
            ("team", "service-desk", 2 * HOUR),
            ("supplier", "northmere", 2 * HOUR),
            ("team", "workplace", 2 * HOUR),
        ]
        assert (way.is_over, way.total.wall, way.total.counted) == (True, 6 * HOUR, 6 * HOUR)
        assert way.agreement_name == "Standard service levels"
        assert way.broken_in is None

    def test_each_link_has_its_own_agreement(self, cast: Cast) -> None:
        agree("repairs", (ClockKind.HOP, 1), kind=AgreementKind.SUPPLIER, supplier="northmere")
        agree(
            "workshop",
            (ClockKind.HOP, 3),
            kind=AgreementKind.OPERATIONAL,
            provider_team="workplace",
        )
        number = self.handed_on(cast)
        way = queries.incident_chain(number, actor=cast.lead, at=later(hours=9)).chain
        found = [(each.agreement_name, each.hop.state if each.hop else None) for each in way.links]
        assert found == [
            ("", None),
            ("Repairs", ClockState.MISSED),
            ("Workshop", ClockState.MET),
        ]

    def test_it_takes_as_many_queries_whatever_happened(
        self, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        short, long = opened(cast.requester), self.handed_on(cast)
        queries.incident_chain(short, actor=cast.lead, at=later(hours=9))
        # One of them is for the suppliers, if there are any.
        for number, count in ((short, 7), (long, 8)):
            with django_assert_num_queries(count):
                queries.incident_chain(number, actor=cast.lead, at=later(hours=9))


class TestOfTheRequester:
    def test_the_promise_is_that_to_solve_it(self, cast: Cast) -> None:
        number = opened(cast.requester)
        found = queries.case_promise(number, actor=cast.requester, at=later(5))
        assert found.clock is not None
        assert (found.clock.kind, found.clock.target) == (ClockKind.RESOLVE, 80 * HOUR)

    def test_what_teams_and_suppliers_agreed_on_is_none_of_theirs(self, cast: Cast) -> None:
        agree("repairs", (ClockKind.HOP, 1), kind=AgreementKind.SUPPLIER, supplier="northmere")
        number = opened(cast.requester)
        actions.wait_incident(
            number, reason="supplier", supplier="northmere", actor=cast.agent, at=later(5)
        )
        asked: dict[str, Any] = {"actor": cast.requester, "at": later(10)}
        kinds = {each.kind for each in queries.incident_clocks(number, **asked).clocks}
        assert kinds == {ClockKind.RESPOND, ClockKind.RESOLVE}
        view = queries.incident(number, **asked)
        assert ({each.kind for each in view.clocks}, view.supplier, view.supplier_code) == (
            kinds,
            "",
            "",
        )
        rows = queries.incident_list(queries.IncidentFilters(), **asked).items
        assert [(each.supplier, each.supplier_code) for each in rows] == [("", "")]
        assert "Northmere" not in repr(queries.case(number, **asked))
        promise = queries.case_promise(number, **asked)
        assert "Northmere" not in repr(promise)
        assert "Standard" not in repr(promise)
        due = queries.case(number, **asked).row.promised_at
        assert due == promise.clock.due_at if promise.clock else False

    def test_the_desk_knows_the_supplier(self, cast: Cast) -> None:
        number = opened(cast.requester)
        actions.wait_incident(
            number, reason="supplier", supplier="northmere", actor=cast.agent, at=later(5)
        )
        asked: dict[str, Any] = {"actor": cast.agent, "at": later(10)}
        assert queries.incident(number, **asked).supplier == "Northmere Devices"
        (shown,) = queries.incident_list(queries.IncidentFilters(), **asked).items
        assert (shown.supplier_code, shown.supplier) == ("northmere", "Northmere Devices")

    def test_somebody_elses_case_is_not_there(self, cast: Cast) -> None:
        number = opened(cast.requester)
        for other in (cast.other_requester, cast.agent):
            with pytest.raises(NotFound):
                queries.case_promise(number, actor=other, at=later(5))


class TestAnotherRequester:
    def test_another_unit_has_another_agreement(self, cast: Cast) -> None:
        agree("materials", (ClockKind.RESOLVE, 5), unit="materials")
        number = opened(cast.requester)
        actions.change_incident(
            number,
            changes={"requester_id": cast.other_requester.person_id},
            seen_version=1,
            actor=cast.lead,
            at=later(hours=1),
        )
        why = explained(number, ClockKind.RESOLVE, cast.agent, at=later(hours=2))
        assert (why.agreement_code, why.facts.unit) == ("materials", "Materials")
        # What was used under the former agreement stays used.
        assert (why.clock.target, why.clock.elapsed) == (5 * HOUR, 2 * HOUR)
        assert row(number).next_due_at == later(hours=5)

    def test_a_customer_has_an_agreement_of_their_own(self, cast: Cast) -> None:
        agree("harbour", (ClockKind.RESOLVE, 5), customer="brackwater")
        number = opened(cast.customer)
        why = explained(number, ClockKind.RESOLVE, cast.agent)
        assert (why.agreement_code, why.facts.customer) == (
            "harbour",
            "Brackwater Harbour Authority",
        )
        actions.change_incident(
            number,
            changes={"requester_id": cast.requester.person_id},
            seen_version=1,
            actor=cast.lead,
            at=later(hours=1),
        )
        assert explained(number, ClockKind.RESOLVE, cast.agent).agreement_code == "standard"

    def test_another_offering_has_another_line(self, cast: Cast) -> None:
        line = TargetContent(kind=ClockKind.RESOLVE, amount=3, unit=HOURS, offering="laptop-dock")
        wide = TargetContent(kind=ClockKind.RESOLVE, amount=9, unit=HOURS)
        agree("laptops", services=("laptop",), targets=(line, wide))
        number = opened(cast.requester)
        assert explained(number, ClockKind.RESOLVE, cast.agent).target.amount == 9
        actions.change_incident(
            number,
            changes={"offering": "laptop-dock"},
            seen_version=1,
            actor=cast.lead,
            at=later(hours=1),
        )
        why = explained(number, ClockKind.RESOLVE, cast.agent)
        assert (why.target.amount, why.target.offering) == (3, "Docking station and screen")
        assert why.clock.due_at == later(hours=3)


def test_late_is_what_any_lap_of_any_clock_was(cast: Cast) -> None:
    agree("news", (ClockKind.UPDATE, 1))
    kept, missed, asked = (opened(cast.requester) for _each in range(3))
    for number in (kept, missed, asked):
        actions.reply_to_incident(number, text="We look.", actor=cast.agent, at=later(1))
    actions.reply_to_incident(kept, text="And look.", actor=cast.agent, at=later(40))
    # What the requester asks takes the place of the promise that ran; it was not broken.
    actions.reply_to_incident(asked, text="And?", actor=cast.requester, at=later(50))
    actions.reply_to_incident(missed, text="And look.", actor=cast.agent, at=later(80))
    at = later(95)
    shown = queries.incident_list(queries.IncidentFilters(), actor=cast.agent, at=at).items
    marked = {each.number for each in shown if each.breached}
    assert marked == {missed}
    for breached, numbers in ((True, {missed}), (False, {kept, asked})):
        filters = queries.IncidentFilters(breached=breached)
        found = queries.incident_list(filters, actor=cast.agent, at=at).items
        assert {each.number for each in found} == numbers
        assert queries.incident_count(filters, actor=cast.agent, at=at) == len(numbers)
    assert queries.incident(missed, actor=cast.agent, at=at).breached
    assert not queries.incident(kept, actor=cast.agent, at=at).breached
