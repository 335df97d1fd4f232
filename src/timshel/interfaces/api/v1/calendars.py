"""Calendars: lists, one in full, its versions and files, changing it, and whose hours it gives."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Header, Path, Router

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import Document, answers, with_headers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import Code, IdempotencyKey, etag, version_of
from timshel.interfaces.api.problems import PreconditionFailed, PreconditionRequired
from timshel.interfaces.api.v1.calendar_shapes import (
    Calendar,
    CalendarChange,
    CalendarGiven,
    Calendars,
    CalendarUses,
    FileGiven,
    FileRead,
    UseGiven,
    VersionsOfCalendar,
    address_of,
    file_read,
    in_full,
    in_list,
    stored_days,
    stored_week,
    used,
    version,
)
from timshel.kernel.errors import Conflict, NotAllowed
from timshel.kernel.icalendar_files.writing import MEDIA_TYPE
from timshel.relationship_agreement.service_level import actions
from timshel.relationship_agreement.service_level.access import CONFIGURE, require_view
from timshel.relationship_agreement.service_level.queries.calendar_files import (
    calendar_ics,
    file_preview,
)
from timshel.relationship_agreement.service_level.queries.calendar_uses import calendar_uses
from timshel.relationship_agreement.service_level.queries.calendars import (
    calendar_content,
    calendar_list,
    calendar_view,
)
from timshel.relationship_agreement.service_level.rules.calendar_contents import CalendarContent
from timshel.relationship_agreement.service_level.rules.exchange import stored_days as days_of_file

router = Router(tags=["Calendars"])
uses_router = Router(tags=["Calendars"])

CalendarCode = Annotated[
    Code, Path(description="The code of the calendar.", examples=["office-hours"])
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The `ETag` of the calendar as it was read; answered with 412 if somebody "
        "changed it since.",
        examples=['"3"'],
    ),
]
ETAG_HEADER: Document = {
    "ETag": {
        "description": "The version, to be sent as `If-Match` with a change.",
        "schema": {"type": "string"},
        "example": '"3"',
    }
}
LOCATION: Document = {
    "Location": {"description": "Where it is.", "schema": {"type": "string"}},
}
FILE: Document = {
    "responses": {
        200: {
            "description": "The file, from the start of this year for three years.",
            "content": {"text/calendar": {"schema": {"type": "string"}}},
        },
        **answers(404)["responses"],
    }
}


@router.get("", response=Calendars, operation_id="list_calendars", summary="List the calendars")
def list_calendars(request: ApiRequest) -> Calendars:
    """Return all calendars; needs `service_level.view`."""
    rows = calendar_list(actor=request.auth, at=request.at)
    return Calendars(items=tuple(in_list(row) for row in rows))


@router.post(
    "",
    response={201: Calendar},
    operation_id="create_calendar",
    summary="Make a calendar",
    openapi_extra=with_headers(201, {**ETAG_HEADER, **LOCATION}, answers(404, 409, 411, 422)),
)
def create_calendar(
    request: ApiRequest, given: CalendarGiven, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Make a calendar that holds for all time; needs `service_level.configure` everywhere."""

    def do() -> Answer:
        hours = actions.CalendarHours(
            time_zone=given.time_zone,
            weekly=stored_week(given.week),
            exceptions=stored_days(given.days),
            holiday_country=given.holiday_country,
            holiday_region=given.holiday_region,
            working_day=timedelta(seconds=given.working_day_seconds),
        )
        by: dict[str, Any] = {"actor": request.auth, "at": request.at}
        code = actions.create_calendar(given.code, name=given.name, hours=hours, **by)
        answer = _standing(request, code, status=201)
        location = {"Location": address_of(request, code)}
        return Answer(answer.status, answer.body, {**answer.headers, **location})

    return answer_once(request, idempotency_key, do)


@router.get(
    "/{code}",
    response=Calendar,
    operation_id="read_calendar",
    summary="Read a calendar",
    openapi_extra=with_headers(200, ETAG_HEADER, answers(404)),
)
def read_calendar(request: ApiRequest, code: CalendarCode) -> HttpResponse:
    """Return a calendar as it holds now; needs `service_level.view`."""
    return _standing(request, code).response()


@router.patch(
    "/{code}",
    response=Calendar,
    operation_id="change_calendar",
    summary="Change a calendar",
    openapi_extra=with_headers(200, ETAG_HEADER, answers(404, 409, 411, 412, 422, 428)),
)
def change_calendar(
    request: ApiRequest,
    code: CalendarCode,
    given: CalendarChange,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Give a calendar other hours from now on; open work is read again by a job.

    Needs `service_level.configure` everywhere, and the version that was seen.
    """
    _require_configure(request)
    named = None if if_match is None else version_of(if_match)
    seen = given.version if named is None else named
    if seen is None:
        raise PreconditionRequired

    def do() -> Answer:
        content, _version = calendar_content(code, actor=request.auth)
        try:
            actions.change_calendar(
                code,
                hours=_changed(content, given),
                name=given.name if "name" in given.model_fields_set else None,
                seen_version=seen,
                actor=request.auth,
                at=request.at,
            )
        except Conflict as conflict:
            if named is not None:
                raise PreconditionFailed(conflict) from conflict
            raise
        return _standing(request, code)

    return answer_once(request, idempotency_key, do)


def _changed(content: CalendarContent, given: CalendarChange) -> actions.CalendarHours:
    """Return the hours of a calendar with those fields that were sent."""
    sent = given.model_fields_set
    weekly = stored_week(given.week) if "week" in sent else content.weekly
    exceptions = stored_days(given.days) if "days" in sent else content.exceptions
    seconds = given.working_day_seconds
    return actions.CalendarHours(
        time_zone=given.time_zone if "time_zone" in sent else content.time_zone,
        weekly=weekly,
        exceptions=exceptions,
        holiday_country=_either(given, "holiday_country", content),
        holiday_region=_either(given, "holiday_region", content),
        working_day=(
            timedelta(seconds=seconds) if "working_day_seconds" in sent else content.working_day
        ),
    )


def _either(given: CalendarChange, name: str, content: CalendarContent) -> str:
    return str(getattr(given if name in given.model_fields_set else content, name))


@router.get(
    "/{code}/versions",
    response=VersionsOfCalendar,
    operation_id="list_calendar_versions",
    summary="List the versions of a calendar",
    openapi_extra=answers(404),
)
def list_calendar_versions(request: ApiRequest, code: CalendarCode) -> VersionsOfCalendar:
    """Return every version with who made it; needs `service_level.view`."""
    view = calendar_view(code, actor=request.auth, at=request.at)
    return VersionsOfCalendar(items=tuple(version(each) for each in view.versions))


@router.get(
    "/{code}/hours.ics",
    operation_id="read_calendar_file",
    summary="Read a calendar as an iCalendar file",
    openapi_extra=FILE,
)
def read_calendar_file(request: ApiRequest, code: CalendarCode) -> HttpResponse:
    """Return the weekly hours, and the days that differ, as events; needs `service_level.view`."""
    content = calendar_ics(code, actor=request.auth, at=request.at)
    return HttpResponse(content, content_type=MEDIA_TYPE)


@router.post(
    "/{code}/import",
    response=FileRead,
    operation_id="import_calendar_file",
    summary="Take single days from an iCalendar file",
    openapi_extra=with_headers(200, ETAG_HEADER, answers(404, 409, 411, 422)),
)
def import_calendar_file(
    request: ApiRequest,
    code: CalendarCode,
    given: FileGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Tell what a file would change and, with `apply`, change it.

    Events that cannot be used are listed with the reason; other single days of the calendar stay.
    Needs `service_level.configure` everywhere.
    """
    _require_configure(request)

    def do() -> Answer:
        by: dict[str, Any] = {"actor": request.auth, "at": request.at}
        content = given.content.encode("utf-8", "replace")
        preview = file_preview(code, content, **by)
        standing = preview.version
        if given.apply:
            new = days_of_file(day for day in preview.days if day.is_new)
            seen = given.version or preview.version
            actions.import_days(code, days=new, seen_version=seen, **by)
            _content, standing = calendar_content(code, actor=request.auth)
        answer = file_read(preview, applied=given.apply, version=standing)
        return Answer.of(answer, headers={"ETag": etag(standing)})

    return answer_once(request, idempotency_key, do)


@uses_router.get(
    "",
    response=CalendarUses,
    operation_id="list_calendar_uses",
    summary="List whose hours the calendars give",
)
def list_calendar_uses(request: ApiRequest) -> CalendarUses:
    """Return the services, teams, suppliers, customers and channels that have hours.

    Needs `service_level.view`.
    """
    return _uses(request)


@uses_router.post(
    "",
    response=CalendarUses,
    operation_id="use_calendar",
    summary="Say whose hours a calendar gives",
    openapi_extra=answers(404, 409, 411, 422),
)
def use_calendar(
    request: ApiRequest, given: UseGiven, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Give one thing the hours of a calendar, or none; needs `service_level.configure`."""

    def do() -> Answer:
        actions.use_calendar(
            given.calendar, **{given.kind: given.whose}, actor=request.auth, at=request.at
        )
        return Answer.of(_uses(request))

    return answer_once(request, idempotency_key, do)


def _uses(request: ApiRequest) -> CalendarUses:
    require_view(request.auth)
    rows = calendar_uses(language=request.auth.language)
    return CalendarUses(items=tuple(used(use) for use in rows))


def _standing(request: ApiRequest, code: str, *, status: int = 200) -> Answer:
    view = calendar_view(code, actor=request.auth, at=request.at)
    return Answer.of(in_full(view), status=status, headers={"ETag": etag(view.version)})


def _require_configure(request: ApiRequest) -> None:
    """Refuse before anything is read: who may not change need not learn what exists."""
    if not request.auth.may(CONFIGURE):
        raise NotAllowed
