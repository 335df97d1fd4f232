"""One deed for many pieces of work: beginning it, watching it, stopping, taking it back."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Query, Router
from pydantic import AwareDatetime, Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Code,
    Cursor,
    Explanation,
    Given,
    IdempotencyKey,
    Key,
    KeyInAddress,
    Label,
    Level,
    Line,
    LongText,
    PageSize,
    Priority,
    Sent,
    refuse_unknown,
)
from timshel.interfaces.api.links import Links, page_links
from timshel.kernel.errors import Invalid
from timshel.kernel.filters import EVERYTHING, read_filter
from timshel.operation.bulk import actions, queries, rules
from timshel.operation.bulk.states import ItemState, RunState
from timshel.operation.macro.queries import macro, macro_deeds
from timshel.operation.view.fields import FIELDS
from timshel.operation.view.queries import view_of
from timshel.operation.view.rules import Look
from timshel.operation.work.deeds import MOST_DEEDS, Deed, DeedKind, read_deeds
from timshel.operation.work.states import Trigger
from timshel.relationship_agreement.service_level.queries.worklist import (
    WorkFilters,
    work_numbers,
)

router = Router(tags=["Bulk"])

RunId = Annotated[KeyInAddress, Path(description="The key of the run.", examples=[12])]
Number = Annotated[str, Field(min_length=1, max_length=20)]


class DeedGiven(Given):
    """One thing to do; which of the other fields belong to it depends on `do`."""

    do: DeedKind = Field(description="What is done.")
    text: LongText | None = Field(
        None, description="Of `reply` and `note`; of `move`, what was done or delivered, or a note."
    )
    waits: bool | None = Field(
        None, description="Of `reply`: whether the work waits for the requester's answer."
    )
    team: Code | None = Field(
        None, description="Of `assign`: the code of the team; null keeps the team."
    )
    assignee: Key | Literal["me"] | None = Field(
        None, description="Of `assign`: the key of a person, `me`, or null for nobody yet."
    )
    trigger: Trigger | None = Field(None, description="Of `move`: where it goes.")
    reason: Explanation | None = Field(
        None,
        description="Of `move`: what it waits for, or why it is reopened or cancelled.",
    )
    code: Code | None = Field(
        None, description="Of `move`: how it was resolved, or the outcome of a task."
    )
    supplier: Code | None = Field(None, description="Of `move`: the supplier that is waited for.")
    tags: list[Label] | None = Field(None, description="Of `tag` and `untag`.", max_length=20)
    person: Key | Literal["me"] | None = Field(None, description="Of `watch`: who.")
    to: Number | None = Field(None, description="Of `link`: the number of the other.")
    kind: Code | None = Field(
        None, description="Of `link`: `related`, `duplicate_of` or `caused_by`."
    )
    into: Number | None = Field(None, description="Of `merge`: the number that stays.")
    title: Line | None = Field(None, description="Of `change`.")
    service: Code | None = Field(None, description="Of `change`: a code, or null for unknown.")
    offering: Code | None = Field(None, description="Of `change`: a code, or null.")
    impact: Level | None = Field(None, description="Of `change`: 1 is high, 3 is low.")
    urgency: Level | None = Field(None, description="Of `change`: 1 is high, 3 is low.")
    service_state: Code | None = Field(None, description="Of `change`.")
    symptom: Label | None = Field(None, description="Of `change`.")
    requester_id: Key | None = Field(None, description="Of `change`.")
    parent: Number | None = Field(None, description="Of `change`: a number, or null.")
    priority: Priority | None = Field(
        None, description="Of `change`: null for what impact and urgency give."
    )
    priority_reason: Explanation | None = Field(
        None, description="Of `change`: why the priority differs from that."
    )


class RunGiven(Given):
    """The set, and what is to be done to each of it."""

    numbers: list[Number] | None = Field(
        None, description="The pieces of work, in the order in which they are done."
    )
    saved_view: Annotated[str, Field(pattern=r"^([a-z]{1,20}|[0-9]{1,18})$")] | None = Field(
        None, description="Instead of numbers, all that a view finds: its key."
    )
    filter: dict[str, Any] | None = Field(
        None,
        description="Instead of numbers, or narrowing the view: conditions in the groups `all`, "
        "`any` and `none`, as `GET /views/fields` describes them.",
    )
    deeds: list[DeedGiven] = Field(
        [], description="Done to each in their order, all or none.", max_length=MOST_DEEDS
    )
    macro_id: Key | None = Field(None, description="Instead of deeds, a macro.")
    title: Line = Field("", description="What the run is called; the macro's name if left out.")


class Run(Sent):
    """A run of one deed over many pieces of work."""

    id: int = Field(description="The key of the run.")
    title: str
    state: RunState = Field(description="Where it stands.")
    undoes: int | None = Field(description="The run that it takes back.")
    total: int = Field(description="How many pieces of work it is about.")
    done: int = Field(description="At how many it was done.")
    failed: int = Field(description="At how many it was refused.")
    waiting: int = Field(description="How many were not reached yet.")
    undone: int = Field(description="How many were put back since.")
    can_undo: bool = Field(description="Whether anything of it can be taken back now.")
    deeds: list[dict[str, Any]] = Field(description="What is done to each.")
    created_at: AwareDatetime
    ended_at: AwareDatetime | None


class RunInList(Sent):
    """A run as lists show it."""

    id: int = Field(description="The key of the run.")
    title: str
    state: RunState
    undoes: int | None = Field(description="The run that it takes back.")
    total: int
    done: int
    failed: int
    created_at: AwareDatetime
    ended_at: AwareDatetime | None


class Runs(Sent):
    """One page of runs."""

    items: tuple[RunInList, ...]
    links: Links


class RunItem(Sent):
    """One piece of work of a run."""

    number: str
    title: str = Field(description="Empty where the token's person does not see it.")
    state: ItemState
    code: str = Field(description="Why it failed, for programs; empty if it did not.")
    detail: str = Field(description="Why it failed, for people.")
    at: AwareDatetime | None


class RunItems(Sent):
    """One page of the pieces of work of a run."""

    items: tuple[RunItem, ...]
    links: Links


class RunQuery(Given):
    """Which page."""

    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="Rows to a page.")


class ItemQuery(RunQuery):
    """Which pieces of work of a run."""

    state: list[ItemState] = Field([], description="Any of these; repeat the parameter.")


@router.get("", response=Runs, operation_id="list_runs", summary="List one's runs over many")
def list_runs(request: ApiRequest, asked: Query[RunQuery]) -> Runs:
    """Return the runs of the token's person, newest first."""
    refuse_unknown(request, RunQuery.model_fields)
    page = queries.run_list(actor=request.auth, cursor=asked.cursor, size=asked.size)
    return Runs(
        items=tuple(
            RunInList(
                id=row.id,
                title=row.title,
                state=row.state,
                undoes=row.undoes,
                total=row.total,
                done=row.done,
                failed=row.failed,
                created_at=row.created_at,
                ended_at=row.ended_at,
            )
            for row in page.items
        ),
        links=page_links(request, page),
    )


@router.post(
    "",
    response={202: Run},
    operation_id="begin_run",
    summary="Do something to many",
    openapi_extra=answers(404, 409, 422),
)
def begin_run(
    request: ApiRequest, given: RunGiven, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Begin a run over a set that is fixed now; needs `work.bulk`.

    Each piece of work is done by itself, under the rights that the token has and its person still
    has then. Read the run to see how far it is, and its items for those that failed.
    """

    def do() -> Answer:
        run_id = actions.run_over(_wanted(request, given), actor=request.auth, at=request.at)
        return Answer.of(_run(request, run_id), status=202)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/{run_id}",
    response=Run,
    operation_id="read_run",
    summary="Read how far a run is",
    openapi_extra=answers(404),
)
def read_run(request: ApiRequest, run_id: RunId) -> Run:
    """Return a run of the token's person."""
    return _run(request, run_id)


@router.get(
    "/{run_id}/items",
    response=RunItems,
    operation_id="list_run_items",
    summary="List what came of each",
    openapi_extra=answers(404, 422),
)
def list_run_items(request: ApiRequest, run_id: RunId, asked: Query[ItemQuery]) -> RunItems:
    """Return the pieces of work of a run in their order, with why some failed."""
    refuse_unknown(request, ItemQuery.model_fields)
    page = queries.run_items(
        run_id,
        states=asked.state,
        actor=request.auth,
        cursor=asked.cursor,
        size=asked.size,
    )
    return RunItems(
        items=tuple(
            RunItem(
                number=row.number,
                title=row.title,
                state=row.state,
                code=row.code,
                detail=row.said,
                at=row.at,
            )
            for row in page.items
        ),
        links=page_links(request, page),
    )


@router.post(
    "/{run_id}/stop",
    response=Run,
    operation_id="stop_run",
    summary="Stop a run",
    openapi_extra=answers(404, 409, 422),
)
def stop_run(
    request: ApiRequest, run_id: RunId, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Ask a run to stop; what is done stays done."""

    def do() -> Answer:
        actions.stop_run(run_id, actor=request.auth, at=request.at)
        return Answer.of(_run(request, run_id))

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{run_id}/retry",
    response={202: Run},
    operation_id="retry_bulk_run",
    summary="Go on with what is left of a run",
    openapi_extra=answers(404, 409, 422),
)
def retry_bulk_run(
    request: ApiRequest, run_id: RunId, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Try those again that failed, and do those that were not reached."""

    def do() -> Answer:
        actions.retry_run(run_id, actor=request.auth, at=request.at)
        return Answer.of(_run(request, run_id), status=202)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{run_id}/undo",
    response={202: Run},
    operation_id="undo_run",
    summary="Take a run back",
    openapi_extra=answers(404, 409, 422),
)
def undo_run(
    request: ApiRequest, run_id: RunId, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Put everything back as it was, as far as nobody changed it since, by a run of its own.

    Replies, notes and mails that were sent stay. The answer is the new run.
    """

    def do() -> Answer:
        undoing = actions.undo_run(run_id, actor=request.auth, at=request.at)
        return Answer.of(_run(request, undoing), status=202)

    return answer_once(request, idempotency_key, do)


def _wanted(request: ApiRequest, given: RunGiven) -> actions.Wanted:
    deeds, title = _deeds(request, given), given.title
    if given.macro_id is not None and not title:
        title = macro(given.macro_id, actor=request.auth).name
    return actions.Wanted(
        numbers=_numbers(request, given), deeds=deeds, title=title, macro_id=given.macro_id
    )


def _deeds(request: ApiRequest, given: RunGiven) -> tuple[Deed, ...]:
    if given.macro_id is None:
        return read_deeds(
            [each.model_dump(mode="json", exclude_unset=True) for each in given.deeds]
        )
    if given.deeds:
        raise Invalid({"macro_id": [_("A macro is done by itself: please choose nothing beside.")]})
    return macro_deeds(given.macro_id, actor=request.auth)


def _numbers(request: ApiRequest, given: RunGiven) -> tuple[str, ...]:
    by_view = given.saved_view is not None or given.filter is not None
    if by_view == (given.numbers is not None):
        message = _("Please name either the numbers, or a view or a filter.")
        raise Invalid({"numbers": [message]})
    if given.numbers is not None:
        return tuple(given.numbers)
    look = view_of(given.saved_view, actor=request.auth).look if given.saved_view else Look()
    further = read_filter(given.filter, FIELDS) if given.filter is not None else EVERYTHING
    return work_numbers(
        WorkFilters(conditions=look.filter, further=further),
        actor=request.auth,
        at=request.at,
        sort=look.sort,
        limit=rules.MOST + 1,
    )


def _run(request: ApiRequest, run_id: int) -> Run:
    view = queries.run(run_id, actor=request.auth)
    return Run(
        id=view.row.id,
        title=view.row.title,
        state=view.row.state,
        undoes=view.row.undoes,
        total=view.row.total,
        done=view.row.done,
        failed=view.row.failed,
        waiting=view.waiting,
        undone=view.undone,
        can_undo=view.can_undo,
        deeds=[deed.plain() for deed in view.deeds],
        created_at=view.row.created_at,
        ended_at=view.row.ended_at,
    )
