"""A run of one deed over many pieces of work, and what came of it at each."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from timshel.context.people.models import Person
from timshel.operation.bulk.states import ItemState
from timshel.operation.work.models import WorkItem


class Run(models.Model):
    """What somebody does to many pieces of work at once; the set is fixed by its items.

    ``deeds`` are plain, as ``operation.work.deeds`` reads them; a run that takes another one back
    has none, and names it in ``undoes``. Those of a macro say what they say to each in its own
    words, which ``macro_id`` gives when they are done. ``permissions`` are the names of the rights
    that the person came with: a program's token must not do more by a run than by itself. ``done``
    and ``failed`` are counted again with each step.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12)
    language = models.CharField(max_length=10)
    permissions = models.JSONField(default=list)
    title = models.CharField(max_length=200, blank=True)
    deeds = models.JSONField(default=list)
    macro_id = models.BigIntegerField(null=True)
    undoes = models.ForeignKey(
        "self", null=True, on_delete=models.CASCADE, related_name="undone_by"
    )
    errand_id = models.BigIntegerField(null=True)
    total = models.IntegerField()
    done = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    stop_asked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "-id"], name="run_of_person"),
            models.Index(fields=["created_at"], name="run_created"),
        ]

    def __str__(self) -> str:
        return f"run {self.pk}"


class RunItem(models.Model):
    """One piece of work of a run.

    ``work_item`` is empty where the person could not see any work of that number. ``said`` is why
    it failed, in the person's language, and ``code`` the same for programs. ``given_to`` is who
    got it by this, to be told of all together.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="items")
    position = models.IntegerField()
    number = models.CharField(max_length=20)
    work_item = models.ForeignKey(WorkItem, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, default=ItemState.WAITING)
    said = models.CharField(max_length=1000, blank=True)
    code = models.CharField(max_length=20, blank=True)
    given_to = models.BigIntegerField(null=True)
    at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["run", "state", "position"], name="run_item_in_order")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "number"], name="run_item_once"),
            models.CheckConstraint(
                condition=Q(state__in=[each.value for each in ItemState]), name="run_item_state"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} of {self.run_id}"
