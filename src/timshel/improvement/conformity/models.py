"""Standards with their clauses and questions, what looks found, verdicts, and exports."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from timshel.context.people.models import Person
from timshel.improvement.conformity.rules import (
    EXPORT_PREFIX,
    JUDGE,
    LONGEST_CODE,
    LONGEST_NUMBER,
    LONGEST_QUESTION,
    LONGEST_TITLE,
    USUAL_AGE_DAYS,
    VIEW,
)
from timshel.improvement.conformity.states import EvidenceKind, Judgement, Status
from timshel.kernel.actor import Actor
from timshel.kernel.record_numbers import number_of
from timshel.kernel.translation import Translated


class ConformityModel(Translated):
    """A standard or a framework in one edition."""

    code = models.CharField(max_length=LONGEST_CODE, unique=True)
    name = models.CharField(max_length=LONGEST_TITLE)
    edition = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.code


class Clause(Translated):
    """A clause of a model, in words of our own."""

    model = models.ForeignKey(ConformityModel, on_delete=models.CASCADE, related_name="clauses")
    number = models.CharField(max_length=LONGEST_NUMBER)
    title = models.CharField(max_length=LONGEST_TITLE)
    position = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["model", "number"], name="clause_once")
        ]

    def __str__(self) -> str:
        return f"{self.model_id} {self.number}"


class QuestionQuerySet(models.QuerySet["Question"]):
    """Questions about questions that keep to what the reader may see."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see; its yes/no twin is ``access.may_see``."""
        return self if actor.may_somewhere(VIEW) else self.none()


class Question(Translated):
    """What is asked about a clause, and which rules look for the evidence."""

    clause = models.ForeignKey(Clause, on_delete=models.CASCADE, related_name="questions")
    model = models.ForeignKey(ConformityModel, on_delete=models.CASCADE, related_name="questions")
    code = models.CharField(max_length=LONGEST_CODE)
    title = models.CharField(max_length=LONGEST_TITLE, blank=True)
    words = models.CharField(max_length=LONGEST_QUESTION)
    kind = models.CharField(max_length=16, choices=EvidenceKind.choices)
    rules = models.JSONField(default=list)
    by_hand = models.CharField(max_length=LONGEST_QUESTION, blank=True)
    age_days = models.PositiveIntegerField(default=USUAL_AGE_DAYS)
    position = models.PositiveIntegerField()

    objects = QuestionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["model", "code"], name="conformity_question_once")
        ]

    def __str__(self) -> str:
        return self.code


class CrosswalkLink(Translated):
    """A clause that corresponds to one of another model."""

    source = models.ForeignKey(Clause, on_delete=models.CASCADE, related_name="leads_to")
    target = models.ForeignKey(Clause, on_delete=models.CASCADE, related_name="comes_from")
    note = models.CharField(max_length=LONGEST_QUESTION, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "target"], name="crosswalk_link_once")
        ]

    def __str__(self) -> str:
        return f"{self.source_id} to {self.target_id}"


class Look(models.Model):
    """What all rules found at a moment; never changed.

    ``results`` maps the code of a rule to what is current, what is stale, and when the newest was
    made. ``counts`` maps the code of a model to how many of its questions have each status.
    """

    at = models.DateTimeField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    results = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-at", "-id"], name="conformity_look_newest")]

    def __str__(self) -> str:
        return f"look of {self.at:%Y-%m-%d}"


class Verdict(models.Model):
    """What somebody said of a question once; ``is_current`` until somebody says otherwise.

    ``found`` is how far the evidence answered the question then.
    """

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="verdicts")
    judgement = models.CharField(max_length=16, choices=Judgement.choices)
    note = models.TextField(blank=True)
    links = models.JSONField(default=list)
    next_date = models.DateField(null=True)
    found = models.CharField(max_length=8, choices=Status.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["question"],
                condition=Q(is_current=True),
                name="conformity_verdict_one_current",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_date"],
                name="conformity_verdict_due",
                condition=Q(is_current=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.judgement} of {self.question_id}"


class ExportQuerySet(models.QuerySet["Export"]):
    """Questions about exports that keep to what the reader may see."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see; its yes/no twin is ``access.may_export``."""
        return self if actor.scope(JUDGE).everywhere else self.none()


class Export(models.Model):
    """All evidence of a model in one file, for a certification audit.

    ``errand_id`` is the long work that makes it; it begins with a look. The content lies under its
    hash.
    """

    model = models.ForeignKey(ConformityModel, on_delete=models.PROTECT, related_name="+")
    look = models.ForeignKey(Look, null=True, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=8)
    time_zone = models.CharField(max_length=60)
    since = models.DateTimeField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    errand_id = models.BigIntegerField(null=True)
    subjects = models.JSONField(default=list)
    sees_documents = models.BooleanField(default=False)
    finished_at = models.DateTimeField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)

    objects = ExportQuerySet.as_manager()

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The name by which people call it."""
        return number_of(EXPORT_PREFIX, self.pk)
