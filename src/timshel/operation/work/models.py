"""The row that every kind of work shares, its conversation and its files."""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from timshel.context.organization.models import Customer, Team, Unit
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.operation.work.rules import TASK, Visibility, visibility
from timshel.operation.work.states import OPEN_STAGES, Stage

OPEN = Q(stage__in=sorted(OPEN_STAGES))


class WorkItemQuerySet(models.QuerySet["WorkItem"]):
    """Questions about work that keep to what the reader may see."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see; its yes/no twin is ``rules.may_view``."""
        sight: Visibility = visibility(actor)
        if sight.everything:
            return self
        return self.filter(
            Q(~Q(kind=TASK), requester_id__in=sight.own)
            | Q(~Q(kind=TASK), opened_by_id__in=sight.own)
            | Q(team_id__in=sight.teams)
            | Q(unit_id__in=sight.units)
            | Q(service_id__in=sight.services)
        )


class WorkItem(models.Model):
    """A piece of work of any kind: an incident now, requests, problems and changes later.

    ``service_id`` points to a service and ``supplier_id`` to the supplier that is waited for; the
    constraints that hold them are made by the apps of those, which belong to later clauses.
    ``next_due_at`` is a cache for sorting, kept by the service levels. ``version`` grows with
    every change.
    """

    kind = models.CharField(max_length=20)
    number = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=250)
    description = models.TextField(blank=True)
    stage = models.CharField(max_length=12, default=Stage.NEW)
    waiting_reason = models.CharField(max_length=12, null=True)
    impact = models.SmallIntegerField()
    urgency = models.SmallIntegerField()
    priority = models.SmallIntegerField()
    channel = models.CharField(max_length=12)
    requester = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="requested_work")
    opened_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="+")
    service_id = models.BigIntegerField(null=True)
    supplier_id = models.BigIntegerField(null=True)
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="work")
    assignee = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="assigned_work"
    )
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    version = models.IntegerField(default=1)
    reassignments = models.IntegerField(default=0)
    reopenings = models.IntegerField(default=0)
    opened_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    next_due_at = models.DateTimeField(null=True)
    search = models.GeneratedField(
        expression=models.expressions.RawSQL(
            "to_tsvector('simple'::regconfig, "
            "number || ' ' || title || ' ' || left(description, 10000))",
            (),
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = WorkItemQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["team", "next_due_at", "id"], name="work_team_open", condition=OPEN
            ),
            models.Index(
                fields=["assignee", "next_due_at", "id"], name="work_assignee_open", condition=OPEN
            ),
            models.Index(fields=["next_due_at", "id"], name="work_open", condition=OPEN),
            models.Index(
                fields=["next_due_at", "id"],
                name="work_unassigned",
                condition=OPEN & Q(assignee__isnull=True),
            ),
            models.Index(fields=["team", "-opened_at", "-id"], name="work_team_opened"),
            models.Index(fields=["assignee", "-opened_at", "-id"], name="work_assignee_opened"),
            models.Index(fields=["requester", "-opened_at", "-id"], name="work_requester"),
            models.Index(fields=["opened_by", "-opened_at", "-id"], name="work_opened_by"),
            models.Index(fields=["unit", "-opened_at", "-id"], name="work_unit"),
            models.Index(fields=["service_id", "-opened_at", "-id"], name="work_service"),
            models.Index(fields=["-opened_at", "-id"], name="work_opened"),
            models.Index(
                fields=["priority", "opened_at", "id"], name="work_priority_open", condition=OPEN
            ),
            models.Index(fields=["-updated_at", "-id"], name="work_updated"),
            models.Index(
                fields=["resolved_at"],
                name="work_resolved",
                condition=Q(stage=Stage.RESOLVED),
            ),
            models.Index(fields=["parent"], name="work_parent", condition=Q(parent__isnull=False)),
            GinIndex(fields=["search"], name="work_search"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(stage=Stage.WAITING, waiting_reason__isnull=False)
                | (~Q(stage=Stage.WAITING) & Q(waiting_reason__isnull=True)),
                name="work_waiting_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(impact__range=(1, 3), urgency__range=(1, 3), priority__range=(1, 5)),
                name="work_priority_range",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=models.F("id")),
                name="work_not_its_own_parent",
            ),
            models.CheckConstraint(
                condition=Q(supplier_id__isnull=True)
                | Q(stage=Stage.WAITING, waiting_reason="supplier"),
                name="work_supplier_is_waited_for",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Audience(models.TextChoices):
    """Who may read a comment."""

    PUBLIC = "public"
    INTERNAL = "internal"


class Comment(models.Model):
    """Something said about a piece of work: a public reply, or an internal note.

    Its words are never changed afterwards.
    """

    work_item = models.ForeignKey(WorkItem, on_delete=models.PROTECT, related_name="comments")
    audience = models.CharField(max_length=8, choices=Audience.choices)
    author = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=200)
    by_requester = models.BooleanField(default=False)
    text = models.TextField()
    channel = models.CharField(max_length=12)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["work_item", "at", "id"], name="comment_in_order")
        ]

    def __str__(self) -> str:
        return f"{self.audience} by {self.author_name}"


class Attachment(models.Model):
    """A file that belongs to a piece of work; its content lies under its SHA-256.

    A file of an internal note is internal; a file without a comment came with the report.
    """

    work_item = models.ForeignKey(WorkItem, on_delete=models.PROTECT, related_name="attachments")
    comment = models.ForeignKey(
        Comment, null=True, on_delete=models.PROTECT, related_name="attachments"
    )
    audience = models.CharField(max_length=8, choices=Audience.choices)
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["work_item", "id"], name="attachment_in_order")]

    def __str__(self) -> str:
        return self.name


class ExternalReference(models.Model):
    """What a piece of work is called in another system, for imports and exchange with partners.

    ``fingerprint`` tells whether the record over there is still the one that was brought in.
    """

    work_item = models.ForeignKey(
        WorkItem, on_delete=models.PROTECT, related_name="external_references"
    )
    source = models.CharField(max_length=40)
    external_id = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "external_id"], name="external_id_once")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.external_id}"
