"""How a task is put back when what was done to many is taken back; a finished one stays so."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from timshel.kernel.errors import Text
from timshel.operation.process.access import hold_run
from timshel.operation.task.access import ASSIGN, WORK
from timshel.operation.work.models import WorkItem
from timshel.operation.work.rules import TASK


class TaskUndoing:
    """Knows about taking back what was done to tasks."""

    rights: Mapping[str, Collection[str]] = {
        "task.assigned": (WORK, ASSIGN),
        "task.waited": (WORK,),
        "task.resumed": (WORK,),
    }

    def hold(self, number: str) -> None:
        """Lock its run, as whatever changes both does."""
        tasks = WorkItem.objects.filter(number=number, kind=TASK)
        run_id = tasks.values_list("task__step__run_id", flat=True).first()
        if run_id is not None:
            hold_run(run_id)

    def refusal(self, item: WorkItem) -> Text | None:  # noqa: ARG002 - the protocol's
        """All that is named above can be taken back."""
        return None

    def put_back(self, item: WorkItem, before: Mapping[str, Any]) -> None:
        """A task keeps nothing of this beside its row."""
