"""The scope statement of the management system, version by version."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from timshel.context.people.models import Person
from timshel.context.scope.rules import MANAGE, VIEW
from timshel.context.scope.states import ItemKind, ScopeState
from timshel.kernel.actor import Actor


class ScopeQuerySet(models.QuerySet["ScopeStatement"]):
    """Questions about versions that keep to what the reader may see."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see; its yes/no twin is ``access.may_see``."""
        return self if actor.may_somewhere(VIEW) or actor.may_somewhere(MANAGE) else self.none()


class ScopeStatement(models.Model):
    """A version of what the management system covers; once approved it is never rewritten."""

    version = models.IntegerField(unique=True)
    state = models.CharField(
        max_length=12,
        choices=[(each.value, each.value) for each in ScopeState],
        default=ScopeState.DRAFT,
    )
    statement = models.TextField()
    technology = models.TextField(blank=True)
    written_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    approved_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)
    revision = models.IntegerField(default=1)

    objects = ScopeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["state"],
                condition=~Q(state=ScopeState.SUPERSEDED),
                name="scope_one_draft_one_approved",
            ),
            models.CheckConstraint(
                condition=Q(state=ScopeState.DRAFT) | Q(approved_at__isnull=False),
                name="scope_approved_once",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.version}"


class ScopeItem(models.Model):
    """What a version covers, or leaves out for a reason.

    A statement names things as they were called when it was approved, also those that are gone
    since, and services belong to a later clause: hence codes and names, and no keys.
    """

    scope = models.ForeignKey(ScopeStatement, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=10, choices=[(each.value, each.value) for each in ItemKind])
    code = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=200)
    is_excluded = models.BooleanField(default=False)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scope", "kind", "code"],
                condition=~Q(code=""),
                name="scope_item_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code or self.name}"
