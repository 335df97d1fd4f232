"""The one search over everything that the token may see, and the searches its person kept."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import AwareDatetime, Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Code,
    Cursor,
    Given,
    IdempotencyKey,
    KeyInAddress,
    Line,
    NeededLine,
    Sent,
    refuse_unknown,
)
from timshel.kernel.search import actions
from timshel.kernel.search.highlights import Parts
from timshel.kernel.search.queries import Kept, kept_searches
from timshel.kernel.search.sources import Group, Hit, Narrowing, search, suggest
from timshel.operation.work.states import Stage
from timshel.service_portfolio.service.queries import service_id_of

router = Router(tags=["Search"])

SavedKey = Annotated[KeyInAddress, Path(description="The key of the search.")]


class SearchQuery(Given):
    """What is looked for."""

    text: NeededLine = Field(
        description='Words that must all be there, in any form; `"words in quotes"` side by side; '
        "`-word` must not be there; `a OR b`; `INC12` is a number.",
        examples=["printer -colour"],
    )
    kind: list[Code] = Field([], description="Any of these kinds; repeat the parameter.")
    stage: list[Stage] = Field([], description="Any of these stages; repeat the parameter.")
    open: bool | None = Field(None, description="Only what is not finished, or only what is.")
    mine: bool = Field(False, description="Only what one asked for or was given.")  # noqa: FBT003
    service: Code | None = Field(None, description="The code of a service.")
    since: AwareDatetime | None = Field(None, description="Opened at this moment or later.")
    until: AwareDatetime | None = Field(None, description="Opened before this moment.")
    group: Line = Field("", description="Only what this source finds; needed for further pages.")
    cursor: Cursor = Field("", description="From `next`; not made up by clients.")
    size: Annotated[int, Field(ge=1, le=50)] = Field(6, description="Hits of a source to a page.")
    typing: bool = Field(
        False,  # noqa: FBT003
        description="Whether the last word is still being typed: it may go on, and nothing "
        "narrows; answered quickly, without excerpts.",
    )


class TextPart(Sent):
    """A piece of a text."""

    text: str = Field(description="The piece.")
    is_match: bool = Field(description="Whether it is what was looked for.")


class SearchHit(Sent):
    """Something that was found."""

    kind: str = Field(
        description="`incident`, `service_request`, `task`, `person`, `offering`, `service`, "
        "`document`, or what a register of the management system holds, such as `risk`."
    )
    key: str = Field(description="Its number or its code.")
    title: str = Field(description="Its name.")
    title_parts: tuple[TextPart, ...] = Field(description="The same, with what fits marked.")
    excerpt: tuple[TextPart, ...] = Field(description="A piece of its text that shows why.")
    excerpt_of: str | None = Field(
        description="Whence the piece is, if not of its own text: `reply` or `note`."
    )
    line: str = Field(description="What else helps to tell it from others.")
    stage: str | None = Field(description="Where it stands, if it is work.")
    stage_name: str | None = Field(description="The same for people.")
    updated_at: AwareDatetime | None = Field(description="When it last changed, if it is work.")
    is_exact: bool = Field(description="Whether it is the very thing that was named.")


class SearchGroup(Sent):
    """The hits of one source."""

    name: str = Field(
        description="Of the source: `work`, `catalogue`, `people`, `documents` or `registers`."
    )
    items: tuple[SearchHit, ...] = Field(description="The best first.")
    next: str | None = Field(description="The address of the next page of this source.")


class SearchResults(Sent):
    """What was found, by source."""

    groups: tuple[SearchGroup, ...] = Field(description="Those in which something was found.")
    instead: tuple[str, ...] = Field(
        description="Words that were taken for words which are not known."
    )


class KeptSearch(Sent):
    """A search that was kept."""

    id: int = Field(description="Its key.")
    name: str | None = Field(description="What it is called; nothing for a recent one.")
    text: str = Field(description="What is looked for.")
    narrowed: dict[str, str] = Field(description="What it is narrowed to.")


class KeptSearches(Sent):
    """One's own searches."""

    saved: tuple[KeptSearch, ...] = Field(description="By name.")
    recent: tuple[KeptSearch, ...] = Field(description="The newest first.")


class SearchToSave(Given):
    """A search to be kept under a name."""

    name: NeededLine = Field(description="At most 80 characters; one of the same name is replaced.")
    text: NeededLine = Field(description="What is looked for.")
    narrowed: dict[Code, Line] = Field(
        {}, description="What it is narrowed to: `kind`, `stage`, `open`, `mine`, `service`, …"
    )


class SavedSearch(Sent):
    """What was saved."""

    id: int = Field(description="Its key.")


@router.get(
    "",
    response=SearchResults,
    operation_id="search",
    summary="Search everything",
    openapi_extra=answers(422),
)
def search_everything(request: ApiRequest, asked: Query[SearchQuery]) -> SearchResults:
    """Return what fits, by source, of what the token may see."""
    refuse_unknown(request, SearchQuery.model_fields)
    actor, at = request.auth, request.at
    if asked.typing:
        found = suggest(asked.text, actor=actor, at=at, size=asked.size)
    else:
        found = search(
            asked.text,
            actor=actor,
            at=at,
            narrowing=_narrowing(asked),
            group=asked.group,
            size=asked.size,
            after=asked.cursor if asked.group else "",
        )
    return SearchResults(
        groups=tuple(_group(request, group) for group in found.groups), instead=found.instead
    )


@router.get(
    "/kept",
    response=KeptSearches,
    operation_id="list_kept_searches",
    summary="List one's own searches",
)
def list_kept_searches(request: ApiRequest) -> KeptSearches:
    """Return the searches that the token's person saved, and the recent ones."""
    saved, recent = kept_searches(actor=request.auth)
    return KeptSearches(saved=tuple(map(_kept, saved)), recent=tuple(map(_kept, recent)))


@router.post(
    "/saved",
    response={201: SavedSearch},
    operation_id="save_search",
    summary="Save a search",
    openapi_extra=answers(404, 409, 422),
)
def save_search(
    request: ApiRequest, given: SearchToSave, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Keep a search under a name, for the token's person."""

    def do() -> Answer:
        key = actions.save_search(
            given.text, name=given.name, asked=given.narrowed, actor=request.auth, at=request.at
        )
        return Answer.of(SavedSearch(id=key), status=201)

    return answer_once(request, idempotency_key, do)


@router.delete(
    "/kept/{search_id}",
    response={204: None},
    operation_id="forget_search",
    summary="Remove a search",
    openapi_extra=answers(404),
)
def forget_search(
    request: ApiRequest, search_id: SavedKey, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Remove one of the searches of the token's person, saved or recent."""

    def do() -> Answer:
        actions.forget_search(search_id, actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


def _narrowing(asked: SearchQuery) -> Narrowing:
    return Narrowing(
        kinds=frozenset(asked.kind),
        stages=frozenset(asked.stage),
        is_open=asked.open,
        is_mine=asked.mine,
        service_id=service_id_of(asked.service) if asked.service else None,
        since=asked.since,
        until=asked.until,
    )


def _group(request: HttpRequest, group: Group) -> SearchGroup:
    return SearchGroup(
        name=group.name, items=tuple(map(_hit, group.hits)), next=_next(request, group)
    )


def _next(request: HttpRequest, group: Group) -> str | None:
    if group.next is None or request.GET.get("typing") == "true":
        return None
    asked = request.GET.copy()
    asked["group"], asked["cursor"] = group.name, group.next
    return f"{request.path}?{asked.urlencode()}"


def _hit(hit: Hit) -> SearchHit:
    return SearchHit(
        kind=hit.kind,
        key=hit.key,
        title=hit.name,
        title_parts=_parts(hit.title),
        excerpt=_parts(hit.excerpt),
        excerpt_of=hit.excerpt_of or None,
        line=str(hit.line),
        stage=hit.state or None,
        stage_name=str(hit.state_name) or None,
        updated_at=hit.at,
        is_exact=hit.is_exact,
    )


def _parts(parts: Parts) -> tuple[TextPart, ...]:
    return tuple(TextPart(text=part.text, is_match=part.is_match) for part in parts)


def _kept(kept: Kept) -> KeptSearch:
    return KeptSearch(id=kept.id, name=kept.name or None, text=kept.text, narrowed=dict(kept.asked))
