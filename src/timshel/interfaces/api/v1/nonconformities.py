"""What was not as it must be, why, and whether what was done helped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from timshel.improvement.nonconformity import actions, queries
from timshel.improvement.nonconformity.rules import (
    LONGEST_CODE,
    LONGEST_DAYS,
    LONGEST_KIND,
    LONGEST_LINE,
    LONGEST_TEXT,
    LONGEST_TITLE,
    LONGEST_UNIT,
    MOST_WHYS,
    SHORTEST_DAYS,
    Analysis,
    EffectQuestion,
    Report,
)
from timshel.improvement.nonconformity.states import (
    Direction,
    Method,
    NonconformityState,
    Severity,
    SourceKind,
    Verdict,
)
from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Code,
    Cursor,
    Given,
    IdempotencyKey,
    PageSize,
    Sent,
    Storable,
    Version,
    refuse_unknown,
)
from timshel.interfaces.api.links import Links, page_links
from timshel.planning.planned_action.actions import ActionPlan
from timshel.planning.planned_action.states import ActionKind

router = Router(tags=["Nonconformities"])

CHANGES = answers(404, 409, 411, 422)
Number = Annotated[
    str,
    Path(
        pattern=r"^[A-Za-z]{2,6}[0-9]{1,14}$",
        description="The number of the nonconformity.",
        examples=["NCR0000012"],
    ),
]
Title = Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE), Storable]
Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), Storable]
OpenText = Annotated[str, Field(max_length=LONGEST_TEXT), Storable]
OpenLine = Annotated[str, Field(max_length=LONGEST_LINE), Storable]
OpenCode = Annotated[str, Field(max_length=LONGEST_CODE), Storable]
OpenKind = Annotated[str, Field(max_length=LONGEST_KIND), Storable]
Bone = Annotated[str, Field(max_length=20), Storable]


class NonconformityWhen(StrEnum):
    """Which nonconformities: ``overdue`` ones are open after their day."""

    OPEN = "open"
    OVERDUE = "overdue"
    ENDED = "ended"
    ALL = "all"


class NonconformityStanding(StrEnum):
    """How far a nonconformity is."""

    RAISED = "raised"
    CORRECTED = "corrected"
    ANALYSED = "analysed"
    PLANNED = "planned"
    IMPLEMENTED = "implemented"
    EFFECTIVE = "effective"
    CLOSED = "closed"
    REJECTED = "rejected"


class NonconformitySource(StrEnum):
    """Where a nonconformity was noticed."""

    AUDIT_FINDING = "audit_finding"
    COMPLAINT = "complaint"
    BREACH = "breach"
    FAILED_CHANGE = "failed_change"
    RISK = "risk"
    OBSERVATION = "observation"


class NonconformityWeight(StrEnum):
    """How much a nonconformity weighs."""

    MAJOR = "major"
    MINOR = "minor"


class CauseMethod(StrEnum):
    """How a cause was looked for."""

    FIVE_WHYS = "five_whys"
    FISHBONE = "fishbone"


class BetterDirection(StrEnum):
    """In which direction a figure gets better."""

    HIGHER = "higher"
    LOWER = "lower"


class EffectVerdict(StrEnum):
    """What was found of an effect."""

    EFFECTIVE = "effective"
    INEFFECTIVE = "ineffective"


class NonconformityQuery(Given):
    """Which nonconformities are asked for."""

    when: NonconformityWhen = Field(NonconformityWhen.OPEN, description="Which of them.")
    state: NonconformityStanding | None = Field(None, description="Only in this state.")
    source: NonconformitySource | None = Field(None, description="Only noticed there.")
    severity: NonconformityWeight | None = Field(None, description="Only of this weight.")
    service: Code | None = Field(None, description="The code of a service.")
    mine: bool = Field(False, description="Only what the reader answers for.")
    about_kind: Code | None = Field(None, description="With `about_code`: from this record.")
    about_code: Code | None = Field(None, description="With `about_kind`: from this record.")
    text: Annotated[str, Field(max_length=100), Storable] = Field(
        "", description="Words of the title, or a number."
    )
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How many to a page.")


class NonconformityLine(Sent):
    """A nonconformity as lists tell it."""

    number: str
    title: str
    state: NonconformityStanding
    severity: NonconformityWeight
    source: NonconformitySource
    about_kind: str = Field(description="The kind of the record it came from; may be empty.")
    about_code: str = Field(description="By which people know that record; may be empty.")
    requirement: str = Field(description="What it does not fulfil; may be empty.")
    process: str = Field(description="The process concerned; may be empty.")
    service: str = Field(description="The code of the service concerned; may be empty.")
    owner: str = Field(description="The code of whoever answers for it.")
    owner_name: str
    raised_by: str = Field(description="By name; empty for a rule.")
    raised_at: datetime
    due_date: date
    is_overdue: bool
    ended_at: datetime | None
    revision: int = Field(description="Rises with each change; sent along with changes.")


class Nonconformities(Sent):
    """A page of nonconformities, the newest first."""

    items: tuple[NonconformityLine, ...]
    links: Links


class EffectFigure(Sent):
    """A figure before and after an implementation, and what was found of it."""

    measure: str = Field(description="The code of a measure; empty for figures by hand.")
    subject_kind: str
    subject_code: str
    figure: str = Field(description="By hand: what was counted.")
    unit: str = Field(description="By hand: in what.")
    better: BetterDirection
    before_first: date
    before_last: date
    after_first: date
    after_last: date
    before: Decimal | None = Field(description="Minutes for times; null of nothing.")
    after: Decimal | None = Field(description="Minutes for times; null of nothing.")
    proposal: EffectVerdict | None = Field(description="What the figures say by themselves.")
    measured_at: datetime
    verdict: EffectVerdict | None = Field(description="Null as long as nobody judged it.")
    comment: str
    judged_by: str
    judged_at: datetime | None


class FollowingAction(Sent):
    """An action that follows from a nonconformity."""

    number: str
    kind: str
    title: str
    owner: str = Field(description="The code of whoever does it.")
    due_date: date
    state: str
    is_overdue: bool


class Nonconformity(NonconformityLine):
    """A nonconformity with all that is known of it."""

    finding: str
    correction: str
    corrected_at: datetime | None
    method: CauseMethod | None
    whys: tuple[str, ...]
    branches: dict[str, str] = Field(description="By bone of a fishbone diagram.")
    cause: str
    has_similar: bool | None
    similar: str
    analysed_at: datetime | None
    plan: str
    planned_at: datetime | None
    implementation: str
    implemented_at: datetime | None
    implemented_by: str
    rejection: str
    actions: tuple[FollowingAction, ...]
    effects: tuple[EffectFigure, ...] = Field(description="The latest first.")
    steps: tuple[str, ...] = Field(description="What the reader may do with it now.")


class NonconformityReport(Given):
    """What is not as it must be."""

    title: Title
    finding: Text = Field(description="What was found.")
    owner: Code = Field(description="The code of whoever answers for it.")
    due_date: date = Field(description="By when it shall have ended.")
    severity: NonconformityWeight = NonconformityWeight.MINOR
    source: NonconformitySource = NonconformitySource.OBSERVATION
    requirement: OpenLine = Field("", description="A clause, or the words of an agreement.")
    process: OpenCode = ""
    service: OpenCode = Field("", description="The code of a service.")
    about_kind: OpenKind = Field("", description="Such as `incident`.", examples=["incident"])
    about_code: OpenCode = Field("", description="Its number.", examples=["INC0000012"])

    def report(self) -> Report:
        """Return it as the domain takes it."""
        given = self.model_dump(include=set(NonconformityReport.model_fields))
        given |= {"severity": Severity(self.severity), "source": SourceKind(self.source)}
        return Report(**given)


class ChangedReport(NonconformityReport):
    """All that a nonconformity says, as it shall be from now on."""

    revision: Version = Field(description="As it was read.")


class Correction(Given):
    """What was done at once."""

    correction: Text = Field(description="What was done, or why nothing could be.")


class CauseAnalysis(Given):
    """Why it came about."""

    method: CauseMethod
    cause: Annotated[str, Field(min_length=1, max_length=LONGEST_LINE), Storable] = Field(
        description="In a sentence."
    )
    whys: list[OpenLine] = Field(
        default_factory=list, max_length=MOST_WHYS, description="The first answer first."
    )
    branches: dict[Bone, OpenLine] = Field(
        default_factory=dict,
        description="Of `people`, `process`, `tools`, `information`, `suppliers`, `surroundings`.",
    )
    has_similar: bool = Field(description="Whether there are, or could be, others of the kind.")
    similar: OpenText = Field("", description="What was found when looking for others.")
    revision: Version = Field(description="As it was read.")

    def analysis(self) -> Analysis:
        """Return it as the domain takes it."""
        return Analysis(
            method=Method(self.method),
            cause=self.cause,
            whys=tuple(self.whys),
            branches=self.branches,
            has_similar=self.has_similar,
            similar=self.similar,
        )


class FirstAction(Given):
    """A corrective action to begin with."""

    title: Title
    owner: Code = Field(description="The code of whoever does it.")
    due_date: date


class CorrectivePlan(Given):
    """What will be done so that it does not happen again."""

    plan: Text
    first: FirstAction | None = Field(
        None, description="Needed where no corrective action is planned about it yet."
    )

    def action(self) -> ActionPlan | None:
        """Return the first action as the domain takes it."""
        if self.first is None:
            return None
        return ActionPlan(
            ActionKind.CORRECTIVE, self.first.title, self.first.owner, self.first.due_date
        )


class Implementation(Given):
    """What was done."""

    implementation: Text


class WhyRejected(Given):
    """Why it is none."""

    reason: Text


class FigureWanted(Given):
    """By which figure the effect is looked for: a measure, or figures counted by hand."""

    better: BetterDirection
    days: int = Field(
        30, strict=True, ge=SHORTEST_DAYS, le=LONGEST_DAYS,
        description="Equally many before and after the implementation.",
    )  # fmt: skip
    measure: OpenCode = Field("", description="The code of a measure.", examples=["reopening_rate"])
    subject_kind: OpenKind = Field("", description="Such as `service`; empty for all together.")
    subject_code: OpenCode = ""
    figure: Annotated[str, Field(max_length=LONGEST_TITLE), Storable] = Field(
        "", description="By hand: what was counted."
    )
    unit: Annotated[str, Field(max_length=LONGEST_UNIT), Storable] = ""
    before: Decimal | None = Field(None, max_digits=16, decimal_places=4)
    after: Decimal | None = Field(None, max_digits=16, decimal_places=4)

    def question(self) -> EffectQuestion:
        """Return it as the domain takes it."""
        given = self.model_dump()
        return EffectQuestion(**{**given, "better": Direction(self.better)})


class VerdictGiven(Given):
    """What somebody found of the effect."""

    verdict: EffectVerdict
    comment: Text = Field(description="Why.")


class SummaryQuery(Given):
    """Since when."""

    since: date = Field(description="The first day, in UTC, of what happened.")


class NonconformityFigures(Sent):
    """How nonconformities stand, for a management review."""

    open: int
    overdue: int
    major: int
    open_by_source: dict[str, int]
    raised: int
    closed: int
    judged: int
    effective: int
    effective_percent: Decimal | None
    recommendations_open: int
    recommendations_overdue: int


@router.get(
    "",
    response=Nonconformities,
    operation_id="list_nonconformities",
    summary="List nonconformities",
)
def list_nonconformities(request: ApiRequest, asked: Query[NonconformityQuery]) -> Nonconformities:
    """Return those that the reader may see; everybody sees what they raised or answer for."""
    refuse_unknown(request, NonconformityQuery.model_fields)
    about = (asked.about_kind, asked.about_code)
    wanted = queries.Wanted(
        when=asked.when.value,
        state=NonconformityState(asked.state) if asked.state else None,
        source=SourceKind(asked.source) if asked.source else None,
        severity=Severity(asked.severity) if asked.severity else None,
        service=asked.service or "",
        is_own=asked.mine,
        about=(about[0], about[1]) if about[0] and about[1] else None,
        text=asked.text,
    )
    page = queries.nonconformity_list(
        wanted, actor=request.auth, at=request.at, cursor=asked.cursor, size=asked.size
    )
    return Nonconformities(
        items=tuple(NonconformityLine(**_line(row)) for row in page.items),
        links=page_links(request, page),
    )


@router.post(
    "",
    response={201: Nonconformity},
    operation_id="raise_nonconformity",
    summary="Raise a nonconformity",
    openapi_extra=CHANGES,
)
def raise_nonconformity(
    request: ApiRequest, given: NonconformityReport, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Say that something is not as it must be; needs `nonconformity.view` somewhere."""

    def do() -> Answer:
        number = actions.raise_nonconformity(
            report=given.report(), actor=request.auth, at=request.at
        )
        return Answer.of(_read(number, request), status=201)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/summary",
    response=NonconformityFigures,
    operation_id="summarise_nonconformities",
    summary="How nonconformities stand",
)
def summarise_nonconformities(
    request: ApiRequest, asked: Query[SummaryQuery]
) -> NonconformityFigures:
    """Return what a management review is told; needs to see all of them."""
    refuse_unknown(request, SummaryQuery.model_fields)
    found = queries.summary_seen(asked.since, actor=request.auth, at=request.at)
    return NonconformityFigures(
        open=found.open,
        overdue=found.overdue,
        major=found.major,
        open_by_source={source.value: count for source, count in found.open_by_source.items()},
        raised=found.raised,
        closed=found.closed,
        judged=found.judged,
        effective=found.effective,
        effective_percent=found.effective_percent,
        recommendations_open=found.advice_open,
        recommendations_overdue=found.advice_overdue,
    )


@router.get(
    "/{number}",
    response=Nonconformity,
    operation_id="read_nonconformity",
    summary="Read a nonconformity",
    openapi_extra=answers(404),
)
def read_nonconformity(request: ApiRequest, number: Number) -> Nonconformity:
    """Return a nonconformity with all that is known of it."""
    refuse_unknown(request)
    return _read(number, request)


@router.put(
    "/{number}",
    response=Nonconformity,
    operation_id="change_nonconformity",
    summary="Change a nonconformity",
    openapi_extra=CHANGES,
)
def change_nonconformity(
    request: ApiRequest,
    number: Number,
    given: ChangedReport,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say all of it anew; needs `nonconformity.manage`."""
    return _done(
        request,
        number,
        idempotency_key,
        lambda by: actions.change_nonconformity(
            number, report=given.report(), seen_revision=given.revision, **by
        ),
    )


@router.post(
    "/{number}/correction",
    response=Nonconformity,
    operation_id="correct_nonconformity",
    summary="Record the immediate correction",
    openapi_extra=CHANGES,
)
def correct_nonconformity(
    request: ApiRequest,
    number: Number,
    given: Correction,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say what was done at once; for its owner, or with `nonconformity.manage`."""
    return _done(
        request,
        number,
        idempotency_key,
        lambda by: actions.correct(number, correction=given.correction, **by),
    )


@router.put(
    "/{number}/analysis",
    response=Nonconformity,
    operation_id="analyse_nonconformity",
    summary="Record the cause",
    openapi_extra=CHANGES,
)
def analyse_nonconformity(
    request: ApiRequest,
    number: Number,
    given: CauseAnalysis,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say why it came about; for its owner, or with `nonconformity.manage`."""
    return _done(
        request,
        number,
        idempotency_key,
        lambda by: actions.analyse(
            number, analysis=given.analysis(), seen_revision=given.revision, **by
        ),
    )


@router.post(
    "/{number}/plan",
    response=Nonconformity,
    operation_id="plan_against_nonconformity",
    summary="Record what will be done",
    openapi_extra=CHANGES,
)
def plan_against_nonconformity(
    request: ApiRequest,
    number: Number,
    given: CorrectivePlan,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say what will be done; for its owner, or with `nonconformity.manage`."""
    return _done(
        request,
        number,
        idempotency_key,
        lambda by: actions.plan(number, text=given.plan, first=given.action(), **by),
    )


@router.post(
    "/{number}/implementation",
    response=Nonconformity,
    operation_id="implement_against_nonconformity",
    summary="Say that it is implemented",
    openapi_extra=CHANGES,
)
def implement_against_nonconformity(
    request: ApiRequest,
    number: Number,
    given: Implementation,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say that what was planned is done; no action about it may be open any more."""
    return _done(
        request,
        number,
        idempotency_key,
        lambda by: actions.implement(number, text=given.implementation, **by),
    )


@router.post(
    "/{number}/effect",
    response=Nonconformity,
    operation_id="measure_nonconformity_effect",
    summary="Read a figure before and after",
    openapi_extra=CHANGES,
)
def measure_nonconformity_effect(
    request: ApiRequest,
    number: Number,
    given: FigureWanted,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Read it, or take what was counted by hand; an earlier one without a verdict gives way."""
    return _done(
        request,
        number,
        idempotency_key,
        lambda by: actions.measure_effect(number, question=given.question(), **by),
    )


@router.post(
    "/{number}/verdict",
    response=Nonconformity,
    operation_id="judge_nonconformity_effect",
    summary="Judge the effect",
    openapi_extra=CHANGES,
)
def judge_nonconformity_effect(
    request: ApiRequest,
    number: Number,
    given: VerdictGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Judge it; needs `nonconformity.verify`, and neither its owner nor whoever did it may."""
    return _done(
        request,
        number,
        idempotency_key,
        lambda by: actions.judge_effect(
            number, verdict=Verdict(given.verdict), comment=given.comment, **by
        ),
    )


@router.post(
    "/{number}/close",
    response=Nonconformity,
    operation_id="close_nonconformity",
    summary="Close a nonconformity",
    openapi_extra=CHANGES,
)
def close_nonconformity(
    request: ApiRequest, number: Number, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Close what was verified as effective."""
    return _done(
        request,
        number,
        idempotency_key,
        lambda by: actions.close_nonconformity(number, **by),
    )


@router.post(
    "/{number}/reject",
    response=Nonconformity,
    operation_id="reject_nonconformity",
    summary="Reject a nonconformity",
    openapi_extra=CHANGES,
)
def reject_nonconformity(
    request: ApiRequest,
    number: Number,
    given: WhyRejected,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say that it is none, and why; needs `nonconformity.manage`."""
    return _done(
        request,
        number,
        idempotency_key,
        lambda by: actions.reject_nonconformity(number, reason=given.reason, **by),
    )


def _done(
    request: ApiRequest,
    number: str,
    idempotency_key: str | None,
    deed: Callable[[dict[str, Any]], Any],
) -> HttpResponse:
    def do() -> Answer:
        deed({"actor": request.auth, "at": request.at})
        return Answer.of(_read(number, request))

    return answer_once(request, idempotency_key, do)


def _read(number: str, request: ApiRequest) -> Nonconformity:
    view = queries.nonconformity(number, actor=request.auth, at=request.at)
    names = (
        *("finding", "correction", "corrected_at", "whys", "cause", "has_similar", "similar"),
        *("analysed_at", "plan", "planned_at", "implementation", "implemented_at"),
        *("implemented_by", "rejection"),
    )
    return Nonconformity(
        **_line(view.row),
        **{name: getattr(view, name) for name in names},
        method=CauseMethod(view.method) if view.method else None,
        branches=dict(view.branches),
        actions=tuple(_action(each) for each in view.actions),
        effects=tuple(_effect(each) for each in view.verifications),
        steps=tuple(sorted(step.value for step in view.steps)),
    )


def _line(row: queries.NonconformityRow) -> dict[str, Any]:
    names = (
        *("number", "title", "about_kind", "about_code", "requirement", "process", "raised_by"),
        *("raised_at", "due_date", "is_overdue", "ended_at", "revision"),
    )
    return {
        **{name: getattr(row, name) for name in names},
        "state": NonconformityStanding(row.state),
        "severity": NonconformityWeight(row.severity),
        "source": NonconformitySource(row.source),
        "service": row.service_code,
        "owner": row.owner_code,
        "owner_name": row.owner,
    }


def _action(row: Any) -> FollowingAction:
    return FollowingAction(
        number=row.number,
        kind=row.kind.value,
        title=row.title,
        owner=row.owner_code,
        due_date=row.due_date,
        state=row.state.value,
        is_overdue=row.is_overdue,
    )


def _effect(row: queries.VerificationView) -> EffectFigure:
    names = (
        *("measure", "subject_kind", "subject_code", "figure", "unit", "before", "after"),
        *("measured_at", "comment", "judged_by", "judged_at"),
    )
    return EffectFigure(
        **{name: getattr(row, name) for name in names},
        better=BetterDirection(row.better),
        before_first=row.before_days[0],
        before_last=row.before_days[1],
        after_first=row.after_days[0],
        after_last=row.after_days[1],
        proposal=EffectVerdict(row.proposal) if row.proposal else None,
        verdict=EffectVerdict(row.verdict) if row.verdict else None,
    )
