"""Measures: each is defined in full, goals are held against what was measured, nothing made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.cast import SYSTEM, Cast, later, opened
from timshel.kernel.errors import Invalid, NotAllowed, NotFound
from timshel.kernel.journal.models import Entry
from timshel.performance_evaluation.measurement.actions import Measured, record_value
from timshel.performance_evaluation.measurement.models import MeasuredValue
from timshel.performance_evaluation.measurement.queries import (
    MEASURES,
    GoalResult,
    case_count,
    find_subject,
    goal_results,
    measure,
)
from timshel.performance_evaluation.measurement.rules.periods import Period, PeriodKind
from timshel.relationship_agreement.service_level.actions import publish_draft, save_draft
from timshel.relationship_agreement.service_level.rules.contents import (
    AgreementContent,
    GoalContent,
    TargetContent,
)
from timshel.relationship_agreement.service_level.states import (
    AgreementKind,
    ClockKind,
    DurationUnit,
    GoalMeasure,
)
from timshel.resolution_fulfilment.incident import actions

DAY = Period(PeriodKind.DAYS, date(2026, 3, 2), date(2026, 3, 2), "UTC")
VALUE = Measured(
    measure=GoalMeasure.SATISFACTION,
    first_day=date(2026, 3, 2),
    last_day=date(2026, 3, 2),
    value=Decimal("91.5"),
    source="Survey",
    service="laptop",
)


@pytest.fixture
def agreement(cast: Cast) -> str:
    """An agreement about ``laptop`` in office hours (ten hours a day) with three goals."""
    content = AgreementContent(
        kind=AgreementKind.SERVICE,
        name="Laptops that work",
        calendar="office-hours",
        services=("laptop",),
        targets=(TargetContent(ClockKind.RESOLVE, 8, DurationUnit.HOURS),),
        goals=(
            GoalContent(GoalMeasure.AVAILABILITY, Decimal(90)),
            GoalContent(GoalMeasure.SATISFACTION, Decimal(90)),
            GoalContent(GoalMeasure.BUSINESS, Decimal(5), "Lost days", "days", is_minimum=False),
        ),
    )
    save_draft("laptops", content=content, actor=SYSTEM, at=later())
    publish_draft("laptops", since_ever=True, actor=SYSTEM, at=later())
    return "laptops"


def goals(cast: Cast, **at: Any) -> dict[str, GoalResult]:
    subject = find_subject("service", "laptop", actor=cast.manager)
    moment = later(days=1, **at)
    found = goal_results(subject, DAY, actor=cast.manager, at=moment)
    return {result.measure: result for result in found}


class TestDefinitions:
    @pytest.mark.parametrize("each", MEASURES, ids=lambda each: each.code)
    def test_a_measure_is_defined_in_full(self, each: Any) -> None:
        for words in (each.name, each.formula, each.population, each.rounding, each.source):
            assert str(words)
        assert str(each.formula).endswith((".", ":"))
        assert measure(each.code) is each

    def test_each_code_is_there_once(self) -> None:
        codes = [each.code for each in MEASURES]
        assert len(codes) == len(set(codes))
        with pytest.raises(NotFound):
            measure("luck")


class TestGoals:
    def test_what_nobody_measured_is_not_measured(self, cast: Cast, agreement: str) -> None:
        found = goals(cast)
        assert found["satisfaction"].value is None
        assert found["satisfaction"].is_reached is None
        assert found["business"].value is None

    def test_availability_is_counted_from_outages(self, cast: Cast, agreement: str) -> None:
        assert goals(cast)["availability"].value == Decimal(100)
        for minutes in (0, 30):
            number = opened(cast.requester, service_state="down", at=later(minutes))
            actions.resolve_incident(
                number, code="fixed", text="Up.", actor=cast.agent, at=later(minutes + 60)
            )
        found = goals(cast)["availability"]
        assert found.value == Decimal("85.000"), "an hour and a half of ten hours"
        assert found.is_reached is False
        assert found.listed == 2
        assert found.selection is not None
        assert case_count(found.selection, actor=cast.manager, at=later(days=1)) == 2

    def test_a_withdrawn_report_is_no_outage(self, cast: Cast, agreement: str) -> None:
        number = opened(cast.requester, service_state="down")
        actions.cancel_incident(number, reason="Works.", actor=cast.lead, at=later(60))
        assert goals(cast)["availability"].value == Decimal(100)

    def test_a_recorded_value_goes_before(self, cast: Cast, agreement: str) -> None:
        for given in (
            VALUE,
            replace(VALUE, measure=GoalMeasure.AVAILABILITY, value=Decimal("89.99")),
            replace(
                VALUE, measure=GoalMeasure.BUSINESS, service="", agreement=agreement,
                name="Lost days", value=Decimal(3),
            ),
        ):  # fmt: skip
            record_value(given, actor=cast.process_owner, at=later())
        found = goals(cast)
        assert (found["satisfaction"].value, found["satisfaction"].is_reached) == (
            Decimal("91.5"), True,
        )  # fmt: skip
        assert (found["availability"].value, found["availability"].is_reached) == (
            Decimal("89.99"), False,
        )  # fmt: skip
        assert found["availability"].source == "Survey"
        assert (found["business"].value, found["business"].is_reached) == (Decimal(3), True)

    def test_a_value_of_other_days_says_nothing(self, cast: Cast, agreement: str) -> None:
        given = replace(VALUE, last_day=date(2026, 3, 3))
        record_value(given, actor=cast.process_owner, at=later())
        assert goals(cast)["satisfaction"].value is None

    def test_of_several_services_the_lowest_is_told(self, cast: Cast) -> None:
        content = AgreementContent(
            kind=AgreementKind.SERVICE,
            name="Everyday work",
            calendar="office-hours",
            unit="institute",
            services=("laptop", "mail"),
            targets=(TargetContent(ClockKind.RESOLVE, 8, DurationUnit.HOURS),),
            goals=(GoalContent(GoalMeasure.AVAILABILITY, Decimal(90)),),
        )
        save_draft("everyday", content=content, actor=SYSTEM, at=later())
        publish_draft("everyday", since_ever=True, actor=SYSTEM, at=later())
        number = opened(cast.requester, service="mail", service_state="down", at=later())
        actions.resolve_incident(
            number, code="fixed", text="Up.", actor=cast.lead, at=later(hours=1)
        )
        subject = find_subject("unit", "climate", actor=cast.manager)
        (found,) = goal_results(subject, DAY, actor=cast.manager, at=later(days=1))
        assert (found.value, found.listed) == (Decimal("90.000"), 1)
        assert found.service.startswith("Mail")
        assert found.is_reached is True


class TestRecording:
    def test_it_is_kept_and_journalled(self, cast: Cast) -> None:
        key = record_value(VALUE, actor=cast.service_owner, at=later())
        row = MeasuredValue.objects.get(pk=key)
        assert (row.value, row.recorded_by_id) == (Decimal("91.5"), cast.service_owner.person_id)
        entry = Entry.objects.get(verb="measurement.recorded")
        assert entry.changes["value"] == [None, "91.5000"]

    def test_the_same_again_changes_nothing(self, cast: Cast) -> None:
        first = record_value(VALUE, actor=cast.service_owner, at=later())
        assert record_value(VALUE, actor=cast.service_owner, at=later(5)) == first
        assert Entry.objects.filter(verb="measurement.recorded").count() == 1

    def test_a_better_value_takes_the_place_of_the_old(self, cast: Cast) -> None:
        first = record_value(VALUE, actor=cast.service_owner, at=later())
        better = replace(VALUE, value=Decimal(92))
        assert record_value(better, actor=cast.service_owner, at=later(5)) == first
        last = Entry.objects.filter(verb="measurement.recorded").latest("id")
        assert last.changes == {"value": ["91.5000", "92.0000"]}

    @pytest.mark.parametrize(
        "changes",
        [
            {"service": ""},
            {"agreement": "none"},
            {"value": Decimal("100.1")},
            {"value": Decimal("-1")},
            {"value": Decimal("NaN")},
            {"value": Decimal("1.00001")},
            {"last_day": date(2026, 3, 1)},
            {"source": " "},
            {"name": "x" * 201},
            {"source": "a\0b"},
        ],
    )
    def test_what_makes_no_sense_is_refused(self, cast: Cast, changes: dict[str, Any]) -> None:
        with pytest.raises(Invalid):
            record_value(replace(VALUE, **changes), actor=cast.process_owner, at=later())
        assert not MeasuredValue.objects.exists()

    def test_it_needs_the_right_for_that_service(self, cast: Cast) -> None:
        for actor, given in (
            (cast.lead, VALUE),
            (cast.auditor, VALUE),
            (cast.service_owner, replace(VALUE, service="heating")),
        ):
            with pytest.raises(NotAllowed):
                record_value(given, actor=actor, at=later())
        with pytest.raises(NotFound):
            record_value(replace(VALUE, service="none"), actor=cast.process_owner, at=later())
        assert not MeasuredValue.objects.exists()
