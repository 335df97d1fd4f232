"""What a task has beyond what all work has."""

from __future__ import annotations

from django.db import models

from timshel.operation.process.models import ProcessStep
from timshel.operation.work.models import WorkItem


class Task(models.Model):
    """Something a step of a process asks a team to do; the work it belongs to is its parent.

    Args of its step are kept as they stood when it began: ``form`` is a whole form (see
    ``kernel.forms``) or nothing, ``checklist`` a list of ``{"text", "translations", "done_by",
    "done_at"}``, ``outcomes`` the ways in which it can end, ``target`` its own promise as
    ``{"amount", "unit"}`` or nothing. ``answers`` is filled in as typed while it is open.
    """

    work_item = models.OneToOneField(
        WorkItem, on_delete=models.PROTECT, primary_key=True, related_name="task"
    )
    step = models.OneToOneField(ProcessStep, on_delete=models.PROTECT, related_name="task")
    translations = models.JSONField(default=dict)
    form = models.JSONField(null=True)
    answers = models.JSONField(default=dict)
    checklist = models.JSONField(default=list)
    outcomes = models.JSONField(default=list)
    outcome = models.CharField(max_length=60, blank=True)
    target = models.JSONField(null=True)
    is_told = models.BooleanField(default=True)

    def __str__(self) -> str:
        return str(self.work_item)
