"""Skills, who holds and who needs them, certificates, and learning paths."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, Q

from timshel.context.organization.models import Team
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.record_numbers import number_of
from timshel.leadership.responsibility.models import ProcessRole
from timshel.support.competence.rules import (
    CERTIFICATE_PREFIX,
    ENROLMENT_PREFIX,
    PATH_PREFIX,
    VIEW,
    SkillContent,
)
from timshel.support.competence.states import (
    CertificateKind,
    CertificateState,
    EnrolmentState,
    HoldingState,
    StepState,
)


def _states(kind: Any) -> list[tuple[str, str]]:
    return [(each.value, each.value) for each in kind]


def _is_staff(actor: Actor) -> Q:
    own = Person.objects.filter(pk=actor.person_id or 0, customer__isnull=True)
    return Q(Exists(own))


class ForStaffQuerySet(models.QuerySet[Any]):
    """Questions about what all staff may know of: skills and learning paths."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see: staff see all of it."""
        return self if actor.scope(VIEW).everywhere else self.filter(_is_staff(actor))


class OfPersonQuerySet(models.QuerySet[Any]):
    """Questions about what belongs to a person."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see: their own, and that of whoever reports to them.

        Its yes/no twin is ``access.may_see_person``.
        """
        if actor.scope(VIEW).everywhere:
            return self
        if actor.person_id is None:
            return self.none()
        return self.filter(Q(person_id=actor.person_id) | Q(person__manager_id=actor.person_id))


class CertificateQuerySet(OfPersonQuerySet):
    """Questions about certificates."""

    def in_force(self, today: date) -> Self:
        """Keep what was checked and has not expired; its last day belongs to it."""
        ends = Q(expires_on__isnull=True) | Q(expires_on__gte=today)
        return self.filter(ends, state=CertificateState.CHECKED)


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Questions about people on learning paths."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep one's own, those of one's reports, and those that one signs off.

        Its yes/no twin is ``access.may_see_enrolment``.
        """
        if actor.scope(VIEW).everywhere:
            return self
        if actor.person_id is None:
            return self.none()
        mine = actor.person_id
        return self.filter(Q(person_id=mine) | Q(person__manager_id=mine) | Q(confirmer_id=mine))


class Skill(models.Model):
    """Something that people can do; ``services`` and ``processes`` are of later clauses."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    levels = ArrayField(models.TextField(blank=True), size=4)
    services = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    processes = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    needs_certificate = models.BooleanField(default=False)
    is_retired = models.BooleanField(default=False)
    revision = models.IntegerField(default=1)

    objects = ForStaffQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    def content(self) -> SkillContent:
        """Return what it says."""
        return SkillContent(
            code=self.code,
            name=self.name,
            summary=self.summary,
            levels=tuple(self.levels),
            services=tuple(self.services),
            processes=tuple(self.processes),
            needs_certificate=self.needs_certificate,
        )


class Holding(models.Model):
    """At what level somebody holds a skill.

    ``level`` is what was confirmed last and counts; ``said_level`` is what was said last, by
    whom and when.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="holdings")
    level = models.IntegerField(default=0)
    said_level = models.IntegerField()
    state = models.CharField(max_length=10, choices=_states(HoldingState))
    note = models.TextField(blank=True)
    said_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()
    judged_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    judged_at = models.DateTimeField(null=True)

    objects = OfPersonQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "skill"], name="holding_once"),
            models.CheckConstraint(
                condition=Q(level__range=(0, 4), said_level__range=(0, 4)), name="holding_levels"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.skill_id} by {self.person_id}"


class Need(models.Model):
    """How many people of a team, or who hold a role, need a skill at what level."""

    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="needs")
    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE, related_name="+")
    role = models.ForeignKey(ProcessRole, null=True, on_delete=models.CASCADE, related_name="+")
    level = models.IntegerField()
    people = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(team__isnull=True) ^ Q(role__isnull=True), name="need_team_or_role"
            ),
            models.UniqueConstraint(
                fields=["skill", "team"], condition=Q(team__isnull=False), name="need_team_once"
            ),
            models.UniqueConstraint(
                fields=["skill", "role"], condition=Q(role__isnull=False), name="need_role_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.skill_id} for {self.team_id or self.role_id}"


class Certificate(models.Model):
    """A certificate or a training of a person, with its last day."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    skill = models.ForeignKey(
        Skill, null=True, on_delete=models.PROTECT, related_name="certificates"
    )
    kind = models.CharField(max_length=12, choices=CertificateKind.choices)
    title = models.CharField(max_length=200)
    issuer = models.CharField(max_length=200)
    issued_on = models.DateField()
    expires_on = models.DateField(null=True)
    reference = models.CharField(max_length=200, blank=True)
    link = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=_states(CertificateState))
    reason = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    judged_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    judged_at = models.DateTimeField(null=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["expires_on"], name="certificate_expiry")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gte=F("issued_on")),
                name="certificate_days_in_order",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def number(self) -> str:
        """By which people know it."""
        return number_of(CERTIFICATE_PREFIX, self.pk)


class LearningPath(models.Model):
    """Ordered steps that prepare for a role."""

    name = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    role = models.ForeignKey(ProcessRole, null=True, on_delete=models.PROTECT, related_name="+")
    is_retired = models.BooleanField(default=False)
    revision = models.IntegerField(default=1)

    objects = ForStaffQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def number(self) -> str:
        """By which people know it."""
        return number_of(PATH_PREFIX, self.pk)


class PathStep(models.Model):
    """A step; ``document`` is the number of a document of a part that stands above this one."""

    path = models.ForeignKey(LearningPath, on_delete=models.CASCADE, related_name="steps")
    position = models.IntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    document = models.CharField(max_length=40, blank=True)
    link = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["path", "position"], name="path_step_order")]

    def __str__(self) -> str:
        return self.title


class Enrolment(models.Model):
    """A person on a path; ``confirmer`` signs off their steps."""

    path = models.ForeignKey(LearningPath, on_delete=models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    confirmer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=_states(EnrolmentState))
    due_date = models.DateField(null=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["path", "person"], name="enrolment_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.path_id}"

    @property
    def number(self) -> str:
        """By which people know it."""
        return number_of(ENROLMENT_PREFIX, self.pk)

    @property
    def title(self) -> str:
        """The name of the path, which has to be read along."""
        return self.path.name


class StepProgress(models.Model):
    """How far somebody is with a step; a step without a row was not read."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="progress")
    step = models.ForeignKey(PathStep, on_delete=models.PROTECT, related_name="progress")
    state = models.CharField(max_length=8, choices=_states(StepState))
    read_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enrolment", "step"], name="step_progress_once")
        ]

    def __str__(self) -> str:
        return f"{self.step_id} of {self.enrolment_id}"
