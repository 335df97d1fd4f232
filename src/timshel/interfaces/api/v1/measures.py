"""Measures: what each means, and values that other programs measured."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Router
from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import Given, IdempotencyKey, Key, Sent, Storable, refuse_unknown
from timshel.performance_evaluation.measurement import queries
from timshel.performance_evaluation.measurement.actions import Measured, record_value
from timshel.performance_evaluation.measurement.queries.calls import CALL_MEASURES
from timshel.performance_evaluation.measurement.states import BETTER_NAMES, UNIT_NAMES
from timshel.performance_evaluation.reporting.access import require_cards
from timshel.relationship_agreement.service_level.states import GoalMeasure

router = Router(tags=["Report cards"])

Name = Annotated[str, Field(max_length=200), Storable]

PLAIN_NUMBER = r"-?[0-9]{1,20}(\.[0-9]{1,20})?"


def _plain(value: object) -> object:
    """Refuse a text that is no number as the document writes one."""
    if isinstance(value, str) and not re.fullmatch(PLAIN_NUMBER, value):
        raise PydanticCustomError("decimal_parsing", "a number was wanted")
    return value


class Measure(Sent):
    """What a measure means."""

    code: str = Field(description="By which report cards name the measure.")
    name: str = Field(description="In the language that was asked for.")
    formula: str = Field(description="How it is worked out, in words.")
    unit: str = Field(
        description="`cases`, `percent`, `duration` (seconds in figures), `hand_overs`, `calls`, "
        "`calls_per_case`, `seconds` or `value`."
    )
    unit_name: str = Field(description="The unit, in words.")
    population: str = Field(description="About which cases or promises it is, in words.")
    rounding: str = Field(description="How it is rounded, in words.")
    source: str = Field(description="Where the figures come from, in words.")
    better: str = Field(description="`higher`, `lower` or `neither`.")
    better_name: str = Field(description="In which direction it gets better, in words.")


class Measures(Sent):
    """All measures in their order."""

    items: tuple[Measure, ...]


class MeasuredValue(Given):
    """What was measured outside, for some days."""

    measure: Literal["availability", "satisfaction", "business"] = Field(
        description="What kind of goal it speaks of."
    )
    agreement: Annotated[str, Field(max_length=40), Storable] = Field(
        "", description="The code of the agreement; needed where no service is named."
    )
    service: Annotated[str, Field(max_length=40), Storable] = Field(
        "", description="The code of the service; needed where no agreement is named."
    )
    name: Name = Field("", description="The name of the goal, where it has one.")
    unit: Annotated[str, Field(max_length=40), Storable] = Field(
        "", description="Of a value in business terms."
    )
    first_day: date = Field(description="The first day for which it was measured.")
    last_day: date = Field(description="The last day, which belongs to it.")
    value: Annotated[Decimal, BeforeValidator(_plain)] = Field(
        json_schema_extra={
            "anyOf": [{"type": "number"}, {"type": "string", "pattern": f"^{PLAIN_NUMBER}$"}]
        },
        description="In per cent for availability and satisfaction; at most four decimals.",
        examples=["99.95"],
    )
    source: Name = Field(
        description="Who or what measured it, for readers of the report card.",
        examples=["Monitoring"],
    )


class RecordedValue(Sent):
    """The value as it is kept."""

    id: Key


@router.get("", response=Measures, operation_id="list_measures", summary="List the measures")
def list_measures(request: ApiRequest) -> Measures:
    """Return what each measure means; each is defined once and used by all report cards."""
    refuse_unknown(request)
    require_cards(request.auth)
    return Measures(
        items=tuple(
            Measure(
                code=row.code,
                name=str(row.name),
                formula=str(row.formula),
                unit=row.unit.value,
                unit_name=str(UNIT_NAMES[row.unit]),
                population=str(row.population),
                rounding=str(row.rounding),
                source=str(row.source),
                better=row.better.value,
                better_name=str(BETTER_NAMES[row.better]),
            )
            for row in (*queries.MEASURES, *CALL_MEASURES)
        )
    )


@router.post(
    "/values",
    response=RecordedValue,
    operation_id="record_measured_value",
    summary="Record what was measured outside",
    openapi_extra=answers(404, 409, 422),
)
def record_measured_value(
    request: ApiRequest, given: MeasuredValue, key: IdempotencyKey = None
) -> HttpResponse:
    """Keep a value for a goal of an agreement; for the same days it takes the place of the old.

    Report cards show the value whose days lie within their period, of several the longest and
    latest. Needs `measurement.record`, for the service or everywhere.
    """

    def do() -> Answer:
        measured = Measured(
            measure=GoalMeasure(given.measure),
            first_day=given.first_day,
            last_day=given.last_day,
            value=given.value,
            source=given.source,
            agreement=given.agreement,
            service=given.service,
            name=given.name,
            unit=given.unit,
        )
        pk = record_value(measured, actor=request.auth, at=request.at)
        return Answer.of(RecordedValue(id=pk))

    return answer_once(request, key, do)
