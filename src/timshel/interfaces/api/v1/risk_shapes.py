"""What programs are sent of risks, and how it is made of what the domain knows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from pydantic import Field

from timshel.interfaces.api.fields import Sent
from timshel.interfaces.api.links import Links
from timshel.planning.risk.queries import (
    AreaRow,
    BandRow,
    CriteriaView,
    HeatMap,
    LevelRow,
    RiskRow,
    RiskSummary,
    RiskView,
)
from timshel.planning.risk.rules import Level


class RiskKind(StrEnum):
    """What it is: a risk is feared, an opportunity is hoped for."""

    RISK = "risk"
    OPPORTUNITY = "opportunity"


class RiskStanding(StrEnum):
    """Where a risk stands."""

    IDENTIFIED = "identified"
    ANALYSED = "analysed"
    TREATED = "treated"
    ACCEPTED = "accepted"
    MONITORED = "monitored"
    OCCURRED = "occurred"
    CLOSED = "closed"


class RiskStandingAsked(StrEnum):
    """Which risks: ``open`` is whatever is not closed."""

    OPEN = "open"
    ALL = "all"
    IDENTIFIED = "identified"
    ANALYSED = "analysed"
    TREATED = "treated"
    ACCEPTED = "accepted"
    MONITORED = "monitored"
    OCCURRED = "occurred"
    CLOSED = "closed"


class RiskBasis(StrEnum):
    """Which level: without treatment, or what remains with it."""

    INHERENT = "inherent"
    RESIDUAL = "residual"


class RiskOption(StrEnum):
    """What is done; the last three are for opportunities, as is ``share``."""

    AVOID = "avoid"
    REDUCE = "reduce"
    SHARE = "share"
    ACCEPT = "accept"
    PURSUE = "pursue"
    ENHANCE = "enhance"
    LEAVE = "leave"


class RiskLinkKind(StrEnum):
    """What a risk can be about."""

    SERVICE = "service"
    SUPPLIER = "supplier"
    PROCESS = "process"


class RiskBandColour(StrEnum):
    """The colour of a band."""

    GREEN = "green"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"


class RiskBandAcceptance(StrEnum):
    """Who may accept a risk: its owner, holders of `risk.accept`, or nobody."""

    OWNER = "owner"
    HOLDER = "holder"
    NOBODY = "nobody"


class RiskLevel(Sent):
    """A likelihood and an impact."""

    likelihood: int = Field(description="From 1 to 5.")
    impact: int = Field(description="From 1 to 5.")
    score: int = Field(description="Likelihood times impact.")


class RiskBandName(Sent):
    """The band in which a score lies."""

    code: str
    name: str = Field(description="In the language that was asked for.")
    colour: RiskBandColour
    acceptance: RiskBandAcceptance


class RiskListed(Sent):
    """A risk or an opportunity."""

    number: str
    title: str
    kind: RiskKind
    area: str = Field(description="The code of its area.")
    area_name: str
    owner: str = Field(description="The code of who answers for it.")
    owner_name: str
    state: RiskStanding
    inherent: RiskLevel | None = Field(description="Without treatment; null before it was judged.")
    residual: RiskLevel | None = Field(description="What remains with the treatment.")
    score: int | None = Field(description="Of what remains, else without treatment.")
    band: RiskBandName | None
    treatment: RiskOption | None
    review_date: date | None
    is_overdue: bool = Field(description="The day of the review is over.")
    changed_at: datetime


class RiskAbout(Sent):
    """What a risk is about."""

    kind: RiskLinkKind
    code: str
    name: str


class RiskJudged(Sent):
    """How a risk was judged once."""

    at: datetime
    by: str = Field(description="The name of who judged it; empty for a rule.")
    inherent: RiskLevel
    residual: RiskLevel | None
    reason: str


class RiskReviewed(Sent):
    """What a review found."""

    at: datetime
    by: str = Field(description="The name of who reviewed it; empty for a rule.")
    found: str
    next_date: date


class Risk(RiskListed):
    """A risk or an opportunity with all that is known of it."""

    event: str = Field(description="What may happen; Markdown.")
    cause: str = Field(description="Why it may; Markdown.")
    consequence: str = Field(description="What it would mean; Markdown.")
    treatment_plan: str = Field(description="How it is treated; Markdown.")
    links: tuple[RiskAbout, ...]
    analyses: tuple[RiskJudged, ...] = Field(description="The newest first.")
    reviews: tuple[RiskReviewed, ...] = Field(description="The newest first.")
    accepted_at: datetime | None
    accepted_by: str
    accepted_because: str
    occurred_on: date | None
    occurrence: str
    identified_at: datetime
    identified_by: str
    closed_at: datetime | None
    revision: int = Field(description="Counts its changes; may be sent along with a deed.")


class Risks(Sent):
    """A page of risks, the highest first."""

    items: tuple[RiskListed, ...]
    links: Links


class RiskHeatMapCell(Sent):
    """How many open ones have a level."""

    likelihood: int
    impact: int
    band: str | None = Field(description="The code of the band.")
    count: int


class RiskHeatMap(Sent):
    """How many open ones have which level, as far as one may see."""

    cells: tuple[RiskHeatMapCell, ...]
    count: int = Field(description="How many are in the map.")
    missing: int = Field(description="How many are open and have no such level yet.")


class RiskBandCount(Sent):
    """How many open risks lie in a band."""

    band: RiskBandName
    count: int


class RiskFigures(Sent):
    """What a management review asks of risks, as far as one may see."""

    bands: tuple[RiskBandCount, ...] = Field(description="The highest first; risks alone.")
    risks: int = Field(description="How many risks are open.")
    opportunities: int = Field(description="How many opportunities are open.")
    not_judged: int = Field(description="How many of both were not judged yet.")
    overdue: int = Field(description="Of how many of both the review is overdue.")
    occurred: int = Field(description="How many of both came true and are not closed.")


class RiskScaleLevel(Sent):
    """A level of likelihood or of impact in words."""

    level: int
    name: str
    meaning: str


class RiskCriteriaBand(RiskBandName):
    """A range of scores."""

    lowest: int
    highest: int


class RiskAreaName(Sent):
    """An area in which risks are looked for."""

    code: str
    name: str


class RiskCriteria(Sent):
    """By what risks are judged."""

    likelihood: tuple[RiskScaleLevel, ...]
    impact: tuple[RiskScaleLevel, ...]
    bands: tuple[RiskCriteriaBand, ...]
    areas: tuple[RiskAreaName, ...]


def _level(level: Level | None) -> RiskLevel | None:
    return _judged(level) if level else None


def _judged(level: Level) -> RiskLevel:
    return RiskLevel(likelihood=level.likelihood, impact=level.impact, score=level.score)


def _band(row: BandRow) -> RiskBandName:
    return RiskBandName(
        code=row.code,
        name=row.name,
        colour=RiskBandColour(row.colour.value),
        acceptance=RiskBandAcceptance(row.acceptance.value),
    )


def listed(row: RiskRow) -> RiskListed:
    """Return a risk as lists send it."""
    return RiskListed(**_fields(row))


def _fields(row: RiskRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "title": row.title,
        "kind": RiskKind.OPPORTUNITY if row.is_opportunity else RiskKind.RISK,
        "area": row.area_code,
        "area_name": row.area,
        "owner": row.owner_code,
        "owner_name": row.owner,
        "state": RiskStanding(row.state.value),
        "inherent": _level(row.inherent),
        "residual": _level(row.residual),
        "score": row.score,
        "band": _band(row.band) if row.band else None,
        "treatment": RiskOption(row.treatment) if row.treatment else None,
        "review_date": row.review_date,
        "is_overdue": row.is_overdue,
        "changed_at": row.changed_at,
    }


def whole(view: RiskView) -> Risk:
    """Return a risk with all that is known of it."""
    return Risk(
        **_fields(view.row),
        event=view.event,
        cause=view.cause,
        consequence=view.consequence,
        treatment_plan=view.treatment_plan,
        links=tuple(
            RiskAbout(kind=RiskLinkKind(each.kind.value), code=each.code, name=each.name)
            for each in view.links
        ),
        analyses=tuple(
            RiskJudged(
                at=each.at,
                by=each.by,
                inherent=_judged(each.inherent),
                residual=_level(each.residual),
                reason=each.reason,
            )
            for each in view.analyses
        ),
        reviews=tuple(
            RiskReviewed(at=each.at, by=each.by, found=each.found, next_date=each.next_date)
            for each in view.reviews
        ),
        accepted_at=view.accepted_at,
        accepted_by=view.accepted_by,
        accepted_because=view.accepted_because,
        occurred_on=view.occurred_on,
        occurrence=view.occurrence,
        identified_at=view.identified_at,
        identified_by=view.identified_by,
        closed_at=view.closed_at,
        revision=view.revision,
    )


def heat_map(found: HeatMap) -> RiskHeatMap:
    """Return how many have which level."""
    cells = tuple(
        RiskHeatMapCell(
            likelihood=cell.likelihood,
            impact=cell.impact,
            band=cell.band.code if cell.band else None,
            count=cell.count,
        )
        for _words, row in found.rows
        for cell in row
    )
    return RiskHeatMap(cells=cells, count=found.count, missing=found.missing)


def figures(found: RiskSummary) -> RiskFigures:
    """Return what a management review asks."""
    return RiskFigures(
        bands=tuple(RiskBandCount(band=_band(band), count=count) for band, count in found.bands),
        risks=found.risks,
        opportunities=found.opportunities,
        not_judged=found.not_judged,
        overdue=found.overdue,
        occurred=found.occurred,
    )


def criteria(found: CriteriaView, areas: Iterable[AreaRow]) -> RiskCriteria:
    """Return by what risks are judged."""
    return RiskCriteria(
        likelihood=_scale(found.likelihood),
        impact=_scale(found.impact),
        bands=tuple(
            RiskCriteriaBand(**_band(each).model_dump(), lowest=each.lowest, highest=each.highest)
            for each in found.bands
        ),
        areas=tuple(RiskAreaName(code=each.code, name=each.name) for each in areas),
    )


def _scale(rows: Iterable[LevelRow]) -> tuple[RiskScaleLevel, ...]:
    return tuple(
        RiskScaleLevel(level=each.level, name=each.name, meaning=each.meaning) for each in rows
    )
