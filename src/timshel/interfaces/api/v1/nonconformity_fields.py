"""What programs send and get of nonconformities."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from ninja import Path
from pydantic import Field

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
from timshel.improvement.nonconformity.states import Direction, Method, Severity, SourceKind
from timshel.interfaces.api.fields import (
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
from timshel.planning.planned_action.actions import ActionPlan
from timshel.planning.planned_action.states import ActionKind

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
    mine: bool = Field(default=False, description="Only what the reader answers for.")
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
    before: Figure | None = None
    after: Figure | None = None

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
