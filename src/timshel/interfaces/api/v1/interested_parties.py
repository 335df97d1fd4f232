"""Who has needs, and what meets them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from timshel.context.interested_parties import actions, queries
from timshel.context.interested_parties.queries import NeedRow, PartyRow
from timshel.context.interested_parties.rules import (
    LONGEST_CODE,
    LONGEST_LINK,
    LONGEST_NAME,
    MOST_LINKS,
    NeedContent,
    NeedLink,
    PartyContent,
)
from timshel.context.interested_parties.states import Basis, LinkKind, PartyKind, Standing
from timshel.context.issue.rules import LONGEST_TEXT, MOST_MONTHS
from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Code,
    Cursor,
    Given,
    IdempotencyKey,
    Level,
    PageSize,
    Sent,
    Storable,
    Version,
    listed,
    refuse_unknown,
)
from timshel.interfaces.api.links import Links, page_links

router = Router(tags=["Interested parties"])

CHANGES = answers(404, 409, 411, 422)
PartyCode = Annotated[Code, Path(description="The code of the party.", examples=["harbour"])]
NeedNumber = Annotated[Code, Path(description="The number of the need.", examples=["NED0000001"])]
PartyWord = Annotated[PartyKind, listed(PartyKind)]
BasisWord = Annotated[Basis, listed(Basis)]
StandingWord = Annotated[Standing, listed(Standing)]
LinkWord = Annotated[LinkKind, listed(LinkKind)]
Months = Annotated[int, Field(strict=True, ge=1, le=MOST_MONTHS)]
Finding = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), Storable]


class PartyQuery(Given):
    """Which interested parties are asked for."""

    kind: PartyWord | None = Field(None, description="What they are to the organisation.")
    due: bool = Field(default=False, description="Only those whose review is due.")
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How much to a page.")


class NeedQuery(Given):
    """Which needs are asked for."""

    party: Code | None = Field(None, description="Of this party alone.")
    standing: StandingWord | None = Field(None, description="How far they are met.")
    basis: BasisWord | None = Field(None, description="Whether they are required.")
    is_traced: bool | None = Field(None, description="Whether anything is named that meets them.")
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How much to a page.")


class InterestedParty(Sent):
    """Somebody who can affect the services, or is affected by them."""

    code: str
    name: str
    kind: PartyWord
    spoken_for_by: str = Field(description="Who speaks for it, in words; may be empty.")
    influence: int = Field(description="From 1 to 3.")
    interest: int = Field(description="From 1 to 3.")
    review_months: int = Field(description="After how many months it is looked at again.")
    review_date: date = Field(description="The day of the next review.")
    is_due: bool
    needs: int = Field(description="How many it has.")
    not_met: int = Field(description="How many of them are not met in full.")
    not_traced: int = Field(description="For how many of them nothing is named that meets them.")
    revision: int = Field(description="To be sent with the next change.")


class InterestedParties(Sent):
    """A page of interested parties, by code."""

    items: tuple[InterestedParty, ...]
    links: Links


class NeedLinkSent(Sent):
    """What meets a need."""

    kind: LinkWord
    code: str = Field(description="Its code or number.")


class PartyNeed(Sent):
    """What a party needs or expects."""

    number: str
    party: str = Field(description="The code of the party.")
    party_name: str
    text: str
    basis: BasisWord = Field(description="Whether a law or a contract requires it.")
    standing: StandingWord = Field(description="How far it is met.")
    met_by: tuple[NeedLinkSent, ...]
    is_traced: bool = Field(description="Whether anything is named that meets it.")
    changed_at: datetime
    revision: int = Field(description="To be sent with the next change.")


class PartyNeeds(Sent):
    """A page of needs, the oldest first."""

    items: tuple[PartyNeed, ...]
    links: Links


class PartyReview(Sent):
    """What was found when a party was looked at again."""

    reviewed_at: datetime
    by: str = Field(description="By whom, by name; empty for the system.")
    finding: str


class InterestedPartyRecord(InterestedParty):
    """A party with its needs and reviews."""

    need_list: tuple[PartyNeed, ...] = Field(description="The oldest first.")
    reviews: tuple[PartyReview, ...] = Field(description="The newest first.")


class PartyText(Given):
    """Who an interested party is."""

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), Storable]
    kind: PartyWord
    spoken_for_by: Annotated[str, Field(max_length=LONGEST_NAME), Storable] = Field(
        "", description="Who speaks for it: a person, an office or a body, in words."
    )
    influence: Level = Field(2, description="From 1 to 3.")
    interest: Level = Field(2, description="From 1 to 3.")
    review_months: Months = Field(12, description="Looked at again every so many months.")
    review_date: date | None = Field(
        None, description="The next review; null counts from today, or leaves it as it is."
    )

    def content(self) -> PartyContent:
        """Return it as the domain takes it."""
        return PartyContent(
            name=self.name,
            kind=self.kind,
            spoken_for_by=self.spoken_for_by,
            influence=self.influence,
            interest=self.interest,
            review_months=self.review_months,
            review_date=self.review_date,
        )


class NewInterestedParty(PartyText):
    """A party that is written down for the first time."""

    code: Annotated[str, Field(min_length=1, max_length=LONGEST_CODE), Storable] = Field(
        description="How it is referred to; it cannot be changed later.", examples=["harbour"]
    )


class InterestedPartyChange(PartyText):
    """All of a party, as it shall be from now on."""

    revision: Version = Field(description="As it was read; refused if somebody changed it since.")


class NewPartyReview(Given):
    """What was found."""

    finding: Finding
    review_date: date | None = Field(None, description="The next review; null counts from today.")
    revision: Version = Field(description="As it was read; refused if somebody changed it since.")


class NeedLinkGiven(Given):
    """What meets a need."""

    kind: LinkWord
    code: Annotated[str, Field(min_length=1, max_length=LONGEST_LINK), Storable] = Field(
        description="Its code or number."
    )


class NewPartyNeed(Given):
    """What a party needs or expects."""

    text: Finding = Field(examples=["An answer within an hour"])
    basis: BasisWord = Basis.EXPECTATION
    standing: StandingWord = Field(
        Standing.NOT_MET, description="A need that is met names what meets it."
    )
    met_by: list[NeedLinkGiven] = Field(default_factory=list, max_length=MOST_LINKS)

    def content(self) -> NeedContent:
        """Return it as the domain takes it."""
        return NeedContent(
            text=self.text,
            basis=self.basis,
            standing=self.standing,
            links=tuple(NeedLink(each.kind, each.code) for each in self.met_by),
        )


class PartyNeedChange(NewPartyNeed):
    """All of a need, as it shall be from now on."""

    revision: Version = Field(description="As it was read; refused if somebody changed it since.")


@router.get(
    "",
    response=InterestedParties,
    operation_id="list_interested_parties",
    summary="List interested parties",
)
def list_interested_parties(request: ApiRequest, asked: Query[PartyQuery]) -> InterestedParties:
    """Return the interested parties; nothing without `context.view`."""
    refuse_unknown(request, PartyQuery.model_fields)
    page = queries.party_list(
        actor=request.auth,
        at=request.at,
        kind=asked.kind,
        due=asked.due,
        cursor=asked.cursor,
        size=asked.size,
    )
    return InterestedParties(items=tuple(map(_party, page.items)), links=page_links(request, page))


@router.post(
    "",
    response={201: InterestedPartyRecord},
    operation_id="add_interested_party",
    summary="Write an interested party down",
    openapi_extra=CHANGES,
)
def add_interested_party(
    request: ApiRequest, given: NewInterestedParty, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Write it down; needs `context.manage`."""

    def do() -> Answer:
        actions.add_party(given.code, content=given.content(), actor=request.auth, at=request.at)
        return Answer.of(_record(given.code, request), status=201)

    return answer_once(request, idempotency_key, do)


@router.get("/needs", response=PartyNeeds, operation_id="list_party_needs", summary="List needs")
def list_party_needs(request: ApiRequest, asked: Query[NeedQuery]) -> PartyNeeds:
    """Return the needs of all parties; nothing without `context.view`."""
    refuse_unknown(request, NeedQuery.model_fields)
    page = queries.need_list(
        actor=request.auth,
        party=asked.party,
        standing=asked.standing,
        basis=asked.basis,
        is_traced=asked.is_traced,
        cursor=asked.cursor,
        size=asked.size,
    )
    return PartyNeeds(items=tuple(map(_need, page.items)), links=page_links(request, page))


@router.get(
    "/needs/{need}",
    response=PartyNeed,
    operation_id="read_party_need",
    summary="Read a need",
    openapi_extra=answers(404),
)
def read_party_need(request: ApiRequest, need: NeedNumber) -> PartyNeed:
    """Return a need with what meets it."""
    refuse_unknown(request)
    return _need(queries.need(need, actor=request.auth))


@router.put(
    "/needs/{need}",
    response=PartyNeed,
    operation_id="change_party_need",
    summary="Say otherwise what is needed and what meets it",
    openapi_extra=CHANGES,
)
def change_party_need(
    request: ApiRequest,
    need: NeedNumber,
    given: PartyNeedChange,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say all of it anew; needs `context.manage`."""

    def do() -> Answer:
        actions.change_need(
            need,
            content=given.content(),
            revision=given.revision,
            actor=request.auth,
            at=request.at,
        )
        return Answer.of(_need(queries.need(need, actor=request.auth)))

    return answer_once(request, idempotency_key, do)


@router.delete(
    "/needs/{need}",
    response={204: None},
    operation_id="remove_party_need",
    summary="Take a need away",
    openapi_extra=CHANGES,
)
def remove_party_need(
    request: ApiRequest, need: NeedNumber, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Take away what is no need; the journal keeps what it said. Needs `context.manage`."""

    def do() -> Answer:
        actions.remove_need(need, actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/records/{party}",
    response=InterestedPartyRecord,
    operation_id="read_interested_party",
    summary="Read an interested party",
    openapi_extra=answers(404),
)
def read_interested_party(request: ApiRequest, party: PartyCode) -> InterestedPartyRecord:
    """Return a party with its needs and reviews."""
    refuse_unknown(request)
    return _record(party, request)


@router.put(
    "/records/{party}",
    response=InterestedPartyRecord,
    operation_id="change_interested_party",
    summary="Describe an interested party otherwise",
    openapi_extra=CHANGES,
)
def change_interested_party(
    request: ApiRequest,
    party: PartyCode,
    given: InterestedPartyChange,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say all of it anew; needs `context.manage`."""

    def do() -> Answer:
        actions.change_party(
            party,
            content=given.content(),
            revision=given.revision,
            actor=request.auth,
            at=request.at,
        )
        return Answer.of(_record(party, request))

    return answer_once(request, idempotency_key, do)


@router.post(
    "/records/{party}/reviews",
    response=InterestedPartyRecord,
    operation_id="review_interested_party",
    summary="Keep what a review of a party found",
    openapi_extra=CHANGES,
)
def review_interested_party(
    request: ApiRequest,
    party: PartyCode,
    given: NewPartyReview,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Keep it; needs `context.manage`."""

    def do() -> Answer:
        actions.review_party(
            party,
            finding=given.finding,
            revision=given.revision,
            review_date=given.review_date,
            actor=request.auth,
            at=request.at,
        )
        return Answer.of(_record(party, request))

    return answer_once(request, idempotency_key, do)


@router.post(
    "/records/{party}/needs",
    response={201: PartyNeed},
    operation_id="add_party_need",
    summary="Write down what a party needs",
    openapi_extra=CHANGES,
)
def add_party_need(
    request: ApiRequest,
    party: PartyCode,
    given: NewPartyNeed,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Write it down; the same text again gives the need that stands. Needs `context.manage`."""

    def do() -> Answer:
        number = actions.add_need(party, content=given.content(), actor=request.auth, at=request.at)
        return Answer.of(_need(queries.need(number, actor=request.auth)), status=201)

    return answer_once(request, idempotency_key, do)


def _record(code: str, request: ApiRequest) -> InterestedPartyRecord:
    view = queries.party(code, actor=request.auth, at=request.at)
    return InterestedPartyRecord(
        **_party(view.row).model_dump(),
        need_list=tuple(map(_need, view.needs)),
        reviews=tuple(
            PartyReview(reviewed_at=each.reviewed_at, by=each.by, finding=each.finding)
            for each in view.reviews
        ),
    )


def _party(row: PartyRow) -> InterestedParty:
    return InterestedParty(
        code=row.code,
        name=row.name,
        kind=row.kind,
        spoken_for_by=row.spoken_for_by,
        influence=row.influence,
        interest=row.interest,
        review_months=row.review_months,
        review_date=row.review_date,
        is_due=row.is_due,
        needs=row.needs,
        not_met=row.not_met,
        not_traced=row.not_traced,
        revision=row.revision,
    )


def _need(row: NeedRow) -> PartyNeed:
    return PartyNeed(
        number=row.number,
        party=row.party_code,
        party_name=row.party,
        text=row.text,
        basis=row.basis,
        standing=row.standing,
        met_by=tuple(NeedLinkSent(kind=each.kind, code=each.code) for each in row.links),
        is_traced=row.is_traced,
        changed_at=row.changed_at,
        revision=row.revision,
    )
