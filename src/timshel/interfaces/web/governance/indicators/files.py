"""Indicators and scorecards as spreadsheets, and a scorecard as a document."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from timshel.interfaces.web.governance.indicators.pages import asked_of
from timshel.interfaces.web.requests import TimshelRequest
from timshel.performance_evaluation.indicator import queries
from timshel.performance_evaluation.reporting.documents import (
    MEDIA_TYPES,
    indicators_xlsx,
    scorecard_pdf,
    scorecard_xlsx,
)
from timshel.performance_evaluation.reporting.states import Format


@require_safe
def register_xlsx(request: TimshelRequest) -> HttpResponse:
    """Send the indicators of the list as XLSX."""
    actor = request.actor
    rows = queries.indicator_rows(actor=actor, at=request.at, wanted=asked_of(request))
    content = indicators_xlsx(rows, language=actor.language, zone=actor.time_zone)
    return _file(content, Format.XLSX, "indicators")


@require_safe
def card_xlsx(request: TimshelRequest, scorecard: str) -> HttpResponse:
    """Send a scorecard as XLSX."""
    actor = request.actor
    view = queries.scorecard(scorecard, actor=actor, at=request.at)
    content = scorecard_xlsx(view, language=actor.language, zone=actor.time_zone)
    return _file(content, Format.XLSX, f"scorecard-{view.row.number}")


@require_safe
def card_pdf(request: TimshelRequest, scorecard: str) -> HttpResponse:
    """Send a scorecard as PDF."""
    actor = request.actor
    view = queries.scorecard(scorecard, actor=actor, at=request.at)
    content = scorecard_pdf(view, language=actor.language, zone=actor.time_zone, at=request.at)
    return _file(content, Format.PDF, f"scorecard-{view.row.number}")


def _file(content: bytes, kind: Format, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind.value}"'}
    return HttpResponse(content, content_type=MEDIA_TYPES[kind], headers=headers)
