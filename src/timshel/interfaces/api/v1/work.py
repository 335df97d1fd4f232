"""All kinds of work in one list, as the desk shows them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import AwareDatetime, Field

from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    LARGEST_KEY,
    Code,
    Cursor,
    Given,
    Line,
    LongText,
    PageSize,
    Sent,
    refuse_unknown,
)
from timshel.interfaces.api.links import Links, page_links
from timshel.interfaces.api.v1.incident_shapes import Named, PersonNamed
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid
from timshel.kernel.filters import EVERYTHING, Filter, read_filter
from timshel.operation.view.fields import FIELDS
from timshel.operation.view.queries import view_of
from timshel.operation.view.rules import Look
from timshel.operation.work.states import Stage, WaitingReason
from timshel.relationship_agreement.service_level.queries.worklist import (
    WorkFilters,
    WorkRow,
    work_count,
    work_list,
)
from timshel.service_portfolio.service.queries import service_codes

router = Router(tags=["Work"])

Kind = Literal["incident", "service_request", "task"]
Order = Annotated[str, Field(pattern="^-?[a-z]{1,20}$")]
Number = Annotated[str, Field(pattern=r"^[A-Za-z]{2,6}[0-9]{1,14}$")]
MOST_NUMBERS = 200


class WorkQuery(Given):
    """What of all work is asked for."""

    view: Literal["mine", "teams", "unassigned", "all"] | None = Field(
        None,
        description="`mine`: assigned to me; `teams`: with my teams; `unassigned`: with nobody, in "
        "my teams if I have any.",
    )
    number: list[Number] = Field(
        [],
        max_length=MOST_NUMBERS,
        description="Those with these numbers; repeat the parameter, up to 200 times. What there "
        "is not, or may not be seen, is left away.",
    )
    kind: list[Kind] = Field([], description="Any of these kinds; repeat the parameter.")
    open: bool | None = Field(None, description="Only those not finished, or only those finished.")
    stage: list[Stage] = Field([], description="Any of these stages; repeat the parameter.")
    priority: list[Annotated[int, Field(ge=1, le=5)]] = Field(
        [], description="Any of these priorities; repeat the parameter."
    )
    team: Code | None = Field(None, description="The code of the team that has it.")
    service: Code | None = Field(None, description="The code of the service.")
    assignee_id: Annotated[int, Field(ge=1, le=LARGEST_KEY)] | None = Field(
        None, description="The person who has it."
    )
    requester_id: Annotated[int, Field(ge=1, le=LARGEST_KEY)] | None = Field(
        None, description="The person who asked."
    )
    text: Line = Field("", description="Words of number, title or description.")
    saved_view: Annotated[str, Field(pattern=r"^([a-z]{1,20}|[0-9]{1,18})$")] | None = Field(
        None,
        description="The key of a view: what it shows, in its order unless `sort` says another. "
        "Besides its own conditions, all other parameters hold, too.",
    )
    filter: LongText = Field(
        "",
        description="Further conditions as JSON, with the groups `all`, `any` and `none` as "
        "`GET /views/fields` describes them.",
    )
    breached: bool | None = Field(None, description="With a promised time exceeded, or without.")
    sort: Order | None = Field(
        None,
        description="`due`, which is usual: next deadline first; `opened`, `updated`, `resolved`, "
        "`number`: newest first; `priority`: highest first; `unanswered`: who waits longest for a "
        "reply first. A minus before it turns it round.",
    )
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="Pieces of work to a page.")
    total: bool = Field(False, description="Whether to count all of them as well.")  # noqa: FBT003


class WorkInList(Sent):
    """A piece of work as lists show it."""

    kind: Kind = Field(description="Tells which address it is read at.")
    number: str
    title: str
    parent: str | None = Field(description="Of a task, the number of the request it belongs to.")
    stage: Stage = Field(description="One set of stages for all work.")
    stage_name: str = Field(description="For people, in the language that was asked for.")
    waiting_reason: WaitingReason | None = Field(description="What it waits for, if it waits.")
    priority: int = Field(description="From 1, first, to 5, last.")
    service: Named | None
    team: Named | None = Field(description="The team that has it.")
    assignee: PersonNamed | None = Field(description="The person who has it.")
    requester: PersonNamed = Field(description="The person who asked.")
    opened_at: AwareDatetime
    updated_at: AwareDatetime
    next_due_at: AwareDatetime | None = Field(description="The next deadline that still runs.")
    breached: bool = Field(description="Whether a promised time was exceeded.")
    version: int = Field(description="Grows with every change.")


class Work(Sent):
    """One page of a list."""

    items: tuple[WorkInList, ...]
    links: Links
    total: int | None = Field(description="How many there are in all, if `total=true` was asked.")


@router.get(
    "",
    response=Work,
    operation_id="list_work",
    summary="List all kinds of work",
    openapi_extra=answers(404, 422),
)
def list_work(request: ApiRequest, asked: Query[WorkQuery]) -> Work:
    """Return a page of the incidents, requests and tasks that the token may see."""
    refuse_unknown(request, WorkQuery.model_fields)
    actor = request.auth
    filters, sort = asked_filters(asked, actor=actor)
    page = work_list(
        filters,
        actor=actor,
        at=request.at,
        sort=sort,
        cursor=asked.cursor,
        size=asked.size,
    )
    codes = service_codes(row.service_id for row in page.items if row.service_id)
    return Work(
        items=tuple(work_in_list(row, codes) for row in page.items),
        links=page_links(request, page),
        total=work_count(filters, actor=actor, at=request.at, limit=None) if asked.total else None,
    )


def asked_filters(asked: WorkQuery, *, actor: Actor) -> tuple[WorkFilters, str]:
    """Return what is asked for, and in which order.

    Raises:
        Invalid: the filter cannot be read.
        NotFound: there is no such view.
    """
    look = view_of(asked.saved_view, actor=actor).look if asked.saved_view else Look()
    return _filters(asked, look), asked.sort or look.sort


def _filters(asked: WorkQuery, look: Look) -> WorkFilters:
    """Return what is asked for.

    Raises:
        Invalid: the filter cannot be read.
    """
    return WorkFilters(
        view=asked.view,
        numbers=tuple(number.upper() for number in asked.number),
        kinds=tuple(asked.kind),
        open=asked.open,
        stages=tuple(asked.stage),
        priorities=tuple(asked.priority),
        team=asked.team,
        service=asked.service,
        assignee_id=asked.assignee_id,
        requester_id=asked.requester_id,
        text=asked.text,
        breached=asked.breached,
        conditions=look.filter,
        further=_further(asked.filter),
    )


def _further(text: str) -> Filter:
    if not text:
        return EVERYTHING
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise Invalid({"filter": [_("This is not JSON.")]}) from wrong
    return read_filter(given, FIELDS)


def work_in_list(row: WorkRow, codes: Mapping[int, str]) -> WorkInList:
    """Return a piece of work as lists show it."""
    code = codes.get(row.service_id or 0, "")
    assignee = None
    if row.assignee_id is not None:
        assignee = PersonNamed(id=row.assignee_id, name=row.assignee)
    return WorkInList(
        kind=row.kind,  # type: ignore[arg-type]
        number=row.number,
        title=row.title,
        parent=row.parent or None,
        stage=Stage(row.stage),
        stage_name=str(row.stage_name),
        waiting_reason=WaitingReason(row.waiting_reason) if row.waiting_reason else None,
        priority=row.priority,
        service=Named(code=code, name=row.service) if code else None,
        team=Named(code=row.team_code, name=row.team) if row.team_code else None,
        assignee=assignee,
        requester=PersonNamed(id=row.requester_id, name=row.requester),
        opened_at=row.opened_at,
        updated_at=row.updated_at,
        next_due_at=row.next_due_at,
        breached=row.breached,
        version=row.version,
    )
