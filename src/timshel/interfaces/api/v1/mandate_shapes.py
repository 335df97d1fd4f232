"""What programs send and are sent of mandates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, Field, WithJsonSchema

from timshel.interfaces.api.fields import (
    LARGEST_FIGURE,
    Code,
    Cursor,
    Figure,
    Given,
    PageSize,
    Sent,
    Storable,
    Version,
)
from timshel.interfaces.api.links import Links
from timshel.leadership.mandate.queries import (
    Approver,
    HolderRow,
    MandateFilter,
    MandateRow,
    MandateView,
    WhoMay,
)
from timshel.leadership.mandate.rules import (
    LONGEST_REASON,
    LONGEST_TEXT,
    LONGEST_TITLE,
    PLACES,
    Asked,
    MandateContent,
    Money,
)
from timshel.leadership.mandate.states import HolderKind, Subject

MandateLine = Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE), Storable]
MandateOwnWords = Annotated[str, Field(max_length=LONGEST_TITLE), Storable]
MandateText = Annotated[str, Field(max_length=LONGEST_TEXT), Storable]
MandateReason = Annotated[str, Field(min_length=1, max_length=LONGEST_REASON), Storable]
CurrencyCode = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
AmountAsked = Annotated[
    Decimal,
    Field(ge=0, le=LARGEST_FIGURE),
    AfterValidator(lambda amount: round(amount, PLACES)),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": LARGEST_FIGURE}),
]


class MandateSubject(StrEnum):
    """What may be approved."""

    PURCHASE = "purchase"
    CONTRACT = "contract"
    BUDGET = "budget"
    CHANGE = "change"
    RELEASE = "release"
    SERVICE_AGREEMENT = "service_agreement"
    CATALOGUE = "catalogue"
    RISK = "risk"
    DOCUMENT = "document"
    ACCESS = "access"
    EXCEPTION = "exception"
    OTHER = "other"


class MandateHolderKind(StrEnum):
    """Who holds it: a person, a role in the work, or a role with rights."""

    PERSON = "person"
    PROCESS_ROLE = "process_role"
    ROLE = "role"


class MandateStanding(StrEnum):
    """Where a mandate stands."""

    DRAFT = "draft"
    IN_FORCE = "in_force"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


class MandateStandingAsked(StrEnum):
    """Which mandates: ``current`` are drafts and those in force."""

    CURRENT = "current"
    ALL = "all"
    DRAFT = "draft"
    IN_FORCE = "in_force"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


class MandateEnding(StrEnum):
    """Those in force whose last day is over, or within sixty days."""

    OVER = "over"
    SOON = "soon"


class MandateVacancy(StrEnum):
    """Why nobody can use it: nobody holds the role, or the person has left."""

    ROLE = "role"
    LEFT = "left"


class MandateQuery(Given):
    """Which mandates are asked for."""

    state: MandateStandingAsked = Field(MandateStandingAsked.CURRENT, description="Which of them.")
    subject: MandateSubject | None = Field(None, description="What may be approved.")
    unit: Code | None = Field(None, description="The code of the unit for which they hold.")
    service: Code | None = Field(None, description="The code of the service for which they hold.")
    vacant: bool = Field(default=False, description="Only those in force that nobody can use.")
    ending: MandateEnding | None = Field(None, description="Only those that run out.")
    text: Code | None = Field(None, description="In the title.")
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How many to a page.")

    def asked(self) -> MandateFilter:
        """Return it as the domain takes it."""
        return MandateFilter(
            subject=self.subject.value if self.subject else "",
            state=self.state.value,
            unit=self.unit or "",
            service=self.service or "",
            vacant=self.vacant,
            ending=self.ending.value if self.ending else "",
            text=self.text or "",
        )


class WhoMayQuery(Given):
    """What somebody wants to have approved."""

    subject: MandateSubject = Field(description="What it is.")
    amount: AmountAsked | None = Field(None, description="What it costs; left out if not known.")
    currency: CurrencyCode | None = Field(None, description="Of the amount, as in ISO 4217.")
    unit: Code | None = Field(None, description="The code of the unit for which.")
    service: Code | None = Field(None, description="The code of the service for which.")
    on: date | None = Field(None, description="On which day; today where it is left out.")

    def asked(self, today: date) -> Asked:
        """Return it as the domain takes it."""
        has_cost = self.amount is not None or self.currency is not None
        cost = Money(self.amount or Decimal(0), self.currency or "") if has_cost else None
        return Asked(
            subject=Subject(self.subject.value),
            on=self.on or today,
            cost=cost,
            unit=self.unit or "",
            service=self.service or "",
        )


class MandateLimitGiven(Given):
    """Up to how much."""

    amount: Figure = Field(description="Not below zero, with at most two decimals.")
    currency: CurrencyCode = Field(examples=["EUR"])


class MandateGiven(Given):
    """What a mandate says."""

    title: MandateLine = Field(examples=["Purchases of the research units"])
    subject: MandateSubject = Field(description="What may be approved.")
    own_words: MandateOwnWords = Field("", description="What, where the subject is `other`.")
    holder_kind: MandateHolderKind
    holder: Code = Field(description="The code of the person or of the role.")
    limit: MandateLimitGiven | None = Field(None, description="Null for no limit.")
    unit: Code | None = Field(None, description="The code of the unit, with all below it.")
    service: Code | None = Field(None, description="The code of the service.")
    valid_from: date = Field(description="The first day.")
    valid_until: date | None = Field(None, description="The last day; null for none.")
    granted_by: Code = Field(description="The code of the person who grants it.")
    rests_on: MandateLine = Field(description="The number of a document, or the decision in words.")
    conditions: MandateText = Field("", description="What else is to be kept to; Markdown.")

    def content(self) -> MandateContent:
        """Return it as the domain takes it."""
        limit = Money(self.limit.amount, self.limit.currency) if self.limit else None
        return MandateContent(
            title=self.title,
            subject=Subject(self.subject.value),
            holder_kind=HolderKind(self.holder_kind.value),
            holder=self.holder,
            granted_by=self.granted_by,
            rests_on=self.rests_on,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            own_words=self.own_words,
            limit=limit,
            unit=self.unit or "",
            service=self.service or "",
            conditions=self.conditions,
        )


class MandateDeedGiven(Given):
    """The revision as it was read."""

    revision: Version | None = Field(
        None, description="Refused where somebody changed it since; null where that is no matter."
    )


class MandateChanged(MandateGiven, MandateDeedGiven):
    """What a draft says from now on."""


class MandateReasonGiven(MandateDeedGiven):
    """Why a mandate ends."""

    reason: MandateReason


class MandateLimit(Sent):
    """Up to how much."""

    amount: float
    currency: str


class MandatePerson(Sent):
    """Somebody who holds a mandate."""

    code: str
    name: str


class MandateListed(Sent):
    """A mandate."""

    number: str
    title: str
    subject: MandateSubject
    own_words: str = Field(description="What may be approved, where the subject is `other`.")
    holder_kind: MandateHolderKind
    holder: str = Field(description="The code of the person or of the role.")
    holder_name: str
    holders: tuple[MandatePerson, ...] = Field(description="Who holds it today.")
    is_open: bool = Field(description="Who holds the role differs from case to case.")
    vacancy: MandateVacancy | None = Field(description="Why nobody can use it.")
    limit: MandateLimit | None = Field(description="Null for no limit.")
    unit: str | None = Field(description="The code of the unit for which it holds.")
    service: str | None = Field(description="The code of the service for which it holds.")
    valid_from: date
    valid_until: date | None
    granted_by: str = Field(description="The code of the person who grants it.")
    granted_by_name: str
    rests_on: str
    state: MandateStanding
    is_over: bool = Field(description="It is in force, though its last day is over.")


class Mandate(MandateListed):
    """A mandate with all that it says."""

    conditions: str = Field(description="What else is to be kept to; Markdown.")
    in_force_from: date | None = Field(description="The day on which it was put into force.")
    in_force_by: str = Field(description="The name of who did that.")
    ended_on: date | None
    ended_because: str
    revision: int


class Mandates(Sent):
    """A page of mandates."""

    items: tuple[MandateListed, ...]
    links: Links


class MandateApprover(Sent):
    """Somebody who may approve it, and under which mandate."""

    person: MandatePerson
    mandate: MandateListed


class MandateAnswer(Sent):
    """Who may approve something."""

    approvers: tuple[MandateApprover, ...] = Field(
        description="Each person once, by the smallest limit that is enough."
    )
    open: tuple[MandateListed, ...] = Field(
        description="Mandates that are enough, whose holders differ from case to case."
    )
    vacant: tuple[MandateListed, ...] = Field(
        description="Mandates that would be enough, though nobody holds them there."
    )
    highest: MandateLimit | None = Field(
        description="Where nobody may: up to how much somebody may."
    )
    highest_by: tuple[MandateApprover, ...] = Field(description="Who may up to that.")
    other_currencies: tuple[str, ...] = Field(description="Of limits that were not compared.")


def listed(row: MandateRow) -> MandateListed:
    """Return a mandate as lists send it."""
    return MandateListed(**_common(row))


def whole(view: MandateView) -> Mandate:
    """Return a mandate with all that it says."""
    return Mandate(
        **_common(view.row),
        conditions=view.content.conditions,
        in_force_from=view.in_force_from,
        in_force_by=view.in_force_by,
        ended_on=view.ended_on,
        ended_because=view.ended_because,
        revision=view.revision,
    )


def answer(found: WhoMay) -> MandateAnswer:
    """Return who may approve something as it is sent."""
    return MandateAnswer(
        approvers=tuple(map(_approver, found.approvers)),
        open=tuple(map(listed, found.open)),
        vacant=tuple(map(listed, found.vacant)),
        highest=_limit(found.highest),
        highest_by=tuple(map(_approver, found.highest_by)),
        other_currencies=found.other_currencies,
    )


def _approver(each: Approver) -> MandateApprover:
    return MandateApprover(person=_person(each.person), mandate=listed(each.mandate))


def _person(row: HolderRow) -> MandatePerson:
    return MandatePerson(code=row.code, name=row.name)


def _limit(limit: Money | None) -> MandateLimit | None:
    return MandateLimit(amount=float(limit.amount), currency=limit.currency) if limit else None


def _common(row: MandateRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "title": row.title,
        "subject": MandateSubject(row.subject.value),
        "own_words": row.own_words,
        "holder_kind": MandateHolderKind(row.holder_kind.value),
        "holder": row.holder_code,
        "holder_name": row.holder_name,
        "holders": tuple(map(_person, row.holders)),
        "is_open": row.is_open,
        "vacancy": MandateVacancy(row.vacancy.value) if row.vacancy else None,
        "limit": _limit(row.limit),
        "unit": row.unit_code or None,
        "service": row.service_code or None,
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
        "granted_by": row.granted_by_code,
        "granted_by_name": row.granted_by,
        "rests_on": row.rests_on,
        "state": MandateStanding(row.state.value),
        "is_over": row.is_over,
    }
