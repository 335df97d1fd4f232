"""What people do around a piece of work together: tags, links, time, checklists, watchers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Query, Router

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    IdempotencyKey,
    KeyInAddress,
    Label,
)
from timshel.interfaces.api.v1.teamwork_shapes import (
    AroundShape,
    CheckGiven,
    ChecksGiven,
    CheckShape,
    LinkGiven,
    LinkShape,
    MentionQuery,
    MentionsFound,
    MentionShape,
    TagQuery,
    TagsFound,
    TagsGiven,
    TimeGiven,
    TimeShape,
    WatcherGiven,
    WatcherShape,
)
from timshel.operation.teamwork import actions, queries
from timshel.operation.teamwork.states import WorkLinkKind

router = Router(tags=["Teamwork"])
tags_router = Router(tags=["Teamwork"])
mentions_router = Router(tags=["Teamwork"])

WorkNumber = Annotated[
    str,
    Path(
        pattern=r"^[A-Za-z]{2,6}[0-9]{1,14}$",
        description="The number of the work, of whatever kind.",
        examples=["INC0000012"],
    ),
]
CHANGES = answers(403, 404, 409, 422)

LineId = Annotated[KeyInAddress, Path(description="The key of the line.", examples=[12])]


def _shown(request: ApiRequest, number: str) -> AroundShape:
    found = queries.around(number, actor=request.auth, at=request.at)
    return AroundShape(
        number=found.number,
        tags=list(found.tags),
        links=[
            LinkShape(
                id=each.id,
                kind=WorkLinkKind(each.kind),
                is_back=each.is_back,
                number=each.number,
                title=each.title,
                stage=each.stage,
            )
            for each in found.links
        ],
        time=[
            TimeShape(
                id=each.id,
                person=each.person,
                minutes=each.minutes,
                day=each.day,
                note=each.note,
                is_internal=each.is_internal,
            )
            for each in found.time
        ],
        minutes=found.minutes,
        checklist=[
            CheckShape(id=each.id, text=each.text, done_by=each.done_by, done_at=each.done_at)
            for each in found.checks
        ],
        watchers=[
            WatcherShape(person_id=each.person_id, name=each.name, by_requester=each.by_requester)
            for each in found.watchers
        ],
    )


def _done(
    request: ApiRequest, key: str | None, number: str, do: Callable[[], object]
) -> HttpResponse:
    """Do something and answer with what stands around the work afterwards."""

    def answer() -> Answer:
        do()
        return Answer.of(_shown(request, number))

    return answer_once(request, key, answer)


def _gone(request: ApiRequest, key: str | None, do: Callable[[], object]) -> HttpResponse:
    """Take something away and answer with nothing."""

    def answer() -> Answer:
        do()
        return Answer(204)

    return answer_once(request, key, answer)


@router.get(
    "/{number}/around",
    response=AroundShape,
    operation_id="read_around_work",
    summary="Read what stands around a piece of work",
    openapi_extra=answers(404),
)
def read_around_work(request: ApiRequest, number: WorkNumber) -> AroundShape:
    """Return tags, links, time, checklist and watchers; who only follows it sees no more than
    that they do."""
    return _shown(request, number)


@router.post(
    "/{number}/tags",
    response=AroundShape,
    operation_id="tag_work",
    summary="Add tags",
    openapi_extra=CHANGES,
)
def tag_work(
    request: ApiRequest,
    number: WorkNumber,
    given: TagsGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Add tags; those that are there already change nothing."""

    def do() -> None:
        actions.tag_work(number, tags=given.tags, actor=request.auth, at=request.at)

    return _done(request, idempotency_key, number, do)


@router.delete(
    "/{number}/tags/{tag}",
    response={204: None},
    operation_id="untag_work",
    summary="Take a tag off",
    openapi_extra=CHANGES,
)
def untag_work(
    request: ApiRequest,
    number: WorkNumber,
    tag: Annotated[Label, Path(description="The tag, in any case of letters.")],
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Take a tag off; one that is not there changes nothing."""

    def do() -> None:
        actions.untag_work(number, tags=[tag], actor=request.auth, at=request.at)

    return _gone(request, idempotency_key, do)


@router.post(
    "/{number}/links",
    response=AroundShape,
    operation_id="link_work",
    summary="Link to other work",
    openapi_extra=CHANGES,
)
def link_work(
    request: ApiRequest,
    number: WorkNumber,
    given: LinkGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Link the work to other work, which shows on both."""

    def do() -> None:
        actions.link_work(number, to=given.to, kind=given.kind, actor=request.auth, at=request.at)

    return _done(request, idempotency_key, number, do)


@router.delete(
    "/{number}/links/{link_id}",
    response={204: None},
    operation_id="unlink_work",
    summary="Take a link away",
    openapi_extra=CHANGES,
)
def unlink_work(
    request: ApiRequest,
    number: WorkNumber,
    link_id: Annotated[KeyInAddress, Path(description="The key of the link.", examples=[12])],
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Take a link away, from either side."""

    def do() -> None:
        actions.unlink_work(number, link_id=link_id, actor=request.auth, at=request.at)

    return _gone(request, idempotency_key, do)


@router.post(
    "/{number}/time",
    response=AroundShape,
    operation_id="spend_time",
    summary="Write time down",
    openapi_extra=CHANGES,
)
def spend_time(
    request: ApiRequest,
    number: WorkNumber,
    given: TimeGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Write down time that the token's person spent."""

    def do() -> None:
        spent = actions.Spent(**given.model_dump())
        actions.spend_time(number, spent=spent, actor=request.auth, at=request.at)

    return _done(request, idempotency_key, number, do)


@router.put(
    "/{number}/time/{line_id}",
    response=AroundShape,
    operation_id="correct_time",
    summary="Correct a line of time",
    openapi_extra=CHANGES,
)
def correct_time(
    request: ApiRequest,
    number: WorkNumber,
    line_id: LineId,
    given: TimeGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Correct a line of one's own, within a day of writing it."""

    def do() -> None:
        spent = actions.Spent(**given.model_dump())
        actions.correct_time(
            number, line_id=line_id, spent=spent, actor=request.auth, at=request.at
        )

    return _done(request, idempotency_key, number, do)


@router.delete(
    "/{number}/time/{line_id}",
    response={204: None},
    operation_id="remove_time",
    summary="Remove a line of time",
    openapi_extra=CHANGES,
)
def remove_time(
    request: ApiRequest,
    number: WorkNumber,
    line_id: LineId,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Take away a line of one's own, within a day of writing it."""

    def do() -> None:
        actions.remove_time(number, line_id=line_id, actor=request.auth, at=request.at)

    return _gone(request, idempotency_key, do)


@router.post(
    "/{number}/checklist",
    response=AroundShape,
    operation_id="add_checks",
    summary="Add to the checklist",
    openapi_extra=CHANGES,
)
def add_checks(
    request: ApiRequest,
    number: WorkNumber,
    given: ChecksGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Add lines below those that are there; a task has a checklist of its own."""

    def do() -> None:
        actions.add_checks(number, lines=given.lines, actor=request.auth, at=request.at)

    return _done(request, idempotency_key, number, do)


@router.put(
    "/{number}/checklist/{line_id}",
    response=AroundShape,
    operation_id="tick_work_check",
    summary="Tick a line off",
    openapi_extra=CHANGES,
)
def tick_work_check(
    request: ApiRequest,
    number: WorkNumber,
    line_id: LineId,
    given: CheckGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Tick a line off, or take the tick back."""

    def do() -> None:
        actions.tick_check(
            number, line_id=line_id, is_done=given.is_done, actor=request.auth, at=request.at
        )

    return _done(request, idempotency_key, number, do)


@router.delete(
    "/{number}/checklist/{line_id}",
    response={204: None},
    operation_id="remove_check",
    summary="Remove a line of the checklist",
    openapi_extra=CHANGES,
)
def remove_check(
    request: ApiRequest,
    number: WorkNumber,
    line_id: LineId,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Take a line off the checklist."""

    def do() -> None:
        actions.remove_check(number, line_id=line_id, actor=request.auth, at=request.at)

    return _gone(request, idempotency_key, do)


@router.post(
    "/{number}/watchers",
    response=AroundShape,
    operation_id="add_watcher",
    summary="Have somebody follow the work",
    openapi_extra=CHANGES,
)
def add_watcher(
    request: ApiRequest,
    number: WorkNumber,
    given: WatcherGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Have somebody see the work and hear of replies and endings; whoever asked for it adds
    colleagues, unless it is confidential."""

    def do() -> None:
        actions.add_watcher(number, person_id=given.person_id, actor=request.auth, at=request.at)

    return _done(request, idempotency_key, number, do)


@router.delete(
    "/{number}/watchers/{person_id}",
    response={204: None},
    operation_id="remove_watcher",
    summary="Have somebody follow the work no longer",
    openapi_extra=CHANGES,
)
def remove_watcher(
    request: ApiRequest,
    number: WorkNumber,
    person_id: Annotated[KeyInAddress, Path(description="The person's key.", examples=[7])],
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Have somebody follow the work no longer; everybody can for themselves."""

    def do() -> None:
        actions.remove_watcher(number, person_id=person_id, actor=request.auth, at=request.at)

    return _gone(request, idempotency_key, do)


@tags_router.get(
    "",
    response=TagsFound,
    operation_id="list_tags",
    summary="Find tags in use",
    openapi_extra=answers(403, 422),
)
def list_tags(request: ApiRequest, asked: Query[TagQuery]) -> TagsFound:
    """Return at most ten tags; for those who see others' work."""
    return TagsFound(items=list(queries.tags_matching(asked.text, actor=request.auth)))


@mentions_router.get(
    "",
    response=MentionsFound,
    operation_id="list_mentions",
    summary="List where one was named",
    openapi_extra=answers(422),
)
def list_mentions(request: ApiRequest, asked: Query[MentionQuery]) -> MentionsFound:
    """Return where the token's person was named in notes that they may read."""
    page = queries.mention_list(
        actor=request.auth, unseen=asked.unseen, cursor=asked.cursor, size=asked.size
    )
    return MentionsFound(
        items=[
            MentionShape(
                number=each.number,
                title=each.title,
                author=each.author,
                text=each.text,
                at=each.at,
                is_seen=each.is_seen,
            )
            for each in page.items
        ],
        next_cursor=page.next_cursor,
    )
