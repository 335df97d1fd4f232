"""Programmes, audits with their questions and samples, and findings."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.search.conditions import Words
from timshel.kernel.translation import Translated
from timshel.leadership.responsibility.models import Assignment
from timshel.performance_evaluation.internal_audit.rules import VIEW
from timshel.performance_evaluation.internal_audit.states import (
    AuditState,
    FindingState,
    Grade,
    ProgrammeState,
    QuestionAnswer,
    SubjectKind,
)
from timshel.service_portfolio.service.models import Service

TOLD = (AuditState.REPORTED, AuditState.CLOSED)
"""States in which those whose work was audited read of it."""


class Programme(models.Model):
    """The audits of a time, with who manages them. ``revision`` grows with each change."""

    code = models.CharField(max_length=40, unique=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    manager = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    objectives = models.TextField(blank=True)
    state = models.CharField(
        max_length=10, choices=ProgrammeState.choices, default=ProgrammeState.DRAFT
    )
    importance = models.JSONField(default=dict)
    revision = models.IntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="audit_programme_days"
            )
        ]

    def __str__(self) -> str:
        return self.code


class AuditQuerySet(models.QuerySet["Audit"]):
    """Questions about audits that keep to what the reader may know."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see; its yes/no twin is ``access.may_see``.

        Auditors see their audits, and whoever manages a programme its own. Those whose work was
        audited see it once it is reported.
        """
        if actor.scope(VIEW).everywhere:
            return self
        if actor.person_id is None:
            return self.none()
        told = Q(state__in=TOLD) & Q(answered_for_by(actor))
        return self.filter(Q(audited_by(actor)) | Q(programme__manager=actor.person_id) | told)


def audited_by(actor: Actor) -> Exists:
    """Return the condition that the actor is an auditor of an audit."""
    return Exists(Auditor.objects.filter(audit=OuterRef("pk"), person=actor.person_id))


def answered_for_by(actor: Actor) -> Exists:
    """Return the condition that the actor answers for something that an audit looks at.

    It counts who did so while the audit went on.
    """
    owned = Service.objects.filter(code=OuterRef("code"), owner=actor.person_id)
    held = Assignment.objects.filter(
        Q(person=actor.person_id) | Q(team__in=actor.team_ids),
        Q(matrix__isnull=True) | Q(matrix=F("role__parts__activity__matrix")),
        Q(valid_until__isnull=True) | Q(valid_until__gte=OuterRef("audit__starts_on")),
        role__parts__letters__contains="A",
        role__parts__activity__matrix__kind=OuterRef("kind"),
        role__parts__activity__matrix__code=OuterRef("code"),
        valid_from__lte=OuterRef("audit__ends_on"),
    )
    services = Q(kind=SubjectKind.SERVICE) & Q(Exists(owned))
    return Exists(ScopeItem.objects.filter(services | Q(Exists(held)), audit=OuterRef("pk")))


class Audit(models.Model):
    """An audit. ``report`` is what its report says, kept as it was on the day of reporting."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="audits")
    follows = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="followers"
    )
    title = models.CharField(max_length=200)
    criteria = models.TextField(blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=10, choices=AuditState.choices, default=AuditState.PLANNED)
    conclusion = models.TextField(blank=True)
    report = models.JSONField(null=True)
    reported_at = models.DateTimeField(null=True)
    revision = models.IntegerField(default=1)

    objects = AuditQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="audit_days")
        ]
        indexes: ClassVar = [
            GinIndex(Words("title", "criteria"), name="audit_words"),
            models.Index(fields=["-starts_on", "-id"], name="audit_in_order"),
        ]

    def __str__(self) -> str:
        return self.title


class Auditor(models.Model):
    """Somebody who audits; one of them leads."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="auditors")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    is_lead = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["audit", "person"], name="auditor_once"),
            models.UniqueConstraint(
                fields=["audit"], condition=Q(is_lead=True), name="auditor_one_lead"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} of {self.audit_id}"


class ScopeItem(models.Model):
    """A clause, a process or a service that is audited, by its code."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="scope_items")
    kind = models.CharField(max_length=8, choices=SubjectKind.choices)
    code = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "code", "audit"], name="audit_scope_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class BankQuestion(Translated):
    """A question that audits of a clause ask."""

    code = models.CharField(max_length=40, unique=True)
    clause = models.CharField(max_length=12)
    words = models.CharField(max_length=500)

    def __str__(self) -> str:
        return self.code


class Finding(models.Model):
    """What an audit found. ``revision`` grows with each change."""

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="findings")
    grade = models.CharField(max_length=12, choices=Grade.choices)
    clause = models.CharField(max_length=12, blank=True)
    subject_kind = models.CharField(max_length=8, choices=SubjectKind.choices, blank=True)
    subject_code = models.CharField(max_length=80, blank=True)
    text = models.TextField()
    evidence = models.TextField(blank=True)
    answer_due = models.DateField(null=True)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    follow_up = models.TextField(blank=True)
    state = models.CharField(max_length=12, choices=FindingState.choices, default=FindingState.OPEN)
    raised_at = models.DateTimeField()
    revision = models.IntegerField(default=1)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "-id"], name="audit_finding_state")]

    def __str__(self) -> str:
        return self.text[:80]


class AuditQuestion(Translated):
    """A question of an audit's checklist, from the bank or about an earlier finding."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="questions")
    position = models.IntegerField()
    bank_code = models.CharField(max_length=40, blank=True)
    finding = models.ForeignKey(Finding, null=True, on_delete=models.PROTECT, related_name="+")
    clause = models.CharField(max_length=12, blank=True)
    words = models.CharField(max_length=500)
    answer = models.CharField(max_length=16, choices=QuestionAnswer.choices, blank=True)
    notes = models.TextField(blank=True)
    evidence = models.TextField(blank=True)
    revision = models.IntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["audit", "position"], name="audit_question_place")
        ]

    def __str__(self) -> str:
        return self.words[:80]


class Sample(models.Model):
    """Records that were drawn at random, with all that is needed to draw them again."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="samples")
    kind = models.CharField(max_length=20)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    population = models.IntegerField()
    seed = models.CharField(max_length=40)
    numbers: Any = models.JSONField(default=list)
    drawn_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} of {self.audit_id}"


class FieldNote(models.Model):
    """What an auditor wrote down on the spot; an interview where it says with whom they spoke.

    ``key`` is given by the writer's device, so that what is sent twice is kept once.
    """

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="notes")
    position = models.IntegerField()
    spoken_with = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    writer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    key = models.CharField(max_length=64, null=True)
    revision = models.IntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["audit", "position"], name="audit_note_place"),
            models.UniqueConstraint(fields=["audit", "key"], name="audit_note_once"),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class FieldPhoto(models.Model):
    """A photo of what an auditor saw, at a question or at a note; its content lies by its hash."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="photos")
    position = models.IntegerField()
    question = models.ForeignKey(
        AuditQuestion, null=True, on_delete=models.CASCADE, related_name="photos"
    )
    note = models.ForeignKey(FieldNote, null=True, on_delete=models.CASCADE, related_name="photos")
    caption = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=40)
    size = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    taken_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    key = models.CharField(max_length=64, null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["audit", "position"], name="audit_photo_place"),
            models.UniqueConstraint(fields=["audit", "key"], name="audit_photo_once"),
            models.CheckConstraint(
                condition=Q(question__isnull=True) ^ Q(note__isnull=True), name="audit_photo_about"
            ),
        ]

    def __str__(self) -> str:
        return self.name
