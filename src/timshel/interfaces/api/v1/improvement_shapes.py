"""What the interface of improvements takes and answers."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from ninja import Path
from pydantic import Field

from timshel.improvement.initiative.rules import (
    LONGEST_PAGE,
    LONGEST_TEXT,
    LONGEST_TITLE,
    LONGEST_UNIT,
    Area,
    Assessment,
    ImprovementContent,
    Promised,
)
from timshel.improvement.initiative.states import (
    Deed,
    ImprovementState,
    Outcome,
    Urgency,
)
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.fields import (
    Code,
    Cursor,
    Figure,
    Given,
    PageSize,
    Sent,
    Storable,
    listed,
)
from timshel.interfaces.api.links import Links

CHANGES = answers(404, 409, 411, 422)
ImprovementNumber = Annotated[
    str,
    Field(max_length=30),
    Storable,
    Path(description="The number of the improvement.", examples=["IMP0000012"]),
]
Title = Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE), Storable]
Words = Annotated[str, Field(max_length=LONGEST_TEXT), Storable]
NeededWords = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), Storable]
AreaKindText = Annotated[
    str,
    Field(
        max_length=10,
        description="`service`, `unit`, `customer` or `process`; empty for the whole system.",
    ),
    Storable,
]
AreaCode = Annotated[
    str, Field(max_length=80, description="The code of what it is about."), Storable
]
Band = Annotated[int, Field(strict=True, ge=1, le=5, description="From 1, least, to 5, most.")]
BenefitOutcome = Annotated[Outcome, listed(Outcome)]
Revision = Annotated[int, Field(ge=0, le=2**31 - 1, description="The one that was seen.")]


class ImprovementsWhen(StrEnum):
    """Which improvements: neither measured nor declined, those alone, or all."""

    OPEN = "open"
    ENDED = "ended"
    ALL = "all"


class ImprovementQuery(Given):
    """Which improvements are asked for."""

    when: ImprovementsWhen = Field(ImprovementsWhen.OPEN, description="Which of them.")
    state: ImprovementState | None = Field(None, description="Only those that stand there.")
    area_kind: Code | None = Field(None, description="Only about things of a kind.")
    area_code: Code | None = Field(None, description="Only about this one; needs its kind.")
    mine: bool = Field(default=False, description="Only those that I answer for.")
    text: Annotated[str, Field(max_length=200), Storable] = Field(
        "", description="Words of the title."
    )
    ranked: bool = Field(
        default=False, description="Those that are assessed and not done, the best first."
    )
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How many to a page.")


class PagingQuery(Given):
    """Where a list goes on."""

    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How many to a page.")


class ReachedBenefit(Sent):
    """What an improvement brought, held against what was promised."""

    promised_change: Decimal = Field(description="By how much the figure was to change.")
    reached_change: Decimal = Field(description="By how much it changed.")
    percent: int | None = Field(description="The share of the promised change that was reached.")
    outcome: BenefitOutcome


class ImprovementStep(Sent):
    """A step that an improvement took."""

    state: ImprovementState = Field(description="Where it led.")
    said: str = Field(description="What whoever suggested it was told; Markdown.")
    by: str = Field(description="The name of who took it.")
    at: datetime


class ImprovementInList(Sent):
    """Something that would be better."""

    number: str
    title: str
    detail: str = Field(description="Markdown; may be empty.")
    page: str = Field(description="The path of the page on which it was thought of.")
    area_kind: str = Field(description="Empty for the whole system.")
    area_code: str
    suggested_by: str = Field(description="The name of who suggested it.")
    suggested_at: datetime
    state: ImprovementState
    moved_at: datetime = Field(description="Since when it stands there.")
    benefit: int | None = Field(description="From 1 to 5, as cost, effort and risk.")
    cost: int | None
    effort: int | None
    risk: int | None
    score: int | None = Field(description="Benefit × (18 − cost − effort − risk).")
    assessed_by: str
    authorised_by: str
    expected_benefit: str = Field(description="What it is to bring, in words.")
    measure: str = Field(description="The code of a measure; empty where it is by hand.")
    measured_kind: str = Field(description="Of what the measure is; empty for all work.")
    measured_code: str
    unit: str = Field(description="Of a figure by hand.")
    value_before: Decimal | None
    value_expected: Decimal | None
    value_reached: Decimal | None
    benefit_reached: ReachedBenefit | None = Field(description="Once all three figures are known.")
    urgency: int = Field(description="1 is high, 3 is low.")
    owner_code: str
    owner_name: str
    due_date: date | None
    is_overdue: bool
    cycle_id: int | None = Field(description="The key of its cycle.")
    revision: int = Field(description="To be sent along with a change.")


class Improvement(ImprovementInList):
    """Something that would be better, with its steps and what I may do with it now."""

    steps: tuple[ImprovementStep, ...] = Field(description="The oldest first.")
    deeds: tuple[Deed, ...] = Field(description="What I may do with it now.")


class Improvements(Sent):
    """A page of improvements: the latest first, or the best first."""

    items: tuple[ImprovementInList, ...]
    links: Links


class OwnSuggestion(Sent):
    """What I suggested, and what was said at each step."""

    number: str
    title: str
    state: ImprovementState
    suggested_at: datetime
    moved_at: datetime = Field(description="Since when it stands there.")
    steps: tuple[ImprovementStep, ...] = Field(description="The oldest first.")


class OwnSuggestions(Sent):
    """A page of what I suggested, the latest first."""

    items: tuple[OwnSuggestion, ...]
    links: Links


class ImprovementSuggested(Given):
    """What would be better."""

    title: Title = Field(examples=["One form less for travel"])
    detail: Words = Field("", description="What is in the way today; Markdown.")
    page: Annotated[str, Field(max_length=LONGEST_PAGE), Storable] = Field(
        "", description="The path of the page on which it was thought of."
    )
    area_kind: AreaKindText = ""
    area_code: AreaCode = ""


class ImprovementChanged(Given):
    """An improvement as it shall be from now on."""

    title: Title
    detail: Words = Field("", description="Markdown.")
    area_kind: AreaKindText = ""
    area_code: AreaCode = ""
    urgency: Annotated[int, Field(strict=True, ge=1, le=3)] = Field(
        2, description="1 is high, 3 is low."
    )
    owner: Annotated[str, Field(max_length=80), Storable] = Field(
        "", description="The code of the person who answers for it; empty for nobody."
    )
    due_date: date | None = None
    cycle_id: Annotated[int, Field(strict=True, ge=1, le=2**63 - 1)] | None = Field(
        None, description="The key of its cycle."
    )
    revision: Revision

    def content(self) -> ImprovementContent:
        """Return it as the domain takes it."""
        return ImprovementContent(
            title=self.title,
            detail=self.detail,
            area=Area(self.area_kind, self.area_code),
            urgency=Urgency(self.urgency),
            owner=self.owner,
            due_date=self.due_date,
            cycle=self.cycle_id,
        )


class ImprovementAssessed(Given):
    """What an improvement would bring and cost, and what is promised."""

    benefit: Band
    cost: Band
    effort: Band
    risk: Band
    expected_benefit: NeededWords = Field(description="What it is to bring, in words.")
    measure: Annotated[str, Field(max_length=40), Storable] = Field(
        "", description="The code of a measure; empty where it is measured by hand."
    )
    measured_kind: AreaKindText = ""
    measured_code: AreaCode = ""
    unit: Annotated[str, Field(max_length=LONGEST_UNIT), Storable] = Field(
        "", description="Of a figure by hand."
    )
    value_before: Figure | None = Field(
        None, description="The figure today; read from the measure where it is not given."
    )
    value_expected: Figure | None = Field(None, description="The figure that is promised.")
    said: Words = Field("", description="What whoever suggested it is told; Markdown.")

    def assessment(self) -> Assessment:
        """Return it as the domain takes it."""
        promised = Promised(
            text=self.expected_benefit,
            measure=self.measure,
            area=Area(self.measured_kind, self.measured_code),
            unit=self.unit,
            before=self.value_before,
            expected=self.value_expected,
        )
        return Assessment(self.benefit, self.cost, self.effort, self.risk, promised)


class ImprovementSaid(Given):
    """What whoever suggested an improvement is told."""

    said: Words = Field("", description="Markdown.")


class ImprovementSaidNeeded(Given):
    """What whoever suggested an improvement is told, which must be said."""

    said: NeededWords = Field(description="Markdown.")


class ImprovementPlanned(Given):
    """Who does it until when."""

    owner: Code = Field(description="The code of the person who answers for it.")
    due_date: date = Field(description="Its last day.")
    said: Words = Field("", description="What whoever suggested it is told; Markdown.")


class BenefitMeasured(Given):
    """What an improvement brought."""

    value_reached: Figure | None = Field(
        None, description="The figure today; read from its measure where it is not given."
    )
    said: NeededWords = Field(description="What it brought, in words; Markdown.")
