"""Where a version of a process, a run of it and a step of a run can stand."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class VersionState(StrEnum):
    """Where a version of a process stands; one of each code and variant is published."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class Variant(StrEnum):
    """The two standard levels of each process; the category of the customer picks one."""

    FULL = "full"
    LIGHT = "light"


class RunState(StrEnum):
    """Where a run stands; a stuck one waits for a person who mends it."""

    RUNNING = "running"
    STUCK = "stuck"
    ENDED = "ended"
    CANCELLED = "cancelled"


class StepKind(StrEnum):
    """What a step waits for."""

    TASK = "task"
    APPROVAL = "approval"
    CALL = "call"
    TIMER = "timer"
    MESSAGE = "message"


class StepState(StrEnum):
    """Where a step stands; a failed one is shown, tried again, and never lost."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


OPEN_STEPS = frozenset({StepState.WAITING, StepState.FAILED})
OPEN_RUNS = frozenset({RunState.RUNNING, RunState.STUCK})

VERSION_NAMES: dict[str, Promise] = {
    VersionState.DRAFT: _("Draft"),
    VersionState.PUBLISHED: _("Published"),
    VersionState.RETIRED: _("Retired"),
}
VARIANT_NAMES: dict[str, Promise] = {Variant.FULL: _("Full"), Variant.LIGHT: _("Light")}
RUN_NAMES: dict[str, Promise] = {
    RunState.RUNNING: _("Running"),
    RunState.STUCK: _("Stuck"),
    RunState.ENDED: _("Ended"),
    RunState.CANCELLED: _("Cancelled"),
}
STEP_NAMES: dict[str, Promise] = {
    StepState.WAITING: _("Waiting"),
    StepState.DONE: _("Done"),
    StepState.FAILED: _("Failed"),
    StepState.SKIPPED: _("Skipped"),
    StepState.CANCELLED: _("Not needed"),
}
STEP_KIND_NAMES: dict[str, Promise] = {
    StepKind.TASK: _("Task"),
    StepKind.APPROVAL: _("Approval"),
    StepKind.CALL: _("Automatic step"),
    StepKind.TIMER: _("Waiting until a moment"),
    StepKind.MESSAGE: _("Waiting for a message"),
}
