"""What the administration keeps beside its large parts: tags, links for guests, jobs, troubles."""

from __future__ import annotations

from typing import Annotated

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from ninja import Path, Query, Router
from pydantic import AwareDatetime, Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import Document, answers, with_headers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Code,
    Cursor,
    Given,
    IdempotencyKey,
    Key,
    KeyInAddress,
    Label,
    NeededLine,
    NeededText,
    PageSize,
    Sent,
    refuse_unknown,
)
from timshel.interfaces.api.links import Links, page_links
from timshel.interfaces.api.v1.incident_answers import REPLAY_HEADER
from timshel.kernel.search.actions import forget_recent
from timshel.operation.process.queries import troubled_runs
from timshel.operation.teamwork import actions as teamwork
from timshel.operation.teamwork import queries as found
from timshel.resolution_fulfilment.guest.actions import make_guest_link, revoke_guest_link
from timshel.resolution_fulfilment.guest.queries import guest_links

tags = Router(tags=["Teamwork"])
recent = Router(tags=["Search"])
shifts = Router(tags=["Teams"])
guests = Router(tags=["Administration"])
troubles = Router(tags=["Administration"])

GONE: Document = with_headers(204, REPLAY_HEADER, answers(404, 409, 422))
MOST_DAYS = 3_650
TagId = Annotated[KeyInAddress, Path(description="The key of the tag.", examples=[7])]


class PageAsked(Given):
    """Which page of a list is asked for."""

    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="Rows to a page.")


class KeptTag(Sent):
    """A tag, with how much work has it."""

    id: int
    name: str
    uses: int


class KeptTags(Sent):
    """One page of the tags, by name."""

    items: tuple[KeptTag, ...]
    links: Links


class TagName(Given):
    """Another name for a tag."""

    name: NeededLine = Field(description="Where it is one already, the two are merged.")


class TagInto(Given):
    """The tag that another becomes."""

    into_id: Key = Field(description="The key of the tag that stays.")


class GuestLink(Sent):
    """A link by which guests report without an account."""

    id: int
    label: str
    service: str = Field(description="The name of the service, or empty.")
    valid_until: AwareDatetime
    created_by: str
    created_at: AwareDatetime
    is_open: bool
    reports: int = Field(description="How many came by it.")


class GuestLinks(Sent):
    """One page of links for guests, newest first."""

    items: tuple[GuestLink, ...]
    links: Links


class GuestLinkGiven(Given):
    """A link that is to be made."""

    label: Label = Field(description="What it is for; guests read it.", min_length=1)
    service: Code | None = Field(None, description="The code of the service, or null for any.")
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = 90


class GuestAddress(Sent):
    """A new link's address: it is shown this once."""

    address: str


class ShiftNoteGiven(Given):
    """What those who come next should know."""

    text: NeededText = Field(description="As Markdown.")
    numbers: list[Code] = Field([], description="Of the work that needs an eye.", max_length=50)


class StuckProcess(Sent):
    """A process that is stuck."""

    number: str = Field(description="Of the work it runs for.")
    title: str
    process: str
    trouble: str
    since: AwareDatetime


class StuckProcesses(Sent):
    """One page of the processes that are stuck."""

    items: tuple[StuckProcess, ...]
    links: Links


@tags.get(
    "/kept",
    response=KeptTags,
    operation_id="list_kept_tags",
    summary="List the tags with their uses",
)
def list_kept_tags(request: ApiRequest, asked: Query[PageAsked]) -> KeptTags:
    """Return a page of all tags; needs `work.keep_tags`."""
    refuse_unknown(request, PageAsked.model_fields)
    page = found.tag_list(actor=request.auth, cursor=asked.cursor, size=asked.size)
    rows = tuple(KeptTag(id=row.id, name=row.name, uses=row.uses) for row in page.items)
    return KeptTags(items=rows, links=page_links(request, page))


@tags.put(
    "/kept/{tag_id}",
    response={204: None},
    operation_id="rename_tag",
    summary="Give a tag another name",
    openapi_extra=GONE,
)
def rename_tag(
    request: ApiRequest, tag_id: TagId, given: TagName, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Give a tag another name wherever it is used; needs `work.keep_tags`."""

    def do() -> Answer:
        teamwork.rename_tag(tag_id, name=given.name, actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


@tags.post(
    "/kept/{tag_id}/merge",
    response={204: None},
    operation_id="merge_tags",
    summary="Make two tags one",
    openapi_extra=GONE,
)
def merge_tags(
    request: ApiRequest, tag_id: TagId, given: TagInto, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Replace a tag by another wherever it is used; needs `work.keep_tags`."""

    def do() -> Answer:
        teamwork.merge_tags(tag_id, into_id=given.into_id, actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


@tags.delete(
    "/kept/{tag_id}",
    response={204: None},
    operation_id="delete_tag",
    summary="Delete a tag",
    openapi_extra=GONE,
)
def delete_tag(
    request: ApiRequest, tag_id: TagId, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Take a tag off all work and delete it; needs `work.keep_tags`."""

    def do() -> Answer:
        teamwork.delete_tag(tag_id, actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


@recent.delete(
    "/recent",
    response={204: None},
    operation_id="forget_recent_searches",
    summary="Forget one's recent searches",
    openapi_extra=GONE,
)
def forget_recent_searches(
    request: ApiRequest, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Forget what one searched for; what was saved stays."""

    def do() -> Answer:
        forget_recent(actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


@shifts.post(
    "/{code}/shift-notes",
    response={204: None},
    operation_id="hand_over_shift",
    summary="Hand a shift over",
    openapi_extra=GONE,
)
def hand_over_shift(
    request: ApiRequest,
    code: Annotated[Code, Path(description="The code of the team.", examples=["workplace"])],
    given: ShiftNoteGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Leave a note for those of a team who come next, with the work it is about."""

    def do() -> Answer:
        teamwork.hand_over(
            code, text=given.text, numbers=given.numbers, actor=request.auth, at=request.at
        )
        return Answer(204)

    return answer_once(request, idempotency_key, do)


@shifts.put(
    "/shift-notes/{note_id}/read",
    response={204: None},
    operation_id="read_shift_note",
    summary="Mark a shift note as read",
    openapi_extra=GONE,
)
def read_shift_note(
    request: ApiRequest,
    note_id: Annotated[KeyInAddress, Path(description="Its key.", examples=[7])],
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say that one has read what was handed over."""

    def do() -> Answer:
        teamwork.read_shift_note(note_id, actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


@guests.get(
    "",
    response=GuestLinks,
    operation_id="list_guest_links",
    summary="List the links for guests",
)
def list_guest_links(request: ApiRequest, asked: Query[PageAsked]) -> GuestLinks:
    """Return a page of the links that were given away; needs `guest.manage`."""
    refuse_unknown(request, PageAsked.model_fields)
    page = guest_links(actor=request.auth, at=request.at, cursor=asked.cursor, size=asked.size)
    rows = tuple(
        GuestLink(
            id=row.id,
            label=row.label,
            service=row.service,
            valid_until=row.valid_until,
            created_by=row.created_by,
            created_at=row.created_at,
            is_open=row.is_open,
            reports=row.reports,
        )
        for row in page.items
    )
    return GuestLinks(items=rows, links=page_links(request, page))


@guests.post(
    "",
    response={201: GuestAddress},
    operation_id="create_guest_link",
    summary="Make a link for guests",
    openapi_extra=answers(404, 409, 422),
)
def create_guest_link(request: ApiRequest, given: GuestLinkGiven) -> HttpResponse:
    """Make a link and return its address, this once; without a key, since nothing is kept of it."""
    secret = make_guest_link(
        given.label,
        service=given.service or "",
        days=given.days,
        actor=request.auth,
        at=request.at,
    )
    address = f"{settings.BASE_ADDRESS}{reverse('guest-report', args=[secret])}"
    return Answer.of(GuestAddress(address=address), status=201).response()


@guests.delete(
    "/{link_id}",
    response={204: None},
    operation_id="revoke_guest_link",
    summary="Take a link for guests back",
    openapi_extra=GONE,
)
def revoke_link(
    request: ApiRequest,
    link_id: Annotated[KeyInAddress, Path(description="Its key.", examples=[7])],
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Let a link open no more; needs `guest.manage`."""

    def do() -> Answer:
        revoke_guest_link(link_id, actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


@troubles.get(
    "",
    response=StuckProcesses,
    operation_id="list_troubles",
    summary="List the processes that are stuck",
)
def list_troubles(request: ApiRequest, asked: Query[PageAsked]) -> StuckProcesses:
    """Return a page of stuck processes of the work that the token may see."""
    refuse_unknown(request, PageAsked.model_fields)
    page = troubled_runs(actor=request.auth, cursor=asked.cursor, size=asked.size)
    rows = tuple(
        StuckProcess(
            number=row.number,
            title=row.title,
            process=row.process,
            trouble=row.trouble,
            since=row.since,
        )
        for row in page.items
    )
    return StuckProcesses(items=rows, links=page_links(request, page))
