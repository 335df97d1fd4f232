"""Matrices of activities and roles, and who holds the roles."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from timshel.context.organization.models import Team
from timshel.context.people.models import Person
from timshel.kernel.translation import Translated
from timshel.leadership.responsibility.states import HolderSource, SubjectKind


class ProcessRole(Translated):
    """A named part in the work, such as "Incident manager".

    ``permission`` is a right that its holders need somewhere; empty where none is needed.
    """

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    summary = models.CharField(max_length=500, blank=True)
    source = models.CharField(
        max_length=16,
        choices=[(each.value, each.value) for each in HolderSource],
        default=HolderSource.ASSIGNED,
    )
    permission = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return self.name


class Matrix(Translated):
    """Who does what for a service or in a process, which ``code`` names: both belong to later
    clauses. ``revision`` grows with each change, so that two people do not overwrite each other.
    """

    kind = models.CharField(
        max_length=8, choices=[(each.value, each.value) for each in SubjectKind]
    )
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    revision = models.IntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "code"], name="matrix_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class MatrixRole(models.Model):
    """A column of a matrix."""

    matrix = models.ForeignKey(Matrix, on_delete=models.CASCADE, related_name="columns")
    role = models.ForeignKey(ProcessRole, on_delete=models.PROTECT, related_name="columns")
    position = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["matrix", "role"], name="matrix_role_once"),
        ]

    def __str__(self) -> str:
        return f"{self.role_id} in {self.matrix_id}"


class Activity(Translated):
    """A row of a matrix: something that is to be done."""

    matrix = models.ForeignKey(Matrix, on_delete=models.CASCADE, related_name="activities")
    position = models.IntegerField()
    name = models.CharField(max_length=200)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["matrix", "position"], name="activity_order")]

    def __str__(self) -> str:
        return self.name


class Part(models.Model):
    """What part a role has in an activity: some of the letters R, A, C and I, in this order."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="parts")
    role = models.ForeignKey(ProcessRole, on_delete=models.PROTECT, related_name="parts")
    letters = models.CharField(max_length=4)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["activity", "role"], name="part_once"),
            models.CheckConstraint(
                condition=Q(letters__regex="^R?A?C?I?$") & ~Q(letters=""), name="part_letters"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letters} of {self.role_id}"


class Assignment(models.Model):
    """A person or a team holds a role: everywhere, or for what one matrix is about.

    The last day belongs to it.
    """

    role = models.ForeignKey(ProcessRole, on_delete=models.PROTECT, related_name="assignments")
    matrix = models.ForeignKey(
        Matrix, null=True, on_delete=models.CASCADE, related_name="assignments"
    )
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person__isnull=True) ^ Q(team__isnull=True),
                name="assignment_person_or_team",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="assignment_days_in_order",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person"], name="assignment_person"),
            models.Index(fields=["role", "matrix"], name="assignment_role"),
        ]

    def __str__(self) -> str:
        return f"{self.role_id} by {self.person_id or self.team_id}"
