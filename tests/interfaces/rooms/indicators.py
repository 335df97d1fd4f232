"""Indicators and scorecards on the scenes of the rights and of the query counts."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.cast import Cast
from timshel.performance_evaluation.indicator.actions import (
    IndicatorContent,
    ScorecardContent,
    add_indicator,
    add_scorecard,
    change_scorecard,
)
from timshel.performance_evaluation.indicator.models import Indicator, Scorecard
from timshel.performance_evaluation.indicator.rules import last_over
from timshel.performance_evaluation.indicator.states import Direction, Frequency

GIVEN: dict[str, Any] = {
    "title": "What is open at the end",
    "why": "It piles up.",
    "owner": "imre.castellane",
    "measure": "backlog",
    "subject_kind": "everything",
    "frequency": "month",
    "direction": "lower",
    "target": "10",
    "warning": "15",
    "critical": "20",
}
NUMBERS = {"target": 10, "warning": 15, "critical": 20}
CARD = {"title": "For the board", "owner": "imre.castellane"}
REASON = {"reason": "Nobody looks at it."}
BODIES: dict[str, dict[str, Any]] = {
    "indicator-new": {**GIVEN, "subject": "everything"},
    "indicator-change": {**GIVEN, "revision": "1"},
    "indicator-retire": REASON,
    "indicator-recount": {},
    "scorecard-new": {**CARD, "audience": "system"},
    "scorecard-change": {**CARD, "audience": "system", "revision": "1"},
    "scorecard-subscribe": {"period": "month", "file_format": "pdf"},
    "api-list_indicators": {**GIVEN, **NUMBERS},
    "api-read_indicator": {**GIVEN, **NUMBERS, "revision": 1},
    "api-retire_indicator": REASON,
    "api-list_scorecards": {**CARD},
    "api-read_scorecard": {**CARD, "revision": 1},
}


def stage(cast: Cast, *, at: datetime) -> dict[str, str]:
    """Follow an indicator for which the requester answers, and put it on a scorecard.

    Its number is sent along where scorecards are put together, and the day of its reading.
    """
    number = _followed(cast, "What is open at the end", at=at)
    card = add_scorecard(_card(number), actor=cast.process_owner, at=at)
    for route in ("scorecard-new", "scorecard-change"):
        BODIES[route]["indicator_1"] = number
    for route in ("api-list_scorecards", "api-read_scorecard"):
        BODIES[route]["indicators"] = [number]
    first_day = last_over(Frequency.MONTH, at=at).first_day
    BODIES["indicator-recount"]["first_day"] = str(first_day)
    return {
        "<str:indicator>": number,
        "<str:scorecard>": card,
        "/indicators/<number>": f"/indicators/{number}",
        "/scorecards/<number>": f"/scorecards/{card}",
        "/readings/<first_day>": f"/readings/{first_day}",
    }


def grow(cast: Cast, position: int, *, at: datetime) -> None:
    """Follow one more, put it on the first scorecard, and make one more of them."""
    number = _followed(cast, f"What is open, {position}", at=at)
    by: dict[str, Any] = {"actor": cast.process_owner, "at": at}
    first = Scorecard.objects.order_by("pk").first()
    if first is None:
        add_scorecard(_card(number), **by)
        return
    there = [each.indicator.number for each in first.lines.select_related("indicator")]
    content = _card(*there, number)
    change_scorecard(first.number, content=content, seen_revision=first.revision, **by)
    add_scorecard(_card(number), **by)


def pages(cast: Cast) -> dict[str, tuple[str, str]]:
    """Return the pages and answers about indicators."""
    number = Indicator.objects.order_by("pk")[0].number
    card = Scorecard.objects.order_by("pk")[0].number
    page, answer = f"/governance/indicators/{number}", f"/api/v1/indicators/{number}"
    board, told = f"/governance/scorecards/{card}", f"/api/v1/scorecards/{card}"
    return {
        "indicator-list": ("process_owner", "/governance/indicators"),
        "indicator-list-xlsx": ("process_owner", "/governance/indicators/xlsx"),
        "indicator-new": ("process_owner", "/governance/indicators/new"),
        "indicator": ("process_owner", page),
        "indicator-change": ("process_owner", f"{page}/change"),
        "scorecard-list": ("process_owner", "/governance/scorecards"),
        "scorecard-new": ("process_owner", "/governance/scorecards/new"),
        "scorecard": ("process_owner", board),
        "scorecard-change": ("process_owner", f"{board}/change"),
        "scorecard-xlsx": ("process_owner", f"{board}/xlsx"),
        "scorecard-pdf": ("process_owner", f"{board}/pdf"),
        "api-list_indicators": ("api-process_owner", "/api/v1/indicators"),
        "api-read_indicator": ("api-process_owner", answer),
        "api-list_indicator_readings": ("api-process_owner", f"{answer}/readings"),
        "api-list_scorecards": ("api-process_owner", "/api/v1/scorecards"),
        "api-read_scorecard": ("api-process_owner", told),
        "api-list_scorecard_indicators": ("api-process_owner", f"{told}/indicators"),
    }


def _card(*numbers: str) -> ScorecardContent:
    return ScorecardContent("For the board", "imre.castellane", numbers)


def _followed(cast: Cast, title: str, *, at: datetime) -> str:
    content = IndicatorContent(
        title=title,
        owner="imre.castellane",
        measure="backlog",
        target=Decimal(10),
        warning=Decimal(15),
        critical=Decimal(20),
        direction=Direction.LOWER,
        why="It piles up.",
    )
    return add_indicator(content, actor=cast.process_owner, at=at)
