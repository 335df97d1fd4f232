"""What clients send and read of agreements, and the ways to and from what the domain takes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AwareDatetime, ConfigDict, Field
from pydantic.config import JsonDict

from timshel.interfaces.api.fields import (
    Code,
    Given,
    Key,
    LongText,
    NeededLine,
    Priority,
    Sent,
    Storable,
    Version,
    listed,
)
from timshel.relationship_agreement.service_level.queries.agreements import (
    AgreementRow,
    AgreementView,
    Standing,
    VersionView,
)
from timshel.relationship_agreement.service_level.queries.previews import PreviewView
from timshel.relationship_agreement.service_level.rules.comparison import Change
from timshel.relationship_agreement.service_level.rules.contents import (
    AgreementContent,
    EscalationContent,
    GoalContent,
    TargetContent,
)
from timshel.relationship_agreement.service_level.rules.fitting import Finding as FoundFault
from timshel.relationship_agreement.service_level.rules.fitting import Severity
from timshel.relationship_agreement.service_level.rules.previewing import Outcome, Tally
from timshel.relationship_agreement.service_level.rules.validity import BEGINNING
from timshel.relationship_agreement.service_level.states import (
    AgreementKind,
    ClockKind,
    DurationUnit,
    GoalMeasure,
    Recipient,
)

Amount = Annotated[int, Field(strict=True, ge=1, le=10_000_000)]
Percent = Annotated[Decimal, Field(gt=0, le=100, max_digits=5, decimal_places=2)]
ShortCode = Annotated[str, Field(min_length=1, max_length=40), Storable]
Currency = Annotated[str, Field(pattern=r"^([A-Z]{3})?$")]
Name200 = Annotated[str, Field(max_length=200), Storable]
Word40 = Annotated[str, Field(max_length=40), Storable]
Beginning = Annotated[datetime | None, Field(description="Since when; null since ever.")]

EXAMPLE: JsonDict = {
    "kind": "service",
    "name": "Climate and Oceans",
    "calendar": "office-hours",
    "unit": "climate",
    "targets": [
        {"kind": "respond", "priority": 1, "amount": 15, "unit": "minutes"},
        {"kind": "resolve", "priority": 1, "amount": 4, "unit": "hours"},
    ],
}

TrialOutcome = Annotated[Outcome, listed(Outcome)]


class Target(Given):
    """So much time for a kind of clock."""

    kind: ClockKind
    amount: Amount = Field(description="How many of the unit.")
    unit: DurationUnit
    priority: Priority | None = Field(None, description="Null for each.")
    service: ShortCode | None = Field(None, description="Where the line is for that alone.")
    offering: Code | None = Field(None, description="Where the line is for that alone.")
    calendar: Word40 = Field("", description="Where it is not that of the agreement.")
    attainment_percent: Percent | None = Field(None, description="How many of a hundred in time.")


class Goal(Given):
    """A goal that no clock measures."""

    measure: GoalMeasure
    value: Decimal = Field(max_digits=16, decimal_places=4)
    name: Name200 = ""
    unit: Word40 = ""
    is_minimum: bool = Field(default=True, description="At least that much; else at most.")


class Escalation(Given):
    """Who hears when."""

    recipient: Recipient
    percent: int | None = Field(None, ge=1, le=500, description="Of the target that is used.")
    before_seconds: int | None = Field(
        None, ge=1, le=31_622_400, description="Working time before the end; instead of `percent`."
    )
    clock: ClockKind | None = Field(None, description="Null for each clock.")
    role: Word40 = Field("", description="Where `recipient` is `role`.")
    at_night: bool = False


class Content(Given):
    """All that a version of an agreement says; codes name what it is about."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    kind: AgreementKind
    name: NeededLine
    calendar: ShortCode = Field(description="In which its time is counted.")
    text: LongText = Field("", description="Markdown, in the customer's words.")
    customer: ShortCode | None = None
    unit: ShortCode | None = None
    customer_category: Word40 = ""
    provider_team: ShortCode | None = Field(None, description="For kind `operational`.")
    recipient_team: ShortCode | None = Field(None, description="For kind `operational`.")
    supplier: ShortCode | None = Field(None, description="For kind `supplier`.")
    services: tuple[ShortCode, ...] = Field((), max_length=500)
    offerings: tuple[Code, ...] = Field((), max_length=500)
    targets: tuple[Target, ...] = Field((), max_length=200)
    goals: tuple[Goal, ...] = Field((), max_length=200)
    escalations: tuple[Escalation, ...] = Field((), max_length=200)
    restarts_on_reopening: bool = False
    owner_id: Key | None = None
    review_date: date | None = None
    is_option: bool = Field(default=False, description="A level that customers choose.")
    price: Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)] | None = None
    currency: Currency = ""
    price_period: Literal["", "month", "year"] = ""


class DraftGiven(Content):
    """What the next version is to say."""

    revision: Version | None = Field(
        None,
        description="How often the draft was saved when it was read; refused with 409 if it was "
        "saved since. Null writes over whatever is there.",
    )


class Draft(Sent):
    """A draft that was saved."""

    code: str
    number: int
    revision: int


class Publishing(Given):
    """From when on the draft is to hold."""

    valid_from: AwareDatetime | None = Field(None, description="Null for now.")
    since_ever: bool = Field(
        default=False, description="For all the past, too; of a first version only."
    )


class Ending(Given):
    """Until when the agreement is to hold."""

    valid_until: AwareDatetime | None = Field(None, description="Null for now.")


class PreviewGiven(Given):
    """The cases that the draft is tried over."""

    opened_from: AwareDatetime
    opened_until: AwareDatetime = Field(description="The first moment after the period.")


class AgreementInList(Sent):
    """An agreement, as its version in force says or the one nearest to that."""

    code: str
    name: str
    kind: AgreementKind
    standing: Standing
    number: int = Field(description="Of the version.")
    party: str
    provider: str
    coverage: str
    owner: str
    review_date: date | None
    is_review_due: bool
    has_draft: bool
    is_option: bool


class Agreements(Sent):
    """Agreements by name."""

    items: tuple[AgreementInList, ...]


class VersionOfAgreement(Sent):
    """One version of an agreement."""

    number: int
    standing: Standing
    valid_from: Beginning
    valid_until: datetime | None
    revision: int = Field(description="How often the draft was saved.")
    published_by: str = Field(description="Empty for a draft.")
    published_at: datetime | None
    document: str = Field(description="The name of the signed document, or empty.")
    content: Content


class Agreement(Sent):
    """An agreement with all its versions, the latest first."""

    code: str
    versions: tuple[VersionOfAgreement, ...]


class Difference(Sent):
    """One thing that two versions say differently, in words."""

    subject: str
    before: str
    after: str


class Differences(Sent):
    """What differs between two versions."""

    items: tuple[Difference, ...]


class Finding(Sent):
    """Something that is not sound about a draft; an error blocks publishing."""

    severity: Severity
    code: str
    field: str
    sentence: str


class Findings(Sent):
    """What is not sound about a draft, errors first."""

    items: tuple[Finding, ...]


class Results(Sent):
    """What cases came to."""

    met: int
    missed: int
    open: int
    none: int = Field(description="Nothing was promised.")
    attainment_percent: Decimal | None


class PreviewLine(Sent):
    """What cases of one priority came to for one kind of clock."""

    kind: ClockKind
    priority: int
    cases: int
    draft: Results
    real: Results


class DifferingCase(Sent):
    """A case whose result would differ."""

    number: str
    kind: ClockKind
    draft: TrialOutcome
    real: TrialOutcome


class AgreementPreview(Sent):
    """What a draft would have come to, once `is_done`."""

    id: int
    code: str
    number: int
    is_done: bool
    done: int
    total: int | None
    error: str
    lines: tuple[PreviewLine, ...]
    differing: tuple[DifferingCase, ...]
    differing_count: int
    next_after: int | None = Field(description="Ask again with `after` for the next ones.")


def content_of(given: Content) -> AgreementContent:
    """Return what the domain takes."""
    plain = {
        name: getattr(given, name)
        for name in Content.model_fields
        if name not in ("targets", "goals", "escalations")
    }
    return AgreementContent(
        **plain,
        targets=tuple(TargetContent(**each.model_dump()) for each in given.targets),
        goals=tuple(GoalContent(**each.model_dump()) for each in given.goals),
        escalations=tuple(
            EscalationContent(
                recipient=each.recipient,
                percent=each.percent,
                before=(
                    None if each.before_seconds is None else timedelta(seconds=each.before_seconds)
                ),
                clock_kind=each.clock.value if each.clock else "",
                role_code=each.role,
                at_night=each.at_night,
            )
            for each in given.escalations
        ),
    )


def _content(content: AgreementContent) -> Content:
    plain = {
        name: getattr(content, name)
        for name in Content.model_fields
        if name not in ("targets", "goals", "escalations")
    }
    # Stored agreements are shown as they are, whatever the limits of what is sent today.
    return Content.model_construct(
        **plain,
        targets=tuple(
            Target.model_construct(**{name: getattr(each, name) for name in Target.model_fields})
            for each in content.targets
        ),
        goals=tuple(
            Goal.model_construct(**{name: getattr(each, name) for name in Goal.model_fields})
            for each in content.goals
        ),
        escalations=tuple(
            Escalation.model_construct(
                recipient=each.recipient,
                percent=each.percent,
                before_seconds=(None if each.before is None else int(each.before.total_seconds())),
                clock=ClockKind(each.clock_kind) if each.clock_kind else None,
                role=each.role_code,
                at_night=each.at_night,
            )
            for each in content.escalations
        ),
    )


def in_list(row: AgreementRow) -> AgreementInList:
    """Return an agreement of the list."""
    return AgreementInList(**{name: getattr(row, name) for name in AgreementInList.model_fields})


def in_full(view: AgreementView) -> Agreement:
    """Return an agreement with all its versions."""
    return Agreement(code=view.code, versions=tuple(map(_version, view.versions)))


def _version(view: VersionView) -> VersionOfAgreement:
    published = view.published
    is_old = view.valid_from == BEGINNING or view.standing is Standing.DRAFT
    return VersionOfAgreement(
        number=view.number,
        standing=view.standing,
        valid_from=None if is_old else view.valid_from,
        valid_until=view.valid_until,
        revision=view.revision,
        published_by=published.by if published else "",
        published_at=published.at if published else None,
        document=view.document.name if view.document else "",
        content=_content(view.content),
    )


def difference(change: Change) -> Difference:
    """Return what differs."""
    return Difference(subject=change.subject, before=change.before, after=change.after)


def finding(found: FoundFault) -> Finding:
    """Return what is not sound."""
    return Finding(
        severity=found.severity, code=found.code, field=found.field, sentence=found.sentence
    )


def preview_of(view: PreviewView) -> AgreementPreview:
    """Return a preview."""
    return AgreementPreview(
        id=view.errand.id,
        code=view.code,
        number=view.number,
        is_done=view.errand.finished_at is not None and not view.errand.error,
        done=view.errand.done,
        total=view.errand.total,
        error=view.errand.error,
        lines=tuple(
            PreviewLine(
                kind=line.kind,
                priority=line.priority,
                cases=line.cases,
                draft=_results(line.tried),
                real=_results(line.real),
            )
            for line in view.lines
        ),
        differing=tuple(
            DifferingCase(number=each.number, kind=each.kind, draft=each.tried, real=each.real)
            for each in view.differing
        ),
        differing_count=view.differing_count,
        next_after=view.next_after,
    )


def _results(tally: Tally) -> Results:
    return Results(
        met=tally.met,
        missed=tally.missed,
        open=tally.open,
        none=tally.none,
        attainment_percent=tally.attainment,
    )
