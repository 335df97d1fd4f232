"""The shapes of objectives and of their readings, as programs send and receive them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from timshel.interfaces.api.fields import Code, Cursor, Given, PageSize, Sent, Storable, Version
from timshel.interfaces.api.links import Links
from timshel.planning.objective.actions import ObjectiveContent
from timshel.planning.objective.queries import ObjectiveRow, ObjectiveView
from timshel.planning.objective.rules.content import (
    LONGEST_CODE,
    LONGEST_NOTE,
    LONGEST_TEXT,
    LONGEST_TITLE,
    LONGEST_UNIT,
)
from timshel.planning.objective.states import Direction, Level

RecordNumber = Annotated[str, Field(max_length=30), Storable]
Words = Annotated[str, Field(max_length=LONGEST_TEXT), Storable]
NeededWords = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), Storable]
Coded = Annotated[str, Field(max_length=LONGEST_CODE), Storable]
Number = Annotated[float, Field(allow_inf_nan=False)]


class ObjectiveLevel(StrEnum):
    """Where it stands in the tree: a goal has results, a result has objectives."""

    GOAL = Level.GOAL.value
    RESULT = Level.RESULT.value
    OBJECTIVE = Level.OBJECTIVE.value


class ObjectiveStanding(StrEnum):
    """Where an objective stands."""

    DRAFT = "draft"
    AGREED = "agreed"
    MET = "met"
    MISSED = "missed"
    DROPPED = "dropped"


class TargetSide(StrEnum):
    """On which side of the target it is reached."""

    AT_LEAST = Direction.AT_LEAST.value
    AT_MOST = Direction.AT_MOST.value


class ReadingOrigin(StrEnum):
    """Where a reading comes from: recorded by hand, or counted."""

    HAND = "hand"
    REGISTRY = "registry"


class ObjectiveQuery(Given):
    """Which objectives are asked for."""

    state: ObjectiveStanding | None = Field(None, description="Only in this state.")
    level: ObjectiveLevel | None = Field(None, description="Only of this level.")
    overdue: bool = Field(default=False, description="Only those to be judged by now.")
    parent: RecordNumber | None = Field(None, description="Only what serves this one.")
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How many to a page.")


class ObjectiveTerms(Given):
    """What is to be reached."""

    level: ObjectiveLevel = Field(description="It stays as it was made.")
    title: Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE), Storable] = Field(
        description="What is to be reached, in a sentence.", examples=["Fewer cases come back"]
    )
    owner: Code = Field(description="The code of the person who answers for it.")
    parent: RecordNumber = Field("", description="The number of what it serves; empty for a goal.")
    why: Words = Field("", description="Markdown.")
    service: Coded = Field("", description="The code of the service it is about; may be empty.")
    customer: Coded = Field("", description="The code of the customer it is about; may be empty.")
    start_date: date | None = Field(None, description="Its first day.")
    due_date: date | None = Field(None, description="Until when it is to be reached.")
    measure: Coded = Field(
        "", description="The code of a measure that is counted; empty where readings are recorded."
    )
    subject_kind: Coded = Field(
        "", description="Whose figures are counted.", examples=["everything", "service"]
    )
    subject_code: Coded = Field("", description="Its code; empty for everything.")
    unit: Annotated[str, Field(max_length=LONGEST_UNIT), Storable] = Field(
        "", description="Of what is recorded by hand.", examples=["days"]
    )
    direction: TargetSide = Field(TargetSide.AT_LEAST, description="The side of the target.")
    baseline: Number | None = Field(None, description="The value at the beginning.")
    baseline_date: date | None = Field(None, description="When that was read.")
    target: Number | None = Field(None, description="In the unit; minutes for measured times.")
    unmeasured_because: Words = Field("", description="Why it cannot be measured.")
    plan: Words = Field("", description="What is done to reach it; Markdown.")
    resources: Words = Field("", description="What that takes.")
    judged_by: Words = Field("", description="How it is judged whether it was reached.")

    def content(self) -> ObjectiveContent:
        """Return it as the domain takes it."""
        given = self.model_dump(
            exclude={"level", "direction", "service", "customer", "baseline", "target", "revision"}
        )
        return ObjectiveContent(
            level=Level(self.level.value),
            direction=Direction(self.direction.value),
            service_code=self.service,
            customer_code=self.customer,
            baseline=decimal_of(self.baseline),
            target=decimal_of(self.target),
            **given,
        )


class ChangedTerms(ObjectiveTerms):
    """All of an objective, as it shall be from now on."""

    revision: Version = Field(description="Of what was read before; refused if it changed since.")


class ObjectiveOutcome(Given):
    """How it is judged, or why."""

    outcome: NeededWords = Field(description="In a few words.")


class ReadingTerms(Given):
    """What was read on a day."""

    value: Number = Field(description="In the unit of the objective.")
    note: Annotated[str, Field(max_length=LONGEST_NOTE), Storable] = Field(
        "", description="What is to be known of it."
    )


class ObjectiveAnswer(Sent):
    """A goal, a result or an objective."""

    number: str
    level: ObjectiveLevel
    title: str
    parent: str = Field(description="The number of what it serves; empty for a goal.")
    owner_id: int = Field(description="The key of the person who answers for it.")
    owner_code: str
    owner_name: str
    why: str = Field(description="Markdown; may be empty.")
    service: str = Field(description="The code of a service; may be empty.")
    customer: str = Field(description="The code of a customer; may be empty.")
    start_date: date | None
    due_date: date | None
    measure: str = Field(description="The code of a measure that is counted; may be empty.")
    subject_kind: str
    subject_code: str
    unit: str = Field(description="Of what is recorded by hand; may be empty.")
    direction: TargetSide
    baseline: float | None
    baseline_date: date | None
    target: float | None
    unmeasured_because: str
    plan: str
    resources: str
    judged_by: str
    state: ObjectiveStanding
    is_overdue: bool = Field(description="Agreed, and not judged after its last day.")
    last_value: float | None = Field(description="What was read last.")
    last_day: date | None = Field(description="When that was.")
    progress: float | None = Field(
        description="The share of the way from the baseline to the target, from 0 to 100. In a "
        "list, goals and results have none; read alone, theirs is the mean of what serves them."
    )
    is_reached: bool | None = Field(description="Whether the last value reaches the target.")
    outcome: str = Field(description="How it was judged, or why it was dropped or taken back.")
    agreed_at: datetime | None
    ended_at: datetime | None
    revision: int = Field(description="To be sent along with a change.")


class ObjectivesAnswer(Sent):
    """A page of objectives, the newest first."""

    items: tuple[ObjectiveAnswer, ...]
    links: Links


class ReadingAnswer(Sent):
    """What was read on a day."""

    day: date
    value: float
    source: ReadingOrigin
    note: str
    read_by: str = Field(description="Who recorded it; empty where it was counted by a rule.")
    signals: tuple[str, ...] = Field(
        description="Why it is more than chance: `beyond` the limits, or one of a `run` of eight."
    )


class ReadingLimits(Sent):
    """What the readings have in common."""

    centre: float = Field(description="Their mean.")
    lower: float
    upper: float
    mean_range: float = Field(description="The mean difference of readings that follow each other.")


class ReadingsAnswer(Sent):
    """The latest readings of an objective, the oldest first."""

    items: tuple[ReadingAnswer, ...]
    limits: ReadingLimits | None = Field(description="None for fewer than six readings.")


def objective_told(row: ObjectiveRow) -> ObjectiveAnswer:
    """Return an objective as programs are told of it."""
    content = row.content
    return ObjectiveAnswer(
        number=row.number,
        level=ObjectiveLevel(content.level.value),
        title=content.title,
        parent=content.parent,
        owner_id=row.owner_id,
        owner_code=content.owner,
        owner_name=row.owner_name,
        why=content.why,
        service=content.service_code,
        customer=content.customer_code,
        start_date=content.start_date,
        due_date=content.due_date,
        measure=content.measure,
        subject_kind=content.subject_kind,
        subject_code=content.subject_code,
        unit=content.unit,
        direction=TargetSide(content.direction.value),
        baseline=_float(content.baseline),
        baseline_date=content.baseline_date,
        target=_float(content.target),
        unmeasured_because=content.unmeasured_because,
        plan=content.plan,
        resources=content.resources,
        judged_by=content.judged_by,
        state=ObjectiveStanding(row.state.value),
        is_overdue=row.is_overdue,
        last_value=_float(row.last_value),
        last_day=row.last_day,
        progress=_float(row.progress),
        is_reached=row.is_reached,
        outcome=row.outcome,
        agreed_at=row.agreed_at,
        ended_at=row.ended_at,
        revision=row.revision,
    )


def _float(value: Decimal | None) -> float | None:
    return None if value is None else round(float(value), 3)


def readings_told(view: ObjectiveView) -> ReadingsAnswer:
    """Return the readings of an objective as programs are told of them."""
    found = view.control
    signals = found.signals if found else (frozenset(),) * len(view.readings)
    items = tuple(
        ReadingAnswer(
            day=each.day,
            value=float(each.value),
            source=ReadingOrigin(each.source.value),
            note=each.note,
            read_by=each.read_by,
            signals=tuple(sorted(signal.value for signal in why)),
        )
        for each, why in zip(view.readings, signals, strict=True)
    )
    if found is None:
        return ReadingsAnswer(items=items, limits=None)
    limits = {
        name: round(float(getattr(found, name)), 3)
        for name in ("centre", "lower", "upper", "mean_range")
    }
    return ReadingsAnswer(items=items, limits=ReadingLimits(**limits))


def decimal_of(value: float | None) -> Decimal | None:
    """Return a number as it was written."""
    return None if value is None else Decimal(str(value))
