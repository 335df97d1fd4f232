"""Report cards, what broke promises, and subscriptions to cards."""

from __future__ import annotations

from timshel.performance_evaluation.reporting.queries.card import (
    EXCEPTIONS,
    PERIODS_OF_TREND,
    ExceptionLine,
    ReportCard,
    report_card,
)
from timshel.performance_evaluation.reporting.queries.causes import Cause, causes_of
from timshel.performance_evaluation.reporting.queries.subscriptions import (
    SubscriptionRow,
    own_subscriptions,
)

__all__ = [
    "EXCEPTIONS",
    "PERIODS_OF_TREND",
    "Cause",
    "ExceptionLine",
    "ReportCard",
    "SubscriptionRow",
    "causes_of",
    "own_subscriptions",
    "report_card",
]
