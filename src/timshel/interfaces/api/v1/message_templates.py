"""The words of messages, and in whose name the mail of each team leaves."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Router
from pydantic import AwareDatetime, Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import Code, Given, IdempotencyKey, Label, Line, Sent, Storable
from timshel.kernel.letters import Wording
from timshel.support.communication import actions, queries
from timshel.support.communication.actions import SenderGiven
from timshel.support.communication.queries import TemplateView, Worded

router = Router(tags=["Mail"])
senders_router = Router(tags=["Mail"])

KindCode = Annotated[Code, Path(description="The kind of message.", examples=["incident.opened"])]
Language = Annotated[Code, Path(description="The language of the words.", examples=["en"])]
TeamCode = Annotated[Code, Path(description="The team's code.", examples=["service-desk"])]


class WordingGiven(Given):
    """Words with places for values, such as `{{ number }}`."""

    subject: Annotated[str, Field(min_length=1, max_length=300), Storable]
    text: Annotated[str, Field(min_length=1, max_length=20_000), Storable] = Field(
        description="A line with a value for which there is nothing to say is left out whole."
    )


class WordingKept(WordingGiven):
    """Words to be kept."""

    as_draft: bool = Field(
        False,  # noqa: FBT003
        description="Whether nothing changes yet.",
    )


class Words(Sent):
    """A subject and a text, with places for values."""

    subject: str
    text: str


class OwnWords(Words):
    """Words that somebody wrote."""

    changed_at: AwareDatetime
    changed_by: str


class TemplateValue(Sent):
    """A value that a message can say."""

    name: str = Field(description="As it stands between the braces.")
    label: str = Field(description="What it is, in the language that was asked for.")
    sample: str = Field(description="What it may be.")


class TemplateInList(Sent):
    """A kind of message."""

    kind: str = Field(description="Such as `incident.opened`.")
    label: str = Field(description="On which occasion it is sent.")
    own: tuple[str, ...] = Field(description="The languages in which it is worded otherwise.")
    drafts: tuple[str, ...] = Field(description="The languages in which there is a draft.")


class Templates(Sent):
    """All kinds of messages."""

    items: tuple[TemplateInList, ...]


class Template(Sent):
    """A kind of message in one language."""

    kind: str
    label: str
    language: str
    values: tuple[TemplateValue, ...] = Field(description="What it can say.")
    shipped: Words = Field(description="The words that are shipped.")
    own: OwnWords | None = Field(description="The words in force instead of them.")
    draft: OwnWords | None = Field(description="Words that change nothing yet.")


class Preview(Sent):
    """A message as its recipient sees it, with values that are made up."""

    subject: str
    text: str
    html: str


class SenderShape(Sent):
    """In whose name the mail of a team leaves."""

    team: str = Field(description="The team's code.")
    name: str = Field(description="That is shown.")
    address: str
    mailbox: str = Field(description="The code of the mailbox that answers come to; may be empty.")


class Senders(Sent):
    """The teams that have a sender of their own, by code."""

    items: tuple[SenderShape, ...]


class SenderWanted(Given):
    """In whose name the mail of a team is to leave."""

    name: Label
    address: Line
    mailbox: Label = Field("", description="The code of a mailbox; empty for the team's own.")


@router.get(
    "",
    response=Templates,
    operation_id="list_message_templates",
    summary="List the kinds of messages",
    openapi_extra=answers(403),
)
def list_message_templates(request: ApiRequest) -> Templates:
    """Return all kinds of messages; needs `communication.manage`."""
    rows = queries.template_list(actor=request.auth)
    return Templates(
        items=tuple(
            TemplateInList(kind=row.kind, label=row.label, own=row.own, drafts=row.drafts)
            for row in rows
        )
    )


@router.get(
    "/{kind}/{language}",
    response=Template,
    operation_id="read_message_template",
    summary="Read the words of a message",
    openapi_extra=answers(403, 404),
)
def read_message_template(request: ApiRequest, kind: KindCode, language: Language) -> Template:
    """Return the words of a kind of message; needs `communication.manage`."""
    return _template(queries.template(kind, language=language, actor=request.auth))


@router.put(
    "/{kind}/{language}",
    response=Template,
    operation_id="word_message_template",
    summary="Word a message otherwise",
    openapi_extra=answers(403, 404, 409, 411, 422),
)
def word_message_template(
    request: ApiRequest,
    kind: KindCode,
    language: Language,
    given: WordingKept,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Put words into force, or keep them as a draft; needs `communication.manage`."""

    def do() -> Answer:
        actions.word_template(
            kind,
            language=language,
            wording=Wording(given.subject, given.text),
            as_draft=given.as_draft,
            actor=request.auth,
            at=request.at,
        )
        found = queries.template(kind, language=language, actor=request.auth)
        return Answer.of(_template(found))

    return answer_once(request, idempotency_key, do)


@router.delete(
    "/{kind}/{language}",
    response={204: None},
    operation_id="restore_message_template",
    summary="Go back to the shipped words",
    openapi_extra=answers(403, 404, 409),
)
def restore_message_template(
    request: ApiRequest,
    kind: KindCode,
    language: Language,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Drop one's own words and their draft; needs `communication.manage`."""

    def do() -> Answer:
        actions.restore_template(kind, language=language, actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{kind}/{language}/preview",
    response=Preview,
    operation_id="preview_message_template",
    summary="Try the words of a message",
    openapi_extra=answers(403, 404, 411, 422),
)
def preview_message_template(
    request: ApiRequest, kind: KindCode, language: Language, given: WordingGiven
) -> Preview:
    """Return how a message would look, and keep nothing; needs `communication.manage`."""
    wording = Wording(given.subject, given.text)
    seen = queries.preview(kind, language=language, wording=wording, actor=request.auth)
    return Preview(subject=seen.subject, text=seen.text, html=seen.html)


@senders_router.get(
    "",
    response=Senders,
    operation_id="list_message_senders",
    summary="List the senders of teams",
    openapi_extra=answers(403),
)
def list_message_senders(request: ApiRequest) -> Senders:
    """Return the teams that have a sender of their own; needs `communication.manage`."""
    return Senders(
        items=tuple(
            SenderShape(team=row.team_code, name=row.name, address=row.address, mailbox=row.mailbox)
            for row in queries.sender_list(actor=request.auth)
        )
    )


@senders_router.put(
    "/{team}",
    response={204: None},
    operation_id="keep_message_sender",
    summary="Say in whose name a team's mail leaves",
    openapi_extra=answers(403, 404, 409, 411, 422),
)
def keep_message_sender(
    request: ApiRequest, team: TeamCode, given: SenderWanted, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Set the sender of a team's mail; needs `communication.manage`."""

    def do() -> Answer:
        wanted = SenderGiven(given.name, given.address, given.mailbox)
        actions.keep_sender(team, given=wanted, actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


@senders_router.delete(
    "/{team}",
    response={204: None},
    operation_id="drop_message_sender",
    summary="Have a team's mail leave in the name of all",
    openapi_extra=answers(403, 404, 409),
)
def drop_message_sender(
    request: ApiRequest, team: TeamCode, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Drop the sender of a team's mail; needs `communication.manage`."""

    def do() -> Answer:
        actions.drop_sender(team, actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


def _template(view: TemplateView) -> Template:
    return Template(
        kind=view.kind,
        label=view.label,
        language=view.language,
        values=tuple(
            TemplateValue(name=each.name, label=each.label, sample=each.sample)
            for each in view.values
        ),
        shipped=Words(subject=view.shipped.subject, text=view.shipped.text),
        own=_own(view.own),
        draft=_own(view.draft),
    )


def _own(words: Worded | None) -> OwnWords | None:
    if words is None:
        return None
    return OwnWords(
        subject=words.subject,
        text=words.text,
        changed_at=words.changed_at,
        changed_by=words.changed_by,
    )
