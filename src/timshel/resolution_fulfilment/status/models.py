"""What was the matter with services and when, who may know, and who wants to hear of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from timshel.context.people.models import Person
from timshel.kernel.translation import Translated
from timshel.resolution_fulfilment.status.states import Cause, ServiceHealth
from timshel.service_portfolio.service.models import Service


class StatusSetting(models.Model):
    """Who may know how a service does; one without a row is shown behind the sign-in."""

    service = models.OneToOneField(
        Service, on_delete=models.CASCADE, primary_key=True, related_name="status_setting"
    )
    is_shown = models.BooleanField(default=True)
    is_public = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(is_shown=True) | Q(is_public=False), name="status_public_is_shown"
            )
        ]

    def __str__(self) -> str:
        return f"status of {self.service_id}"


class Standing(models.Model):
    """How a service did when it was last looked at, so that a change is told once."""

    service = models.OneToOneField(
        Service, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    state = models.CharField(max_length=8, choices=ServiceHealth.choices)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.service_id} {self.state}"


class Happening(Translated):
    """A stretch of time in which something was the matter with a service.

    ``key`` names what it was within its kind, such as the key of an incident. The words are those
    that everybody was told; where nobody wrote any they are empty. A change of the state ends a
    row and begins another, so that the past stays as it was.
    """

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Cause.choices)
    key = models.CharField(max_length=40)
    state = models.CharField(max_length=8, choices=ServiceHealth.choices)
    title = models.CharField(max_length=200, blank=True)
    message = models.TextField(blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["service", "kind", "key"],
                condition=Q(ended_at__isnull=True),
                name="happening_one_open",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at")),
                name="happening_ends_after_start",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["service", "-began_at"], name="happening_latest"),
            models.Index(fields=["kind", "key", "-began_at"], name="happening_of_record"),
            models.Index(
                fields=["service"], name="happening_open", condition=Q(ended_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}: {self.state}"


class Subscriber(models.Model):
    """Somebody who wants to hear by mail how a service does, or all that they may know of.

    A person of the house, or an address that confirmed it. ``token`` is in the links by which it
    is confirmed and ended.
    """

    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="+")
    address = models.EmailField(blank=True)
    service = models.ForeignKey(Service, null=True, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=10, default="en")
    token = models.CharField(max_length=64, unique=True)
    origin = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, address="")
                | (Q(person__isnull=True) & ~Q(address="")),
                name="status_subscriber_reached",
            ),
            models.UniqueConstraint(
                fields=["person", "service"],
                condition=Q(person__isnull=False),
                name="status_subscriber_person_once",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["address", "service"],
                condition=~Q(address=""),
                name="status_subscriber_address_once",
                nulls_distinct=False,
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["origin", "asked_at"], name="status_subscriber_origin"),
            models.Index(fields=["service"], name="status_subscriber_service"),
        ]

    def __str__(self) -> str:
        return self.address or f"person {self.person_id}"
