"""Mailboxes: the addresses at which mail is taken, and how they are."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Path, Router
from pydantic import AwareDatetime, ConfigDict, Field
from pydantic.config import JsonDict

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers, with_headers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Code,
    Given,
    IdempotencyKey,
    Line,
    LongText,
    NeededLine,
    Sent,
    Storable,
)
from timshel.interfaces.api.v1.incident_answers import REPLAY_HEADER
from timshel.support.communication import actions, queries
from timshel.support.communication.actions import MailboxContent, MailboxSecrets
from timshel.support.communication.states import (
    Afterwards,
    MailboxWay,
    OAuthGrant,
    Security,
    SignIn,
)
from timshel.support.communication.troubles import MailboxTrouble

router = Router(tags=["Mailboxes"])

CHANGES = with_headers(200, REPLAY_HEADER, answers(404, 409, 411, 422))
MailboxCode = Annotated[Code, Path(description="The code of the mailbox.", examples=["desk"])]
Long = Annotated[str, Field(max_length=500), Storable]
Port = Annotated[int, Field(strict=True, ge=1, le=65_535)]
SECRETS = ("secret", "client_secret", "refresh_token")
EXAMPLE: JsonDict = {
    "name": "Service desk",
    "address": "desk@example.org",
    "team": "service-desk",
    "host": "imap.example.org",
    "user": "desk@example.org",
    "secret": "correct horse battery staple",
    "taken_folder": "Timshel",
}


class MailboxGiven(Given):
    """All that a mailbox is; what is left out is as usual, and a secret left out stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    name: NeededLine = Field(description="For people.")
    address: NeededLine = Field(description="That people write to.")
    team: Code | None = Field(None, description="The code of the team whose mailbox it is.")
    language: Annotated[str, Field(max_length=10), Storable] = Field(
        "", description="In which people write to it; empty where it is not known."
    )
    way: MailboxWay = Field(
        MailboxWay.FETCHED, description="Whether mail is fetched, or a mail server brings it."
    )
    host: Line = Field("", description="Of the IMAP server.")
    port: Port = Field(993, description="Of the IMAP server.")
    security: Security = Field(Security.TLS, description="How the way there is protected.")
    user: Long = Field("", description="Under which name to sign in; empty for the address.")
    sign_in: SignIn = Field(SignIn.PASSWORD, description="By a password, or by OAuth 2.0.")
    secret: LongText | None = Field(None, description="The password. It is never given back.")
    grant: OAuthGrant = Field(
        OAuthGrant.REFRESH_TOKEN, description="For what an access token is given."
    )
    token_address: Long = Field("", description="Where it is given.")
    client_id: Long = Field("", description="Who we are there.")
    client_secret: LongText | None = Field(None, description="It is never given back.")
    refresh_token: LongText | None = Field(None, description="It is never given back.")
    token_scope: Long = Field("", description="What it is asked for.")
    folder: Long = Field("INBOX", description="From which mail is taken.")
    afterwards: Afterwards = Field(
        Afterwards.MOVE, description="What becomes of a message there once it is kept here."
    )
    taken_folder: Long = Field("", description="To which it is moved then.")


class MailboxSent(Sent):
    """A mailbox, and how it is; of secrets only whether there are any."""

    code: str = Field(description="Its name for files and programs.")
    name: str = Field(description="For people.")
    address: str = Field(description="That people write to.")
    team: str = Field(description="The code of its team, or an empty text.")
    language: str = Field(description="In which people write to it.")
    is_active: bool = Field(description="Whether mail is taken.")
    way: MailboxWay = Field(description="Whether mail is fetched or brought.")
    host: str = Field(description="Of the IMAP server.")
    port: int = Field(description="Of the IMAP server.")
    security: Security = Field(description="How the way there is protected.")
    user: str = Field(description="Under which name we sign in; empty for the address.")
    sign_in: SignIn = Field(description="By a password, or by OAuth 2.0.")
    grant: OAuthGrant = Field(description="For what an access token is given.")
    token_address: str = Field(description="Where it is given.")
    client_id: str = Field(description="Who we are there.")
    token_scope: str = Field(description="What it is asked for.")
    folder: str = Field(description="From which mail is taken.")
    afterwards: Afterwards = Field(description="What becomes of a message there.")
    taken_folder: str = Field(description="To which it is moved.")
    has_secret: bool = Field(description="Whether a password is kept.")
    has_client_secret: bool = Field(description="Whether one is kept.")
    has_refresh_token: bool = Field(description="Whether one is kept.")
    trouble: MailboxTrouble = Field(description="What is wrong; empty where nothing is.")
    last_error: str = Field(description="How the other side put it.")
    failures: int = Field(description="How many attempts failed since one that did not.")
    last_polled_at: AwareDatetime | None = Field(description="When it was last tried.")
    last_success_at: AwareDatetime | None = Field(description="When that last worked.")
    due_at: AwareDatetime | None = Field(description="When it is tried next.")
    is_asked: bool = Field(description="Whether a trial that was asked for is not done yet.")
    waiting_count: int | None = Field(description="How many messages lay there then.")


class MailboxesSent(Sent):
    """All mailboxes, by name."""

    items: tuple[MailboxSent, ...]


@router.get("", response=MailboxesSent, operation_id="list_mailboxes", summary="List mailboxes")
def list_mailboxes(request: ApiRequest) -> MailboxesSent:
    """Return all mailboxes; few enough for one answer. Needs `communication.keep_mailboxes`."""
    return MailboxesSent(items=tuple(map(_sent, queries.mailbox_list(actor=request.auth))))


@router.get(
    "/{code}",
    response=MailboxSent,
    operation_id="read_mailbox",
    summary="Read a mailbox",
    openapi_extra=answers(404),
)
def read_mailbox(request: ApiRequest, code: MailboxCode) -> MailboxSent:
    """Return a mailbox and how it is; needs `communication.keep_mailboxes`."""
    return _sent(queries.mailbox_kept(code, actor=request.auth))


@router.put(
    "/{code}",
    response=MailboxSent,
    operation_id="keep_mailbox",
    summary="Make or change a mailbox",
    openapi_extra=CHANGES,
)
def keep_mailbox(
    request: ApiRequest,
    code: MailboxCode,
    given: MailboxGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Keep a mailbox by its code; needs `communication.keep_mailboxes`.

    It is tried at once. A secret that is left out stays; an empty one is taken away.
    """

    def do() -> Answer:
        values: dict[str, Any] = given.model_dump()
        secrets = MailboxSecrets(**{name: values.pop(name) for name in SECRETS})
        content = MailboxContent(**values)
        actions.keep_mailbox(
            code, content=content, secrets=secrets, actor=request.auth, at=request.at
        )
        return _answer(request, code)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{code}/try",
    response={202: MailboxSent},
    operation_id="try_mailbox",
    summary="Try the connection of a mailbox",
    openapi_extra=with_headers(202, REPLAY_HEADER, answers(404, 409, 411, 422)),
)
def try_mailbox(
    request: ApiRequest, code: MailboxCode, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Have it found out whether a mailbox can be reached, without taking anything.

    The answer stands in the mailbox as soon as `is_asked` is false again.
    """

    def do() -> Answer:
        actions.ask_mailbox(code, actor=request.auth, at=request.at)
        return _answer(request, code, status=202)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{code}/pause",
    response=MailboxSent,
    operation_id="pause_mailbox",
    summary="Pause a mailbox",
    openapi_extra=CHANGES,
)
def pause_mailbox(
    request: ApiRequest, code: MailboxCode, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Take no more mail from a mailbox; it waits at the mail server. The same again is fine."""

    def do() -> Answer:
        actions.pause_mailbox(code, actor=request.auth, at=request.at)
        return _answer(request, code)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{code}/resume",
    response=MailboxSent,
    operation_id="resume_mailbox",
    summary="Resume a mailbox",
    openapi_extra=CHANGES,
)
def resume_mailbox(
    request: ApiRequest, code: MailboxCode, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Take mail from a mailbox again that was paused. The same again is fine."""

    def do() -> Answer:
        actions.resume_mailbox(code, actor=request.auth, at=request.at)
        return _answer(request, code)

    return answer_once(request, idempotency_key, do)


def _answer(request: ApiRequest, code: str, *, status: int = 200) -> Answer:
    return Answer.of(_sent(queries.mailbox_kept(code, actor=request.auth)), status=status)


def _sent(row: queries.MailboxRow) -> MailboxSent:
    return MailboxSent(**{name: getattr(row, name) for name in MailboxSent.model_fields})
