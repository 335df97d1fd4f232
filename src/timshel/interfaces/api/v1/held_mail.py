"""Mail that waits for a person, and the rules by which mail is taken."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers, with_headers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    LARGEST_KEY,
    Code,
    Cursor,
    Given,
    IdempotencyKey,
    KeyInAddress,
    PageSize,
    Sent,
    Storable,
    listed,
    refuse_unknown,
)
from timshel.interfaces.api.links import Links, page_links
from timshel.interfaces.api.v1.incident_answers import REPLAY_HEADER
from timshel.kernel.errors import NotFound
from timshel.resolution_fulfilment.intake import actions, queries
from timshel.resolution_fulfilment.intake.states import AutomaticMail, UnknownSenders, Verdict
from timshel.support.communication.queries import incoming_message
from timshel.support.communication.states import IncomingState

router = Router(tags=["Mail"])
rules_router = Router(tags=["Mail"])

CHANGES = with_headers(200, REPLAY_HEADER, answers(404, 409, 411, 422))
MailKey = Annotated[KeyInAddress, Path(description="The key of the mail.", examples=[7])]
SenderKey = Annotated[KeyInAddress, Path(description="The key of the note on a sender.")]
MailboxKey = Annotated[
    int,
    Path(
        ge=0,
        le=LARGEST_KEY,
        description="The key of the mailbox; 0 for mail that came to none.",
        examples=[0],
    ),
]
LONGEST_TEXT = 20_000


class HeldState(StrEnum):
    """Which mail: ``held`` waits for a person, ``ignored`` was left aside."""

    HELD = "held"
    IGNORED = "ignored"


class HeldMailQuery(Given):
    """Which mail is asked for."""

    state: HeldState = Field(HeldState.HELD, description="Which of it.")
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How much to a page.")


class HeldMail(Sent):
    """A mail that waits for a person, or was left aside."""

    id: int = Field(description="Its key.")
    subject: str = Field(description="As it was read; may be empty.")
    sender: str = Field(description="The address it names; may be empty.")
    reason: str = Field(description="Why, as a code.", examples=["unknown_sender"])
    explanation: str = Field(description="Why, in the language that was asked for.")
    received_at: datetime = Field(description="When it came.")
    size: int = Field(description="In bytes.")


class HeldMails(Sent):
    """A page of them, newest first."""

    items: tuple[HeldMail, ...]
    links: Links


class ReadHeldMail(HeldMail):
    """One of them, with what it says."""

    state: str = Field(description="`held`, `ignored`, or `arrived` while it is taken up.")
    text: str = Field(description="What was written; the first 20,000 characters.")
    quoted: str = Field(description="What was quoted.")
    signature: str = Field(description="How it is signed.")
    files: tuple[str, ...] = Field(description="The names of what came along.")
    seems_to_answer: str = Field(description="The number of a case, or empty.")
    also_to: tuple[str, ...] = Field(
        description="The names of the further mailboxes that the same mail came to."
    )


class Handled(Sent):
    """What a mail became part of."""

    number: str = Field(description="Of the case.", examples=["INC0000012"])


class MailStanding(Sent):
    """Where a mail stands now."""

    state: str = Field(description="`taken`, `held` or `ignored`.")


class CaseOfMail(Given):
    """For whom a case is opened."""

    person_id: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = Field(
        None, description="The key of a person; none for the sender, who becomes known as a guest."
    )


class PlaceOfMail(Given):
    """The case that a mail belongs to."""

    number: Annotated[str, Field(min_length=3, max_length=20), Storable] = Field(
        description="Of a case that you may see.", examples=["INC0000012"]
    )


class TrustedSender(Given):
    """How far the trust goes."""

    whole_domain: bool = Field(
        False,  # noqa: FBT003
        description="Everybody of the domain is trusted.",
    )


class MailRule(Sent):
    """What becomes of the mail of a mailbox."""

    mailbox_id: int = Field(description="0 for mail that came to none of the mailboxes.")
    mailbox: str = Field(description="Its code; empty for none.")
    service: str = Field(description="The code of the service its cases concern; may be empty.")
    unknown_senders: str = Field(description="`guest`, `hold` or `reject`.")
    automatic_mail: str = Field(description="`ignore` or `hold`.")


class MailRules(Sent):
    """All rules."""

    items: tuple[MailRule, ...]


class WantedRule(Given):
    """What shall become of the mail of a mailbox."""

    service: Code | None = Field(None, description="The code of a service.")
    unknown_senders: Annotated[UnknownSenders, listed(UnknownSenders)] = Field(
        description="What becomes of mail of the unknown."
    )
    automatic_mail: Annotated[AutomaticMail, listed(AutomaticMail)] = Field(
        AutomaticMail.IGNORE, description="What becomes of mail of machines that is of no case."
    )


class KnownSendersQuery(Given):
    """Which senders are asked for."""

    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How many to a page.")


class KnownSender(Sent):
    """A sender who is trusted or blocked."""

    id: int = Field(description="The key of the note.")
    pattern: str = Field(description="An address, or a domain as `@example.org`.")
    verdict: str = Field(description="`trusted` or `blocked`.")
    note: str = Field(description="Why.")
    at: datetime = Field(description="Since when.")


class KnownSenders(Sent):
    """A page of them, latest first."""

    items: tuple[KnownSender, ...]
    links: Links


class JudgedSender(Given):
    """A sender, and what is thought of them."""

    pattern: Annotated[str, Field(min_length=3, max_length=254), Storable] = Field(
        description="An address, or a domain as `@example.org`.", examples=["@example.org"]
    )
    verdict: Annotated[Verdict, listed(Verdict)] = Field(description="What is thought of them.")
    note: Annotated[str, Field(max_length=200), Storable] = Field("", description="Why.")


@router.get("", response=HeldMails, operation_id="list_held_mail", summary="List held mail")
def list_held_mail(request: ApiRequest, asked: Query[HeldMailQuery]) -> HeldMails:
    """Return mail that waits or was left aside; needs `mail.handle`, for the mailbox's team."""
    refuse_unknown(request, HeldMailQuery.model_fields)
    page = queries.held_mail(
        state=IncomingState(asked.state), actor=request.auth, cursor=asked.cursor, size=asked.size
    )
    return HeldMails(
        items=tuple(
            HeldMail(
                id=row.id,
                subject=row.subject,
                sender=row.sender,
                reason=row.reason,
                explanation=str(row.reason_name),
                received_at=row.received_at,
                size=row.size,
            )
            for row in page.items
        ),
        links=page_links(request, page),
    )


@router.get(
    "/{key}",
    response=ReadHeldMail,
    operation_id="read_held_mail",
    summary="Read a held mail",
    openapi_extra=answers(404),
)
def read_held_mail(request: ApiRequest, key: MailKey) -> ReadHeldMail:
    """Return one of them with what it says."""
    refuse_unknown(request)
    shown = queries.held_message(key, actor=request.auth)
    content = shown.content
    return ReadHeldMail(
        id=shown.message.id,
        subject=shown.message.subject,
        sender=shown.message.sender,
        reason=shown.message.reason,
        explanation=str(shown.reason_name),
        received_at=shown.message.received_at,
        size=shown.message.size,
        state=shown.message.state,
        text=content.text[:LONGEST_TEXT] if content else "",
        quoted=content.quoted[:LONGEST_TEXT] if content else "",
        signature=content.signature[:LONGEST_TEXT] if content else "",
        files=tuple(each.name for each in content.files) if content else (),
        seems_to_answer=shown.number,
        also_to=shown.also_to,
    )


@router.post(
    "/{key}/open-case",
    response=Handled,
    operation_id="open_case_of_held_mail",
    summary="Open a case of a held mail",
    openapi_extra=CHANGES,
)
def open_case_of_held_mail(
    request: ApiRequest, key: MailKey, given: CaseOfMail, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Open a case of it; the mail is part of it from then on."""

    def do() -> Answer:
        number = actions.open_case_of_held(
            key, person_id=given.person_id, actor=request.auth, at=request.at
        )
        return Answer.of(Handled(number=number))

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{key}/add-to-case",
    response=Handled,
    operation_id="add_held_mail_to_case",
    summary="Add a held mail to a case",
    openapi_extra=CHANGES,
)
def add_held_mail_to_case(
    request: ApiRequest, key: MailKey, given: PlaceOfMail, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Make it an entry of a case; to a case that has ended, a new one is opened beside it."""

    def do() -> Answer:
        number = actions.add_held_to_case(
            key, number=given.number, actor=request.auth, at=request.at
        )
        return Answer.of(Handled(number=number))

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{key}/trust-sender",
    response=MailStanding,
    operation_id="trust_sender_of_held_mail",
    summary="Trust the sender of a held mail",
    openapi_extra=CHANGES,
)
def trust_sender_of_held_mail(
    request: ApiRequest, key: MailKey, given: TrustedSender, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Trust its sender from now on, and take it up anew."""

    def do() -> Answer:
        state = actions.trust_sender_of_held(
            key, is_domain=given.whole_domain, actor=request.auth, at=request.at
        )
        return Answer.of(MailStanding(state=state))

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{key}/ignore",
    response=MailStanding,
    operation_id="ignore_held_mail",
    summary="Leave a held mail aside",
    openapi_extra=CHANGES,
)
def ignore_held_mail(
    request: ApiRequest, key: MailKey, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Leave it aside; it can still be handled later."""

    def do() -> Answer:
        queries.held_message(key, actor=request.auth)
        actions.ignore_held([key], actor=request.auth, at=request.at)
        return Answer.of(MailStanding(state=incoming_message(key).state))

    return answer_once(request, idempotency_key, do)


@router.get(
    "/{key}/raw",
    operation_id="read_raw_mail",
    summary="Get a mail as it came",
    openapi_extra={
        "responses": {
            200: {
                "description": "The mail, as it arrived.",
                "content": {"text/plain": {"schema": {"type": "string"}}},
            },
            **answers(404)["responses"],
        }
    },
)
def read_raw_mail(request: ApiRequest, key: MailKey) -> HttpResponse:
    """Return the source of a mail: one that waits, or one behind an entry that you may read."""
    refuse_unknown(request)
    answer = HttpResponse(queries.raw_message(key, actor=request.auth))
    answer.headers["Content-Type"] = "text/plain; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="mail-{key}.txt"'
    return answer


@rules_router.get(
    "", response=MailRules, operation_id="list_mail_rules", summary="List the rules for mail"
)
def list_mail_rules(request: ApiRequest) -> MailRules:
    """Return what becomes of the mail of each mailbox; needs `mail.configure`."""
    refuse_unknown(request)
    return MailRules(
        items=tuple(
            MailRule(
                mailbox_id=row.mailbox_id or 0,
                mailbox=row.code,
                service=row.service,
                unknown_senders=row.unknown_senders,
                automatic_mail=row.automatic_mail,
            )
            for row in queries.mail_rules(actor=request.auth)
        )
    )


@rules_router.get(
    "/senders",
    response=KnownSenders,
    operation_id="list_known_senders",
    summary="List trusted and blocked senders",
)
def list_known_senders(request: ApiRequest, asked: Query[KnownSendersQuery]) -> KnownSenders:
    """Return the senders who are trusted or blocked; needs `mail.configure`."""
    refuse_unknown(request, KnownSendersQuery.model_fields)
    page = queries.known_senders(actor=request.auth, cursor=asked.cursor, size=asked.size)
    return KnownSenders(
        items=tuple(
            KnownSender(
                id=row.id, pattern=row.pattern, verdict=row.verdict, note=row.note, at=row.at
            )
            for row in page.items
        ),
        links=page_links(request, page),
    )


@rules_router.post(
    "/senders",
    response=MailStanding,
    operation_id="judge_sender",
    summary="Trust or block a sender",
    openapi_extra=CHANGES,
)
def judge_sender(
    request: ApiRequest, given: JudgedSender, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Trust or block an address or a domain; needs `mail.configure`."""

    def do() -> Answer:
        actions.judge_sender(
            given.pattern,
            verdict=given.verdict,
            note=given.note,
            actor=request.auth,
            at=request.at,
        )
        return Answer.of(MailStanding(state=given.verdict))

    return answer_once(request, idempotency_key, do)


@rules_router.delete(
    "/senders/{key}",
    response={204: None},
    operation_id="forget_sender",
    summary="Forget a sender",
    openapi_extra=answers(404, 409, 411),
)
def forget_sender(
    request: ApiRequest, key: SenderKey, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Neither trust nor block them any more; needs `mail.configure`."""

    def do() -> Answer:
        actions.forget_sender(key, actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


@rules_router.put(
    "/{key}",
    response=MailRule,
    operation_id="set_mail_rule",
    summary="Set the rule of a mailbox",
    openapi_extra=CHANGES,
)
def set_mail_rule(
    request: ApiRequest, key: MailboxKey, given: WantedRule, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Say what becomes of its mail; needs `mail.configure`."""

    def do() -> Answer:
        actions.set_mail_rule(
            key or None,
            service=given.service or "",
            unknown_senders=given.unknown_senders,
            automatic_mail=given.automatic_mail,
            actor=request.auth,
            at=request.at,
        )
        found = (r for r in list_mail_rules(request).items if r.mailbox_id == key)
        rule = next(found, None)
        if rule is None:
            raise NotFound
        return Answer.of(rule)

    return answer_once(request, idempotency_key, do)
