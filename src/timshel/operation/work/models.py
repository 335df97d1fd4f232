"""The row that every kind of work shares, its conversation and its files."""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from timshel.context.organization.models import Customer, Team, Unit
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.operation.work.rules import NOTES, TASK, Visibility, visibility
from timshel.operation.work.sharing import AmongArray, of_confidential_service
from timshel.operation.work.states import OPEN_STAGES, Stage

OPEN = Q(stage__in=sorted(OPEN_STAGES))


class WorkItemQuerySet(models.QuerySet["WorkItem"]):
    """Questions about work that keep to what the reader may see."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see; its yes/no twin is ``access.may_see``."""
        sight: Visibility = visibility(actor)
        if sight.everything:
            return self
        return self.filter(
            Q(~Q(kind=TASK), requester_id__in=sight.own)
            | Q(~Q(kind=TASK), opened_by_id__in=sight.own)
            | Q(team_id__in=sight.teams)
            | Q(unit_id__in=sight.units)
            | Q(service_id__in=sight.services)
            | watched_by(sight)
            | shared_with(sight)
        )

    def watched(self, actor: Actor) -> Self:
        """Keep what the actor watches and, by that, may see."""
        return self.filter(watched_by(visibility(actor)))

    def shared(self, actor: Actor) -> Self:
        """Keep what is shared with the actor as work of a unit."""
        return self.filter(shared_with(visibility(actor)))

    def covered(self, actor: Actor, permission: str) -> Self:
        """Keep that for which the actor has a permission; its yes/no twin is ``rules.covers``."""
        scope = actor.scope(permission)
        if scope.everywhere:
            return self
        return self.filter(
            Q(team_id__in=scope.keys("team"))
            | Q(unit_id__in=scope.keys("unit"))
            | Q(service_id__in=scope.keys("service"))
        )


def watched_by(sight: Visibility) -> Q:
    """Return the condition for work that a person watches and, by that, may see."""
    if not sight.own:
        return Q(pk__in=())
    rows = seeing_watchers().filter(person_id__in=sight.own)
    return Q(AmongArray("pk", rows.order_by().values("work_item_id"))) & ~Q(kind=TASK)


def seeing_watchers() -> models.QuerySet[Watcher]:
    """Return the watchers who see the work by watching it.

    Whom a requester added does not see the work of a confidential service, also where it came to
    that service later.
    """
    return Watcher.objects.filter(
        Q(by_requester=False)
        | Q(work_item__service_id__isnull=True)
        | ~Q(of_confidential_service("work_item__service_id"))
    )


def shared_with(sight: Visibility) -> Q:
    """Return the condition for work of a unit that is shared with somebody of it.

    Work of no service is not shared: nobody has said yet what it is about.
    """
    place = Q(unit_id__isnull=False) if sight.all_shared else Q(unit_id__in=sight.shared_units)
    if not sight.all_shared and not sight.shared_units:
        return Q(pk__in=())
    is_open = Q(service_id__isnull=False) & ~Q(of_confidential_service())
    return place & is_open & ~Q(kind=TASK)


class WorkItem(models.Model):
    """A piece of work of any kind: an incident now, requests, problems and changes later.

    ``service_id`` points to a service and ``supplier_id`` to the supplier that is waited for; the
    constraints that hold them are made by the apps of those, which belong to later clauses.
    ``next_due_at`` is a cache for sorting, kept by the service levels. ``unanswered_since`` is
    when the requester's side said the first thing that no helper has replied to. ``version``
    grows with every change.
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
    unanswered_since = models.DateTimeField(null=True)
    # Kept by a trigger of the database: a generated column could only be added to a table of a
    # million rows by writing all of them anew while everybody waits.
    search = SearchVectorField(null=True, editable=False, db_column="words")

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
            models.Index(
                fields=["unanswered_since", "id"],
                name="work_unanswered",
                condition=OPEN & Q(unanswered_since__isnull=False),
            ),
            models.Index(
                models.F("resolved_at").desc(nulls_last=True),
                models.F("id").desc(),
                name="work_resolved_last",
            ),
            # Orders of all work, done or not; queues of open work have the smaller ones above.
            models.Index(fields=["next_due_at", "id"], name="work_due"),
            models.Index(fields=["priority", "opened_at", "id"], name="work_priority"),
            models.Index(fields=["unanswered_since", "id"], name="work_unanswered_all"),
            models.Index(fields=["parent"], name="work_parent", condition=Q(parent__isnull=False)),
            GinIndex(fields=["search"], name="work_words"),
            GinIndex(fields=["search"], name="work_words_open", condition=OPEN),
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


class CommentWordsQuerySet(models.QuerySet["CommentWords"]):
    """Questions about what was said that keep to what the reader may read."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may read: of work they see, and internal notes where they may."""
        found = self
        if not visibility(actor).everything:
            found = found.filter(work_item__in=WorkItem.objects.visible_to(actor))
        notes = actor.scope(NOTES)
        if notes.everywhere:
            return found
        return found.filter(
            Q(audience=Audience.PUBLIC)
            | Q(work_item__team_id__in=notes.keys("team"))
            | Q(work_item__unit_id__in=notes.keys("unit"))
            | Q(work_item__service_id__in=notes.keys("service"))
        )


class CommentWords(models.Model):
    """What a comment is found by, beside it so that reading a conversation does not load it.

    Kept by a trigger of the database with each comment.
    """

    comment = models.OneToOneField(
        Comment, on_delete=models.CASCADE, primary_key=True, related_name="words"
    )
    work_item = models.ForeignKey(
        WorkItem, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    audience = models.CharField(max_length=8, choices=Audience.choices)
    search = SearchVectorField(editable=False, db_column="words")

    objects = CommentWordsQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["search"], name="comment_words"),
            models.Index(fields=["work_item"], name="comment_words_work_item"),
        ]

    def __str__(self) -> str:
        return f"words of {self.comment_id}"


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


class Watcher(models.Model):
    """Somebody who follows a piece of work beside those who asked for it.

    ``by_requester`` is whether the requester's side added them: such sharing never opens the work
    of a confidential service.
    """

    work_item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="watchers")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="watched_work")
    added_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    by_requester = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "work_item"], name="watcher_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.work_item_id}"


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
        # People name a case by the number that they were given, wherever that was.
        indexes: ClassVar = [models.Index(Upper("external_id"), name="external_id_found")]

    def __str__(self) -> str:
        return f"{self.source} {self.external_id}"
