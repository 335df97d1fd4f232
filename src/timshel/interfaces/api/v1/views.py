"""Views of work: which work is looked at, in which order and shape, by programs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Path, Router
from pydantic import AwareDatetime, Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import Code, Given, IdempotencyKey, Label, Sent
from timshel.kernel.errors import Invalid, NotFound
from timshel.kernel.filters import Asker, plain, read_filter
from timshel.operation.view import actions
from timshel.operation.view.access import require_desk
from timshel.operation.view.columns import (
    COLUMNS,
    ORDERS,
    USUAL_ORDER,
    column_texts,
    read_columns,
)
from timshel.operation.view.fields import FIELDS
from timshel.operation.view.queries import ViewRow, given_views, saved_views, view_of
from timshel.operation.view.rules import USUAL_GROUPING, Look, ViewContent
from timshel.operation.view.states import Audience, Density, Shape

router = Router(tags=["Views"])

MOST_OFFERED = 500
ViewKey = Annotated[
    str,
    Path(
        pattern=r"^([a-z]{1,20}|[0-9]{1,18})$",
        description="The number of a saved view, or the name of one that everybody has.",
        examples=["mine"],
    ),
]
FilterGiven = Annotated[
    dict[str, Any],
    Field(
        description="The groups `all`, `any` and `none`, each a list of conditions with `field`, "
        "`operator` and `value`; `GET /views/fields` lists what there is.",
        examples=[{"all": [{"field": "standing", "operator": "is", "value": ["open"]}]}],
    ),
]
ColumnsGiven = Annotated[
    list[Label],
    Field(
        max_length=40,
        description="In their order, such as `due` or, with a width, `work:wide`.",
        examples=[["priority", "work:wide", "due"]],
    ),
]


class ViewShape(Sent):
    """A way of looking at work."""

    key: str = Field(description="Names it in addresses, and in `saved_view` of the list of work.")
    name: str
    is_given: bool = Field(description="Whether everybody has it; then nobody can change it.")
    audience: Literal["personal", "team", "everyone"] = Field(description="Who sees it.")
    team: str | None = Field(description="The code of the team that sees it.")
    owner: str | None = Field(description="Who made it.")
    filter: dict[str, Any] = Field(description="Which work it shows.")
    columns: list[str] = Field(description="What a list shows of each, in order.")
    sort: str = Field(description="The order; with a minus before it, the other way round.")
    density: Literal["comfortable", "compact"]
    shape: Literal["list", "board", "calendar"]
    by: str = Field(description="What a board's columns are by, or which moment a calendar shows.")
    is_pinned: bool = Field(description="Whether the token's person keeps it at hand.")
    may_change: bool = Field(description="Whether this token's person may change it.")
    updated_at: AwareDatetime | None


class Views(Sent):
    """The views that a person has."""

    items: tuple[ViewShape, ...]


class ViewMade(Sent):
    """The view that is saved now."""

    key: str = Field(description="Its number.")


class ViewGiven(Given):
    """A view to be saved."""

    name: Label = Field(description="In the words of its owner.")
    filter: FilterGiven = {}
    columns: ColumnsGiven = []
    sort: Label = Field(USUAL_ORDER, description="The key of an order, perhaps after a minus.")
    density: Literal["comfortable", "compact"] = "comfortable"
    shape: Literal["list", "board", "calendar"] = "list"
    by: Label = Field("", description="As in the view; empty for the usual.")
    audience: Literal["personal", "team", "everyone"] = Field(
        "personal", description="`team` names one; `everyone` needs `view.share` everywhere."
    )
    team: Code | None = Field(None, description="The code of the team, for that audience.")


class ViewChange(Given):
    """What is to be changed of a view; what is left out stays."""

    name: Label | None = None
    filter: FilterGiven | None = None
    columns: ColumnsGiven | None = None
    sort: Label | None = None
    density: Literal["comfortable", "compact"] | None = None
    shape: Literal["list", "board", "calendar"] | None = None
    by: Label | None = None
    audience: Literal["personal", "team", "everyone"] | None = None
    team: Code | None = None


class ViewCopy(Given):
    """What a copy is called."""

    name: Label = Field("", description="Empty for the name of the view with “Copy of” before it.")


class Offered(Sent):
    """A value of a field with its name."""

    value: str
    name: str


class FieldShape(Sent):
    """Something that a filter can ask of work."""

    key: str
    label: str = Field(description="In the language that was asked for.")
    kind: Literal["choice", "flag", "number", "moment", "words"]
    operators: list[str]
    values: list[Offered] | None = Field(
        description="What there is to choose from; null where it is too much to list, as of people."
    )


class Fields(Sent):
    """What there is to ask of work, to show of it, and to order it by."""

    fields: tuple[FieldShape, ...]
    columns: list[str]
    orders: list[str]


@router.get(
    "",
    response=Views,
    operation_id="list_views",
    summary="List views of work",
    openapi_extra=answers(403),
)
def list_views(request: ApiRequest) -> Views:
    """Return the views that everybody has, then the saved ones that the token may see."""
    rows = saved_views(actor=request.auth)
    return Views(items=tuple(map(_shape, (*given_views(actor=request.auth), *rows))))


@router.get(
    "/fields",
    response=Fields,
    operation_id="list_view_fields",
    summary="List what a view can ask",
    openapi_extra=answers(403),
)
def list_view_fields(request: ApiRequest) -> Fields:
    """Return the fields, columns and orders that views of work are made of."""
    require_desk(request.auth)
    asker = Asker(request.auth, request.at)
    found = []
    for each in FIELDS:
        values = None
        if each.choices is not None:
            values = [Offered(value=value, name=str(name)) for value, name in each.relative.items()]
            values += [
                Offered(value=one.value, name=one.name)
                for one in list(each.choices(asker))[:MOST_OFFERED]
            ]
        found.append(
            FieldShape(
                key=each.key,
                label=str(each.label),
                kind=each.kind.value,
                operators=[operator.value for operator in each.operators],
                values=values,
            )
        )
    return Fields(fields=tuple(found), columns=list(COLUMNS), orders=list(ORDERS))


@router.get(
    "/{key}",
    response=ViewShape,
    operation_id="read_view",
    summary="Read a view",
    openapi_extra=answers(403, 404),
)
def read_view(request: ApiRequest, key: ViewKey) -> ViewShape:
    """Return one view."""
    return _shape(view_of(key, actor=request.auth))


@router.post(
    "",
    response={201: ViewMade},
    operation_id="save_view",
    summary="Save a view",
    openapi_extra=answers(403, 404, 409, 422),
)
def save_view(
    request: ApiRequest, given: ViewGiven, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Save a way of looking at work; the token's person becomes its owner."""

    def do() -> Answer:
        content = ViewContent(
            given.name, _look(given.model_dump()), Audience(given.audience), given.team or ""
        )
        key = actions.save_view(content, actor=request.auth, at=request.at)
        return Answer.of(ViewMade(key=str(key)), status=201)

    return answer_once(request, idempotency_key, do)


@router.patch(
    "/{key}",
    response={204: None},
    operation_id="change_view",
    summary="Change a view",
    openapi_extra=answers(403, 404, 409, 422),
)
def change_view(
    request: ApiRequest,
    key: ViewKey,
    given: ViewChange,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Change a view; for its owner, and who holds `view.share` for those who see it."""

    def do() -> Answer:
        kept = view_of(key, actor=request.auth)
        now = _parts(kept)
        told = {name: value for name, value in given.model_dump().items() if value is not None}
        if "shape" in told and "by" not in told:
            now["by"] = ""
        if told.get("audience", "team") != "team":
            now["team"] = ""
        whole = {**now, **told}
        content = ViewContent(
            whole["name"], _look(whole), Audience(whole["audience"]), whole["team"] or ""
        )
        actions.change_view(_saved(key), content=content, actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


@router.delete(
    "/{key}",
    response={204: None},
    operation_id="delete_view",
    summary="Delete a view",
    openapi_extra=answers(403, 404, 409),
)
def delete_view(
    request: ApiRequest, key: ViewKey, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Delete a view; the work it showed stays as it is."""

    def do() -> Answer:
        actions.delete_view(_saved(key), actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{key}/copy",
    response={201: ViewMade},
    operation_id="copy_view",
    summary="Copy a view",
    openapi_extra=answers(403, 404, 409, 422),
)
def copy_view(
    request: ApiRequest,
    key: ViewKey,
    given: ViewCopy,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Copy a view into one of the token's person."""

    def do() -> Answer:
        made = actions.copy_view(_saved(key), name=given.name, actor=request.auth, at=request.at)
        return Answer.of(ViewMade(key=str(made)), status=201)

    return answer_once(request, idempotency_key, do)


@router.put(
    "/{key}/pin",
    response={204: None},
    operation_id="pin_view",
    summary="Keep a view at hand",
    openapi_extra=answers(403, 404, 409),
)
def pin_view(
    request: ApiRequest, key: ViewKey, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Put a view among those that the token's person has at hand."""

    def do() -> Answer:
        actions.pin_view(_saved(key), actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


@router.delete(
    "/{key}/pin",
    response={204: None},
    operation_id="unpin_view",
    summary="No longer keep a view at hand",
    openapi_extra=answers(403, 404, 409),
)
def unpin_view(
    request: ApiRequest, key: ViewKey, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Take a view away from those that the token's person has at hand."""

    def do() -> Answer:
        actions.unpin_view(_saved(key), actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


def _saved(key: str) -> int:
    """Return the number of a saved view.

    Raises:
        NotFound: it is one that everybody has, which nobody keeps or changes.
    """
    if not key.isdigit():
        raise NotFound
    return int(key)


def _look(given: dict[str, Any]) -> Look:
    """Return how a view shall look at work.

    Raises:
        Invalid: the filter or the columns.
    """
    shape = Shape(given["shape"])
    try:
        columns = read_columns(given["columns"])
    except ValueError as wrong:
        raise Invalid({"columns": [str(wrong)]}) from wrong
    return Look(
        filter=read_filter(given["filter"], FIELDS),
        columns=columns,
        sort=given["sort"],
        density=Density(given["density"]),
        shape=shape,
        by=given["by"] or USUAL_GROUPING[shape],
    )


def _parts(row: ViewRow) -> dict[str, Any]:
    """Return the parts of a view as a change names them."""
    return {
        "name": row.name,
        "filter": plain(row.look.filter, FIELDS),
        "columns": column_texts(row.look.columns),
        "sort": row.look.sort,
        "density": row.look.density.value,
        "shape": row.look.shape.value,
        "by": row.look.by,
        "audience": row.audience.value,
        "team": row.team_code,
    }


def _shape(row: ViewRow) -> ViewShape:
    return ViewShape(
        **{**_parts(row), "team": row.team_code or None},
        key=row.key,
        is_given=row.is_given,
        owner=row.owner or None,
        is_pinned=row.is_pinned,
        may_change=row.may_change,
        updated_at=row.updated_at,
    )
