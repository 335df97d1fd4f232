"""Conformity: questions of the standard, their evidence, verdicts, the crosswalk and exports."""

from __future__ import annotations

from typing import Annotated

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Path, Query, Router
from pydantic import Field

from timshel.improvement.conformity import actions, queries
from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import IdempotencyKey, Storable, refuse_unknown
from timshel.interfaces.api.links import page_links
from timshel.interfaces.api.v1 import conformity_shapes as shapes
from timshel.interfaces.api.v1.conformity_bodies import (
    ConformityCrosswalkQuery,
    ConformityExportGiven,
    ConformityExportQuery,
    ConformityModelQuery,
    ConformityPageQuery,
    ConformityQuestionQuery,
    ConformityVerdictGiven,
)
from timshel.interfaces.api.v1.conformity_shapes import (
    ConformityClause,
    ConformityCrosswalk,
    ConformityExport,
    ConformityExports,
    ConformityFigures,
    ConformityLooks,
    ConformityModels,
    ConformityQuestions,
    ConformityQuestionWhole,
)
from timshel.interfaces.api.v1.incident_conversation import DOWNLOAD, DOWNLOAD_POLICY

router = Router(tags=["Conformity"])

CHANGES = answers(404, 409, 411, 422)
KeyText = Annotated[str, Field(max_length=121), Storable]
QuestionKey = Annotated[
    KeyText,
    Path(description="The question by its model and code.", examples=["iso-20000-1-2018:4.1-1"]),
]
ClauseKey = Annotated[
    KeyText,
    Path(description="The clause by its model and number.", examples=["iso-20000-1-2018:8.6.1"]),
]
ExportNumber = Annotated[
    str,
    Field(max_length=30),
    Storable,
    Path(description="The number of the export.", examples=["CEX0000012"]),
]


@router.get(
    "",
    response=ConformityFigures,
    operation_id="read_conformity",
    summary="Read how far the requirements are met",
    openapi_extra=answers(404),
)
def read_conformity(request: ApiRequest, asked: Query[ConformityModelQuery]) -> ConformityFigures:
    """Return the whole and each clause, by the last look; needs `conformity.view`."""
    refuse_unknown(request, ConformityModelQuery.model_fields)
    return _figures(asked.model, request)


@router.get(
    "/models",
    response=ConformityModels,
    operation_id="list_conformity_models",
    summary="List standards and frameworks",
)
def list_conformity_models(request: ApiRequest) -> ConformityModels:
    """Return all of them; needs `conformity.view`."""
    refuse_unknown(request)
    rows = queries.model_list(actor=request.auth)
    return ConformityModels(items=tuple(map(shapes.model, rows)))


@router.get(
    "/questions",
    response=ConformityQuestions,
    operation_id="list_conformity_questions",
    summary="List questions of a standard",
    openapi_extra=answers(404),
)
def list_conformity_questions(
    request: ApiRequest, asked: Query[ConformityQuestionQuery]
) -> ConformityQuestions:
    """Return what fits, what is missing or stale first; needs `conformity.view`."""
    refuse_unknown(request, ConformityQuestionQuery.model_fields)
    page = queries.question_page(
        asked.model,
        asked=asked.asked(),
        cursor=asked.cursor,
        size=asked.size,
        actor=request.auth,
        at=request.at,
    )
    return ConformityQuestions(
        items=tuple(map(shapes.question, page.items)), links=page_links(request, page)
    )


@router.get(
    "/questions/{conformity_question}",
    response=ConformityQuestionWhole,
    operation_id="read_conformity_question",
    summary="Read a question",
    openapi_extra=answers(404),
)
def read_conformity_question(
    request: ApiRequest, conformity_question: QuestionKey
) -> ConformityQuestionWhole:
    """Return its evidence and all that was ever said of it; needs `conformity.view`."""
    refuse_unknown(request)
    return _question(conformity_question, request)


@router.post(
    "/questions/{conformity_question}/verdicts",
    response={201: ConformityQuestionWhole},
    operation_id="judge_conformity_question",
    summary="Judge a question",
    openapi_extra=CHANGES,
)
def judge_conformity_question(
    request: ApiRequest,
    conformity_question: QuestionKey,
    given: ConformityVerdictGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say whether it is fulfilled; earlier verdicts are kept. Needs `conformity.judge`."""

    def do() -> Answer:
        actions.judge_question(
            conformity_question,
            content=given.content(),
            seen=given.seen,
            actor=request.auth,
            at=request.at,
        )
        return Answer.of(_question(conformity_question, request), status=201)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/clauses/{conformity_clause}",
    response=ConformityClause,
    operation_id="read_conformity_clause",
    summary="Read a clause",
    openapi_extra=answers(404),
)
def read_conformity_clause(request: ApiRequest, conformity_clause: ClauseKey) -> ConformityClause:
    """Return it with its questions and what corresponds to it; needs `conformity.view`."""
    refuse_unknown(request)
    return shapes.clause(queries.clause_view(conformity_clause, actor=request.auth, at=request.at))


@router.get(
    "/looks",
    response=ConformityLooks,
    operation_id="list_conformity_looks",
    summary="List looks at the evidence",
    openapi_extra=answers(404),
)
def list_conformity_looks(
    request: ApiRequest, asked: Query[ConformityPageQuery]
) -> ConformityLooks:
    """Return them, the newest first; needs `conformity.view`."""
    refuse_unknown(request, ConformityPageQuery.model_fields)
    page = queries.look_list(asked.model, cursor=asked.cursor, size=asked.size, actor=request.auth)
    return ConformityLooks(
        items=tuple(map(shapes.look, page.items)), links=page_links(request, page)
    )


@router.post(
    "/looks",
    response={202: ConformityFigures},
    operation_id="take_conformity_look",
    summary="Look at the evidence again",
    openapi_extra=CHANGES,
)
def take_conformity_look(
    request: ApiRequest, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Have a worker ask every rule once what there is now; needs `conformity.view`.

    How far that is stands under `looking` of `GET /conformity`.
    """

    def do() -> Answer:
        actions.ask_look(actor=request.auth, at=request.at)
        return Answer.of(_figures("", request), status=202)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/crosswalk",
    response=ConformityCrosswalk,
    operation_id="read_conformity_crosswalk",
    summary="Read which clauses correspond to each other",
    openapi_extra=answers(404),
)
def read_conformity_crosswalk(
    request: ApiRequest, asked: Query[ConformityCrosswalkQuery]
) -> ConformityCrosswalk:
    """Return the clauses of a model with what corresponds to them; needs `conformity.view`."""
    refuse_unknown(request, ConformityCrosswalkQuery.model_fields)
    rows = queries.crosswalk(asked.model, other=asked.other, actor=request.auth, at=request.at)
    return ConformityCrosswalk(items=tuple(map(shapes.crossed, rows)))


@router.get(
    "/exports",
    response=ConformityExports,
    operation_id="list_conformity_exports",
    summary="List exports for certification audits",
)
def list_conformity_exports(
    request: ApiRequest, asked: Query[ConformityExportQuery]
) -> ConformityExports:
    """Return them, the newest first; needs `conformity.judge`."""
    refuse_unknown(request, ConformityExportQuery.model_fields)
    page = queries.export_list(cursor=asked.cursor, size=asked.size, actor=request.auth)
    return ConformityExports(
        items=tuple(map(shapes.export, page.items)), links=page_links(request, page)
    )


@router.post(
    "/exports",
    response={202: ConformityExport},
    operation_id="ask_conformity_export",
    summary="Put together all evidence for a certification audit",
    openapi_extra=CHANGES,
)
def ask_conformity_export(
    request: ApiRequest, given: ConformityExportGiven, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Have it put together; what one may not see is left out. Needs `conformity.judge`."""

    def do() -> Answer:
        number = actions.ask_export(given.model, actor=request.auth, at=request.at)
        return Answer.of(_export(number, request), status=202)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/exports/{conformity_export}",
    response=ConformityExport,
    operation_id="read_conformity_export",
    summary="Read how far an export is",
    openapi_extra=answers(404),
)
def read_conformity_export(
    request: ApiRequest, conformity_export: ExportNumber
) -> ConformityExport:
    """Return one export; needs `conformity.judge`."""
    refuse_unknown(request)
    return _export(conformity_export, request)


@router.get(
    "/exports/{conformity_export}/file",
    operation_id="read_conformity_export_file",
    summary="Fetch an export",
    openapi_extra={"responses": DOWNLOAD["responses"] | answers(409)["responses"]},
)
def read_conformity_export_file(
    request: ApiRequest, conformity_export: ExportNumber
) -> HttpResponseBase:
    """Return the ZIP; the journal keeps who fetched it. Needs `conformity.judge`."""
    refuse_unknown(request)
    found = actions.fetch_export(conformity_export, actor=request.auth, at=request.at)
    return FileResponse(
        found.path.open("rb"),
        as_attachment=True,
        filename=found.name,
        content_type="application/zip",
        headers={
            "Content-Security-Policy": DOWNLOAD_POLICY,
            "X-Content-Type-Options": "nosniff",
        },
    )


def _question(key: str, request: ApiRequest) -> ConformityQuestionWhole:
    return shapes.question_whole(queries.question_view(key, actor=request.auth, at=request.at))


def _export(number: str, request: ApiRequest) -> ConformityExport:
    return shapes.export(queries.export_view(number, actor=request.auth))


def _figures(model: str, request: ApiRequest) -> ConformityFigures:
    looking = queries.looking(actor=request.auth)
    return shapes.figures(queries.overview(model, actor=request.auth, at=request.at), looking)
