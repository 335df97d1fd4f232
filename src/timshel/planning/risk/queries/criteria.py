"""The criteria by which risks are judged: areas, words of the scales, bands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from timshel.planning.risk.models import RiskArea, RiskBand, RiskScale
from timshel.planning.risk.rules import LARGEST_SCORE
from timshel.planning.risk.states import Acceptance, Colour, Dimension


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area, in the reader's language."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class LevelRow:
    """A level of likelihood or of impact, in the reader's language."""

    level: int
    name: str
    meaning: str


@dataclass(frozen=True, slots=True)
class BandRow:
    """Scores from a lowest to a highest one, and who may accept what lies there."""

    code: str
    name: str
    lowest: int
    highest: int
    colour: Colour
    acceptance: Acceptance


@dataclass(frozen=True, slots=True)
class CriteriaView:
    """How risks are judged: both scales from 1 to 5, and the bands from the lowest."""

    likelihood: tuple[LevelRow, ...]
    impact: tuple[LevelRow, ...]
    bands: tuple[BandRow, ...]


def has_criteria() -> bool:
    """Tell whether the criteria were ever set."""
    return RiskBand.objects.exists()


def area_list(*, language: str) -> tuple[AreaRow, ...]:
    """Return all areas in their order, in one query."""
    rows = RiskArea.objects.order_by("position", "code")
    return tuple(AreaRow(row.code, row.text("name", language)) for row in rows)


def criteria(*, language: str) -> CriteriaView:
    """Return how risks are judged, in two queries."""
    scales = list(RiskScale.objects.order_by("level"))
    return CriteriaView(
        likelihood=_levels(scales, Dimension.LIKELIHOOD, language),
        impact=_levels(scales, Dimension.IMPACT, language),
        bands=band_rows(language=language),
    )


def band_rows(*, language: str) -> tuple[BandRow, ...]:
    """Return the bands from the lowest, in one query."""
    rows = list(RiskBand.objects.order_by("lowest"))
    highest = [row.lowest - 1 for row in rows[1:]] + [LARGEST_SCORE]
    return tuple(
        BandRow(
            row.code,
            row.text("name", language),
            row.lowest,
            top,
            Colour(row.colour),
            Acceptance(row.acceptance),
        )
        for row, top in zip(rows, highest, strict=True)
    )


def band_of(score: int | None, bands: Sequence[BandRow]) -> BandRow | None:
    """Return the band in which a score lies; None without a score, or without bands."""
    if score is None:
        return None
    return next((each for each in bands if each.lowest <= score <= each.highest), None)


def _levels(
    scales: Sequence[RiskScale], dimension: Dimension, language: str
) -> tuple[LevelRow, ...]:
    return tuple(
        LevelRow(each.level, each.text("name", language), each.text("meaning", language))
        for each in scales
        if each.dimension == dimension
    )
