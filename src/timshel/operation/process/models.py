"""Processes in versions, their runs, and the steps that something outside has to do."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from timshel.context.organization.models import CustomerCategory
from timshel.context.people.models import Person
from timshel.kernel.translation import Translated
from timshel.operation.process.states import (
    OPEN_STEPS,
    RunState,
    StepKind,
    StepState,
    Variant,
    VersionState,
)
from timshel.operation.work.models import WorkItem

VARIANTS = [(each.value, each.value) for each in Variant]


class ProcessVersion(Translated):
    """A version of a process: a diagram in BPMN 2.0, which is both read and run.

    ``code`` is the id of the process in the diagram, ``name`` and its translations are taken from
    it. ``revision`` grows each time a draft is saved.
    """

    code = models.CharField(max_length=60)
    variant = models.CharField(max_length=5, choices=VARIANTS, default=Variant.FULL)
    number = models.IntegerField()
    state = models.CharField(
        max_length=10, choices=[(each.value, each.value) for each in VersionState]
    )
    name = models.CharField(max_length=200)
    xml = models.TextField()
    digest = models.CharField(max_length=64)
    note = models.CharField(max_length=500, blank=True)
    revision = models.IntegerField(default=1)
    owner = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    edited_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "variant", "number"], name="process_version"),
            models.UniqueConstraint(
                fields=["code", "variant"],
                condition=Q(state=VersionState.DRAFT),
                name="process_one_draft",
            ),
            models.UniqueConstraint(
                fields=["code", "variant"],
                condition=Q(state=VersionState.PUBLISHED),
                name="process_one_published",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.number}"


class VariantChoice(models.Model):
    """Which variant of each process holds for a category of customers; staff has no category."""

    category = models.CharField(
        max_length=20, choices=CustomerCategory.choices, blank=True, unique=True
    )
    variant = models.CharField(max_length=5, choices=VARIANTS)

    def __str__(self) -> str:
        return f"{self.category or 'staff'}: {self.variant}"


class ProcessRun(models.Model):
    """A piece of work on its way through a process.

    ``engine`` is where the diagram stands, as ``kernel.bpmn`` writes it; whoever changes it holds
    the row's lock, which is taken before that of any piece of work. ``called`` holds the versions
    of the processes that this one calls, by code, as they were when it began. ``wake_at`` is the
    next moment at which a timer fires.
    """

    work_item = models.OneToOneField(
        WorkItem, on_delete=models.PROTECT, primary_key=True, related_name="run"
    )
    process = models.ForeignKey(ProcessVersion, on_delete=models.PROTECT, related_name="runs")
    state = models.CharField(max_length=10, choices=[(each.value, each.value) for each in RunState])
    engine = models.JSONField()
    called = models.JSONField(default=dict)
    ending = models.CharField(max_length=100, blank=True)
    trouble = models.TextField(blank=True)
    wake_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["wake_at"], name="run_to_wake", condition=Q(state=RunState.RUNNING)
            ),
            models.Index(
                fields=["started_at"], name="run_stuck", condition=Q(state=RunState.STUCK)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.process_id} for {self.work_item_id}"


class ProcessStep(models.Model):
    """A step at which a run waits, or waited, for something outside the diagram.

    ``key`` is the engine's name for this pass through the element; ``path`` names the call
    activities around it, from the outside in. ``result`` is what a step gave
    that is done.
    """

    run = models.ForeignKey(ProcessRun, on_delete=models.PROTECT, related_name="steps")
    key = models.CharField(max_length=100)
    element = models.CharField(max_length=200)
    path = models.CharField(max_length=1000, blank=True)
    kind = models.CharField(max_length=10, choices=[(each.value, each.value) for each in StepKind])
    state = models.CharField(
        max_length=10,
        choices=[(each.value, each.value) for each in StepState],
        default=StepState.WAITING,
    )
    approval_id = models.BigIntegerField(null=True)
    outcome = models.CharField(max_length=60, blank=True)
    result = models.JSONField(null=True)
    values = models.JSONField(default=dict)
    attempts = models.IntegerField(default=0)
    trouble = models.TextField(blank=True)
    retry_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "key"], name="step_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["retry_at"],
                name="step_to_retry",
                condition=Q(kind=StepKind.CALL, state=StepState.WAITING, retry_at__isnull=False),
            ),
            models.Index(
                fields=["run"], name="step_open", condition=Q(state__in=sorted(OPEN_STEPS))
            ),
            models.Index(
                fields=["entered_at"], name="step_failed", condition=Q(state=StepState.FAILED)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.element} of {self.run_id}"


class ProcessTrial(models.Model):
    """A pretended run with which somebody tries a process; nothing outside it ever happens."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    process = models.ForeignKey(ProcessVersion, on_delete=models.CASCADE, related_name="trials")
    xml = models.TextField()
    facts = models.JSONField(default=dict)
    engine = models.JSONField()
    clock = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "process"], name="trial_once")
        ]

    def __str__(self) -> str:
        return f"{self.process_id} tried by {self.person_id}"
