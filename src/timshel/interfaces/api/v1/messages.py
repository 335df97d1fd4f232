"""Messages that leave: what did not arrive and why, and the addresses that are in trouble."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import AwareDatetime, Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Cursor,
    Given,
    IdempotencyKey,
    KeyInAddress,
    Line,
    PageSize,
    Sent,
    refuse_unknown,
)
from timshel.interfaces.api.links import Links, page_links
from timshel.support.communication import actions, queries
from timshel.support.communication.queries import MessageRow, Show, TroubleRow
from timshel.support.communication.states import Failure, MessageState
from timshel.support.notification.queries import readable_thread

router = Router(tags=["Mail"])
addresses_router = Router(tags=["Mail"])

MessageKey = Annotated[KeyInAddress, Path(description="The key of the message.", examples=[12])]
TroubleKey = Annotated[KeyInAddress, Path(description="The key of the mark.", examples=[12])]


class MessageQuery(Given):
    """Which messages are asked for."""

    show: Literal["unsent", "waiting", "failed", "bounced", "sent"] = Field(
        "unsent", description="`unsent`: given up or come back; the others by where they stand."
    )
    address: Line = Field("", description="Only those to this address.")
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="Messages to a page.")


class PageQuery(Given):
    """Which page is asked for."""

    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="Rows to a page.")


class MessageInList(Sent):
    """A message as lists show it: not what it says."""

    id: int = Field(description="The key of the message.")
    kind: str = Field(description="On which occasion it was written, such as `incident.opened`.")
    thread: str = Field(description="What it belongs to, such as `incident.INC0000012`.")
    address: str = Field(description="The recipient's.")
    state: MessageState = Field(description="Where it stands.")
    failure: Failure = Field(description="Why it did not arrive; empty if it did, or may yet.")
    attempts: int = Field(description="How often it was tried.")
    last_error: str = Field(description="What the mail server said last.")
    created_at: AwareDatetime
    due_at: AwareDatetime = Field(description="When it is tried next, while it is queued.")
    sent_at: AwareDatetime | None


class Report(Sent):
    """What a mail server reported of a message that it had taken."""

    action: str = Field(description="What became of it, as RFC 3464 calls it.")
    status: str = Field(description="The code of RFC 3463; may be empty.")
    said: str = Field(description="The words of the server.")
    at: AwareDatetime


class Message(MessageInList):
    """A message with what it says, to who may read what it is about."""

    sender: str = Field(description="In whose name it leaves.")
    reply_to: str = Field(description="Where answers come.")
    subject: str | None = Field(description="Null to who may not read what it is about.")
    text: str | None = Field(
        description="Null to who may not read what it is about. Addresses that let their reader "
        "in are cut short."
    )
    files: tuple[str, ...] = Field(description="The names of its files.")
    reports: tuple[Report, ...] = Field(description="What came back, oldest first.")


class Messages(Sent):
    """One page of messages, newest first."""

    items: tuple[MessageInList, ...]
    links: Links


class Trouble(Sent):
    """An address at which messages do not arrive."""

    id: int = Field(description="The key of the mark.")
    address: str
    since: AwareDatetime = Field(description="When it was first reported.")
    last_at: AwareDatetime = Field(description="When it was reported last.")
    count: int = Field(description="How often it was reported.")
    status: str = Field(description="The code of RFC 3463; may be empty.")
    said: str = Field(description="The words of the server.")
    is_hard: bool = Field(description="Whether nothing is sent there any more.")


class Troubles(Sent):
    """One page of addresses, newest first."""

    items: tuple[Trouble, ...]
    links: Links


@router.get(
    "",
    response=Messages,
    operation_id="list_messages",
    summary="List messages",
    openapi_extra=answers(403, 422),
)
def list_messages(request: ApiRequest, asked: Query[MessageQuery]) -> Messages:
    """Return a page of the messages that leave; needs `communication.manage`."""
    refuse_unknown(request, MessageQuery.model_fields)
    page = queries.message_list(
        show=Show(asked.show),
        address=asked.address.strip(),
        actor=request.auth,
        cursor=asked.cursor,
        size=asked.size,
    )
    links = page_links(request, page)
    return Messages(items=tuple(MessageInList(**_row(row)) for row in page.items), links=links)


@router.get(
    "/{message_id}",
    response=Message,
    operation_id="read_message",
    summary="Read a message",
    openapi_extra=answers(403, 404),
)
def read_message(request: ApiRequest, message_id: MessageKey) -> Message:
    """Return a message; needs `communication.manage`.

    What it says is told to who may read what it is about.
    """
    view = queries.message(message_id, actor=request.auth)
    may_read = readable_thread(view.row.thread, actor=request.auth, at=request.at)
    return Message(
        **_row(view.row),
        sender=view.sender,
        reply_to=view.reply_to,
        subject=view.subject if may_read else None,
        text=view.text if may_read else None,
        files=view.files if may_read else (),
        reports=tuple(
            Report(action=each.action, status=each.status, said=each.said, at=each.at)
            for each in view.reports
        ),
    )


@router.post(
    "/{message_id}/retry",
    response={204: None},
    operation_id="retry_message",
    summary="Send a message again",
    openapi_extra=answers(403, 404, 409),
)
def retry_message(
    request: ApiRequest, message_id: MessageKey, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Queue a message again that was given up or came back; needs `communication.manage`."""

    def do() -> Answer:
        actions.retry_message(message_id, actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


@addresses_router.get(
    "",
    response=Troubles,
    operation_id="list_address_troubles",
    summary="List addresses in trouble",
    openapi_extra=answers(403, 422),
)
def list_address_troubles(request: ApiRequest, asked: Query[PageQuery]) -> Troubles:
    """Return the addresses at which messages do not arrive; needs `communication.manage`."""
    refuse_unknown(request, PageQuery.model_fields)
    page = queries.trouble_list(actor=request.auth, cursor=asked.cursor, size=asked.size)
    links = page_links(request, page)
    return Troubles(items=tuple(map(_trouble, page.items)), links=links)


@addresses_router.delete(
    "/{trouble_id}",
    response={204: None},
    operation_id="clear_address_trouble",
    summary="Take the mark off an address",
    openapi_extra=answers(403, 404, 409),
)
def clear_address_trouble(
    request: ApiRequest, trouble_id: TroubleKey, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Have mail sent to an address again; needs `communication.manage`."""

    def do() -> Answer:
        actions.clear_trouble(trouble_id, actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


def _row(row: MessageRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in MessageInList.model_fields}


def _trouble(row: TroubleRow) -> Trouble:
    return Trouble(**{name: getattr(row, name) for name in Trouble.model_fields})
