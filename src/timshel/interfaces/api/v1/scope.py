"""What the management system covers, in versions, and how that differs from the records."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from timshel.context.scope import actions, queries
from timshel.context.scope.access import require_view
from timshel.context.scope.queries import ScopeView, VersionRow, organization_records
from timshel.context.scope.rules import (
    LONGEST_CODE,
    LONGEST_NAME,
    LONGEST_REASON,
    LONGEST_STATEMENT,
    MOST_ITEMS,
    CoveredItem,
    Exclusion,
    Recorded,
    ScopeContent,
    differences,
)
from timshel.context.scope.states import Gap, ItemKind, ScopeState
from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Cursor,
    Given,
    IdempotencyKey,
    PageSize,
    Sent,
    Storable,
    Version,
    listed,
    refuse_unknown,
)
from timshel.interfaces.api.links import Links, page_links
from timshel.kernel.errors import NotFound
from timshel.service_portfolio.service.queries import service_list

router = Router(tags=["Scope"])

CHANGES = answers(404, 409, 411, 422)
VersionNumber = Annotated[
    int, Field(ge=1, le=2**31 - 1), Path(description="Of the version.", examples=[2])
]
KindWord = Annotated[ItemKind, listed(ItemKind)]
StateWord = Annotated[ScopeState, listed(ScopeState)]
GapWord = Annotated[Gap, listed(Gap)]
Name = Annotated[str, Field(max_length=LONGEST_NAME), Storable]
ItemCode = Annotated[str, Field(max_length=LONGEST_CODE), Storable]


class ScopeQuery(Given):
    """Which versions are asked for."""

    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How much to a page.")


class ScopeVersionRow(Sent):
    """A version of the scope statement."""

    version: int
    state: StateWord
    written_by: str = Field(description="By name; empty for the system.")
    changed_at: datetime
    approved_by: str
    approved_at: datetime | None
    superseded_at: datetime | None
    revision: int = Field(description="To be sent with the next change of a draft.")


class ScopeVersions(Sent):
    """A page of versions, the newest first."""

    items: tuple[ScopeVersionRow, ...]
    links: Links


class ScopeItemSent(Sent):
    """What a version covers."""

    kind: KindWord
    code: str
    name: str = Field(description="As it was called when the version was written or approved.")


class ScopeExclusionSent(ScopeItemSent):
    """What a version leaves out."""

    reason: str


class ScopeVersion(ScopeVersionRow):
    """A version with all that it says."""

    statement: str
    technology: str
    items: tuple[ScopeItemSent, ...]
    exclusions: tuple[ScopeExclusionSent, ...]


class ScopeDifference(Sent):
    """Where the approved version and the records differ."""

    kind: KindWord
    code: str
    name: str
    gap: GapWord = Field(
        description="`not_covered`: it is there, but neither covered nor left out; `gone`: it is "
        "covered, but not there any more."
    )


class ScopeComparison(Sent):
    """The approved version held against the records as they are."""

    version: int
    differences: tuple[ScopeDifference, ...]


class ScopeItemGiven(Given):
    """What is covered: a service, a unit with everything below it, a site or a customer."""

    kind: KindWord
    code: Annotated[str, Field(min_length=1, max_length=LONGEST_CODE), Storable]


class ScopeExclusionGiven(Given):
    """What is left out, and why."""

    kind: KindWord
    code: ItemCode = Field("", description="Empty for what is no record.")
    name: Name = Field("", description="Of what is no record.")
    reason: Annotated[str, Field(min_length=1, max_length=LONGEST_REASON), Storable]


class ScopeDraft(Given):
    """What the next version shall say."""

    statement: Annotated[str, Field(min_length=1, max_length=LONGEST_STATEMENT), Storable]
    technology: Annotated[str, Field(max_length=LONGEST_STATEMENT), Storable] = ""
    items: list[ScopeItemGiven] = Field(min_length=1, max_length=MOST_ITEMS)
    exclusions: list[ScopeExclusionGiven] = Field(default_factory=list, max_length=MOST_ITEMS)
    revision: Version | None = Field(
        None, description="Of the draft as it was read; null where there was none."
    )

    def content(self) -> ScopeContent:
        """Return it as the domain takes it, with the names of services."""
        offered = _offered("en")

        def named(kind: ItemKind, code: str) -> str:
            return offered[code].name if kind is ItemKind.SERVICE and code in offered else ""

        return ScopeContent(
            self.statement,
            self.technology,
            tuple(
                CoveredItem(each.kind, each.code, named(each.kind, each.code))
                for each in self.items
            ),
            tuple(
                Exclusion(
                    each.kind,
                    each.code,
                    named(each.kind, each.code) or each.name,
                    each.reason,
                )
                for each in self.exclusions
            ),
        )


class ScopeApproval(Given):
    """What is approved."""

    revision: Version = Field(description="Of the draft as it was read.")


@router.get(
    "/versions", response=ScopeVersions, operation_id="list_scope_versions", summary="List versions"
)
def list_scope_versions(request: ApiRequest, asked: Query[ScopeQuery]) -> ScopeVersions:
    """Return the versions of the scope statement; nothing without `context.view`."""
    refuse_unknown(request, ScopeQuery.model_fields)
    page = queries.version_list(actor=request.auth, cursor=asked.cursor, size=asked.size)
    return ScopeVersions(items=tuple(map(_row, page.items)), links=page_links(request, page))


@router.get(
    "/versions/{scope_version}",
    response=ScopeVersion,
    operation_id="read_scope_version",
    summary="Read a version",
    openapi_extra=answers(404),
)
def read_scope_version(request: ApiRequest, scope_version: VersionNumber) -> ScopeVersion:
    """Return all that a version says."""
    refuse_unknown(request)
    return _version(queries.scope_version(scope_version, actor=request.auth))


@router.get(
    "/comparison",
    response=ScopeComparison,
    operation_id="compare_scope",
    summary="Hold the scope against the records",
    openapi_extra=answers(404),
)
def compare_scope(request: ApiRequest) -> ScopeComparison:
    """Return how the approved version differs from the records; needs `context.view`."""
    refuse_unknown(request)
    actor = request.auth
    require_view(actor)
    view = queries.scope_in_state(ScopeState.APPROVED, actor=actor)
    if view is None:
        raise NotFound
    records = {
        ItemKind.SERVICE: _offered(actor.language),
        **organization_records(language=actor.language),
    }
    found = differences(view.content.items, view.content.exclusions, records=records)
    return ScopeComparison(
        version=view.row.version,
        differences=tuple(
            ScopeDifference(kind=each.kind, code=each.code, name=each.name, gap=each.gap)
            for each in found
        ),
    )


@router.get(
    "/draft",
    response=ScopeVersion,
    operation_id="read_scope_draft",
    summary="Read the draft",
    openapi_extra=answers(404),
)
def read_scope_draft(request: ApiRequest) -> ScopeVersion:
    """Return the version that is being written; needs `context.view`."""
    refuse_unknown(request)
    require_view(request.auth)
    view = queries.scope_in_state(ScopeState.DRAFT, actor=request.auth)
    if view is None:
        raise NotFound
    return _version(view)


@router.put(
    "/draft",
    response=ScopeVersion,
    operation_id="write_scope_draft",
    summary="Write the next version",
    openapi_extra=CHANGES,
)
def write_scope_draft(
    request: ApiRequest, given: ScopeDraft, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Begin the next version, or say all of its draft anew; needs `context.manage`."""

    def do() -> Answer:
        number = actions.save_draft(
            content=given.content(), revision=given.revision, actor=request.auth, at=request.at
        )
        return _answer(number, request)

    return answer_once(request, idempotency_key, do)


@router.delete(
    "/draft",
    response={204: None},
    operation_id="discard_scope_draft",
    summary="Throw the draft away",
    openapi_extra=CHANGES,
)
def discard_scope_draft(
    request: ApiRequest, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Throw away the version that is being written; needs `context.manage`."""

    def do() -> Answer:
        actions.discard_draft(actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/draft/approve",
    response=ScopeVersion,
    operation_id="approve_scope_draft",
    summary="Approve the draft",
    openapi_extra=CHANGES,
)
def approve_scope_draft(
    request: ApiRequest, given: ScopeApproval, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Let it hold; the version that held until then is superseded. Needs `context.manage`."""

    def do() -> Answer:
        number = actions.approve_draft(revision=given.revision, actor=request.auth, at=request.at)
        return _answer(number, request)

    return answer_once(request, idempotency_key, do)


def _offered(language: str) -> dict[str, Recorded]:
    return {
        each.code: Recorded(each.name)
        for area in service_list(language=language)
        for each in area.services
    }


def _answer(number: int, request: ApiRequest) -> Answer:
    return Answer.of(_version(queries.scope_version(number, actor=request.auth)))


def _row(row: VersionRow) -> ScopeVersionRow:
    return ScopeVersionRow(
        version=row.version,
        state=row.state,
        written_by=row.written_by,
        changed_at=row.changed_at,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        superseded_at=row.superseded_at,
        revision=row.revision,
    )


def _version(view: ScopeView) -> ScopeVersion:
    content = view.content
    return ScopeVersion(
        **_row(view.row).model_dump(),
        statement=content.statement,
        technology=content.technology,
        items=tuple(
            ScopeItemSent(kind=each.kind, code=each.code, name=each.name) for each in content.items
        ),
        exclusions=tuple(
            ScopeExclusionSent(kind=each.kind, code=each.code, name=each.name, reason=each.reason)
            for each in content.exclusions
        ),
    )
