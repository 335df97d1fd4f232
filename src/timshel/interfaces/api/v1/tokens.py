"""Tokens and service accounts: what one's keys open, and the accounts of programs."""

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
    Explanation,
    Given,
    IdempotencyKey,
    KeyInAddress,
    Label,
    Sent,
)
from timshel.interfaces.api.v1.incident_answers import REPLAY_HEADER
from timshel.leadership.authority import actions, queries
from timshel.leadership.authority.access import SCOPES
from timshel.leadership.authority.actions import AccountContent
from timshel.leadership.authority.queries import ServiceAccountRow, TokenRow

router = Router(tags=["Tokens"])
accounts = Router(tags=["Service accounts"])

EXAMPLE: JsonDict = {
    "name": "Monitoring",
    "purpose": "Turns alerts of the network into incidents.",
    "owner": "zachary.penrose",
    "scopes": ["cases:write"],
    "requests_per_minute": 1200,
    "expires_at": None,
}
AccountCode = Annotated[
    str,
    Path(
        min_length=1,
        max_length=40,
        description="The code of the account.",
        examples=["monitoring"],
    ),
]


class Scope(Sent):
    """A named part of what the API does."""

    code: str = Field(description="By which tokens and this document name it.")
    title: str = Field(description="What it opens, for people.")
    permissions: tuple[str, ...] = Field(
        description="What a token of this scope may do at most; never more than its person may."
    )


class Scopes(Sent):
    """All scopes."""

    items: tuple[Scope, ...]


class Token(Sent):
    """A token; its secret was shown once and is not kept."""

    id: int
    name: str = Field(description="What it is for.")
    prefix: str = Field(description="How its secret begins.")
    scopes: tuple[str, ...] = Field(
        description="What it is limited to; empty where only its permissions limit it."
    )
    permissions: tuple[str, ...] = Field(description="What it may do at most.")
    created_at: AwareDatetime
    expires_at: AwareDatetime | None
    last_used_at: AwareDatetime | None = Field(description="By the hour.")
    revoked_at: AwareDatetime | None

    @classmethod
    def of(cls, row: TokenRow) -> Token:
        """Return a row as it is sent."""
        return cls(
            id=row.id,
            name=row.name,
            prefix=row.prefix,
            scopes=row.scopes,
            permissions=row.permissions,
            created_at=row.created_at,
            expires_at=row.expires_at,
            last_used_at=row.last_used_at,
            revoked_at=row.revoked_at,
        )


class Tokens(Sent):
    """Tokens, newest first."""

    items: tuple[Token, ...]


class ServiceAccount(Sent):
    """An account of a program: it acts in its own name, and a person answers for it."""

    code: str
    name: str = Field(description="What the journal shows.")
    purpose: str = Field(description="Why it exists.")
    owner: str = Field(description="The code of the person who answers for it.")
    owner_name: str
    owner_left: bool = Field(description="Whether that person is no longer here.")
    successor: str = Field(description="Who would answer for it then, or empty.")
    scopes: tuple[str, ...] = Field(description="What it may do, everywhere.")
    requests_per_minute: int | None = Field(description="Its own limit; null for the usual one.")
    created_at: AwareDatetime
    expires_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    last_used_at: AwareDatetime | None = Field(description="By the hour, of any of its tokens.")
    is_active: bool = Field(description="Whether its tokens open anything now.")


class ServiceAccounts(Sent):
    """Service accounts by code: all for those who manage rights, for others their own."""

    items: tuple[ServiceAccount, ...]


class ServiceAccountInFull(ServiceAccount):
    """A service account with its tokens."""

    tokens: tuple[Token, ...]


class ServiceAccountGiven(Given):
    """What is said of a service account."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    name: Label = Field(description="What the journal shows.")
    purpose: Explanation = Field(description="Why it exists, in a sentence.")
    owner: Code = Field(description="The code of the person who answers for it.")
    scopes: list[Annotated[str, Field(max_length=40)]] = Field(
        description="What it may do; `GET /tokens/scopes` lists them.", min_length=1, max_length=40
    )
    requests_per_minute: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    expires_at: AwareDatetime | None = Field(None, description="When it ends by itself.")

    def content(self) -> AccountContent:
        """Return it as the action takes it."""
        return AccountContent(
            name=self.name,
            purpose=self.purpose,
            owner=self.owner,
            scopes=tuple(self.scopes),
            requests_per_minute=self.requests_per_minute,
            expires_at=self.expires_at,
        )


class NewServiceAccount(ServiceAccountGiven):
    """A service account that does not exist yet."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"code": "monitoring", **EXAMPLE}]}
    )

    code: Code = Field(description="Small letters, digits and hyphens, at most 40; it stays.")


class TokenWanted(Given):
    """A token of a service account that is wanted."""

    name: Label = Field(description="What or where it is for.")
    expires_at: AwareDatetime | None = Field(None, description="When it ends by itself.")


class Secret(Sent):
    """A new token's secret: it is shown this once."""

    secret: str = Field(description="To be sent as `Authorization: Bearer <secret>`.")


@router.get("/scopes", response=Scopes, operation_id="list_scopes", summary="List the scopes")
def list_scopes(request: ApiRequest) -> Scopes:  # noqa: ARG001
    """Return the named scopes that tokens and service accounts are limited to."""
    return Scopes(
        items=tuple(
            Scope(
                code=scope.code,
                title=str(scope.title),
                permissions=tuple(sorted(scope.permissions)),
            )
            for scope in SCOPES.values()
        )
    )


@router.get("", response=Tokens, operation_id="list_tokens", summary="List one's tokens")
def list_tokens(request: ApiRequest) -> Tokens:
    """Return the tokens of the token's person; they are made on a page only, by the person."""
    person_id = request.auth.person_id
    if person_id is None:
        return Tokens(items=())
    rows = queries.token_list(person_id, actor=request.auth)
    return Tokens(items=tuple(map(Token.of, rows)))


@router.delete(
    "/{token_id}",
    response={204: None},
    operation_id="revoke_token",
    summary="End a token",
    openapi_extra=with_headers(204, REPLAY_HEADER, answers(404)),
)
def revoke_token(
    request: ApiRequest,
    token_id: Annotated[KeyInAddress, Path(description="Its key.", examples=[7])],
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """End a token of one's own, or of a service account that one answers for."""

    def do() -> Answer:
        actions.revoke_token(token_id, actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


@accounts.get(
    "",
    response=ServiceAccounts,
    operation_id="list_service_accounts",
    summary="List service accounts",
)
def list_service_accounts(request: ApiRequest) -> ServiceAccounts:
    """Return all service accounts with `authority.manage`, otherwise those one answers for."""
    rows = queries.service_account_list(actor=request.auth, at=request.at)
    return ServiceAccounts(items=tuple(ServiceAccount(**_fields(row)) for row in rows))


@accounts.post(
    "",
    response={201: ServiceAccountInFull},
    operation_id="create_service_account",
    summary="Make a service account",
    openapi_extra=with_headers(201, REPLAY_HEADER, answers(404, 409, 422)),
)
def create_service_account(
    request: ApiRequest, given: NewServiceAccount, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Make an account for a program; needs `authority.manage`."""

    def do() -> Answer:
        code = actions.create_service_account(
            given.code, content=given.content(), actor=request.auth, at=request.at
        )
        return _standing(request, code, status=201)

    return answer_once(request, idempotency_key, do)


@accounts.get(
    "/{code}",
    response=ServiceAccountInFull,
    operation_id="read_service_account",
    summary="Read a service account",
    openapi_extra=answers(404),
)
def read_service_account(request: ApiRequest, code: AccountCode) -> HttpResponse:
    """Return a service account with its tokens."""
    return _standing(request, code).response()


@accounts.put(
    "/{code}",
    response=ServiceAccountInFull,
    operation_id="change_service_account",
    summary="Change a service account",
    openapi_extra=with_headers(200, REPLAY_HEADER, answers(404, 409, 422)),
)
def change_service_account(
    request: ApiRequest,
    code: AccountCode,
    given: ServiceAccountGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say other things of a service account; needs `authority.manage`. Its tokens keep working."""

    def do() -> Answer:
        actions.change_service_account(
            code, content=given.content(), actor=request.auth, at=request.at
        )
        return _standing(request, code)

    return answer_once(request, idempotency_key, do)


@accounts.post(
    "/{code}/tokens",
    response={201: Secret},
    operation_id="issue_service_token",
    summary="Make a token of a service account",
    openapi_extra=with_headers(201, REPLAY_HEADER, answers(404, 409, 422)),
)
def issue_service_token(request: ApiRequest, code: AccountCode, given: TokenWanted) -> HttpResponse:
    """Make a token and return its secret, this once; without a key, since nothing is kept of it.

    For those who answer for the account, or with `authority.manage`.
    """
    secret = actions.issue_service_token(
        code, name=given.name, expires_at=given.expires_at, actor=request.auth, at=request.at
    )
    return Answer.of(Secret(secret=secret), status=201).response()


@accounts.post(
    "/{code}/end",
    response=ServiceAccountInFull,
    operation_id="end_service_account",
    summary="End a service account",
    openapi_extra=with_headers(200, REPLAY_HEADER, answers(404, 409, 422)),
)
def end_service_account(
    request: ApiRequest, code: AccountCode, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """End an account and all its tokens, for those who answer for it or manage rights."""

    def do() -> Answer:
        actions.end_service_account(code, actor=request.auth, at=request.at)
        return _standing(request, code)

    return answer_once(request, idempotency_key, do)


def _standing(request: ApiRequest, code: str, *, status: int = 200) -> Answer:
    row, tokens = queries.service_account(code, actor=request.auth, at=request.at)
    sent = ServiceAccountInFull(**_fields(row), tokens=tuple(map(Token.of, tokens)))
    return Answer.of(sent, status=status)


def _fields(row: ServiceAccountRow) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "purpose": row.purpose,
        "owner": row.owner_code,
        "owner_name": row.owner,
        "owner_left": row.owner_left,
        "successor": row.successor,
        "scopes": row.scopes,
        "requests_per_minute": row.requests_per_minute,
        "created_at": row.created_at,
        "expires_at": row.expires_at,
        "ended_at": row.ended_at,
        "last_used_at": row.last_used_at,
        "is_active": row.is_active,
    }
