"""Report cards and scorecards as documents (PDF) and as spreadsheets (XLSX), of what was read."""

from __future__ import annotations

from timshel.kernel.documents import XLSX
from timshel.performance_evaluation.reporting.documents.document import card_pdf
from timshel.performance_evaluation.reporting.documents.scorecard import (
    indicators_xlsx,
    scorecard_pdf,
    scorecard_xlsx,
)
from timshel.performance_evaluation.reporting.documents.workbook import card_xlsx

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "xlsx": XLSX,
}

__all__ = [
    "MEDIA_TYPES",
    "card_pdf",
    "card_xlsx",
    "indicators_xlsx",
    "scorecard_pdf",
    "scorecard_xlsx",
]
