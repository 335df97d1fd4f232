"""Pure decisions about requests: which stage follows from where the process stands, and windows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from timshel.operation.process.states import StepKind
from timshel.operation.work.states import Stage, WaitingReason

CLOSE_AFTER = timedelta(days=7)
REOPEN_WINDOW = timedelta(days=30)

# What the process sets and takes back; other waiting was chosen by a person and stays.
BY_PROCESS = frozenset({WaitingReason.APPROVAL, WaitingReason.APPOINTMENT})


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a piece of work should stand."""

    stage: Stage
    reason: WaitingReason | None = None


def standing(
    stage: Stage,
    reason: WaitingReason | None,
    *,
    waiting: Collection[StepKind],
    has_begun: bool,
) -> Standing:
    """Return the stage that follows from what a process waits for.

    Waiting for approvals alone, or for a moment alone, is waiting; what a person has set to wait
    goes on waiting. Work that nobody has begun stays new.

    Args:
        stage: now.
        reason: now.
        waiting: the kinds of the steps at which the process stands.
        has_begun: whether somebody has taken one of its tasks, or finished a step.
    """
    now = Standing(stage, reason)
    if stage not in (Stage.NEW, Stage.IN_PROGRESS, Stage.WAITING):
        return now
    if reason is not None and reason not in BY_PROCESS:
        return now
    kinds = set(waiting) - {StepKind.MESSAGE}
    if StepKind.APPROVAL in kinds and not kinds & {StepKind.TASK, StepKind.CALL}:
        return Standing(Stage.WAITING, WaitingReason.APPROVAL)
    if kinds == {StepKind.TIMER}:
        return Standing(Stage.WAITING, WaitingReason.APPOINTMENT)
    if stage is Stage.NEW and not has_begun:
        return now
    return Standing(Stage.IN_PROGRESS)


def within(window: timedelta, since: datetime | None, *, at: datetime) -> bool:
    """Tell whether a moment lies within a window after another one."""
    return since is not None and at - since <= window


def part_answers(answers: Mapping[str, Any], wanted: Collection[str]) -> dict[str, Any]:
    """Return the answers of a bundle that a part's own form asks for, by the same keys."""
    return {key: value for key, value in answers.items() if key in wanted}
