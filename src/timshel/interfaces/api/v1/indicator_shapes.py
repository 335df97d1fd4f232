"""The shapes of indicators, their readings and scorecards, as programs send and receive them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from timshel.interfaces.api.fields import Code, Cursor, Given, PageSize, Sent, Storable, Version
from timshel.interfaces.api.links import Links
from timshel.performance_evaluation.indicator.queries import (
    IndicatorRow,
    IndicatorView,
    ScorecardRow,
)
from timshel.performance_evaluation.indicator.rules import (
    LONGEST_CLAUSE,
    MOST_INDICATORS,
    IndicatorContent,
    ScorecardContent,
)
from timshel.performance_evaluation.indicator.states import Audience, Direction, Frequency
from timshel.planning.objective.rules.content import LONGEST_CODE, LONGEST_TEXT, LONGEST_TITLE

IndicatorNumberText = Annotated[str, Field(max_length=30), Storable]
Title = Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE), Storable]
Words = Annotated[str, Field(max_length=LONGEST_TEXT), Storable]
NeededWords = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), Storable]
Coded = Annotated[str, Field(max_length=LONGEST_CODE), Storable]
Number = Annotated[float, Field(allow_inf_nan=False)]


class IndicatorDirection(StrEnum):
    """In which direction an indicator gets better."""

    HIGHER = Direction.HIGHER.value
    LOWER = Direction.LOWER.value


class ReadingFrequency(StrEnum):
    """How often an indicator is read."""

    WEEK = Frequency.WEEK.value
    MONTH = Frequency.MONTH.value
    QUARTER = Frequency.QUARTER.value


class ScorecardAudience(StrEnum):
    """For whom a scorecard is."""

    SYSTEM = Audience.SYSTEM.value
    PROCESS = Audience.PROCESS.value
    SERVICE = Audience.SERVICE.value


class IndicatorStateName(StrEnum):
    """Whether an indicator is read."""

    RUNNING = "running"
    RETIRED = "retired"


class IndicatorStanding(StrEnum):
    """How the last reading stands by the thresholds."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"
    NO_DATA = "no_data"


class IndicatorQuery(Given):
    """Which indicators are asked for."""

    state: IndicatorStateName | None = Field(None, description="Only in this state.")
    standing: IndicatorStanding | None = Field(
        None, description="Only those whose last reading stands so."
    )
    overdue: bool = Field(default=False, description="Only those with a reading missing.")
    process: Coded = Field("", description="Only those of the process with this code.")
    owner: Coded = Field("", description="Only those of the person with this code.")
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How many to a page.")


class ScorecardQuery(Given):
    """Which page of scorecards is asked for."""

    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How many to a page.")


class IndicatorTerms(Given):
    """What is followed, and when it stands well."""

    title: Title = Field(description="What it tells.", examples=["Solved in time"])
    why: NeededWords = Field(description="Why it is measured; Markdown.")
    owner: Code = Field(description="The code of the person who answers for it.")
    measure: Coded = Field(description="The code of a measure; it stays as it was chosen.")
    subject_kind: Coded = Field(
        "everything",
        description="Whose figures are counted; it stays as it was chosen.",
        examples=["everything", "service"],
    )
    subject_code: Coded = Field("", description="Its code; empty for everything.")
    frequency: ReadingFrequency = Field(
        ReadingFrequency.MONTH, description="It stays as it was chosen."
    )
    direction: IndicatorDirection = Field(
        IndicatorDirection.HIGHER, description="In which direction it gets better."
    )
    target: Number = Field(description="What is aimed at; minutes for measured times.")
    warning: Number = Field(description="What is worse than this warns.")
    critical: Number = Field(description="What is worse than this is bad.")
    clause: Annotated[str, Field(max_length=LONGEST_CLAUSE), Storable] = Field(
        "", description="Of the standard; may be empty.", examples=["9.1"]
    )
    process: Coded = Field("", description="The code of a process; may be empty.")

    def content(self) -> IndicatorContent:
        """Return it as the domain takes it."""
        return IndicatorContent(
            title=self.title,
            owner=self.owner,
            measure=self.measure,
            target=Decimal(str(self.target)),
            warning=Decimal(str(self.warning)),
            critical=Decimal(str(self.critical)),
            direction=Direction(self.direction.value),
            frequency=Frequency(self.frequency.value),
            subject_kind=self.subject_kind,
            subject_code=self.subject_code,
            why=self.why,
            clause=self.clause,
            process_code=self.process,
        )


class ChangedIndicator(IndicatorTerms):
    """All of an indicator, as it shall be from now on."""

    revision: Version = Field(description="Of what was read before; refused if it changed since.")


class RetiringReason(Given):
    """Why it is read no more."""

    reason: NeededWords = Field(description="In a sentence.")


class ScorecardTerms(Given):
    """For whom a scorecard is, and what stands on it."""

    title: Title = Field(description="What it is called.")
    owner: Code = Field(description="The code of the person who answers for it.")
    indicators: Annotated[
        tuple[IndicatorNumberText, ...], Field(min_length=1, max_length=MOST_INDICATORS)
    ] = Field(description="Numbers of indicators, in order.", examples=[["IND0000003"]])
    audience: ScorecardAudience = Field(ScorecardAudience.SYSTEM, description="For whom it is.")
    audience_code: Coded = Field(
        "", description="The code of the process or service; empty for the whole system."
    )
    purpose: Words = Field("", description="Markdown.")

    def content(self) -> ScorecardContent:
        """Return it as the domain takes it."""
        return ScorecardContent(
            title=self.title,
            owner=self.owner,
            indicators=self.indicators,
            audience=Audience(self.audience.value),
            audience_code=self.audience_code,
            purpose=self.purpose,
        )


class ChangedScorecard(ScorecardTerms):
    """All of a scorecard, as it shall be from now on."""

    revision: Version = Field(description="Of what was read before; refused if it changed since.")


class IndicatorAnswer(Sent):
    """An indicator and how it stands."""

    number: str
    title: str
    why: str = Field(description="Markdown.")
    owner_id: int = Field(description="The key of the person who answers for it.")
    owner_code: str
    owner_name: str
    has_owner_left: bool = Field(description="Whether they are no longer here.")
    measure: str = Field(description="The code of a measure.")
    subject_kind: str
    subject_code: str
    frequency: ReadingFrequency
    direction: IndicatorDirection
    target: float
    warning: float
    critical: float
    clause: str
    process: str
    state: IndicatorStateName
    standing: IndicatorStanding
    is_overdue: bool = Field(description="A reading is missing that should be there.")
    last_value: float | None = Field(description="Of the last period that was read.")
    last_first_day: date | None = Field(description="The first day of that period.")
    last_last_day: date | None = Field(description="The last day of that period.")
    last_population: int = Field(description="How many cases or promises stand behind it.")
    change: str = Field(description="`better`, `worse` or `same` than before; else empty.")
    retired_because: str
    retired_at: datetime | None
    made_at: datetime
    revision: int = Field(description="To be sent along with a change.")


class IndicatorsAnswer(Sent):
    """A page of indicators, the newest first."""

    items: tuple[IndicatorAnswer, ...]
    links: Links


class IndicatorReadingAnswer(Sent):
    """What was read for a period."""

    first_day: date
    last_day: date
    value: float | None = Field(description="Null where there was nothing to measure.")
    population: int = Field(description="How many cases or promises stand behind it.")
    read_at: datetime
    standing: IndicatorStanding
    signals: tuple[str, ...] = Field(
        description="Why it is more than noise: `beyond` the limits, or one of a `run` of eight."
    )


class IndicatorLimits(Sent):
    """What the readings have in common."""

    centre: float = Field(description="Their mean.")
    lower: float
    upper: float
    mean_range: float = Field(description="The mean difference of readings that follow each other.")


class IndicatorReadingsAnswer(Sent):
    """The latest readings of an indicator, the oldest first."""

    items: tuple[IndicatorReadingAnswer, ...]
    limits: IndicatorLimits | None = Field(description="None for fewer than six readings.")


class ScorecardAnswer(Sent):
    """A scorecard."""

    number: str
    title: str
    owner_id: int = Field(description="The key of the person who answers for it.")
    owner_code: str
    owner_name: str
    audience: ScorecardAudience
    audience_code: str
    purpose: str = Field(description="Markdown; may be empty.")
    line_count: int = Field(description="How many indicators stand on it.")
    indicators: tuple[str, ...] = Field(
        description="Their numbers in order; empty in a list of scorecards."
    )
    revision: int = Field(description="To be sent along with a change.")


class ScorecardsAnswer(Sent):
    """A page of scorecards, the newest first."""

    items: tuple[ScorecardAnswer, ...]
    links: Links


class ScorecardFigures(Sent):
    """The indicators of a scorecard in their order, as they stand now."""

    items: tuple[IndicatorAnswer, ...]


def indicator_told(row: IndicatorRow) -> IndicatorAnswer:
    """Return an indicator as programs are told of it."""
    content, period = row.content, row.last_period
    return IndicatorAnswer(
        number=row.number,
        title=content.title,
        why=content.why,
        owner_id=row.owner_id,
        owner_code=content.owner,
        owner_name=row.owner_name,
        has_owner_left=row.has_owner_left,
        measure=content.measure,
        subject_kind=content.subject_kind,
        subject_code=content.subject_code,
        frequency=ReadingFrequency(content.frequency.value),
        direction=IndicatorDirection(content.direction.value),
        target=float(content.target),
        warning=float(content.warning),
        critical=float(content.critical),
        clause=content.clause,
        process=content.process_code,
        state=IndicatorStateName(row.state.value),
        standing=IndicatorStanding(row.standing.value),
        is_overdue=row.is_overdue,
        last_value=_float(row.last_value),
        last_first_day=period.first_day if period else None,
        last_last_day=period.last_day if period else None,
        last_population=row.last_population,
        change=row.change,
        retired_because=row.retired_because,
        retired_at=row.retired_at,
        made_at=row.made_at,
        revision=row.revision,
    )


def readings_told(view: IndicatorView) -> IndicatorReadingsAnswer:
    """Return the readings of an indicator as programs are told of them."""
    items = tuple(
        IndicatorReadingAnswer(
            first_day=each.period.first_day,
            last_day=each.period.last_day,
            value=_float(each.value),
            population=each.population,
            read_at=each.read_at,
            standing=IndicatorStanding(each.standing.value),
            signals=tuple(sorted(signal.value for signal in each.signals)),
        )
        for each in view.readings
    )
    if view.control is None:
        return IndicatorReadingsAnswer(items=items, limits=None)
    limits = {
        name: round(float(getattr(view.control, name)), 3)
        for name in ("centre", "lower", "upper", "mean_range")
    }
    return IndicatorReadingsAnswer(items=items, limits=IndicatorLimits(**limits))


def scorecard_told(row: ScorecardRow) -> ScorecardAnswer:
    """Return a scorecard as programs are told of it."""
    content = row.content
    return ScorecardAnswer(
        number=row.number,
        title=content.title,
        owner_id=row.owner_id,
        owner_code=content.owner,
        owner_name=row.owner_name,
        audience=ScorecardAudience(content.audience.value),
        audience_code=content.audience_code,
        purpose=content.purpose,
        line_count=row.lines,
        indicators=content.indicators,
        revision=row.revision,
    )


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
