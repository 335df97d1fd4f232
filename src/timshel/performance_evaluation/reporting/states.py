"""What is sent by mail, as what file, and why it stops being sent."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.performance_evaluation.measurement.states import SUBJECT_NAMES, SubjectKind


class ReportKind(StrEnum):
    """What can be sent: the report card of a subject, or a scorecard."""

    EVERYTHING = SubjectKind.EVERYTHING.value
    SERVICE = SubjectKind.SERVICE.value
    CUSTOMER = SubjectKind.CUSTOMER.value
    UNIT = SubjectKind.UNIT.value
    TEAM = SubjectKind.TEAM.value
    SCORECARD = "scorecard"


class Format(StrEnum):
    """As what file a report is sent."""

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

REPORT_NAMES: dict[ReportKind, Promise] = {
    **{ReportKind(kind.value): name for kind, name in SUBJECT_NAMES.items()},
    ReportKind.SCORECARD: _("Scorecard"),
}
