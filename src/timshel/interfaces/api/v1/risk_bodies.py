"""What programs send about risks, and what of it the domain takes."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from timshel.interfaces.api.fields import Code, Cursor, Given, PageSize, Storable
from timshel.interfaces.api.v1.risk_shapes import (
    RiskBandAcceptance,
    RiskBandColour,
    RiskBasis,
    RiskKind,
    RiskLinkKind,
    RiskOption,
    RiskStandingAsked,
)
from timshel.planning.risk.queries import RiskFilter
from timshel.planning.risk.rules import (
    LONGEST_NAME,
    LONGEST_TEXT,
    LONGEST_TITLE,
    BandContent,
    Criteria,
    Level,
    LevelWords,
    Link,
    RiskContent,
)

RiskWords = Annotated[str, Field(max_length=LONGEST_TEXT), Storable]
NeededWords = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), Storable]
RiskTitle = Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE), Storable]
ScaleName = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), Storable]
OfFive = Annotated[int, Field(strict=True, ge=1, le=5)]
OfFiveAsked = Annotated[int, Field(ge=1, le=5)]
SeenRevision = Annotated[int, Field(strict=True, ge=1, le=2**31 - 1)]
LanguageCode = Annotated[str, Field(max_length=8), Storable]
BandCode = Annotated[str, Field(min_length=1, max_length=40), Storable]


class RiskQuery(Given):
    """Which risks are asked for."""

    state: RiskStandingAsked = Field(RiskStandingAsked.OPEN, description="Which of them.")
    kind: RiskKind | None = Field(None, description="Only risks, or only opportunities.")
    area: Code | None = Field(None, description="The code of an area.")
    owner: Code | None = Field(None, description="The code of who answers for it.")
    band: Code | None = Field(None, description="The code of the band in which the score lies.")
    overdue: bool = Field(default=False, description="Only those whose review is overdue.")
    basis: RiskBasis = Field(RiskBasis.RESIDUAL, description="What the next two mean.")
    likelihood: OfFiveAsked | None = Field(None, description="Only this likelihood.")
    impact: OfFiveAsked | None = Field(None, description="Only this impact.")
    link_kind: RiskLinkKind | None = Field(None, description="About a record of this kind.")
    link: Code | None = Field(None, description="About the record with this code.")
    text: Code | None = Field(None, description="In the title.")
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How many to a page.")

    def asked(self) -> RiskFilter:
        """Return it as the domain takes it."""
        return RiskFilter(
            kind=self.kind.value if self.kind else "",
            state=self.state.value,
            area=self.area or "",
            owner=self.owner or "",
            band=self.band or "",
            overdue=self.overdue,
            basis=self.basis.value,
            likelihood=self.likelihood,
            impact=self.impact,
            link_kind=self.link_kind.value if self.link_kind else "",
            link_code=self.link or "",
            text=self.text or "",
        )


class HeatMapQuery(Given):
    """Which heat map is asked for."""

    basis: RiskBasis = Field(RiskBasis.INHERENT, description="Which level is looked at.")
    kind: RiskKind = Field(RiskKind.RISK, description="Risks or opportunities.")


class RiskLinkGiven(Given):
    """What a risk is about."""

    kind: RiskLinkKind
    code: Code


class RiskGiven(Given):
    """What is said of a risk or an opportunity."""

    title: RiskTitle = Field(examples=["The server room burns"])
    kind: RiskKind = Field(RiskKind.RISK, description="What it is.")
    event: NeededWords = Field(description="What may happen; Markdown.")
    cause: RiskWords = Field("", description="Why it may; Markdown.")
    consequence: RiskWords = Field("", description="What it would mean; Markdown.")
    area: Code = Field(description="The code of an area.", examples=["corporate"])
    owner: Code = Field(description="The code of the person who answers for it.")
    links: list[RiskLinkGiven] = Field(
        default_factory=list, max_length=50, description="What it is about."
    )

    def content(self) -> RiskContent:
        """Return it as the domain takes it."""
        return RiskContent(
            title=self.title,
            area=self.area,
            owner=self.owner,
            is_opportunity=self.kind is RiskKind.OPPORTUNITY,
            event=self.event,
            cause=self.cause,
            consequence=self.consequence,
            links=tuple(Link(each.kind.value, each.code) for each in self.links),
        )


class RiskDeedGiven(Given):
    """What every deed takes."""

    revision: SeenRevision | None = Field(
        None, description="The one that was seen; refused where somebody changed it since."
    )


class RiskChanged(RiskGiven, RiskDeedGiven):
    """A risk as it shall be from now on."""


class RiskLevelGiven(Given):
    """A likelihood and an impact."""

    likelihood: OfFive = Field(description="From 1 to 5.")
    impact: OfFive = Field(description="From 1 to 5.")

    def level(self) -> Level:
        """Return it as the domain takes it."""
        return Level(self.likelihood, self.impact)


class RiskAnalysisGiven(RiskDeedGiven):
    """How a risk is judged."""

    inherent: RiskLevelGiven = Field(description="Without treatment.")
    residual: RiskLevelGiven | None = Field(None, description="What remains with the treatment.")
    reason: NeededWords = Field(description="Why it is judged so.")


class RiskTreatmentGiven(RiskDeedGiven):
    """What is done about a risk."""

    option: RiskOption
    plan: RiskWords = Field("", description="How; Markdown. Needed where something is to be done.")
    residual: RiskLevelGiven | None = Field(None, description="What shall remain.")
    review_date: date | None = Field(None, description="When it is looked at again.")


class RiskReviewGiven(RiskDeedGiven):
    """What a review found."""

    found: NeededWords
    next_date: date = Field(description="When it is looked at again; after today.")


class RiskOccurrenceGiven(RiskDeedGiven):
    """When a risk came true, and what happened."""

    on: date = Field(description="On which day; not after today.")
    what: NeededWords = Field(description="What happened; Markdown.")


class RiskReasonGiven(RiskDeedGiven):
    """Why something is done."""

    reason: NeededWords


class RiskScaleTexts(Given):
    """A level in another language."""

    name: Annotated[str, Field(max_length=LONGEST_NAME), Storable] = ""
    meaning: Annotated[str, Field(max_length=LONGEST_TITLE), Storable] = ""


class RiskScaleGiven(Given):
    """A level of likelihood or of impact in words."""

    level: OfFive
    name: ScaleName
    meaning: Annotated[str, Field(max_length=LONGEST_TITLE), Storable] = ""
    translations: dict[LanguageCode, RiskScaleTexts] = Field(
        default_factory=dict, description="By language code."
    )


class RiskNameTexts(Given):
    """A name in another language."""

    name: Annotated[str, Field(max_length=LONGEST_NAME), Storable] = ""


class RiskBandGiven(Given):
    """A range of scores; it reaches to the next band."""

    code: BandCode
    name: ScaleName
    lowest: Annotated[int, Field(strict=True, ge=1, le=25)]
    colour: RiskBandColour
    acceptance: RiskBandAcceptance
    translations: dict[LanguageCode, RiskNameTexts] = Field(
        default_factory=dict, description="By language code."
    )


class RiskCriteriaGiven(Given):
    """By what risks are judged from now on."""

    likelihood: list[RiskScaleGiven] = Field(
        min_length=5, max_length=5, description="All five levels."
    )
    impact: list[RiskScaleGiven] = Field(min_length=5, max_length=5, description="All five levels.")
    bands: list[RiskBandGiven] = Field(
        min_length=1, max_length=25, description="The first begins at 1."
    )

    def criteria(self) -> Criteria:
        """Return it as the domain takes it."""
        return Criteria(
            likelihood=tuple(LevelWords(**each.model_dump()) for each in self.likelihood),
            impact=tuple(LevelWords(**each.model_dump()) for each in self.impact),
            bands=tuple(BandContent(**each.model_dump(mode="json")) for each in self.bands),
        )


class RiskAreaGiven(Given):
    """An area in which risks are looked for."""

    name: ScaleName
    position: Annotated[int, Field(strict=True, ge=0, le=1_000)] = Field(
        0, description="Where it stands among the others."
    )
    translations: dict[LanguageCode, RiskNameTexts] = Field(
        default_factory=dict, description="By language code."
    )
