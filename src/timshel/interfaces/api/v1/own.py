"""What is one's own: language and time zone, arranged pages, drafts, reports that one is sent."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpResponse
from ninja import Path, Router
from pydantic import AwareDatetime, ConfigDict, Field

from timshel.context.people import actions as people
from timshel.context.people.queries import page_setting
from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import Document, answers, with_headers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Code,
    Given,
    IdempotencyKey,
    KeyInAddress,
    Label,
    LongText,
    Sent,
    listed,
)
from timshel.interfaces.api.v1.incident_answers import REPLAY_HEADER
from timshel.interfaces.api.v1.teamwork import WorkNumber
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.operation.teamwork.actions import discard_draft, save_draft
from timshel.operation.teamwork.queries import DraftView, draft_list, drafts_of
from timshel.performance_evaluation.reporting.actions import Subscription, subscribe, unsubscribe
from timshel.performance_evaluation.reporting.queries import own_subscriptions
from timshel.performance_evaluation.reporting.states import Format as FileFormat
from timshel.performance_evaluation.reporting.states import ReportKind

router = Router(tags=["Preferences"])
drafts = Router(tags=["Preferences"])
subscriptions = Router(tags=["Preferences"])

CHANGED: Document = with_headers(200, REPLAY_HEADER, answers(404, 409, 422))
GONE: Document = with_headers(204, REPLAY_HEADER, answers(404, 409, 422))
PageName = Annotated[
    str,
    Path(
        pattern=r"^[a-z][a-z-]{0,39}$",
        description="The name of the page: `desk`, `portal` or `keys`, for example.",
        examples=["desk"],
    ),
]
Box = Annotated[
    Literal["reply", "note"], Path(description="Which box of the record.", examples=["reply"])
]

KindOfReport = Annotated[ReportKind, listed(ReportKind)]


class OwnPreferences(Sent):
    """How one is spoken to."""

    language: str
    time_zone: str = Field(description="An IANA name.")


class OwnPreferencesGiven(Given):
    """The preferences to change; those left out stay."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"language": "fr"}]})

    language: Label | None = Field(None, description="`en` or `fr`.")
    time_zone: Label | None = Field(None, description="An IANA name, such as `Europe/Paris`.")


class Arrangement(Sent):
    """How one has arranged a page."""

    value: Any = Field(description="As it was kept; null for what everybody begins with.")


class ArrangementGiven(Given):
    """How a page is to be arranged."""

    value: dict[str, Any] | None = Field(
        description="Any object, such as the cards that are shown; null puts it back."
    )


class TypedDraft(Sent):
    """What one has typed and not sent yet; nobody else sees it."""

    number: str
    title: str
    box: str = Field(description="`reply` or `note`.")
    text: str
    saved_at: AwareDatetime

    @classmethod
    def of(cls, view: DraftView) -> TypedDraft:
        """Return a draft as it is sent."""
        return cls(
            number=view.number,
            title=view.title,
            box=view.box,
            text=view.text,
            saved_at=view.saved_at,
        )


class TypedDrafts(Sent):
    """One's drafts, the latest first; at most 50."""

    items: tuple[TypedDraft, ...]


class TypedGiven(Given):
    """What one has typed."""

    text: LongText


class ReportSubscription(Sent):
    """A report card or a scorecard that one is sent when a period is over."""

    id: int
    kind: KindOfReport
    code: str
    period: str
    file_format: str


class ReportSubscriptions(Sent):
    """The reports that one is sent."""

    items: tuple[ReportSubscription, ...]


class SubscriptionGiven(Given):
    """A report card or a scorecard that one wants to be sent."""

    kind: KindOfReport
    code: Code = Field(
        description="Of the subject, as in `GET /report-cards/{kind}/{code}`, or the number of a "
        "scorecard."
    )
    period: Literal["week", "month", "quarter"] = "month"
    file_format: FileFormat = FileFormat.PDF


@router.get(
    "", response=OwnPreferences, operation_id="read_preferences", summary="Read one's preferences"
)
def read_preferences(request: ApiRequest) -> OwnPreferences:
    """Return the language and the time zone of the token's person."""
    return OwnPreferences(language=request.auth.language, time_zone=request.auth.time_zone)


@router.patch(
    "",
    response=OwnPreferences,
    operation_id="change_preferences",
    summary="Change one's preferences",
    openapi_extra=CHANGED,
)
def change_preferences(
    request: ApiRequest, given: OwnPreferencesGiven, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Change the language or the time zone of the token's person."""
    actor = request.auth
    language = given.language or _kept(actor.language)
    zone = given.time_zone or actor.time_zone

    def do() -> Answer:
        people.change_preferences(
            _own(request), language=language, time_zone=zone, actor=actor, at=request.at
        )
        return Answer.of(OwnPreferences(language=language, time_zone=zone))

    return answer_once(request, idempotency_key, do)


@router.get(
    "/pages/{page}",
    response=Arrangement,
    operation_id="read_arrangement",
    summary="Read how one has arranged a page",
    openapi_extra=answers(404),
)
def read_arrangement(request: ApiRequest, page: PageName) -> Arrangement:
    """Return what the person keeps of a page: its cards, or its keys."""
    return Arrangement(value=page_setting(page, actor=request.auth))


@router.put(
    "/pages/{page}",
    response=Arrangement,
    operation_id="arrange_page",
    summary="Arrange a page",
    openapi_extra=CHANGED,
)
def arrange_page(
    request: ApiRequest,
    page: PageName,
    given: ArrangementGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Keep how the person has arranged a page."""

    def do() -> Answer:
        people.keep_page_setting(page, value=given.value, actor=request.auth, at=request.at)
        return Answer.of(Arrangement(value=page_setting(page, actor=request.auth)))

    return answer_once(request, idempotency_key, do)


@drafts.get("", response=TypedDrafts, operation_id="list_drafts", summary="List one's drafts")
def list_drafts(request: ApiRequest) -> TypedDrafts:
    """Return what one has typed into records and not sent yet."""
    return TypedDrafts(items=tuple(map(TypedDraft.of, draft_list(actor=request.auth))))


@drafts.get(
    "/{number}/{box}",
    response=TypedDraft,
    operation_id="read_draft",
    summary="Read a draft",
    openapi_extra=answers(404),
)
def read_draft(request: ApiRequest, number: WorkNumber, box: Box) -> HttpResponse:
    """Return what one has typed into a box of a record."""
    return _draft(request, number, box).response()


@drafts.put(
    "/{number}/{box}",
    response={200: TypedDraft, 204: None},
    operation_id="keep_draft",
    summary="Keep a draft",
    openapi_extra=with_headers(204, REPLAY_HEADER, CHANGED),
)
def keep_draft(
    request: ApiRequest,
    number: WorkNumber,
    box: Box,
    given: TypedGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Keep what one has typed; without text it is discarded, and nothing comes back."""

    def do() -> Answer:
        save_draft(number, box=box, text=given.text, actor=request.auth, at=request.at)
        return _draft(request, number, box) if given.text.strip() else Answer(204)

    return answer_once(request, idempotency_key, do)


@drafts.delete(
    "/{number}/{box}",
    response={204: None},
    operation_id="drop_draft",
    summary="Discard a draft",
    openapi_extra=GONE,
)
def drop_draft(
    request: ApiRequest, number: WorkNumber, box: Box, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Discard what one has typed; doing it again changes nothing."""

    def do() -> Answer:
        discard_draft(number, box=box, actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


@subscriptions.get(
    "",
    response=ReportSubscriptions,
    operation_id="list_report_subscriptions",
    summary="List the reports that one is sent",
)
def list_report_subscriptions(request: ApiRequest) -> ReportSubscriptions:
    """Return one's own subscriptions that go on."""
    return ReportSubscriptions(
        items=tuple(
            ReportSubscription(
                id=row.id,
                kind=ReportKind(row.subject_kind),
                code=row.subject_code,
                period=row.period_kind,
                file_format=row.file_format,
            )
            for row in own_subscriptions(actor=request.auth)
        )
    )


@subscriptions.post(
    "",
    response={201: ReportSubscriptions},
    operation_id="subscribe_report",
    summary="Be sent a report card or a scorecard",
    openapi_extra=with_headers(201, REPLAY_HEADER, answers(404, 409, 422)),
)
def subscribe_report(
    request: ApiRequest, given: SubscriptionGiven, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Be sent a report whenever a period is over; asking for the same again changes nothing."""
    wanted = Subscription(
        kind=given.kind,
        code=given.code,
        period_kind=given.period,
        file_format=given.file_format,
        language=_kept(request.auth.language),
        time_zone=request.auth.time_zone,
    )

    def do() -> Answer:
        subscribe(wanted, actor=request.auth, at=request.at)
        return Answer.of(list_report_subscriptions(request), status=201)

    return answer_once(request, idempotency_key, do)


@subscriptions.delete(
    "/{subscription_id}",
    response={204: None},
    operation_id="unsubscribe_report",
    summary="No longer be sent a report",
    openapi_extra=GONE,
)
def unsubscribe_report(
    request: ApiRequest,
    subscription_id: Annotated[KeyInAddress, Path(description="Its key.", examples=[7])],
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """End a subscription of one's own."""

    def do() -> Answer:
        unsubscribe(subscription_id, actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


def _own(request: ApiRequest) -> int:
    if request.auth.person_id is None:
        raise NotAllowed
    return request.auth.person_id


def _kept(language: str) -> str:
    """Return a language that one can choose."""
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _draft(request: ApiRequest, number: str, box: str) -> Answer:
    found = drafts_of(number, actor=request.auth).get(box)
    if found is None:
        raise NotFound
    return Answer.of(TypedDraft.of(found))
