"""Controlled documents in versions, to whom they are distributed, and who confirmed them."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Exists, ExpressionWrapper, OuterRef, Q

from timshel.context.organization.models import Unit
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.record_numbers import number_of
from timshel.leadership.authority.models import Role
from timshel.support.documentation.rules import MANAGE, PREFIX, VIEW
from timshel.support.documentation.states import (
    OPEN_STATES,
    AboutKind,
    AudienceKind,
    DocumentKind,
    VersionState,
)

# As kernel.search reads words: as written in the title and the text, and their forms.
_WRITTEN = "regexp_replace(timshel_fold({0}), '[^[:alnum:]]+', ' ', 'g')"
_ALL = _WRITTEN.format("code || ' ' || title || ' ' || left(content, 60000)")
_TITLE = _WRITTEN.format("code || ' ' || title")
_TEXT = _WRITTEN.format("left(content, 60000)")
VECTOR = (
    f"setweight(to_tsvector('simple'::regconfig, {_TITLE}), 'A')"
    f" || to_tsvector('simple'::regconfig, {_TEXT})"
    f" || strip(to_tsvector('english'::regconfig, {_ALL})"
    f" || to_tsvector('french'::regconfig, {_ALL}))"
)


def sees_all(actor: Actor) -> bool:
    """Tell whether an actor sees every document, drafts included."""
    return actor.may(VIEW) or actor.may(MANAGE)


class DocumentQuerySet(models.QuerySet["Document"]):
    """Questions about documents that keep to what the reader may know."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may know of; its yes/no twin is ``access.may_see``.

        What is in effect is read by those to whom it is distributed, and by all staff where it is
        distributed to nobody in particular. What is not is known to its owner, its authors and
        its approvers.
        """
        if sees_all(actor):
            return self
        if actor.person_id is None:
            return self.none()
        told = Distribution.objects.filter(document=OuterRef("pk"))
        staff = Person.objects.filter(pk=actor.person_id, customer__isnull=True)
        wrote = DocumentVersion.objects.filter(
            Q(author_id=actor.person_id) | Q(approver_id=actor.person_id),
            document=OuterRef("pk"),
        )
        reads = Q(Exists(told.reaching(actor.person_id))) | (~Q(Exists(told)) & Q(Exists(staff)))
        return self.filter(
            Q(owner_id=actor.person_id) | Q(Exists(wrote)) | (Q(current__isnull=False) & reads)
        )

    def addressed_to(self, person_id: int) -> Self:
        """Keep what is in effect and distributed to somebody."""
        told = Distribution.objects.filter(document=OuterRef("pk")).reaching(person_id)
        return self.filter(Exists(told), current__isnull=False)

    def overdue(self, today: date) -> Self:
        """Keep what is in effect and should have been looked at again."""
        return self.filter(current__isnull=False, review_date__lt=today)


class DocumentVersionQuerySet(models.QuerySet["DocumentVersion"]):
    """Questions about versions that keep to what the reader may read."""

    def readable_by(self, actor: Actor) -> Self:
        """Keep what the actor may read of documents that they may know of.

        The twin of ``access.may_read_version``.
        """
        if sees_all(actor):
            return self
        if actor.person_id is None:
            return self.none()
        return self.filter(
            Q(state=VersionState.EFFECTIVE)
            | Q(document__owner_id=actor.person_id)
            | Q(author_id=actor.person_id)
            | Q(approver_id=actor.person_id)
        )


class DistributionQuerySet(models.QuerySet["Distribution"]):
    """Questions about to whom documents are distributed."""

    def reaching(self, person_id: int) -> Self:
        """Keep what reaches an active person."""
        return self.filter(Exists(_reached(Person.objects.filter(pk=person_id, is_active=True))))


class Document(models.Model):
    """A controlled document.

    ``about_kind`` and ``about_code`` name a thing of a later clause, hence no foreign key.
    ``current`` is the version in effect, ``content`` its text, by which the document is found.
    ``asked_number`` is the latest version in effect that was to be read anew.
    """

    code = models.CharField(max_length=60, unique=True)
    kind = models.CharField(
        max_length=20, choices=[(each.value, each.value) for each in DocumentKind]
    )
    title = models.CharField(max_length=200)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    clause = models.CharField(max_length=20, blank=True)
    about_kind = models.CharField(
        max_length=10,
        choices=[(each.value, each.value) for each in AboutKind],
        default=AboutKind.NONE,
    )
    about_code = models.CharField(max_length=80, blank=True)
    review_months = models.IntegerField()
    retention_months = models.IntegerField()
    current = models.ForeignKey(
        "DocumentVersion", null=True, on_delete=models.PROTECT, related_name="+"
    )
    content = models.TextField(blank=True)
    asked_number = models.IntegerField(null=True)
    review_date = models.DateField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.TextField(blank=True)
    revision = models.IntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    search = models.GeneratedField(
        expression=models.expressions.RawSQL(VECTOR, ()),  # noqa: S611 - a constant of ours
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["search"], name="document_search"),
            models.Index(fields=["title", "id"], name="document_by_title"),
            models.Index(
                fields=["review_date"],
                name="document_to_review",
                condition=Q(current__isnull=False),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(current__isnull=True),
                name="document_withdrawn_or_current",
            )
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def number(self) -> str:
        """By which people know it."""
        return number_of(PREFIX, self.pk)


class DocumentVersion(models.Model):
    """A version of a document: a text, or a file whose content lies under its hash."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="versions")
    number = models.IntegerField()
    state = models.CharField(
        max_length=12,
        choices=[(each.value, each.value) for each in VersionState],
        default=VersionState.DRAFT,
    )
    text = models.TextField(blank=True)
    file_name = models.CharField(max_length=255, blank=True)
    file_media_type = models.CharField(max_length=100, blank=True)
    file_size = models.BigIntegerField(default=0)
    file_sha256 = models.CharField(max_length=64, blank=True)
    change_note = models.TextField(blank=True)
    asks_reading = models.BooleanField(default=True)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    sent_back_reason = models.TextField(blank=True)
    submitted_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    effective_date = models.DateField(null=True)
    effective_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    written_at = models.DateTimeField()

    objects = DocumentVersionQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["effective_date"],
                name="document_to_take_effect",
                condition=Q(state=VersionState.APPROVED),
            )
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "number"], name="document_version_once"),
            models.UniqueConstraint(
                fields=["document"],
                condition=Q(state__in=sorted(OPEN_STATES)),
                name="document_one_to_come",
            ),
            models.UniqueConstraint(
                fields=["document"],
                condition=Q(state=VersionState.EFFECTIVE),
                name="document_one_in_effect",
            ),
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | ~Q(approver=models.F("author")),
                name="document_approved_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} version {self.number}"


class Distribution(models.Model):
    """One to whom a document is distributed: all staff, a role, a unit with all below, a person."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="distribution")
    kind = models.CharField(
        max_length=8, choices=[(each.value, each.value) for each in AudienceKind]
    )
    role = models.ForeignKey(Role, null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="+")

    objects = DistributionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["document", "kind", "role", "unit", "person"],
                name="document_distributed_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} to {self.kind}"


class Confirmation(models.Model):
    """Somebody read and understood a version."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="confirmations")
    number = models.IntegerField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["document", "person", "number"], name="document_confirmed_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_id} version {self.number} by {self.person_id}"


def reached_by(document_id: int | OuterRef) -> models.QuerySet[Person]:
    """Return the active people to whom a document is distributed, by its key or one around it."""
    people = Person.objects.filter(is_active=True)
    told = Distribution.objects.filter(document_id=document_id)
    text = models.CharField()
    own = told.alias(
        path=ExpressionWrapper(OuterRef("unit__path"), output_field=text),
        customer=ExpressionWrapper(OuterRef("customer_id"), output_field=models.BigIntegerField()),
    ).filter(
        Q(person_id=OuterRef("pk"))
        | Q(kind=AudienceKind.STAFF, customer__isnull=True)
        | Q(unit__isnull=False, path__startswith=models.F("unit__path"))
        | Q(role__grants__person_id=OuterRef("pk"))
    )
    return people.filter(Exists(own))


def _reached(people: models.QuerySet[Person]) -> models.QuerySet[Person]:
    """Keep those of some people whom a row of the distribution around it reaches."""
    return people.alias(
        told=ExpressionWrapper(OuterRef("kind"), output_field=models.CharField())
    ).filter(
        Q(pk=OuterRef("person_id"))
        | Q(told=AudienceKind.STAFF, customer__isnull=True)
        | Q(unit__path__startswith=OuterRef("unit__path"))
        | Q(grants__role_id=OuterRef("role_id"))
    )
