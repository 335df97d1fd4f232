"""What people do with nonconformities, and with the recommendations of outside auditors."""

from __future__ import annotations

from timshel.improvement.nonconformity.actions.advice import (
    change_recommendation,
    close_recommendation,
    implement_recommendation,
    record_recommendation,
    reopen_recommendation,
    respond,
)
from timshel.improvement.nonconformity.actions.keeping import REGION
from timshel.improvement.nonconformity.actions.raising import (
    change_nonconformity,
    close_nonconformity,
    raise_nonconformity,
    reject_nonconformity,
    tell_overdue,
)
from timshel.improvement.nonconformity.actions.steps import analyse, correct, implement, plan
from timshel.improvement.nonconformity.actions.verifying import judge_effect, measure_effect

__all__ = [
    "REGION",
    "analyse",
    "change_nonconformity",
    "change_recommendation",
    "close_nonconformity",
    "close_recommendation",
    "correct",
    "implement",
    "implement_recommendation",
    "judge_effect",
    "measure_effect",
    "plan",
    "raise_nonconformity",
    "record_recommendation",
    "reject_nonconformity",
    "reopen_recommendation",
    "respond",
    "tell_overdue",
]
