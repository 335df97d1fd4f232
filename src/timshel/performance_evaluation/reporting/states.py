"""How a report card is sent, and why it stops being sent."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Format(StrEnum):
    """As what file a report card is sent."""

    PDF = "pdf"
    XLSX = "xlsx"


class EndReason(StrEnum):
    """Why a subscription ended."""

    UNSUBSCRIBED = "unsubscribed"
    NO_RIGHT = "no_right"
    GONE = "gone"


FORMAT_NAMES: dict[Format, Promise] = {
    Format.PDF: _("Document (PDF)"),
    Format.XLSX: _("Spreadsheet (XLSX)"),
}
