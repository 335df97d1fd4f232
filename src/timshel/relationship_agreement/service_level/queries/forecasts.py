"""What was learnt for the forecast, and how good it proved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from timshel.kernel.actor import Actor
from timshel.relationship_agreement.service_level.access import require_view
from timshel.relationship_agreement.service_level.models import Forecast, ForecastModel
from timshel.relationship_agreement.service_level.rules.forecast_quality import (
    Score,
    Tenth,
    Verdict,
)
from timshel.relationship_agreement.service_level.states import ClockKind


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of the history: how many clocks began in which time, and how many of them broke."""

    clocks: int
    broken: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True, slots=True)
class ForecastView:
    """What was learnt for one kind of clock.

    Args:
        kind: which clock.
        learnt_at: when.
        cases: how many clocks of which the outcome was known.
        verdict: whether the model is used, or why the share of the target is shown instead.
        learnt: the part that was learnt from.
        calibrated: the part on which the chances were set right.
        measured: the part that was held back.
        looks: at how many moments of the clocks of that part a forecast was tried.
        base_rate: the share of earlier looks whose clock broke, which is foretold by rote.
        model: how good the model was on the part that was held back; None where history was thin.
        fallback: how good the share of the target was there.
        base: how good the base rate was there.
        table: what was foretold and what came, by tenths.
        open_clocks: how many open clocks have a forecast now.
        learnt_clocks: of these, how many by a learnt model.
    """

    kind: ClockKind
    learnt_at: datetime
    cases: int
    verdict: Verdict
    learnt: PartView
    calibrated: PartView
    measured: PartView
    looks: int
    base_rate: float | None
    model: Score | None
    fallback: Score | None
    base: Score | None
    table: tuple[Tenth, ...]
    open_clocks: int
    learnt_clocks: int


def forecast_quality(*, actor: Actor) -> tuple[ForecastView, ...]:
    """Return what was last learnt for each kind of clock, in two queries.

    Args:
        actor: who reads; the figures are about the organisation and name no case.

    Raises:
        NotAllowed: the right to see how promises are kept is missing.
    """
    require_view(actor)
    rows = {row.clock_kind: row for row in ForecastModel.objects.filter(is_current=True)}
    counts = {
        kind: (count, learnt)
        for kind, count, learnt in Forecast.objects.values_list("clock__kind").annotate(
            all_of_it=Count("pk"), learnt=Count("pk", filter=Q(is_learnt=True))
        )
    }
    return tuple(
        _view(rows[kind.value], *counts.get(kind.value, (0, 0)))
        for kind in ClockKind
        if kind.value in rows
    )


def _view(row: ForecastModel, open_clocks: int, learnt_clocks: int) -> ForecastView:
    quality = row.quality
    scores: Mapping[str, Any] = quality.get("scores", {})
    parts = quality["parts"]
    return ForecastView(
        kind=ClockKind(row.clock_kind),
        learnt_at=row.learnt_at,
        cases=row.cases,
        verdict=Verdict(quality["verdict"]),
        learnt=_part(parts["learnt"]),
        calibrated=_part(parts["calibrated"]),
        measured=_part(parts["measured"]),
        looks=quality.get("looks", 0),
        base_rate=quality.get("base_rate"),
        model=_score(scores.get("model")),
        fallback=_score(scores.get("fallback")),
        base=_score(scores.get("base")),
        table=tuple(Tenth(**line) for line in quality.get("calibration", ())),
        open_clocks=open_clocks,
        learnt_clocks=learnt_clocks,
    )


def _part(kept: Mapping[str, Any]) -> PartView:
    return PartView(
        clocks=kept["clocks"],
        broken=kept["broken"],
        first=_moment(kept["from"]),
        last=_moment(kept["until"]),
    )


def _moment(kept: str | None) -> datetime | None:
    return None if kept is None else datetime.fromisoformat(kept)


def _score(kept: Mapping[str, Any] | None) -> Score | None:
    return None if kept is None else Score(**kept)
