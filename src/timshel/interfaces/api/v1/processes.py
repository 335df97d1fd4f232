"""Processes: the list, versions with their diagrams, checking, drafts, publishing and retiring."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Code,
    Explanation,
    Given,
    IdempotencyKey,
    Key,
    Label,
    Sent,
    Storable,
    refuse_unknown,
)
from timshel.kernel.bpmn.reading import MAXIMUM_BYTES
from timshel.kernel.bpmn.translating import translated_xml
from timshel.kernel.bpmn.vocabulary import Finding
from timshel.kernel.errors import NotFound
from timshel.operation.process import actions
from timshel.operation.process.access import require_view
from timshel.operation.process.queries import (
    ProcessRow,
    VersionRow,
    check_diagram,
    process_list,
    process_version,
    process_versions,
    variant_choices,
)

router = Router(tags=["Processes"])
variants = Router(tags=["Processes"])

ProcessCode = Annotated[
    Code, Path(description="The code of the process.", examples=["device-order"])
]
VariantName = Literal["full", "light"]
VariantInAddress = Annotated[VariantName, Path(description="`full` or `light`.", examples=["full"])]
VersionNumber = Annotated[
    int, Path(ge=1, le=2**31 - 1, description="The number of the version.", examples=[1])
]
Xml = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MAXIMUM_BYTES,
        description="A diagram in BPMN 2.0, as XML; the id of its process is the code.",
    ),
    Storable,
]
CHANGES = answers(404, 409, 411, 422)


class ProcessInList(Sent):
    """A process in a variant."""

    code: str = Field(description="By which offerings and other processes name it.")
    variant: str = Field(description="`full` or `light`.")
    name: str = Field(description="In the language that was asked for.")
    owner: str = Field(description="Who answers for it; empty where nobody does.")
    published: int | None = Field(description="The number of the version in force, if one is.")
    draft: int | None = Field(description="The number of the draft, if there is one.")
    running: int = Field(description="How much work is on its way through it.")
    stuck: int = Field(description="How much of that cannot go on by itself.")


class Processes(Sent):
    """All processes by name and variant."""

    items: tuple[ProcessInList, ...] = Field(description="The processes.")


class ProcessVersionInList(Sent):
    """A version of a process."""

    number: int = Field(description="Its number.")
    state: str = Field(description="`draft`, `published` or `retired`.")
    name: str = Field(description="In the language that was asked for.")
    note: str = Field(description="What is different in it.")
    revision: int = Field(description="Grows each time the draft is saved; a save names it.")
    edited_by: str = Field(description="Who saved it last.")
    edited_at: datetime = Field(description="When that was.")
    published_at: datetime | None = Field(description="Since when it is, or was, in force.")
    retired_at: datetime | None = Field(description="Since when it no longer is.")
    running: int = Field(description="How much work is on its way through it.")


class Process(Sent):
    """A process with all versions of a variant, newest first."""

    code: str = Field(description="Its code.")
    variant: str = Field(description="`full` or `light`.")
    owner: str = Field(description="Who answers for it; empty where nobody does.")
    versions: tuple[ProcessVersionInList, ...] = Field(description="The newest first.")


class ProcessDiagram(Sent):
    """A version with its diagram."""

    code: str = Field(description="The code of the process.")
    variant: str = Field(description="`full` or `light`.")
    version: ProcessVersionInList = Field(description="The version.")
    xml: str = Field(description="The diagram in BPMN 2.0.")


class ProcessFinding(Sent):
    """Something that the checks say about a diagram."""

    code: str = Field(description="The same for the same kind of finding, for programs.")
    element: str = Field(description="The id of the element; empty for the process as a whole.")
    element_name: str = Field(description="What the element is called.")
    sentence: str = Field(description="Where, what, and what to do.")
    is_error: bool = Field(description="Whether the diagram cannot be published with it.")


class ProcessFindings(Sent):
    """What is wrong with a diagram, errors first."""

    items: tuple[ProcessFinding, ...] = Field(description="The findings.")


class ProcessDraft(Sent):
    """A draft that was saved."""

    code: str = Field(description="Of the process.")
    variant: str = Field(description="`full` or `light`.")
    number: int = Field(description="Of the version.")
    revision: int = Field(description="What the next save has to name.")
    findings: tuple[ProcessFinding, ...] = Field(description="What is wrong with it.")


class DiagramGiven(Given):
    """A diagram."""

    xml: Xml


class ProcessDraftGiven(Given):
    """A diagram that shall be the draft; what cannot run may still be saved."""

    xml: Xml
    note: Explanation = Field("", description="What is different in this version.")
    revision: Annotated[int, Field(strict=True, ge=0, le=2**31 - 1)] | None = Field(
        None, description="Of the draft that was read; 0 where there was none; left out, unasked."
    )


class ProcessOwnerGiven(Given):
    """Who shall answer for a process."""

    owner_id: Key | None = Field(description="The key of a person; null for nobody.")


class VariantChosen(Given):
    """Which variant of each process holds for a category of customers."""

    category: Label = Field(
        description="The category of the customers; empty for the house itself."
    )
    variant: VariantName = Field(
        description="`full` or `light`; a process without a light one runs its full one."
    )


class VariantRow(Sent):
    """The variant that a category of customers has."""

    category: str = Field(description="The category of the customers; empty for the house itself.")
    variant: str = Field(description="`full` or `light`.")


class VariantsChosen(Sent):
    """Which variant was chosen for whom."""

    items: tuple[VariantRow, ...]


class VariantQuery(Given):
    """Which variant is asked for."""

    variant: VariantName = Field("full", description="`full` or `light`.")


class DiagramQuery(Given):
    """How the diagram is asked for."""

    variant: VariantName = Field("full", description="`full` or `light`.")
    translated: bool = Field(
        default=False, description="Whether names come in the language that was asked for."
    )


@router.get("", response=Processes, operation_id="list_processes", summary="List the processes")
def list_processes(request: ApiRequest) -> Processes:
    """Return all processes by name and variant; needs `process.view`."""
    return Processes(items=tuple(map(_in_list, process_list(actor=request.auth))))


@router.post(
    "/check",
    response=ProcessFindings,
    operation_id="check_process",
    summary="Check a diagram",
    openapi_extra=answers(411, 422),
)
def check_process(request: ApiRequest, given: DiagramGiven) -> ProcessFindings:
    """Return what cannot run in a diagram, and why; nothing is kept. Needs `process.view`."""
    require_view(request.auth)
    return ProcessFindings(items=tuple(map(_finding, check_diagram(given.xml))))


@router.get(
    "/{code}",
    response=Process,
    operation_id="read_process",
    summary="Read a process",
    openapi_extra=answers(404, 422),
)
def read_process(request: ApiRequest, code: ProcessCode, asked: Query[VariantQuery]) -> Process:
    """Return a process with all versions of a variant; needs `process.view`."""
    refuse_unknown(request, VariantQuery.model_fields)
    return _in_full(request, code, asked.variant)


@router.get(
    "/{code}/versions/{number}",
    response=ProcessDiagram,
    operation_id="read_process_version",
    summary="Read a version with its diagram",
    openapi_extra=answers(404, 422),
)
def read_process_version(
    request: ApiRequest, code: ProcessCode, number: VersionNumber, asked: Query[DiagramQuery]
) -> ProcessDiagram:
    """Return a version with its diagram; needs `process.view`."""
    refuse_unknown(request, DiagramQuery.model_fields)
    rows = process_versions(code, variant=asked.variant, actor=request.auth)
    row = next((each for each in rows if each.number == number), None)
    if row is None:
        raise NotFound
    xml = process_version(row.id, actor=request.auth).xml
    if asked.translated:
        xml = translated_xml(xml, request.auth.language)
    return ProcessDiagram(code=row.code, variant=row.variant, version=_version(row), xml=xml)


@router.put(
    "/{code}/{variant}/draft",
    response=ProcessDraft,
    operation_id="save_process_draft",
    summary="Write the draft of a process",
    openapi_extra=CHANGES,
)
def save_process_draft(
    request: ApiRequest,
    code: ProcessCode,
    variant: VariantInAddress,
    given: ProcessDraftGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Write the next version, or a new process; nothing runs by it. Needs `process.design`."""

    def do() -> Answer:
        draft = actions.save_process_draft(
            given.xml,
            note=given.note,
            seen_revision=given.revision,
            code=code,
            variant=variant,
            actor=request.auth,
            at=request.at,
        )
        saved = ProcessDraft(
            code=draft.code,
            variant=draft.variant,
            number=draft.number,
            revision=draft.revision,
            findings=tuple(map(_finding, check_diagram(given.xml))),
        )
        return Answer.of(saved)

    return answer_once(request, idempotency_key, do)


@router.delete(
    "/{code}/{variant}/draft",
    response={204: None},
    operation_id="discard_process_draft",
    summary="Throw the draft of a process away",
    openapi_extra=CHANGES,
)
def discard_process_draft(
    request: ApiRequest,
    code: ProcessCode,
    variant: VariantInAddress,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Throw the draft away; what is in force stays. Needs `process.design`."""

    def do() -> Answer:
        actions.discard_process_draft(code, variant=variant, actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{code}/{variant}/publish",
    response=Process,
    operation_id="publish_process",
    summary="Put the draft of a process into force",
    openapi_extra=CHANGES,
)
def publish_process(
    request: ApiRequest,
    code: ProcessCode,
    variant: VariantInAddress,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Put the draft into force, unless there is an error among its findings.

    What begins from now on runs by it; what runs already goes on as it began. Needs
    `process.design`.
    """

    def do() -> Answer:
        actions.publish_process(code, variant=variant, actor=request.auth, at=request.at)
        return Answer.of(_in_full(request, code, variant))

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{code}/{variant}/retire",
    response=Process,
    operation_id="retire_process",
    summary="Take a process out of use",
    openapi_extra=CHANGES,
)
def retire_process(
    request: ApiRequest,
    code: ProcessCode,
    variant: VariantInAddress,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Take a process out of use; what runs by it goes on to its end. Needs `process.design`."""

    def do() -> Answer:
        actions.retire_process(code, variant=variant, actor=request.auth, at=request.at)
        return Answer.of(_in_full(request, code, variant))

    return answer_once(request, idempotency_key, do)


@router.put(
    "/{code}/{variant}/owner",
    response=Process,
    operation_id="own_process",
    summary="Say who answers for a process",
    openapi_extra=CHANGES,
)
def own_process(
    request: ApiRequest,
    code: ProcessCode,
    variant: VariantInAddress,
    given: ProcessOwnerGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Name who answers for the draft and for what is in force. Needs `process.design`."""

    def do() -> Answer:
        actions.own_process(
            code, owner_id=given.owner_id, variant=variant, actor=request.auth, at=request.at
        )
        return Answer.of(_in_full(request, code, variant))

    return answer_once(request, idempotency_key, do)


@variants.get(
    "",
    response=VariantsChosen,
    operation_id="list_process_variants",
    summary="List which variant holds for whom",
    openapi_extra=answers(403),
)
def list_process_variants(request: ApiRequest) -> VariantsChosen:
    """Return the variants that were chosen; everybody else has the full one.

    Needs `process.view`.
    """
    require_view(request.auth)
    return VariantsChosen(
        items=tuple(
            VariantRow(category=category, variant=variant)
            for category, variant in sorted(variant_choices().items())
        )
    )


@variants.put(
    "",
    response={204: None},
    operation_id="choose_process_variant",
    summary="Choose the variant for a category of customers",
    openapi_extra=CHANGES,
)
def choose_process_variant(
    request: ApiRequest, given: VariantChosen, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Say in which variant runs what begins from now on. Needs `process.design`."""

    def do() -> Answer:
        actions.choose_variant(
            given.category, variant=given.variant, actor=request.auth, at=request.at
        )
        return Answer(204)

    return answer_once(request, idempotency_key, do)


def _in_list(row: ProcessRow) -> ProcessInList:
    return ProcessInList(
        code=row.code,
        variant=row.variant,
        name=row.name,
        owner=row.owner,
        published=row.published,
        draft=row.draft,
        running=row.running,
        stuck=row.stuck,
    )


def _in_full(request: ApiRequest, code: str, variant: str) -> Process:
    rows = process_versions(code, variant=variant, actor=request.auth)
    owner = next((row.owner for row in rows if row.owner), "")
    versions = tuple(map(_version, rows))
    return Process(code=code, variant=variant, owner=owner, versions=versions)


def _version(row: VersionRow) -> ProcessVersionInList:
    return ProcessVersionInList(
        number=row.number,
        state=row.state,
        name=row.name,
        note=row.note,
        revision=row.revision,
        edited_by=row.edited_by,
        edited_at=row.edited_at,
        published_at=row.published_at,
        retired_at=row.retired_at,
        running=row.running,
    )


def _finding(found: Finding) -> ProcessFinding:
    return ProcessFinding(
        code=found.code,
        element=found.element_id,
        element_name=found.element_name,
        sentence=str(found.sentence),
        is_error=found.is_error,
    )
