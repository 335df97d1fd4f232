"""Suppliers: the firms that take over a part of the work."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Path, Router
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers, with_headers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import Code, Given, IdempotencyKey, Label, Line, NeededLine, Sent
from timshel.interfaces.api.v1.incident_answers import REPLAY_HEADER
from timshel.kernel.errors import NotAllowed
from timshel.operation.work.rules import VIEW
from timshel.service_portfolio.parties import actions, queries

router = Router(tags=["Suppliers"])

EXAMPLE: JsonDict = {
    "code": "northmere",
    "name": "Northmere Devices",
    "email": "service@northmere.example",
    "phone": "",
    "reference": "AI-20417",
}
SupplierCode = Annotated[
    Code, Path(description="The code of the supplier.", examples=["northmere"])
]


class Supplier(Sent):
    """A firm that takes over a part of the work."""

    code: str = Field(description="By which other addresses and fields name the supplier.")
    name: str = Field(description="In the language that was asked for.")
    email: str = Field(description="Where they are written to.")
    phone: str = Field(description="Where they are called.")
    reference: str = Field(description="What we are called over there.")
    is_active: bool = Field(description="Whether anything new may wait for them.")


class Suppliers(Sent):
    """All suppliers, by name."""

    items: tuple[Supplier, ...]


class NewSupplier(Given):
    """A supplier that is not known yet."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    code: Code = Field(description="Small letters, digits and hyphens; it stays.")
    name: NeededLine
    email: Line = ""
    phone: Label = ""
    reference: Label = ""


class SupplierChange(Given):
    """The fields to change; those left out stay."""

    name: NeededLine | None = None
    email: Line | None = None
    phone: Label | None = None
    reference: Label | None = None
    is_active: bool | None = None


@router.get(
    "",
    response=Suppliers,
    operation_id="list_suppliers",
    summary="List the suppliers",
)
def list_suppliers(request: ApiRequest) -> Suppliers:
    """Return all suppliers; few enough for one answer. Needs `work.view`."""
    if not request.auth.may_somewhere(VIEW):
        raise NotAllowed
    rows = queries.supplier_list(language=request.auth.language)
    return Suppliers(items=tuple(_sent(row) for row in rows))


@router.get(
    "/{code}",
    response=Supplier,
    operation_id="read_supplier",
    summary="Read a supplier",
    openapi_extra=answers(404),
)
def read_supplier(request: ApiRequest, code: SupplierCode) -> Supplier:
    """Return a supplier; needs `work.view`."""
    if not request.auth.may_somewhere(VIEW):
        raise NotAllowed
    return _sent(queries.supplier(code, language=request.auth.language))


@router.post(
    "",
    response={201: Supplier},
    operation_id="create_supplier",
    summary="Add a supplier",
    openapi_extra=with_headers(201, REPLAY_HEADER, answers(404, 409, 411, 422)),
)
def create_supplier(
    request: ApiRequest, given: NewSupplier, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Add a supplier; needs `service.manage` for all services."""

    def do() -> Answer:
        actions.create_supplier(**given.model_dump(), actor=request.auth, at=request.at)
        return _answer(request, given.code, status=201)

    return answer_once(request, idempotency_key, do)


@router.patch(
    "/{code}",
    response=Supplier,
    operation_id="change_supplier",
    summary="Change a supplier",
    openapi_extra=with_headers(200, REPLAY_HEADER, answers(404, 409, 411, 422)),
)
def change_supplier(
    request: ApiRequest,
    code: SupplierCode,
    given: SupplierChange,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Change how a supplier is called and reached; needs `service.manage` for all services."""
    wanted: dict[str, Any] = given.model_dump(exclude_none=True)

    def do() -> Answer:
        # The first language's name is kept where another one is not sent.
        row = queries.supplier(code, language="en")
        standing = {name: getattr(row, name) for name in SupplierChange.model_fields}
        actions.change_supplier(code, **{**standing, **wanted}, actor=request.auth, at=request.at)
        return _answer(request, code)

    return answer_once(request, idempotency_key, do)


def _answer(request: ApiRequest, code: str, *, status: int = 200) -> Answer:
    return Answer.of(_sent(queries.supplier(code, language=request.auth.language)), status=status)


def _sent(row: queries.SupplierRow) -> Supplier:
    return Supplier(
        code=row.code,
        name=row.name,
        email=row.email,
        phone=row.phone,
        reference=row.reference,
        is_active=row.is_active,
    )
