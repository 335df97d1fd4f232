"""The service charter: what is promised to a reader with its figures, and how it is kept."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Router
from pydantic import Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Code,
    Given,
    IdempotencyKey,
    Label,
    Paragraph,
    Sent,
    Storable,
    refuse_unknown,
)
from timshel.kernel.errors import Invalid
from timshel.leadership.policy import actions
from timshel.leadership.policy.access import require_manage
from timshel.leadership.policy.queries import (
    KeptPromise,
    PromiseRow,
    charter,
    kept_promise,
    kept_promises,
    promise_codes,
    promise_content,
    reader_of,
)
from timshel.leadership.policy.rules import PromiseContent
from timshel.leadership.policy.states import AudienceKind, Bound, PeriodLength
from timshel.performance_evaluation.measurement.queries import (
    PROMISED_MEASURES,
    Reading,
    Readings,
    charter_readings,
)
from timshel.performance_evaluation.measurement.states import MeasureUnit

router = Router(tags=["Charter"])

MEASURES = {each.code: each for each in PROMISED_MEASURES}
MINUTE = 60
CHANGES = answers(404, 409, 411, 422)
PromiseCode = Annotated[
    Code, Path(description="The code of the promise.", examples=["heard-in-time"])
]
Title = Annotated[str, Field(min_length=1, max_length=200), Storable]


class CharterFigure(Sent):
    """A figure of a promise as it was read last."""

    first_day: date
    last_day: date = Field(description="The last day, which belongs to the period.")
    value: float | None = Field(
        description="In the unit of the measure; spans in seconds; null of nothing."
    )
    is_kept: bool | None = Field(description="Whether it keeps the promise; null of nothing.")
    listed: int = Field(description="How many cases or promises stand behind it.")
    read_at: datetime


class PromiseText(Sent):
    """What a promise says."""

    code: str
    number: int = Field(description="Of the version.")
    title: str = Field(description="In the language that was asked for.")
    detail: str
    remedy: str = Field(description="What is done when it is missed.")
    audience: AudienceKind
    audience_code: str = Field(description="Of a unit or a category of customers, else empty.")
    measure: str = Field(description="The code of the measure; see `GET /measures`.")
    subject_kind: str = Field(
        description="On what it is counted: `everything`, `service`, `team`, `unit`, `customer`."
    )
    subject_code: str
    period: PeriodLength
    bound: Bound
    target: float = Field(description="In the unit of the measure; spans in seconds.")
    owner: str = Field(description="The name of who answers for it, or empty.")
    valid_from: date
    valid_until: date | None = Field(description="The last day, or null.")


class CharterLine(PromiseText):
    """A promise with its figures."""

    now: CharterFigure | None = Field(description="Of the period that runs.")
    last: CharterFigure | None = Field(description="Of the last period that is over.")
    trend: tuple[CharterFigure, ...] = Field(description="Periods that are over, oldest first.")


class Charter(Sent):
    """What is promised to whoever asks, in its order."""

    items: tuple[CharterLine, ...]


class PromiseVersion(PromiseText):
    """A version of a promise."""

    state: Literal["draft", "published", "retired"]
    position: int
    published_at: datetime | None
    retired_at: datetime | None


class PromiseKept(Sent):
    """A promise with all its versions, newest first."""

    code: str
    versions: tuple[PromiseVersion, ...]


class Promises(Sent):
    """All promises in their order."""

    items: tuple[PromiseKept, ...]


class PromiseTranslation(Given):
    """A promise in another language."""

    title: Title | None = None
    detail: Paragraph = ""
    remedy: Paragraph = ""


class PromiseDraft(Given):
    """What the next version of a promise shall say."""

    title: Title
    detail: Paragraph = ""
    remedy: Paragraph = ""
    audience: AudienceKind = AudienceKind.EVERYBODY
    audience_code: Label = ""
    measure: Annotated[str, Field(max_length=40), Storable]
    subject_kind: Literal["everything", "service", "team", "unit", "customer"] = "everything"
    subject_code: Label = ""
    period: PeriodLength = PeriodLength.MONTH
    bound: Bound = Bound.AT_LEAST
    target: float = Field(
        ge=0, le=10**9, description="In the unit of the measure; spans in seconds.", examples=[90]
    )
    position: int = Field(0, ge=0, le=9_999, description="Smaller numbers come first.")
    valid_from: date
    valid_until: date | None = None
    owner: Annotated[str, Field(max_length=80), Storable] = Field(
        "", description="The code of the person who answers for it."
    )
    translations: dict[Annotated[str, Field(max_length=8), Storable], PromiseTranslation] = Field(
        default_factory=dict, description="By language code."
    )


@router.get("", response=Charter, operation_id="read_charter", summary="Read the charter")
def read_charter(request: ApiRequest) -> Charter:
    """Return what is promised to the token's person, with the figures as they were read last."""
    refuse_unknown(request)
    actor, at = request.auth, request.at
    rows = charter(reader_of(actor), language=actor.language, zone=actor.time_zone, at=at)
    readings = charter_readings(rows, at=at)
    return Charter(items=tuple(_line(row, readings.get(row.id)) for row in rows))


@router.get(
    "/promises",
    response=Promises,
    operation_id="list_charter_promises",
    summary="List all promises with their versions",
)
def list_charter_promises(request: ApiRequest) -> Promises:
    """Return all promises, drafts and retired ones included; needs `policy.manage`."""
    refuse_unknown(request)
    kept = kept_promises(actor=request.auth, at=request.at)
    return Promises(items=tuple(_kept(each) for each in kept))


@router.get(
    "/promises/{code}",
    response=PromiseKept,
    operation_id="read_charter_promise",
    summary="Read a promise with its versions",
    openapi_extra=answers(404),
)
def read_charter_promise(request: ApiRequest, code: PromiseCode) -> PromiseKept:
    """Return a promise with all its versions; needs `policy.manage`."""
    return _kept(kept_promise(code, actor=request.auth, at=request.at))


@router.put(
    "/promises/{code}/draft",
    response=PromiseKept,
    operation_id="save_charter_draft",
    summary="Write the next version of a promise",
    openapi_extra=CHANGES,
)
def save_charter_draft(
    request: ApiRequest,
    code: PromiseCode,
    given: PromiseDraft,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Write a draft, which nobody sees before it is published; needs `policy.manage`."""
    require_manage(request.auth)

    def do() -> Answer:
        content = _content(code, given, request)
        actions.save_draft(code, content=content, actor=request.auth, at=request.at)
        return _answer(code, request)

    return answer_once(request, idempotency_key, do)


@router.delete(
    "/promises/{code}/draft",
    response={204: None},
    operation_id="discard_charter_draft",
    summary="Throw a draft away",
    openapi_extra=CHANGES,
)
def discard_charter_draft(
    request: ApiRequest, code: PromiseCode, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Throw away the version that is being written; needs `policy.manage`."""

    def do() -> Answer:
        actions.discard_draft(code, actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/promises/{code}/publish",
    response=PromiseKept,
    operation_id="publish_charter_draft",
    summary="Publish a draft",
    openapi_extra=CHANGES,
)
def publish_charter_draft(
    request: ApiRequest, code: PromiseCode, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Promise what was written from its first day on; needs `policy.manage`."""

    def do() -> Answer:
        actions.publish_draft(code, actor=request.auth, at=request.at)
        return _answer(code, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/promises/{code}/retire",
    response=PromiseKept,
    operation_id="retire_charter_promise",
    summary="Retire a promise",
    openapi_extra=CHANGES,
)
def retire_charter_promise(
    request: ApiRequest, code: PromiseCode, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Promise it no more from now on; its versions are kept. Needs `policy.manage`."""

    def do() -> Answer:
        actions.retire_promise(code, actor=request.auth, at=request.at)
        return _answer(code, request)

    return answer_once(request, idempotency_key, do)


def _answer(code: str, request: ApiRequest) -> Answer:
    return Answer.of(_kept(kept_promise(code, actor=request.auth, at=request.at)))


def _content(code: str, given: PromiseDraft, request: ApiRequest) -> PromiseContent:
    """Return what a draft says; spans are kept in minutes.

    Raises:
        Invalid: there is no such measure.
    """
    measure = MEASURES.get(given.measure)
    if measure is None:
        raise Invalid({"measure": [_("There is no such measure.")]})
    is_span = measure.unit is MeasureUnit.DURATION
    target = Decimal(str(given.target))
    texts = given.model_dump(exclude={"translations", "target", "measure"})
    return PromiseContent(
        **texts,
        measure=measure.code,
        target=target / MINUTE if is_span else target,
        zone=_zone(code, request),
        translations={
            language: {name: text for name, text in each.model_dump().items() if text}
            for language, each in given.translations.items()
        },
    )


def _zone(code: str, request: ApiRequest) -> str:
    """Return the zone of a promise that is known already, or that of the person."""
    if code not in promise_codes():
        return request.auth.time_zone
    known = kept_promise(code, actor=request.auth, at=request.at)
    return promise_content(known.versions[0].id).zone


def _text(row: PromiseRow) -> PromiseText:
    found = MEASURES.get(row.measure)
    is_span = found is not None and found.unit is MeasureUnit.DURATION
    return PromiseText(
        code=row.code,
        number=row.number,
        title=row.title,
        detail=row.detail,
        remedy=row.remedy,
        audience=row.audience,
        audience_code=row.audience_code,
        measure=row.measure,
        subject_kind=row.subject_kind,
        subject_code=row.subject_code,
        period=row.period,
        bound=row.bound,
        target=float(row.target) * (MINUTE if is_span else 1),
        owner=row.owner,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )


def _line(row: PromiseRow, found: Readings | None) -> CharterLine:
    return CharterLine(
        **_text(row).model_dump(),
        now=_figure(found.now) if found else None,
        last=_figure(found.last) if found else None,
        trend=tuple(each for one in (found.trend if found else ()) if (each := _figure(one))),
    )


def _figure(reading: Reading | None) -> CharterFigure | None:
    if reading is None:
        return None
    value = reading.value
    if isinstance(value, timedelta):
        value = Decimal(value // timedelta(seconds=1))
    return CharterFigure(
        first_day=reading.period.first_day,
        last_day=reading.period.last_day,
        value=None if value is None else float(value),
        is_kept=reading.is_kept,
        listed=reading.listed,
        read_at=reading.read_at,
    )


def _kept(kept: KeptPromise) -> PromiseKept:
    return PromiseKept(
        code=kept.code,
        versions=tuple(
            PromiseVersion(
                **_text(row).model_dump(),
                state=row.state.value,
                position=row.position,
                published_at=row.published_at,
                retired_at=row.retired_at,
            )
            for row in kept.versions
        ),
    )
