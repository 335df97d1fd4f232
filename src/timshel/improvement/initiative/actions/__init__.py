"""What can be done with improvements and with cycles of plan, do, check, act (clause 10.2)."""

from __future__ import annotations

from timshel.improvement.initiative.actions.cycling import begin_cycle, change_cycle, move_cycle
from timshel.improvement.initiative.actions.improving import (
    assess_improvement,
    authorise_improvement,
    change_improvement,
    decline_improvement,
    finish_improvement,
    measure_benefit,
    park_improvement,
    plan_improvement,
    resume_improvement,
    start_improvement,
    suggest_improvement,
)
from timshel.improvement.initiative.actions.writing import REGION

__all__ = [
    "REGION",
    "assess_improvement",
    "authorise_improvement",
    "begin_cycle",
    "change_cycle",
    "change_improvement",
    "decline_improvement",
    "finish_improvement",
    "measure_benefit",
    "move_cycle",
    "park_improvement",
    "plan_improvement",
    "resume_improvement",
    "start_improvement",
    "suggest_improvement",
]
