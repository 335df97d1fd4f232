"""The report card as a document (PDF) and as a spreadsheet (XLSX), of the same read model."""

from __future__ import annotations

from timshel.kernel.documents import XLSX
from timshel.performance_evaluation.reporting.documents.document import card_pdf
from timshel.performance_evaluation.reporting.documents.workbook import card_xlsx

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "xlsx": XLSX,
}

__all__ = ["MEDIA_TYPES", "card_pdf", "card_xlsx"]
