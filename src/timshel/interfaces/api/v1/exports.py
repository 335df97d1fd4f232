"""Exports of whole lists, as lines of JSON or as a spreadsheet reads them."""

from __future__ import annotations

from typing import Annotated, Any

from django.http.response import HttpResponseBase
from ninja import Query, Router
from pydantic import AwareDatetime, Field

from timshel.context.people import queries as people
from timshel.interfaces.api.document import Document, answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.exporting import BATCH, MEDIA_TYPES, Format, exported
from timshel.interfaces.api.fields import Given, Sent, refuse_unknown
from timshel.interfaces.api.v1.work import Order, WorkInList, WorkQuery, asked_filters, work_in_list
from timshel.kernel.journal.queries import Told
from timshel.leadership.authority.queries import journal_after
from timshel.relationship_agreement.service_level.queries.worklist import work_count, work_list
from timshel.service_portfolio.service.queries import service_codes

router = Router(tags=["Exports"])
journal = Router(tags=["Journal"])

FORMAT: Format = "ndjson"
Written = Annotated[
    Format,
    Query(
        alias="format",
        description="`ndjson`: an object a line; `csv`: comma-separated, in UTF-8, where a text "
        "that a spreadsheet would take for a formula begins with an apostrophe.",
    ),
]


class PersonExported(Sent):
    """A person as exports show them."""

    id: int
    code: str
    name: str
    email: str
    phone: str
    unit: str = Field(description="The unit, or the organisation of an outside contact.")
    traits: tuple[str, ...]


class EntryExported(Sent):
    """An entry of the journal."""

    id: int
    at: AwareDatetime
    actor_kind: str = Field(description="`person`, `service`, `robot`, `import` or `system`.")
    actor_name: str
    person_id: int | None
    channel: str
    origin: str
    verb: str
    subject_kind: str
    subject_id: int
    version: int | None
    changes: dict[str, Any] = Field(description="For each field, what was and what is.")


class ExportQuery(WorkQuery):
    """What of all work is exported: everything that a list can be asked for."""

    sort: Order | None = Field(
        None,
        description="As in `GET /work`, but usually `opened`: since that never changes, whatever "
        "is there from beginning to end comes exactly once. In another order, what is changed "
        "meanwhile may come twice or not at all.",
    )


class JournalQuery(Given):
    """Which part of the journal is exported."""

    since: AwareDatetime | None = Field(None, description="From this moment on.")
    until: AwareDatetime | None = Field(None, description="Before this moment; usually now.")


def _streaming(shape: str) -> Document:
    """Return what an export adds to the document: a stream is no single answer of JSON."""
    schema = {"type": "string", "description": f"Rows of the shape `{shape}`."}
    content = {kind.partition(";")[0]: {"schema": schema} for kind in MEDIA_TYPES.values()}
    extra = answers(404, 422)
    headers = {
        "Total-Count": {
            "description": "How many rows there are in all, if `total=true` was asked.",
            "schema": {"type": "integer"},
        }
    }
    extra["responses"][200] = {
        "description": "All rows, sent as they are read. If something fails on the way, the last "
        "line is a problem document, or in CSV a row of its `type`, `detail` and `instance`.",
        "content": content,
        "headers": headers,
    }
    return extra


@router.get(
    "/work",
    operation_id="export_work",
    summary="Export all kinds of work",
    openapi_extra=_streaming("WorkInList"),
)
def export_work(
    request: ApiRequest, asked: Query[ExportQuery], form: Written = FORMAT
) -> HttpResponseBase:
    """Send all incidents, requests and tasks that a list would show, without a cap.

    It takes what `GET /work` takes; `cursor` and `size` mean nothing here, since all is sent.
    """
    refuse_unknown(request, WorkQuery.model_fields, ("format",))
    filters, order = asked_filters(asked, actor=request.auth)
    sort = order if asked.sort or asked.saved_view else "opened"

    def read(cursor: str | None) -> tuple[tuple[WorkInList, ...], str | None]:
        page = work_list(
            filters, actor=request.auth, at=request.at, sort=sort, cursor=cursor, size=BATCH
        )
        codes = service_codes(row.service_id for row in page.items if row.service_id)
        return tuple(work_in_list(row, codes) for row in page.items), page.next_cursor

    counted = None
    if asked.total:
        counted = work_count(filters, actor=request.auth, at=request.at, limit=None)
    columns = WorkInList.model_fields
    return exported(request, read, name="work", form=form, columns=columns, total=counted)


@router.get(
    "/people",
    tags=["People"],  # not of the scope that opens cases
    operation_id="export_people",
    summary="Export people",
    openapi_extra=_streaming("PersonExported"),
)
def export_people(request: ApiRequest, form: Written = FORMAT) -> HttpResponseBase:
    """Send all people whom the token may see; needs `people.view`."""
    refuse_unknown(request, ("format",))

    def read(key: int | None) -> tuple[tuple[PersonExported, ...], int | None]:
        rows = people.people_after(key or 0, actor=request.auth, size=BATCH)
        return tuple(map(_person, rows)), rows[-1].id if len(rows) == BATCH else None

    columns = PersonExported.model_fields
    return exported(request, read, name="people", form=form, columns=columns)


@journal.get(
    "/journal",
    operation_id="export_journal",
    summary="Export the journal",
    openapi_extra=_streaming("EntryExported"),
)
def export_journal(
    request: ApiRequest, asked: Query[JournalQuery], form: Written = FORMAT
) -> HttpResponseBase:
    """Send all entries of the journal until now, oldest first; needs `journal.view`."""
    refuse_unknown(request, JournalQuery.model_fields, ("format",))
    # Where entries come faster than they are sent, there would be no end.
    until = asked.until or request.at

    def read(key: int | None) -> tuple[tuple[EntryExported, ...], int | None]:
        rows = journal_after(
            key or 0, actor=request.auth, since=asked.since, until=until, size=BATCH
        )
        return tuple(map(_entry, rows)), rows[-1].id if len(rows) == BATCH else None

    columns = EntryExported.model_fields
    return exported(request, read, name="journal", form=form, columns=columns)


def _person(row: people.PersonRow) -> PersonExported:
    return PersonExported(
        id=row.id,
        code=row.code,
        name=row.name,
        email=row.email,
        phone=row.phone,
        unit=row.unit,
        traits=row.traits,
    )


def _entry(row: Told) -> EntryExported:
    return EntryExported(
        id=row.id,
        at=row.at,
        actor_kind=row.actor_kind,
        actor_name=row.actor_name,
        person_id=row.person_id,
        channel=row.channel,
        origin=row.origin,
        verb=row.verb,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        version=row.version,
        changes=dict(row.changes),
    )
