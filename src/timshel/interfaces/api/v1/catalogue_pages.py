"""Keeping the catalogue: pages in versions, who may ask for what, what is missing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Path, Router
from pydantic import Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import Code, Explanation, Given, IdempotencyKey, Sent
from timshel.relationship_agreement.service_level.queries.delivery import promised_offerings
from timshel.service_portfolio.catalogue import actions
from timshel.service_portfolio.catalogue.queries.content import offering_keys
from timshel.service_portfolio.catalogue.queries.entitlements import entitlement_rows
from timshel.service_portfolio.catalogue.queries.faults import page_faults
from timshel.service_portfolio.catalogue.queries.health import health
from timshel.service_portfolio.catalogue.queries.keeping import PageVersionRow, kept_page
from timshel.service_portfolio.catalogue.states import AILMENT_NAMES

router = Router(tags=["Catalogue"])

CHANGES = answers(404, 409, 411, 422)
PageCode = Annotated[
    Code, Path(description="The code of the offering.", examples=["laptop-standard"])
]
PageText = Annotated[
    dict[str, Any],
    Field(
        description="What the page says, in the shape of `packs/schemas/catalogue.json`, without "
        "`code` and `entitled`.",
        examples=[
            {
                "name": "A laptop",
                "summary": "A computer to carry with you.",
                "text": "We prepare it and bring it to you.",
                "form": "laptop",
            }
        ],
    ),
]


class PageVersionSent(Sent):
    """One version of a page."""

    number: int = Field(description="Its number.")
    state: str = Field(description="`draft`, `review`, `published` or `retired`.")
    revision: int = Field(description="Grows each time the draft is saved.")
    content: dict[str, Any] = Field(description="What it says.")
    message: str = Field(description="From the writer to the reviewer, or back.")
    changed_by: str = Field(description="Who saved it last.")
    changed_at: datetime = Field(description="When that was.")
    published_at: datetime | None = Field(description="Since when it is, or was, in force.")
    from_date: date | None = Field(description="The first day on which it is shown.")
    until_date: date | None = Field(description="The last day on which it is shown.")


class PageFault(Sent):
    """Something that has to be mended before the draft can be published."""

    path: str = Field(description="Where, as in `parts.0.offering`.")
    sentence: str = Field(description="What, and what to do.")


class PageInFull(Sent):
    """The page of an offering with all its versions."""

    code: str = Field(description="Of the offering.")
    name: str = Field(description="In the language that was asked for.")
    service: str = Field(description="The code of its service.")
    versions: tuple[PageVersionSent, ...] = Field(description="The newest first.")
    faults: tuple[PageFault, ...] = Field(description="Of the version that is written.")


class PageDraftGiven(Given):
    """The draft of a page as it shall be; it may be half finished."""

    content: PageText
    revision: Annotated[int, Field(strict=True, ge=0, le=2**31 - 1)] = Field(
        description="Of the draft that was read; 0 where there was none."
    )


class PageDraftSaved(Sent):
    """A draft that was saved."""

    code: str = Field(description="Of the offering.")
    number: int = Field(description="Of the version.")
    revision: int = Field(description="What the next save has to name.")


class ReviewGiven(Given):
    """A sentence to the other side."""

    message: Explanation = Field("", description="What they should know.")


class PublishGiven(Given):
    """Between which days it is shown."""

    from_date: date | None = Field(None, description="The first day; at once without one.")
    until_date: date | None = Field(None, description="The last day; for ever without one.")


class EntitledRow(Given):
    """Who may ask for it: all that is named has to fit."""

    audience: Literal["everybody", "staff", "customers"] = Field(
        "everybody", description="Before it narrows."
    )
    unit: Code | None = Field(None, description="A unit, with everything below it.")
    role: Code | None = Field(None, description="A role, in whatever scope it is held.")
    site: Code | None = Field(None, description="A site.")
    category: Code | None = Field(None, description="Of customers.")


class Entitled(Given):
    """Who may ask for an offering; rows add up, and none means nobody."""

    rows: Annotated[tuple[EntitledRow, ...], Field(max_length=100)] = Field(description="The rows.")


class EntitledSent(Sent):
    """Who may ask for an offering."""

    rows: tuple[dict[str, str], ...] = Field(description="As they were given.")


class AilingOffering(Sent):
    """An offering that lacks something."""

    code: str = Field(description="Of the offering.")
    name: str = Field(description="In the language that was asked for.")
    service: str = Field(description="The code of its service.")
    owner: str | None = Field(description="Who answers for the service.")
    lacks: tuple[str, ...] = Field(description="What, as codes.")
    sentences: tuple[str, ...] = Field(description="The same in words.")
    broken_links: tuple[str, ...] = Field(description="Addresses that lead nowhere.")


class CatalogueHealth(Sent):
    """What the catalogue lacks, of what the reader keeps."""

    total: int = Field(description="How many offerings were looked at.")
    items: tuple[AilingOffering, ...] = Field(description="Those that lack most first.")


@router.get(
    "/health",
    response=CatalogueHealth,
    operation_id="read_catalogue_health",
    summary="Read what the catalogue lacks",
)
def read_catalogue_health(request: ApiRequest) -> CatalogueHealth:
    """Return what is missing; needs `catalogue.manage` or `catalogue.publish`."""
    promised = promised_offerings(offering_keys(), at=request.at)
    found = health(promised=promised, actor=request.auth, at=request.at)
    return CatalogueHealth(
        total=found.total,
        items=tuple(
            AilingOffering(
                code=row.code,
                name=row.name,
                service=row.service,
                owner=row.owner or None,
                lacks=tuple(each.value for each in row.ailments),
                sentences=tuple(str(AILMENT_NAMES[each]) for each in row.ailments),
                broken_links=tuple(address for address, _trouble in row.links),
            )
            for row in found.rows
        ),
    )


@router.get(
    "/pages/{code}",
    response=PageInFull,
    operation_id="read_page",
    summary="Read the page of an offering",
    openapi_extra=answers(404),
)
def read_page(request: ApiRequest, code: PageCode) -> PageInFull:
    """Return all versions; needs `catalogue.manage` or `catalogue.publish`."""
    return _in_full(request, code)


@router.put(
    "/pages/{code}/draft",
    response=PageDraftSaved,
    operation_id="save_page_draft",
    summary="Write the draft of a page",
    openapi_extra=CHANGES,
)
def put_page_draft(
    request: ApiRequest,
    code: PageCode,
    given: PageDraftGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Write the next version; nobody else sees it. Needs `catalogue.manage` for the service."""

    def do() -> Answer:
        saved = actions.save_page_draft(
            code,
            content=given.content,
            seen_revision=given.revision,
            actor=request.auth,
            at=request.at,
        )
        return Answer.of(PageDraftSaved(code=code, number=saved.number, revision=saved.revision))

    return answer_once(request, idempotency_key, do)


@router.delete(
    "/pages/{code}/draft",
    response={204: None},
    operation_id="discard_page_draft",
    summary="Throw the draft of a page away",
    openapi_extra=CHANGES,
)
def delete_page_draft(
    request: ApiRequest, code: PageCode, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Throw the draft away; needs `catalogue.manage` for the service."""

    def do() -> Answer:
        actions.discard_page_draft(code, actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/pages/{code}/review",
    response=PageInFull,
    operation_id="review_page",
    summary="Have the draft of a page looked through",
    openapi_extra=CHANGES,
)
def post_page_review(
    request: ApiRequest,
    code: PageCode,
    given: ReviewGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Have somebody look through it; needs `catalogue.manage` for the service."""

    def do() -> Answer:
        actions.send_page_to_review(code, message=given.message, actor=request.auth, at=request.at)
        return Answer.of(_in_full(request, code))

    return answer_once(request, idempotency_key, do)


@router.post(
    "/pages/{code}/return",
    response=PageInFull,
    operation_id="return_page",
    summary="Give a page back to whoever writes it",
    openapi_extra=CHANGES,
)
def post_page_return(
    request: ApiRequest,
    code: PageCode,
    given: ReviewGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Give it back to be changed; needs `catalogue.manage` for the service."""

    def do() -> Answer:
        actions.return_page(code, message=given.message, actor=request.auth, at=request.at)
        return Answer.of(_in_full(request, code))

    return answer_once(request, idempotency_key, do)


@router.post(
    "/pages/{code}/publish",
    response=PageInFull,
    operation_id="publish_page",
    summary="Put the draft of a page into force",
    openapi_extra=CHANGES,
)
def post_page_publish(
    request: ApiRequest,
    code: PageCode,
    given: PublishGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Show it, unless something is wrong with it; needs `catalogue.publish` for the service."""

    def do() -> Answer:
        actions.publish_page(
            code,
            from_date=given.from_date,
            until_date=given.until_date,
            actor=request.auth,
            at=request.at,
        )
        return Answer.of(_in_full(request, code))

    return answer_once(request, idempotency_key, do)


@router.post(
    "/pages/{code}/retire",
    response=PageInFull,
    operation_id="retire_page",
    summary="Show an offering no longer",
    openapi_extra=CHANGES,
)
def post_page_retire(
    request: ApiRequest, code: PageCode, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Show it no longer; requests go on. Needs `catalogue.publish` for the service."""

    def do() -> Answer:
        actions.retire_page(code, actor=request.auth, at=request.at)
        return Answer.of(_in_full(request, code))

    return answer_once(request, idempotency_key, do)


@router.get(
    "/pages/{code}/entitlements",
    response=EntitledSent,
    operation_id="read_entitlements",
    summary="Read who may ask for an offering",
    openapi_extra=answers(404),
)
def read_entitlements(request: ApiRequest, code: PageCode) -> EntitledSent:
    """Return the rows; needs `catalogue.manage` or `catalogue.publish`."""
    return _entitled(request, code)


@router.put(
    "/pages/{code}/entitlements",
    response=EntitledSent,
    operation_id="set_entitlements",
    summary="Say who may ask for an offering",
    openapi_extra=CHANGES,
)
def put_entitlements(
    request: ApiRequest,
    code: PageCode,
    given: Entitled,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say so in place of what holds, at once; needs `catalogue.publish` for the service."""

    def do() -> Answer:
        actions.set_entitlements(
            code,
            rows=[row.model_dump(exclude_none=True) for row in given.rows],
            actor=request.auth,
            at=request.at,
        )
        return Answer.of(_entitled(request, code))

    return answer_once(request, idempotency_key, do)


def _entitled(request: ApiRequest, code: str) -> EntitledSent:
    page = kept_page(code, actor=request.auth)
    rows = entitlement_rows([page.id]).get(page.id, ())
    return EntitledSent(rows=tuple(row.plain() for row in rows))


def _in_full(request: ApiRequest, code: str) -> PageInFull:
    page = kept_page(code, actor=request.auth)
    faults = page_faults(page.open.content, code=code) if page.open else {}
    return PageInFull(
        code=page.code,
        name=page.name,
        service=page.service,
        versions=tuple(map(_version, page.versions)),
        faults=tuple(
            PageFault(path=path, sentence=str(each))
            for path, said in faults.items()
            for each in said
        ),
    )


def _version(row: PageVersionRow) -> PageVersionSent:
    return PageVersionSent(
        number=row.number,
        state=row.state,
        revision=row.revision,
        content=row.content.plain(),
        message=row.note,
        changed_by=row.edited_by,
        changed_at=row.edited_at,
        published_at=row.published_at,
        from_date=row.published_from,
        until_date=row.published_until,
    )
