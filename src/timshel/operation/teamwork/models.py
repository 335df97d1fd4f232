"""What stands around a piece of work: tags, links, time, checklist, mentions, drafts, presence."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from timshel.context.organization.models import Team
from timshel.context.people.models import Person
from timshel.operation.teamwork.states import WorkLinkKind
from timshel.operation.work.models import Comment, WorkItem


class Tag(models.Model):
    """A word that helpers stick on work; the same word is one tag, whatever its case."""

    name = models.CharField(max_length=50)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(Lower("name"), name="tag_once")]

    def __str__(self) -> str:
        return self.name


class WorkTag(models.Model):
    """A tag on a piece of work."""

    work_item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="tags")
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="uses")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tag", "work_item"], name="work_tag_once")
        ]

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.work_item_id}"


class WorkLink(models.Model):
    """What one piece of work has to do with another, read from ``source`` to ``target``."""

    source = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="links_from")
    target = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="links_to")
    kind = models.CharField(
        max_length=12, choices=[(each.value, each.value) for each in WorkLinkKind]
    )
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="work_link_once"),
            models.CheckConstraint(
                condition=~Q(source=models.F("target")), name="work_link_to_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"


class TimeSpent(models.Model):
    """Minutes that a person spent on a piece of work on a day; internal ones are for helpers."""

    work_item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="time_spent")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    minutes = models.IntegerField()
    day = models.DateField()
    note = models.CharField(max_length=500, blank=True)
    is_internal = models.BooleanField(default=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(minutes__range=(1, 1440)), name="time_of_one_day")
        ]

    def __str__(self) -> str:
        return f"{self.minutes} min on {self.work_item_id}"


class CheckLine(models.Model):
    """A line of a checklist that helpers write for a piece of work as they go."""

    work_item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="check_lines")
    text = models.CharField(max_length=250)
    done_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.text


class Mention(models.Model):
    """Somebody was named in an internal note, and may have seen it since."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="mentions")
    work_item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="mentions")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="mentions")
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["comment", "person"], name="mention_once")
        ]
        indexes: ClassVar = [models.Index(fields=["person", "-at", "-id"], name="mention_newest")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.comment_id}"


class Draft(models.Model):
    """What a person has typed into a box of a record and not sent yet; nobody else reads it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="drafts")
    work_item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="drafts")
    box = models.CharField(max_length=20)
    text = models.TextField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "work_item", "box"], name="work_draft_once")
        ]
        indexes: ClassVar = [models.Index(fields=["saved_at"], name="work_draft_saved")]

    def __str__(self) -> str:
        return f"{self.box} of {self.person_id} on {self.work_item_id}"


class Presence(models.Model):
    """Who looks at a piece of work now, and into which box they type.

    The table is not logged: it is written every few seconds, and worth nothing after a crash.
    """

    work_item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="presences")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()
    box = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["work_item", "person"], name="presence_once")
        ]
        indexes: ClassVar = [models.Index(fields=["seen_at"], name="presence_seen")]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.work_item_id}"


class ShiftNote(models.Model):
    """What those who end their shift tell the next ones of their team."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="shift_notes")
    author = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=200)
    text = models.TextField()
    at = models.DateTimeField()
    work = models.ManyToManyField(WorkItem, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["team", "-at", "-id"], name="shift_note_newest")]

    def __str__(self) -> str:
        return f"{self.author_name}, {self.at:%Y-%m-%d %H:%M}"


class ShiftNoteReading(models.Model):
    """Somebody has read a hand-over note."""

    note = models.ForeignKey(ShiftNote, on_delete=models.CASCADE, related_name="readings")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["note", "person"], name="shift_note_read_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} read {self.note_id}"
