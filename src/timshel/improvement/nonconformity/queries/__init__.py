"""Nonconformities and recommendations, for people, programs and summaries."""

from __future__ import annotations

from timshel.improvement.nonconformity.queries.advice import (
    RecommendationRow,
    RecommendationView,
    recommendation,
    recommendation_list,
)
from timshel.improvement.nonconformity.queries.effects import COUNTED_MEASURES
from timshel.improvement.nonconformity.queries.record import (
    Host,
    NonconformityView,
    VerificationView,
    nonconformity,
)
from timshel.improvement.nonconformity.queries.register import (
    NonconformityRow,
    NonconformitySummary,
    Wanted,
    all_nonconformities,
    nonconformity_list,
    nonconformity_summary,
    summary_seen,
)

__all__ = [
    "COUNTED_MEASURES",
    "Host",
    "NonconformityRow",
    "NonconformitySummary",
    "NonconformityView",
    "RecommendationRow",
    "RecommendationView",
    "VerificationView",
    "Wanted",
    "all_nonconformities",
    "nonconformity",
    "nonconformity_list",
    "nonconformity_summary",
    "recommendation",
    "recommendation_list",
    "summary_seen",
]
