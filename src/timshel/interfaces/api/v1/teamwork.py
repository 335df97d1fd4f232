"""What people do around a piece of work together: tags, links, time, checklists, watchers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import AwareDatetime, Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Cursor,
    Explanation,
    Given,
    IdempotencyKey,
    Key,
    KeyInAddress,
    Label,
    Line,
    NeededLine,
    PageSize,
    Sent,
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


class LinkShape(Sent):
    """A link to other work."""

    id: int = Field(description="Its key.")
    kind: WorkLinkKind = Field(description="What the one has to do with the other.")
    is_back: bool = Field(description="Whether it is read from the other to this one.")
    number: str = Field(description="Of the other work.")
    title: str = Field(description="Of the other work.")
    stage: str = Field(description="Of the other work.")


class TimeShape(Sent):
    """A line of time."""

    id: int = Field(description="Its key.")
    person: str = Field(description="Who spent it.")
    minutes: int = Field(description="How long.")
    day: date = Field(description="On which day.")
    note: str = Field(description="What was done.")
    is_internal: bool = Field(description="Whether only readers of notes see it.")


class CheckShape(Sent):
    """A line of the checklist."""

    id: int = Field(description="Its key.")
    text: str = Field(description="What is to be done.")
    done_by: str = Field(description="Who ticked it off; empty while it is open.")
    done_at: AwareDatetime | None = Field(description="When it was ticked off.")


class WatcherShape(Sent):
    """Somebody who follows the work."""

    person_id: int = Field(description="The person's key.")
    name: str = Field(description="The person's name.")
    by_requester: bool = Field(description="Whether the requester's side added them.")


class AroundShape(Sent):
    """What stands around a piece of work, as far as the token may see it."""

    number: str = Field(description="Of the work.")
    tags: list[str] = Field(description="Its tags, by name.")
    links: list[LinkShape] = Field(description="Its links to work that the token may see.")
    time: list[TimeShape] = Field(description="Time spent on it, the latest first.")
    minutes: int = Field(description="The sum of the lines of time that are shown.")
    checklist: list[CheckShape] = Field(description="Its checklist; a task has one of its own.")
    watchers: list[WatcherShape] = Field(description="Who follows it.")


class TagsGiven(Given):
    """Tags to add."""

    tags: list[NeededLine] = Field(
        description="Words; one that is used already keeps its spelling.",
        min_length=1,
        max_length=30,
        examples=[["screen", "new starter"]],
    )


class LinkGiven(Given):
    """A link to make."""

    to: NeededLine = Field(description="The number of the other work.", examples=["INC0000013"])
    kind: WorkLinkKind = Field(WorkLinkKind.RELATED, description="Read from this one to the other.")


class TimeGiven(Given):
    """Time to write down."""

    minutes: Annotated[int, Field(strict=True, ge=1, le=1440)] = Field(description="How long.")
    day: date = Field(description="On which day of the last year.")
    note: Explanation = Field("", description="What was done.")
    is_internal: bool = Field(
        True,  # noqa: FBT003
        description="Whether only readers of notes see it.",
    )


class ChecksGiven(Given):
    """Lines to add to a checklist."""

    lines: list[NeededLine] = Field(
        description="What is to be done.", min_length=1, max_length=100, examples=[["Call back"]]
    )


class CheckGiven(Given):
    """Whether a line is done."""

    is_done: bool = Field(description="Whether it is.")


class WatcherGiven(Given):
    """Who is to follow the work."""

    person_id: Key = Field(description="The person's key.")


class TagQuery(Given):
    """Which tags are asked for."""

    text: Line = Field("", description="What they hold; empty for the first by name.")


class TagsFound(Sent):
    """Tags in use."""

    items: list[str] = Field(description="Those that begin with the text first.")


class MentionShape(Sent):
    """Where the token's person was named in a note."""

    number: str = Field(description="Of the work.")
    title: str = Field(description="Of the work.")
    author: str = Field(description="Who wrote the note.")
    text: str = Field(description="The note, as Markdown.")
    at: AwareDatetime = Field(description="When.")
    is_seen: bool = Field(description="Whether the person has looked at it since.")


class MentionsFound(Sent):
    """A page of mentions, newest first."""

    items: list[MentionShape] = Field(description="One for each note.")
    next_cursor: str | None = Field(description="Where to go on, or null at the end.")


class MentionQuery(Given):
    """Which mentions are asked for."""

    unseen: bool = Field(
        False,  # noqa: FBT003
        description="Only those that were not looked at yet.",
    )
    cursor: Cursor | None = Field(None, description="Where to go on, from an earlier page.")
    size: PageSize = Field(25, description="Rows to a page.")


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
